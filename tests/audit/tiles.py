"""A tokenised data set of models that cut images into tiles, in rows of several documents.

Unlike those of `Corpus`, blocks have separators, or no delimiters at all; the media are a
column of numbers of rows, and the borders of documents another.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from corpus import Corpus

TEXT = 32  # IDs of text begin here: below, some models have their special tokens
Parts = list[tuple[str, int]]  # tokens by name, and how often


@dataclass(frozen=True)
class Tiled:
    """A model: its tokens, how an image of it looks, and what tells that one is damaged.

    `wanted` has, by fault, the findings of which one must be there.
    """

    tokens: dict[str, int]
    draw: Callable[[np.random.Generator], Parts]
    embed: str
    wanted: dict[str, set[str]]


def _internvl(rng: np.random.Generator) -> Parts:
    return [("begin", 1), *[("patch", 256)] * int(rng.integers(1, 5)), ("end", 1)]


def _llama(rng: np.random.Generator) -> Parts:
    """Rows of tiles, and the global one; a small image has this alone."""
    across, down = (int(n) for n in rng.integers(1, 4, 2))
    parts: Parts = [("begin", 1)]
    for _ in range(down if across * down > 1 else 0):
        for column in range(across):
            parts += [("between", 1)] * (column > 0) + [("patch", 144)]
        parts.append(("after", 1))
    return [*parts, ("image", 1), ("patch", 144), ("end", 1)]


def _pixtral(rng: np.random.Generator) -> Parts:
    across, down = (int(n) for n in rng.integers(3, 12, 2))
    lines = [("patch", across), ("break", 1)] * down
    return [*lines[:-1], ("end", 1)]


def _onevision(rng: np.random.Generator) -> Parts:
    return [("patch", 730), *[("patch", 729)] * int(rng.integers(0, 4))]


SAME = {
    "trained": {"label-on-media"},
    "lost media": {"media-count"},
    "another size": {"media-rows"},
    "lost tile": {"media-rows"},
}
# Where a block has a begin and an end.
DELIMITED = SAME | {
    "cut off": {"truncated-block"},
    "cut head": {"stray-token"},
    "lost token": {"rows"},
    "no end": {"broken-block"},
    "cut between": {"truncated-block"},
}
MODELS = {
    "internvl-3.5": Tiled(
        {"begin": 151669, "patch": 151671, "end": 151670},
        _internvl,
        "patch",
        DELIMITED
        | {
            # Its blocks may be frames of one video, so what fits in sum is taken together.
            "lost media": {"media-count", "media-rows"},
            "lost tile": {"media-count", "media-rows"},
        },
    ),
    "llama-4": Tiled(
        {
            "begin": 200080,
            "end": 200081,
            "between": 200084,
            "after": 200085,
            "image": 200090,
            "patch": 200092,
        },
        _llama,
        "patch",
        DELIMITED,
    ),
    # A lone row of patches and their end are a whole image, so what is left of one that lost
    # its head may be one, too: only the media tell. Without its end there is no block at all,
    # and without a break patches look like so many placeholders.
    "pixtral": Tiled(
        {"patch": 10, "break": 12, "end": 13},
        _pixtral,
        "patch",
        SAME
        | {
            "cut off": {"stray-token"},
            "cut head": {"rows", "media-rows"},
            "lost token": {"rows"},
            "no end": {"stray-token"},
            "cut between": {"placeholder"},
        },
    ),
    # Nothing but the length of a run tells where an image ends.
    "llava-onevision": Tiled(
        {"patch": 151646},
        _onevision,
        "patch",
        SAME
        | {
            "cut off": {"cut-run"},
            "cut head": {"cut-run"},
            "lost token": {"media-rows", "rows"},
            "no end": {"media-rows", "rows"},
            "cut between": {"cut-run"},
        },
    ),
}


@dataclass
class Document:
    ids: list[int] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    media: list[int] = field(default_factory=list)
    images: list[tuple[int, int, list[tuple[int, int]]]] = field(default_factory=list)

    def text(self, rng: np.random.Generator, n: int, trained: bool) -> None:
        ids = rng.integers(TEXT, 30_000, n).tolist()
        self.ids += ids
        self.labels += ids if trained else [-100] * n

    def image(self, model: Tiled, parts: Parts) -> None:
        start, tiles = len(self.ids), []
        for name, n in parts:
            if name == model.embed:
                tiles.append((len(self.ids), len(self.ids) + n))
            self.ids += [model.tokens[name]] * n
        self.labels += [-100] * (len(self.ids) - start)
        self.media.append(sum(end - first for first, end in tiles))
        self.images.append((start, len(self.ids), tiles))

    def without(self, first: int, end: int) -> None:
        del self.ids[first:end], self.labels[first:end]

    def damage(self, fault: str, j: int) -> None:
        start, end, tiles = self.images[j]
        if fault == "cut off":
            self.without(tiles[-1][0] + 2, len(self.ids))
            del self.media[j + 1 :]
        elif fault == "cut between":  # at the end of a tile, where the block is not over
            self.without(tiles[0][1], len(self.ids))
            del self.media[j + 1 :]
        elif fault == "cut head":
            self.without(0, tiles[0][0] + 1)
            del self.media[:j]
        elif fault == "lost token":
            self.without(tiles[0][0], tiles[0][0] + 1)
        elif fault == "lost tile":
            # With what parts it from the next one.
            self.without(tiles[0][0], tiles[1][0])
        elif fault == "no end":
            self.without(end - 1, end)
        elif fault == "trained":
            self.labels[start:end] = self.ids[start:end]
        elif fault == "lost media":
            del self.media[j]
        elif fault == "another size":
            self.media[j] += 1


class TiledCorpus(Corpus):
    """Rows of one document, or of up to four if a column says where each begins.

    `borders` is that column: cu_seqlens, seq_lens or position_ids.
    """

    def __init__(
        self, model: str, borders: str | None, n: int = 400, broken: float = 0.1, seed: int = 1
    ) -> None:
        rng = np.random.default_rng(seed)
        self.model, self._borders = model, borders
        self.faults = {name: (kinds, False) for name, kinds in MODELS[model].wanted.items()}
        self.rows, self.broken = [], {}
        self._names = sorted(self.faults)
        for i in range(n):
            documents = [
                self._draw(rng) for _ in range(int(rng.integers(1, 5)) if borders else 1)
            ]
            if rng.random() < broken:
                self._damage(rng, i, documents)
            self.rows.append(self._pack(documents))

    def _draw(self, rng: np.random.Generator) -> Document:
        model, document = MODELS[self.model], Document()
        document.text(rng, int(rng.integers(1, 30)), trained=False)
        for _ in range(int(rng.integers(0, 3))):
            document.image(model, model.draw(rng))
            document.text(rng, int(rng.integers(1, 60)), trained=True)
        return document

    def _damage(self, rng: np.random.Generator, row: int, documents: list[Document]) -> None:
        fault = self._names[len(self.broken) % len(self._names)]
        places = [
            (document, j)
            for document in documents
            for j, image in enumerate(document.images)
            if fault != "lost tile" or self._has_spare_tile(image)
            if fault != "cut between" or len(image[2]) > 1
        ]
        if places:
            document, j = places[int(rng.integers(0, len(places)))]
            document.damage(fault, j)
            self.broken[row] = fault

    def _has_spare_tile(self, image: tuple[int, int, list[tuple[int, int]]]) -> bool:
        """Is it as good an image without its first tile? Not if this leaves separators."""
        tiles = image[2]
        if len(tiles) < 2 or self.model != "llama-4":
            return len(tiles) > 1
        return len(tiles) > 2 and tiles[1][0] - tiles[0][1] == 1 and tiles[0][0] == image[0] + 1

    def _pack(self, documents: list[Document]) -> dict[str, list[int]]:
        lengths = [len(document.ids) for document in documents]
        row = {
            "input_ids": [i for document in documents for i in document.ids],
            "labels": [i for document in documents for i in document.labels],
            "image_rows": [n for document in documents for n in document.media],
        }
        if self._borders == "cu_seqlens":
            row["cu_seqlens"] = np.cumsum([0, *lengths]).tolist()
        elif self._borders == "seq_lens":
            row["seq_lens"] = lengths
        elif self._borders == "position_ids":
            row["position_ids"] = [i for n in lengths for i in range(n)]
        return row

    @property
    def tokens(self) -> int:
        return sum(len(row["input_ids"]) for row in self.rows)

    def dicts(self, first: int = 0, end: int | None = None) -> list[dict[str, object]]:
        return self.rows[first:end]
