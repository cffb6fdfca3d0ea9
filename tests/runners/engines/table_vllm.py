"""The table of docs/runners.md for vLLM, from its real processors; table.py calls it.

For each model of served.py: random good prompts, which must pass, and whose IDs and places must
be equal when mmspan makes them; and bad ones of each kind, which must be refused.
"""

from __future__ import annotations

import datetime
import os
import random
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("VLLM_NO_USAGE_STATS", "1")
os.environ.setdefault("VLLM_LOGGING_LEVEL", "ERROR")

import folders
import media as pool
import numpy as np
import pytest
import served
from engine import Engine, inspect_here, spans
from mmspan.vllm import replace
from prompts import KINDS, fill_in

N_GOOD = 40
WORDS = ("What", "is", "in", "these", "pictures", "and", "how", "do", "they", "differ")
EXPAND = replace.expand
Prompt = tuple[list[int], dict[str, list]]


class Writer:
    """Prompts of one model."""

    def __init__(self, family, engine: Engine, videos_need_metadata: bool) -> None:
        self.family = family
        self.engine = engine
        allowed = engine.processor.info.allowed_mm_limits
        self.most = {
            kind: min(family.most, allowed[kind])
            for kind in KINDS
            if getattr(family, kind) and allowed.get(kind, 0)
        }
        self.kinds = list(self.most)
        self._media = {
            "image": [_image(i, family) for i in range(3)],
            "video": [_video(i, family, videos_need_metadata) for i in range(2)],
            "audio": [
                (pool.clip(i, family.rate)[: family.rate], family.rate) for i in range(2)
            ],
        }

    def ids(self, text: str) -> list[int]:
        """Of a text in which {i}, {v} and {a} stand for media."""
        text = fill_in(self.family, text)
        return self.engine.tokenizer.encode(text, add_special_tokens=False)

    def prompt(self, text: str, draw: random.Random, less: int = 0, kind: str = "") -> Prompt:
        """With one media for each mark; with some less of one kind."""
        wanted = {name: text.count("{" + name[0] + "}") for name in self.kinds}
        if kind:
            wanted[kind] -= less
        return self.ids(text), {
            name: [draw.choice(self._media[name]) for _ in range(n)]
            for name, n in wanted.items()
        }

    def good(self, seed: int):
        """Text with one to three media of each kind, which may touch."""
        draw = random.Random(seed)
        for number in range(N_GOOD):
            first = self.kinds[number % len(self.kinds)]
            n = draw.randint(1, min(self.most[first], 3 if first == "image" else 2))
            chosen = [first] * n
            others = [kind for kind in self.kinds if kind != first]
            if others and draw.random() < 0.3:
                chosen.append(draw.choice(others))
                draw.shuffle(chosen)
            text = ""
            for kind in chosen:
                words = draw.choices(WORDS, k=draw.choice((0, 0, 1, 5, 20)))
                text += " ".join(words) + "{" + kind[0] + "}"
            yield self.prompt(
                text + " ".join(draw.choices(WORDS, k=draw.choice((0, 1, 7)))), draw
            )

    def one(self, kind: str) -> tuple[list[int], dict[str, list], list[tuple[int, int]]]:
        """The IDs of a prompt with one media as vLLM expands it, and where its rows go."""
        prompt, given = self.prompt("x {" + kind[0] + "} y", random.Random(0))
        made = self.engine.own(prompt, given)
        return made["prompt_token_ids"], given, spans(made)[kind][0]

    def known(self) -> list[str]:
        """The kinds whose rows go to tokens that the config has for rows."""
        guard = self.engine.plugins["check"].guard(self.engine.config, self.engine.tokenizer)
        known = []
        for kind in self.kinds:
            ids, _, where = self.one(kind)
            if guard.facts.are_embeds(np.array(ids, np.int32), *where[0]):
                known.append(kind)
        return known

    def bad(self):
        """By kind of fault and of media: a prompt and what comes with it."""
        draw = random.Random(0)
        for kind in self.known():
            mark = "{" + kind[0] + "}"
            if getattr(self.family, kind).isspace():
                pass  # there is no placeholder, so none is missing
            elif self.most[kind] > 1:
                yield f"typed {kind}", self.prompt(f"x {mark} y {mark} z", draw, 1, kind)
                yield f"{kind} too many", self.prompt(f"{mark}{mark} z", draw, 1, kind)
                yield f"{kind} missing", self.prompt(f"{mark} z", draw, -1, kind)
            if not getattr(self.family, kind).isspace():
                yield f"no {kind}", self.prompt("what is it", draw, -1, kind)
                yield f"{kind} in text", self.prompt(f"x {mark} y", draw, 1, kind)
            ids, given, where = self.one(kind)
            first, last = where[0][0], where[-1][1]
            patch = ids[first]
            yield f"expanded {kind} in text", (ids, {})
            yield f"{kind} cut", (ids[: (first + last) // 2 + 1], {})
            yield f"{kind}, wrong rows", (ids[:first] + ids[first + 1 :], given)
            yield f"{kind} patches in text", (self.ids("x") + [patch] * 5 + self.ids("y"), {})
            yield f"100,000 {kind} patches", ([patch] * 100_000, {})


def _image(index: int, family):
    if family.square:
        return pool.square(index, family.square)
    return pool.image(index).resize(((224, 224), (320, 240), (112, 168))[index % 3])


def _video(index: int, family, metadata: bool):
    frames, known = pool.video(0 if family.even else index)
    if not metadata:
        return frames
    return frames, {
        "fps": 2.0,
        "duration": known.duration,
        "total_num_frames": len(frames),
        "frames_indices": list(range(len(frames))),
        "video_backend": "opencv",
        "do_sample_frames": False,
    }


def refusal(engine: Engine, mode: str, prompt: Prompt) -> str:
    """The sentence, or what else happened in brackets."""
    from vllm.exceptions import VLLMValidationError

    patch = pytest.MonkeyPatch()
    try:
        made = engine.run(mode, patch, *prompt)
    except VLLMValidationError as error:
        text = str(error)
        return text if text.startswith("mmspan: ") else f"({text[:200]})"
    except Exception as error:
        return f"({error!r:.200})"
    finally:
        patch.undo()
    return f"(served: {len(made['prompt_token_ids'])} tokens)"


class Row:
    """What one model did."""

    def __init__(self, group: list[served.Served], top: Path) -> None:
        self.served = group[0]
        self.notes: list[str] = []
        self.passed = self.equal = self.n_good = self.n_left = 0
        self.kinds: dict[str, bool] = {}
        self.bad: dict[str, str] = {}
        for number, one in enumerate(group):
            self._run(one, top / str(number))

    def _run(self, one: served.Served, folder: Path) -> None:
        folders.make(one.family, one.architecture, folder, dict(one.options))
        self.engine = Engine(one.family.config, folder)
        parser = self.engine.processor.data_parser
        writer = Writer(one.family, self.engine, parser.video_needs_metadata)
        for prompt in writer.good(1):
            self.n_good += 1
            self._try(prompt)
        known = writer.known()
        self.kinds.update({kind: kind in known for kind in writer.kinds})
        for name, prompt in writer.bad():
            said = refusal(self.engine, "check", prompt)
            if not self.bad.get(name, "").startswith("("):
                self.bad[name] = said
            if said.startswith("("):
                self.notes.append(f"{name}: {said}")

    def _try(self, prompt: Prompt) -> None:
        own = self.engine.own(*prompt)
        for mode in ("check", "replace"):
            patch = pytest.MonkeyPatch()
            patch.setattr(replace, "expand", self._expand)
            try:
                made = self.engine.run(mode, patch, *prompt)
            except Exception as error:
                self.notes.append(f"{mode} {_short(prompt[0])}: {error!r:.300}")
                continue
            finally:
                patch.undo()
            same = own["prompt_token_ids"] == made["prompt_token_ids"] and spans(own) == spans(
                made
            )
            if mode == "check":
                self.passed += same
            else:
                self.equal += same
            if not same:
                self.notes.append(f"{mode}, unequal: {_short(prompt[0])}")
                self.notes.append(
                    f"   own  {_short(own['prompt_token_ids'])} {spans(own)!s:.300}"
                )
                self.notes.append(
                    f"   ours {_short(made['prompt_token_ids'])} {spans(made)!s:.300}"
                )

    def _expand(self, *arguments):
        made = EXPAND(*arguments)
        self.n_left += made is None
        return made

    def _replacing(self) -> str:
        """On, or why prompts are left to vLLM, in the words of the log."""
        off = replace.out_of_reach(type(self.engine.processor))
        if off:
            self.n_left = self.n_good
            return off
        if not self.n_left:
            return "on"
        guard = self.engine.plugins["replace"].guard(self.engine.config, self.engine.tokenizer)
        reasons = [key[1] for key in guard.once.seen if key[0] == "left"]
        why = "; ".join(reasons) or "a placeholder that the config lacks"
        if self.n_left == self.n_good:
            return why
        return f"on, but for {self.n_left} of {self.n_good}: {why}"

    def line(self) -> str:
        """Of the table."""
        kinds = [
            kind if known else f"{kind} (not checked)" for kind, known in self.kinds.items()
        ]
        replacing = self._replacing()
        equal = "-" if self.n_left == self.n_good else f"{self.equal} of {self.n_good}"
        cells = (
            self.served.architecture,
            self.served.family.config,
            ", ".join(kinds),
            f"{self.passed} of {self.n_good}",
            equal,
            served.refused(self.bad),
            replacing,
        )
        return "| " + " | ".join(cells) + " |"


def _short(ids: list[int]) -> str:
    """IDs with repeats counted."""
    out: list[list[int]] = []
    for i in ids:
        if out and out[-1][0] == i:
            out[-1][1] += 1
        else:
            out.append([i, 1])
    return " ".join(f"{i}*{n}" if n > 1 else str(i) for i, n in out)[:400]


def groups() -> dict[tuple[str, str], list[served.Served]]:
    """What a row is made of, by the model's name and the config's."""
    inspect_here()
    return served.grouped(served.in_vllm())


def table(done: list[Row]) -> str:
    """What stands in the page."""
    import vllm

    run = {row.served.architecture for row in done}
    known = set(served.multimodal())
    lines = [
        "| model in vLLM | config | media | good ones pass | equal in replace "
        "| bad kinds refused | replace |",
        "|---|---|---|---|---|---|---|",
        *(row.line() for row in done),
        "",
        f"vLLM {vllm.__version__}, {datetime.date.today():%B %Y}: {len(done)} rows, "
        f"{len(run)} of the {len(known)} names of its registry. The others:",
        "",
    ]
    for reason, names in served.NOT_RUN.items():
        left = sorted(set(names.split()) - run)
        lines.append(f"* {reason} ({len(left)}): {', '.join(left)};")
        run.update(left)
    if known != run:
        raise ValueError(f"neither run nor with a reason: {known ^ run}")
    return "\n".join(lines).removesuffix(";") + "."
