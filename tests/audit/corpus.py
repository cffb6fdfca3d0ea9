"""A tokenised data set of chats with images, of which some sequences are broken on purpose.

What is broken, and the findings of which at least one must say so, is known; what is not in
`Corpus.broken` must have no finding. Everything is drawn from a seed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np

MODEL = "qwen2.5-vl"
BEGIN, END, PAD, VIDEO = 151652, 151653, 151655, 151656
TEXT = 151643  # IDs below are text


@dataclass
class Row:
    """A sequence with its columns; `images` are the (start, end) of blocks, marks included."""

    ids: list[int] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    grids: list[list[int]] = field(default_factory=list)
    images: list[tuple[int, int]] = field(default_factory=list)

    def text(self, rng: np.random.Generator, n: int, trained: bool) -> None:
        ids = rng.integers(0, TEXT, n).tolist()
        self.ids += ids
        self.labels += ids if trained else [-100] * n

    def image(self, rng: np.random.Generator) -> None:
        h, w = (2 * rng.integers(2, 12, 2)).tolist()
        start = len(self.ids)
        self.ids += [BEGIN, *[PAD] * (h * w // 4), END]
        self.labels += [-100] * (len(self.ids) - start)
        self.images.append((start, len(self.ids)))
        self.grids.append([1, h, w])

    def keep(self, first: int, end: int) -> None:
        self.ids, self.labels = self.ids[first:end], self.labels[first:end]

    def without(self, at: int) -> None:
        del self.ids[at], self.labels[at]


def _cut_off(row: Row, start: int, end: int, j: int) -> None:
    row.keep(0, (start + end) // 2)
    del row.grids[j + 1 :]


def _cut_head(row: Row, start: int, end: int, j: int) -> None:
    row.keep((start + end) // 2, len(row.ids))
    del row.grids[:j]


def _stray(row: Row, start: int, end: int, j: int) -> None:
    row.ids[-1] = PAD


def _no_end(row: Row, start: int, end: int, j: int) -> None:
    row.without(end - 1)


def _other_inside(row: Row, start: int, end: int, j: int) -> None:
    row.ids[start + 2] = VIDEO


def _lost_token(row: Row, start: int, end: int, j: int) -> None:
    row.without(start + 2)


def _trained(row: Row, start: int, end: int, j: int) -> None:
    row.labels[start:end] = row.ids[start:end]


def _lost_grid(row: Row, start: int, end: int, j: int) -> None:
    del row.grids[j]


def _another_size(row: Row, start: int, end: int, j: int) -> None:
    row.grids[j][1] += 2


# What is done to image j of a row, the findings that must tell, and whether IDs alone do.
FAULTS: dict[str, tuple[Callable[[Row, int, int, int], None], set[str], bool]] = {
    "cut off": (_cut_off, {"truncated-block"}, True),
    "cut head": (_cut_head, {"stray-token"}, True),
    "stray": (_stray, {"stray-token"}, True),
    "no end": (_no_end, {"broken-block"}, True),
    "other inside": (_other_inside, {"broken-block"}, True),
    "lost token": (_lost_token, {"media-rows"}, False),
    "trained": (_trained, {"label-on-media"}, False),
    "lost grid": (_lost_grid, {"media-count"}, False),
    "another size": (_another_size, {"media-rows"}, False),
}


class Corpus:
    """`rows` in their order; `broken` has the fault of each broken one by its number."""

    model = MODEL

    def __init__(self, n: int = 400, broken: float = 0.1, seed: int = 1) -> None:
        rng = np.random.default_rng(seed)
        self.faults = {name: (wanted, seen) for name, (_, wanted, seen) in FAULTS.items()}
        self.rows: list[Row] = []
        self.broken: dict[int, str] = {}
        names = list(FAULTS)
        for i in range(n):
            row = Row()
            for _ in range(int(rng.integers(0, 5))):
                row.text(rng, int(rng.integers(2, 60)), trained=False)
                row.image(rng)
                row.text(rng, int(rng.integers(2, 200)), trained=True)
            row.text(rng, 3, trained=True)
            if row.images and rng.random() < broken:
                name = names[len(self.broken) % len(names)]
                j = int(rng.integers(0, len(row.images)))
                FAULTS[name][0](row, *row.images[j], j)
                self.broken[i] = name
            self.rows.append(row)

    @property
    def tokens(self) -> int:
        return sum(len(row.ids) for row in self.rows)

    def dicts(self, first: int = 0, end: int | None = None) -> list[dict[str, object]]:
        return [
            {
                "input_ids": row.ids,
                "labels": row.labels,
                "attention_mask": [1] * len(row.ids),
                "image_grid_thw": row.grids,
            }
            for row in self.rows[first:end]
        ]

    def jsonl(self, first: int = 0, end: int | None = None) -> str:
        return "".join(json.dumps(row) + "\n" for row in self.dicts(first, end))

    def complaints(self, found: Iterable[tuple[int, str]], ids_only: bool = False) -> list[str]:
        """What is wrong with findings, (row, kind) each; none when the audit is right."""
        kinds: dict[int, set[str]] = {}
        for row, kind in found:
            kinds.setdefault(row, set()).add(kind)
        said = []
        for row, name in self.broken.items():
            wanted, visible = self.faults[name]
            if (visible or not ids_only) and not wanted & kinds.get(row, set()):
                said.append(f"row {row}: {name}, but found {sorted(kinds.get(row, set()))}")
            if ids_only and not visible and row in kinds:
                said.append(f"row {row}: {name} seen in IDs alone: {sorted(kinds[row])}")
        for row in sorted(kinds.keys() - self.broken.keys()):
            said.append(f"row {row} is good, but found {sorted(kinds[row])}")
        return said
