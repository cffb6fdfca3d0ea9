"""What a result gives one by one, and what is given to it: tuples with names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mmspan._core import Result, _Ids


class Run(NamedTuple):
    """Consecutive tokens that take embedding rows of one modality.

    Row ``row + k`` of `modality`, counted over the whole prompt, belongs at token
    ``start + k``. `item` is the index of the item that it belongs to.
    """

    modality: str
    start: int
    length: int
    row: int
    item: int


class Item(NamedTuple):
    """One match: an image, a frame, a clip, or a placeholder for one.

    `form` is ``"block"``, or ``"bare"`` for a placeholder that is not expanded. `media` is
    the index within its modality of what `Result.assign` has given it, else None.
    `position` is where it stands after a collapse or an expansion, else `start`.
    """

    modality: str
    form: Literal["block", "bare"]
    start: int
    end: int
    rows: int
    runs: tuple[Run, ...]
    media: int | None
    position: int


class Finding(NamedTuple):
    """Something wrong at ``[start, end)`` of the prompt; ``str()`` is a sentence about it.

    Attributes
    ----------
    kind : str
        One of `FINDING_KINDS`.
    start, end : int
    modality : str or None
        The one that it is about; None when several were possible, or none.
    expected : tuple of str, str, int or None
        Names of tokens for a broken or truncated block, the rule for ``rows``, a number for
        what is about media.
    found : int or None
        A token ID, or a number.
    modalities : tuple of str
        All that were possible.
    token : str or None
        The name of a stray or literal token.
    media : int or None
        Which media it is about.
    text : str
        The sentence.
    """

    kind: str
    start: int
    end: int
    modality: str | None
    expected: tuple[str, ...] | str | int | None
    found: int | None
    modalities: tuple[str, ...]
    token: str | None
    media: int | None
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Media:
    """One image, video or clip that goes with a prompt.

    Attributes
    ----------
    rows : int
        How many embedding rows it has.
    ids : list of int or array, optional
        The tokens that stand for it in an expanded prompt; needed where the config has a
        pattern, and compared with those of the prompt.
    n_items : int, optional
        How many items it is made of: frames, crops.

    Examples
    --------
    >>> import mmspan
    >>> m = mmspan.load("gemma-4")
    >>> r = m.scan([255999, 258884, 258882, 9, 255999, 258884, 258882])
    >>> [item.media for item in r.assign(video=[mmspan.Media(rows=2, n_items=2)])]
    [0, 0]
    """

    rows: int
    ids: _Ids | None = None
    n_items: int | None = None


class Truncation(NamedTuple):
    """What is kept of a prompt: its tokens ``[start, end)``.

    `media` has for each modality the slice of its media that survive.
    """

    ids: NDArray[np.int32]
    result: Result
    start: int
    end: int
    media: dict[str, slice]


class Neutralised(NamedTuple):
    """A harmless prompt, and what the spans of user text have become in it."""

    ids: NDArray[np.int32]
    literal: list[tuple[int, int]]


class Fit(NamedTuple):
    """How a built-in config fits a sample of token IDs; see `detect`.

    `n_tokens` is how many tokens of the sample it reserves, `n_sequences` in how many
    sequences it finds an item.
    """

    model: str
    rank: int
    score: int
    n_items: int
    n_findings: int
    n_tokens: int
    n_sequences: int


for _class in (Run, Item, Finding, Media, Truncation, Neutralised, Fit):
    _class.__module__ = "mmspan"
