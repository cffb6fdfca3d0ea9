"""The table of docs/runners.md, from vLLM's real processors of tiny models.

    python table.py [-w]

Prints it, or with -w writes it between the marks of the page. For each model that tiny.py can
make: random good prompts, whose IDs and places must be equal with and without the plugin, and
bad ones of each kind, which must be refused. No model is in the table that was not run.
"""

from __future__ import annotations

import datetime
import os
import random
import re
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import pytest
import tiny
from test_vllm import Engine, spans

PAGE = Path(__file__).parents[3] / "docs" / "runners.md"
N_GOOD = 40


class Family(NamedTuple):
    """How prompts of a model are made: its placeholder, a patch, a cut block, text."""

    placeholder: list[int]
    patch: int
    cut: list[int]
    text: range


FAMILIES = {
    "qwen2.5-vl": Family([151652, 151655, 151653], 151655, [151652, 151655], range(1, 200)),
    "llava-1.5": Family([32000], 32000, [], range(10, 200)),
    "gemma-4": Family([258880], 258880, [255999, 258880, 258880], range(300, 400)),
    "gemma-3": Family([255999], 262144, [255999, 262144], range(300, 400)),
}


def good_prompts(family: Family, seed: int):
    """Prompts of text and up to four placeholders, which may touch."""
    draw = random.Random(seed)
    for _ in range(N_GOOD):
        n_images = draw.randint(1, 4)
        prompt = []
        for _ in range(n_images):
            prompt += draw.choices(family.text, k=draw.choice((0, 0, 1, 5, 40)))
            prompt += family.placeholder
        prompt += draw.choices(family.text, k=draw.choice((0, 1, 7)))
        yield prompt, n_images


def bad_prompts(family: Family):
    """By kind: a prompt, and how many images come with it."""
    one, text = family.placeholder, list(family.text[:3])
    yield "typed placeholder", [*text, *one, *text, *one], 1
    yield "one too many", [*one, *one, *text], 1
    yield "one missing", [*one, *text], 2
    yield "none", text, 1
    yield "text only", [*text, *one, *text], 0
    yield "patches, text only", [*text, *[family.patch] * 5, *text], 0
    yield "wrong rows", [*text, *one[:-1][:1], *[family.patch] * 3, *one[1:][-1:], *text], 1
    yield "100,000 patches", [family.patch] * 100_000, 0
    if family.cut:
        yield "cut", [*text, *family.cut], 0


def refused(engine: Engine, mode: str, prompt: list[int], images: list) -> bool:
    from vllm.exceptions import VLLMValidationError

    patch = pytest.MonkeyPatch()
    try:
        engine.run(mode, patch, prompt, images)
    except VLLMValidationError as error:
        return "mmspan: " in str(error)
    except Exception:
        return False
    finally:
        patch.undo()
    return False


def equal(engine: Engine, mode: str, prompt: list[int], images: list) -> bool:
    patch = pytest.MonkeyPatch()
    try:
        own = engine.own(prompt, images)
        made = engine.run(mode, patch, prompt, images)
    finally:
        patch.undo()
    return own["prompt_token_ids"] == made["prompt_token_ids"] and spans(own) == spans(made)


def row(model: str, folder: Path) -> str:
    """One line of the table."""
    from mmspan.vllm import replace
    from PIL import Image

    engine, family = Engine(model, folder), FAMILIES[model]
    image = Image.new("RGB", (96, 96), (9, 9, 200))
    good = list(good_prompts(family, 1))
    counts = [
        sum(equal(engine, mode, prompt, [image] * n) for prompt, n in good)
        for mode in ("check", "replace")
    ]
    bad = list(bad_prompts(family))
    missed = [
        name for name, prompt, n in bad if not refused(engine, "check", prompt, [image] * n)
    ]
    off = replace.out_of_reach(type(engine.processor))
    return (
        f"| {engine.config.architectures[0]} | {model} | {counts[0]} of {len(good)} "
        f"| {counts[1]} of {len(good)} | {len(bad) - len(missed)} of {len(bad)}"
        f"{': not ' + ', '.join(missed) if missed else ''} | {off or 'on'} |"
    )


def table() -> str:
    """All of it, with date and version."""
    import vllm

    kept = os.environ.get("MMSPAN_TINY")
    with tempfile.TemporaryDirectory() as made:
        top = Path(kept or made)
        rows = [row(model, tiny.make(model, top / model)) for model in FAMILIES]
    return "\n".join(
        [
            "| model in vLLM | config | equal in check | equal in replace | bad kinds refused "
            "| replace |",
            "|---|---|---|---|---|---|",
            *rows,
            "",
            f"vLLM {vllm.__version__}, {datetime.date.today():%B %Y}, images.",
        ]
    )


def main(arguments: list[str]) -> None:
    text = table()
    if arguments == ["-w"]:
        page = PAGE.read_text()
        made = re.sub(
            r"(?s)(<!-- table -->\n).*?(<!-- end -->)",
            lambda match: f"{match[1]}{text}\n{match[2]}",
            page,
        )
        PAGE.write_text(made)
    print(text)


if __name__ == "__main__":
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("VLLM_NO_USAGE_STATS", "1")
    main(sys.argv[1:])
