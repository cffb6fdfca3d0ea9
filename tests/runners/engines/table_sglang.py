"""The table of docs/runners.md for SGLang, from its real processors; table.py calls it.

Images alone: SGLang reads videos and clips from files. Prompts with images are text, as in its
chats; those without are IDs.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator
from pathlib import Path

import folders
import media as pool
import mmspan
import pytest
import served
from prompts import fill_in
from sglang.srt.managers.multimodal_processor import PROCESSOR_MAPPING
from sglang_engine import Engine, settle, spans

N_GOOD = 20
WORDS = ("What", "is", "in", "these", "pictures", "and", "how", "do", "they", "differ")
IMAGE = "{i}"


def processors() -> dict[str, type]:
    """SGLang's processors by the names of its models."""
    return {model.__name__: one for model, one in PROCESSOR_MAPPING.items()}


def _image(index: int, family):
    if family.square:
        return pool.square(index, family.square)
    return pool.image(index).resize(((224, 224), (320, 240), (112, 168))[index % 3])


class Row:
    """What one model did."""

    def __init__(self, group: list[served.Served], top: Path) -> None:
        self.served = group[0]
        self.notes: list[str] = []
        self.passed = self.equal = self.n_good = 0
        self.bad: dict[str, str] = {}
        for number, one in enumerate(group):
            self._run(one, top / str(number))
        if not self.n_good:
            raise ValueError("no prompt was run")

    def _run(self, one: served.Served, folder: Path) -> None:
        self.family = one.family
        folders.make(one.family, one.architecture, folder, dict(one.options))
        self.engine = Engine(one.family.config, folder, processors()[one.architecture])
        vocabulary = self.engine.tokenizer.get_vocab()
        self.matcher = mmspan.load(one.family.config, tokenizer=vocabulary)
        self.images = [_image(i, one.family) for i in range(3)]
        for text, n_images in self._good(random.Random(1)):
            self.n_good += 1
            self._try(text, self.images[:n_images])
        for name, prompt, n_images in self._wrong():
            said = self._refusal(prompt, self.images[:n_images])
            if not self.bad.get(name, "").startswith("("):
                self.bad[name] = said
            if said.startswith("("):
                self.notes.append(f"{name}: {said}")

    def _good(self, draw: random.Random) -> Iterator[tuple[str, int]]:
        for _ in range(N_GOOD):
            n_images = draw.randint(1, min(self.family.most, 3))
            text = ""
            for _ in range(n_images):
                text += " ".join(draw.choices(WORDS, k=draw.choice((0, 0, 1, 5, 20)))) + IMAGE
            text += " ".join(draw.choices(WORDS, k=draw.choice((0, 1, 7))))
            yield fill_in(self.family, text), n_images

    def _wrong(self) -> Iterator[tuple[str, str | list[int], int]]:
        """Kind of fault, prompt, and how many images come with it."""
        one = fill_in(self.family, f"x {IMAGE} y")
        if self.family.most > 1:
            yield "typed", fill_in(self.family, f"x {IMAGE} y {IMAGE} z"), 1
            yield "too many", fill_in(self.family, f"{IMAGE}{IMAGE} z"), 1
            yield "missing", fill_in(self.family, f"{IMAGE} z"), 2
        yield "none at all", fill_in(self.family, "what is it"), 1
        yield "in text", self.engine.tokenizer.encode(one), 0
        made = self.engine.own(one, {"image": self.images[:1]})
        ids = made[1]
        where = self._spans(made)["image"][0]
        first, last = where[0][0], where[-1][1]
        yield "expanded, in text", ids, 0
        yield "cut", ids[: (first + last) // 2 + 1], 0
        yield "patches in text", [*ids[:1], *[ids[first]] * 5, *ids[-1:]], 0
        yield "100,000 patches", [ids[first]] * 100_000, 0

    def _spans(self, made):
        return spans(made, self.matcher)

    def _try(self, text: str, images: list) -> None:
        given = {"image": images}
        own = self.engine.own(text, given)
        own_spans = self._spans(own)
        for mode in ("check", "replace"):
            patch = pytest.MonkeyPatch()
            try:
                made = self.engine.run(mode, patch, text, given)
            except Exception as error:
                self.notes.append(f"{mode} {text[:200]!r}: {error!r:.300}")
                continue
            finally:
                patch.undo()
            same = own[1] == made[1] and own_spans == self._spans(made)
            if mode == "check":
                self.passed += same
            else:
                self.equal += same
            if not same:
                self.notes.append(f"{mode}, unequal: {text[:200]!r}")

    def _refusal(self, prompt: str | list[int], images: list) -> str:
        """The sentence, or what else happened in brackets."""
        patch = pytest.MonkeyPatch()
        try:
            made = self.engine.run("check", patch, prompt, {"image": images})
        except ValueError as error:
            return str(error)  # of SGLang itself or mmspan's, both a status of 400
        except Exception as error:
            return f"({error!r:.200})"
        finally:
            patch.undo()
        return f"(served: {len(made[1])} tokens)"

    def line(self) -> str:
        """Of the table."""
        theirs = [
            name for name, said in self.bad.items() if not said.startswith(("(", "mmspan: "))
        ]
        cells = (
            self.served.architecture,
            self.served.family.config,
            f"{self.passed} of {self.n_good}",
            f"{self.equal} of {self.n_good}",
            served.refused(self.bad),
            ", ".join(theirs) or "-",
        )
        return "| " + " | ".join(cells) + " |"


def groups() -> dict[tuple[str, str], list[served.Served]]:
    """What a row is made of, by the model's name and the config's: models with images."""
    settle(pytest.MonkeyPatch())
    found = served.grouped(set(processors()))
    return {name: group for name, group in found.items() if group[0].family.image.strip()}


def table(done: list[Row]) -> str:
    """What stands in the page."""
    import sglang

    run = {row.served.architecture for row in done}
    lines = [
        "| model in SGLang | config | good ones pass | equal in replace | bad kinds refused "
        "| of these by SGLang itself |",
        "|---|---|---|---|---|---|",
        *(row.line() for row in done),
        "",
        f"SGLang {sglang.__version__}, {datetime.date.today():%-d %B %Y}: {len(done)} rows, "
        f"{len(run)} of the {len(processors())} names of its processors.",
    ]
    return "\n".join(lines)
