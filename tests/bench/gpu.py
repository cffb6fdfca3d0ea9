"""What the embeddings of a prompt cost on this GPU, beside what is used today.

    PYTHONPATH=build/src/python/package python3 tests/bench/gpu.py [--json FILE]

Everything is compared bit for bit first. Device time is that of calls in a CUDA graph, the
median of replays; what cannot be captured, since the host waits in it, is timed between two
events. Host time is what a call takes in Python while the GPU keeps up.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import mmspan
import mmspan.torch as mt
import numpy as np
import torch
import triton
import triton.language as tl

IMAGE, VOCABULARY = 151655, 152064
CONFIG = f"""mmspan: 1
model: bench
tokens:
  image: {{id: {IMAGE}, piece: '<image>'}}
modalities:
  image: {{patch: image, rows: {{min: 1}}}}
"""
#: Images, rows of each, text between them, width.
PROMPTS = [
    (1, 256, 700, 4096),
    (8, 1024, 98, 4096),
    (64, 1024, 1000, 4096),
    (512, 64, 34, 4096),
    (10000, 64, 34, 1024),
]
Call = Callable[[], Any]


def ids_of(images: int, rows: int, gap: int) -> np.ndarray:
    ids = np.random.default_rng(0).integers(0, 150_000, 40 + images * (rows + gap))
    for i in range(images):
        at = 20 + i * (rows + gap)
        ids[at : at + rows] = IMAGE
    return ids


def between_events(call: Call, rounds: int = 30) -> float:
    """Microseconds on the GPU's clock, the host's waiting included."""
    for _ in range(5):
        call()
    times = []
    for _ in range(rounds):
        torch.cuda.synchronize()
        begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        begin.record()
        call()
        end.record()
        torch.cuda.synchronize()
        times.append(begin.elapsed_time(end) * 1e3)
    return statistics.median(times)


def in_graph(call: Call, calls: int = 20) -> float:
    call()
    torch.cuda.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        for _ in range(calls):
            call()
    return between_events(graph.replay, 20) / calls


def on_host(call: Call, rounds: int = 40, calls: int = 20) -> tuple[float, float]:
    """Microseconds of the host for a call, which must not wait: the median, and the least.

    A core that others use, too, takes half as long again, or twice as long.
    """
    for _ in range(10):
        call()
    times = []
    for _ in range(rounds):
        torch.cuda.synchronize()
        begin = time.perf_counter()
        for _ in range(calls):
            call()
        times.append((time.perf_counter() - begin) / calls * 1e6)
    torch.cuda.synchronize()
    return statistics.median(times), min(times)


class Case:
    """One prompt, and every way to its embeddings."""

    def __init__(self, images: int, rows: int, gap: int, width: int) -> None:
        ids = ids_of(images, rows, gap)
        self.name = f"{len(ids):,} tokens, {images:,} x {rows:,}, width {width:,}"
        self.result = mmspan.loads(CONFIG).scan(ids)
        assert self.result.rows("image") == images * rows
        options = {"device": "cuda", "dtype": torch.bfloat16}
        self.weight = torch.randn(VOCABULARY, width, **options)
        self.image = torch.randn(images * rows, width, **options)
        self.ids = torch.from_numpy(ids).cuda()
        self.plan = mt.plan(self.result, "cuda")
        self.at = (self.ids == IMAGE).nonzero()[:, 0]
        self.other = torch.empty_like(self.image)

    def boolean_index(self) -> torch.Tensor:
        out = torch.nn.functional.embedding(self.ids, self.weight)
        out[self.ids == IMAGE] = self.image
        return out

    def masked_scatter(self) -> torch.Tensor:
        out = torch.nn.functional.embedding(self.ids, self.weight)
        mask = (self.ids == IMAGE)[:, None].expand_as(out)
        return out.masked_scatter_(mask, self.image)

    def index_copy(self) -> torch.Tensor:
        """With the indices as a gift: nothing here says where they come from."""
        out = torch.nn.functional.embedding(self.ids, self.weight)
        return out.index_copy_(0, self.at, self.image)

    def gather(self) -> torch.Tensor:
        return torch.nn.functional.embedding(self.ids, self.weight)

    def embed(self) -> torch.Tensor:
        return mt.embed(self.weight, self.ids, self.plan, image=self.image)

    def embed_and_plan(self) -> torch.Tensor:
        return mt.embed(self.weight, self.ids, self.result, image=self.image)

    def measure(self) -> dict[str, Any]:
        want = self.masked_scatter()
        splice = want.clone()
        ways = (self.boolean_index, self.index_copy, self.embed, self.embed_and_plan)
        for way in ways:
            assert torch.equal(way().view(torch.int16), want.view(torch.int16)), way
        mt.splice_(splice, self.plan, image=self.image)
        assert torch.equal(splice.view(torch.int16), want.view(torch.int16))
        out, rows = torch.empty_like(want), torch.empty_like(self.image)
        mask = self.ids == IMAGE
        del want
        return {
            "prompt": self.name,
            "copy": in_graph(lambda: out.copy_(splice)),
            "embed": in_graph(self.embed),
            "copy of rows": in_graph(lambda: rows.copy_(self.image)),
            "splice": in_graph(lambda: mt.splice_(splice, self.plan, image=self.image)),
            "merge by mask": in_graph(
                lambda: mt.merge_multimodal_embeddings(splice, self.image, mask)
            ),
            "gather and index_copy_": in_graph(self.index_copy),
            "from Python": between_events(self.embed_and_plan),
            "with a plan": between_events(self.embed),
            "boolean index": between_events(self.boolean_index),
            "masked_scatter": between_events(self.masked_scatter),
            "index_copy_": between_events(self.index_copy),
            "host: plan": on_host(lambda: mt.plan(self.result, "cuda")),
            "host: embed": on_host(self.embed),
            "host: plan and embed": on_host(self.embed_and_plan),
            "host: splice": on_host(lambda: mt.splice_(splice, self.plan, image=self.image)),
            "host: a gather by torch": on_host(self.gather),
        }


@triton.jit
def empty_kernel():
    pass


@triton.jit
def copy_kernel(out, source, BLOCK: tl.constexpr):
    at = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(out + at, tl.load(source + at))


def floors() -> None:
    """What a kernel costs that does nothing, or only copies: short prompts cannot cost less."""
    source = torch.randn(256, 4096, device="cuda", dtype=torch.bfloat16)
    out = torch.empty_like(source)
    calls = {
        "an empty kernel": lambda: empty_kernel[(1,)](num_warps=1),
        "one program that copies 4 KiB": lambda: copy_kernel[(1,)](out, source, 2048),
        "512 that copy 256 rows": lambda: copy_kernel[(512,)](out, source, 2048),
        "torch's copy of them": lambda: out.copy_(source),
    }
    times = ", ".join(f"{name} {in_graph(call, 40):.2f}" for name, call in calls.items())
    print(f"\nFloors in a CUDA graph, us: {times}")


def table(rows: list[dict[str, Any]], title: str, columns: list[tuple[str, Callable]]) -> None:
    print(f"\n{title}\n")
    print("| prompt | " + " | ".join(name for name, _ in columns) + " |")
    print("|---|" + "---:|" * len(columns))
    for row in rows:
        print(f"| {row['prompt']} | " + " | ".join(str(get(row)) for _, get in columns) + " |")


def time_of(name: str) -> tuple[str, Callable[[dict[str, Any]], str]]:
    return name, lambda row: f"{row[name]:.1f}"


def ratio(title: str, name: str, to: str) -> tuple[str, Callable[[dict[str, Any]], str]]:
    return title, lambda row: f"{row[name] / row[to]:.2f}"


def report(rows: list[dict[str, Any]]) -> None:
    table(
        rows,
        "Device time in a CUDA graph, us",
        [
            time_of("copy"),
            time_of("embed"),
            ratio("to the copy (1.06)", "embed", "copy"),
            time_of("copy of rows"),
            time_of("splice"),
            ratio("to it (1.08)", "splice", "copy of rows"),
            time_of("merge by mask"),
            time_of("gather and index_copy_"),
        ],
    )
    table(
        rows,
        "Called from Python, between two events, us",
        [
            ("embed, plan included", lambda row: f"{row['from Python']:.1f}"),
            ("plan made before", lambda row: f"{row['with a plan']:.1f}"),
            time_of("boolean index"),
            ratio("to embed", "boolean index", "from Python"),
            ratio("plan before", "boolean index", "with a plan"),
            time_of("masked_scatter"),
            ratio("to embed", "masked_scatter", "from Python"),
            ratio("plan before", "masked_scatter", "with a plan"),
            time_of("index_copy_"),
            ratio("to embed", "index_copy_", "from Python"),
        ],
    )
    names = ["plan", "embed", "plan and embed", "splice", "a gather by torch"]
    table(
        rows,
        "Host time of a call, us: the median, and the least",
        [(n, lambda row, n=n: "{:.1f}, {:.1f}".format(*row["host: " + n])) for n in names],
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", help="write the figures to this file, too")
    arguments = parser.parse_args()
    if not torch.cuda.is_available():
        sys.exit("gpu.py: no GPU here")
    print(
        f"{torch.cuda.get_device_name()}, torch {torch.__version__}, Triton "
        f"{triton.__version__}, mmspan {mmspan.__version__}; bfloat16, medians"
    )
    rows = []
    for prompt in PROMPTS:
        rows.append(Case(*prompt).measure())
        torch.cuda.empty_cache()
    report(rows)
    floors()
    if arguments.json:
        with open(arguments.json, "w") as file:
            json.dump(rows, file, indent=1)


if __name__ == "__main__":
    main()
