"""The Python package beside what users have today, from the same object, in one process.

    python tests/bench/python.py [--quick]

Everything is checked before it is timed. Times are medians of thread CPU time; read the ratios.
"""

from __future__ import annotations

import array
import importlib.util
import logging
import platform
import re
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import mmspan
import numpy as np

QUICK = "--quick" in sys.argv
BOI, EOI, IMAGE = 255999, 258882, 258880


def prompt(n: int, images: int, rows: int = 256) -> list[int]:
    """Text with so many blocks in it; one object per token, as a tokenizer makes them."""
    rng = np.random.default_rng(7)
    text = rng.integers(300, 250000, n).tolist()
    gap = (n - images * (rows + 2)) // (images + 1)
    out: list[int] = []
    for i in range(images):
        out += text[i * gap : (i + 1) * gap] + [BOI] + [IMAGE] * rows + [EOI]
    out += text[: n - len(out)]
    return array.array("i", out).tolist()


def median(call: Callable[[], Any], least: float = 0.3) -> float:
    """Seconds of a call, in batches long enough to be measured."""
    call()
    start = time.thread_time()
    call()
    once = max(time.thread_time() - start, 1e-7)
    batch = max(1, int(0.002 / once))
    times = []
    for _ in range(3 if QUICK else max(9, min(200, int(least / (once * batch))))):
        start = time.thread_time()
        for _ in range(batch):
            call()
        times.append((time.thread_time() - start) / batch)
    return statistics.median(times)


def table(title: str, rows: dict[str, float], base: str, n: int) -> None:
    print(f"\n{title}\n{'':44} {'us':>10} {'ns/token':>9} {'ratio':>7}")
    for name, seconds in rows.items():
        ratio = seconds / rows[base]
        print(f"{name:44} {seconds * 1e6:10.2f} {seconds / n * 1e9:9.3f} {ratio:7.2f}")


def mask_and_diff(ids: Any) -> list[tuple[int, int]]:
    """What is written today: the runs of patches, with NumPy."""
    mask = np.concatenate(([False], np.asarray(ids) == IMAGE, [False]))
    edges = np.flatnonzero(mask[1:] != mask[:-1])
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def loop(ids: list[int]) -> list[tuple[int, int]]:
    """The same as a loop over a list."""
    found, start = [], -1
    for i, token in enumerate(ids):
        if token == IMAGE and start < 0:
            start = i
        elif token != IMAGE and start >= 0:
            found.append((start, i))
            start = -1
    return found


def items_of_a_list(m: mmspan.Matcher) -> None:
    """9,000 ints with 8 images."""
    ids = prompt(9000, 8)
    numpy32, numpy64 = np.array(ids, np.int32), np.array(ids, np.int64)
    text = "".join({BOI: "<b>", IMAGE: "<i>", EOI: "<e>"}.get(t, f"t{t} ") for t in ids)
    pattern = re.compile("<b>(?:<i>)+<e>")
    spans = [(s, s + n) for s, n in m.scan(ids).runs[["start", "length"]].tolist()]
    assert mask_and_diff(ids) == loop(ids) == spans
    assert len(pattern.findall(text)) == 8
    rows = {
        "scan of int32, NumPy": median(lambda: m.scan(numpy32).items),
        "scan of int64, NumPy": median(lambda: m.scan(numpy64).items),
        "scan of a list": median(lambda: m.scan(ids).items),
        "scan of a tuple": median(lambda t=tuple(ids): m.scan(t).items),
        "array('i', list)": median(lambda: array.array("i", ids)),
        "np.array(list, int32)": median(lambda: np.array(ids, np.int32)),
        "NumPy mask and diff, from the list": median(lambda: mask_and_diff(ids)),
        "NumPy mask and diff, from int32": median(lambda: mask_and_diff(numpy32)),
        "a loop over the list": median(lambda: loop(ids)),
        "re on ready text": median(lambda: [x.span() for x in pattern.finditer(text)]),
    }
    if importlib.util.find_spec("torch"):
        import torch

        tensor = torch.tensor(ids)
        rows["scan of int64, torch"] = median(lambda: m.scan(tensor).items)
        rows["torch.tensor(list)"] = median(lambda: torch.tensor(ids))
    table("9,000 tokens, 8 images of 256 rows, to items", rows, "scan of a list", len(ids))


def small(m: mmspan.Matcher) -> None:
    """Ten tokens: what a call costs."""
    ids = prompt(10, 1, 4)
    numpy32, numpy64 = np.array(ids, np.int32), np.array(ids, np.int64)
    r = m.scan(ids)
    rows = {
        "scan of a list": median(lambda: m.scan(ids)),
        "scan of int32, NumPy": median(lambda: m.scan(numpy32)),
        "scan of int64, NumPy": median(lambda: m.scan(numpy64)),
        "r.items": median(lambda: r.items),
        "r[0]": median(lambda: r[0]),
        "r.mask()": median(lambda: r.mask()),
    }
    table("10 tokens", rows, "scan of a list", len(ids))


def those_of_vllm(short: list[int], media: list[int], wanted: list[int]) -> dict[str, float]:
    """The same by what vLLM calls for it, its updates made beforehand."""
    from vllm.multimodal.processing import PromptReplacement, processor

    updates = {
        "image": [
            [PromptReplacement("image", [IMAGE], [BOI, *[IMAGE] * rows, EOI]).resolve(i)]
            for i, rows in enumerate(media)
        ]
    }
    out, _ = processor.apply_token_matches(short, updates)
    found = processor.find_mm_placeholders(out, updates)
    assert out == wanted
    assert len(found["image"]) == len(media)
    return {
        "vLLM's apply_token_matches": median(
            lambda: processor.apply_token_matches(short, updates)
        ),
        "vLLM's find_mm_placeholders, in that": median(
            lambda: processor.find_mm_placeholders(out, updates)
        ),
    }


def expanded_list(m: mmspan.Matcher) -> None:
    """A list with 8 placeholders to the expanded list."""
    ids = [t for t in prompt(9000, 8) if t not in (BOI, EOI)]
    short = [t for i, t in enumerate(ids) if t != IMAGE or ids[i - 1] != IMAGE]
    media = [256] * 8

    def splice() -> list[int]:
        out: list[int] = []
        for token in short:
            if token == IMAGE:
                out += [BOI, *[IMAGE] * 256, EOI]
            else:
                out.append(token)
        return out

    def ours() -> list[int]:
        return m.scan(short).expand(image=media).tolist(short)

    assert ours() == splice() == m.scan(short).expand(image=media).ids.tolist()
    rows = {
        "scan, expand, tolist(list)": median(ours),
        "scan, expand, ids": median(lambda: m.scan(short).expand(image=media).ids),
        "scan, expand, ids.tolist()": median(
            lambda: m.scan(short).expand(image=media).ids.tolist()
        ),
        "a loop that splices": median(splice),
    }
    if importlib.util.find_spec("vllm"):
        rows |= those_of_vllm(short, media, splice())
    base = "scan, expand, tolist(list)"
    table("7,000 tokens, 8 placeholders, to 9,000", rows, base, len(ours()))


def many(m: mmspan.Matcher) -> None:
    """10,000 sequences."""
    n = 1000 if QUICK else 10000
    ids = prompt(1000, 2)
    values = np.tile(np.array(ids, np.int32), n)
    offsets = np.arange(n + 1) * 1000
    rows = {"flat int32 and offsets": median(lambda: m.scan_batch(values, offsets), 2)}
    if importlib.util.find_spec("pyarrow"):
        import pyarrow as pa

        lists = pa.ListArray.from_arrays(pa.array(offsets.astype(np.int32)), pa.array(values))
        assert (
            m.scan_batch(lists).items.tobytes() == m.scan_batch(values, offsets).items.tobytes()
        )
        rows["Arrow list column"] = median(lambda: m.scan_batch(lists), 2)
        b = m.scan_batch(lists)
        rows["its items to Arrow"] = median(lambda: pa.array(b.to_arrow()), 2)
    lists_of_ints = [ids] * n
    rows["list of lists"] = median(lambda: m.scan_batch(lists_of_ints), 2)
    table(f"{n:,} sequences of 1,000 tokens", rows, "flat int32 and offsets", n * 1000)


def check_of_a_server(m: mmspan.Matcher) -> None:
    """What a plugin does with a request, after the engine has placed its images."""
    if not importlib.util.find_spec("yaml"):
        return
    from mmspan.runners.config import facts
    from mmspan.runners.guard import Guard

    ids = prompt(9000, 8)
    result = m.scan(ids)
    runs = [(run.start, run.start + run.length) for item in result for run in item.runs]
    places = {"image": [[run] for run in runs]}
    guard = Guard(m, facts(m), "check", "bench", logging.getLogger())
    guard.check(ids, places)
    rows = {
        "scan of a list": median(lambda: m.scan(ids)),
        "check by a plugin": median(lambda: guard.check(ids, places)),
    }
    table("9,000 tokens, 8 images, as a server has them", rows, "scan of a list", len(ids))


def main() -> None:
    """All tables."""
    versions = f"Python {platform.python_version()}, NumPy {np.__version__}"
    print(f"mmspan {mmspan.__version__}, {versions}, {platform.machine()}")
    m = mmspan.load("gemma-4")
    for part in (items_of_a_list, small, expanded_list, many, check_of_a_server):
        part(m)


if __name__ == "__main__":
    main()
