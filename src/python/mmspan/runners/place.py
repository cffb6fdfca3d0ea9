"""Where each media goes in a prompt of which none, some or all is expanded.

An engine knows the tokens that stand for each of its media. What it needs is the item of each:
a placeholder, inside which it puts those tokens, or a block that holds them already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mmspan.runners.agree import Problem, join

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mmspan import Result


class Slot(NamedTuple):
    """The place of one media.

    Attributes
    ----------
    modality : str
    media : int
        Its index within the modality.
    start, end : int
        From its first item to its last.
    expanded : bool
        Its tokens are there already.
    spans : list of (int, int)
        Where its rows go, when it is expanded.
    """

    modality: str
    media: int
    start: int
    end: int
    expanded: bool
    spans: list[tuple[int, int]]


class Misfit(Exception):  # noqa: N818 - it is no fault of the program
    """The media do not fit the prompt."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.text)
        self.problem = problem


class _Piece(NamedTuple):
    """An item, or one of the placeholders that an item of such may be."""

    start: int
    end: int
    rows: int
    spans: list[tuple[int, int]]
    n_placeholders: int  # that it may be; 0: it can only be expanded


def slots(result: Result, rows: Mapping[str, Sequence[int]]) -> list[Slot]:
    """The place of each media, in prompt order.

    Parameters
    ----------
    result : Result
        A scan of the prompt as the caller gave it.
    rows : mapping
        The rows of each media, by modality, in order.

    Raises
    ------
    Misfit
        There are more or fewer items than media, or an expanded one has other rows.
    """
    pieces = _pieces(result)
    found: list[Slot] = []
    for modality in result.matcher.modalities:
        left = pieces.get(modality, [])
        expected = rows.get(modality, ())
        for media, n_rows in enumerate(expected):
            if not left:
                raise _wrong_count(result, modality, len(expected), media)
            left = _split(left, n_rows, len(expected) - media)
            slot, n_taken = _slot(modality, left, media, n_rows)
            found.append(slot)
            left = left[n_taken:]
        if left:
            n_found = len(expected) + len(left)
            raise _wrong_count(result, modality, len(expected), n_found, left[0])
    return sorted(found, key=lambda slot: slot.start)


def miscount(result: Result, counts: Mapping[str, int]) -> Problem | None:
    """What an engine that has found too few placeholders could have said.

    Not every one finds its placeholder in a media that is expanded.
    """
    pieces = _pieces(result)
    for modality in result.matcher.modalities:
        expected = counts.get(modality, 0)
        own = pieces.get(modality, [])
        if own and own[0].n_placeholders <= expected:
            own = _split(own, expected + 1, expected)
        if len(own) != expected:
            more = own[expected] if len(own) > expected else None
            return _wrong_count(result, modality, expected, len(own), more).problem
        for media, piece in enumerate(own):
            if piece.n_placeholders != 1:
                text = (
                    f"media-rows [{piece.start}, {piece.end}) {modality} {media}: "
                    f"expected a placeholder, found {piece.rows} rows"
                )
                return Problem("media-rows", piece.start, piece.end, text)
    return None


def _pieces(result: Result) -> dict[str, list[_Piece]]:
    """The items by modality, each with the number of placeholders that it may be."""
    collapsed = result.collapse()
    old, new = result.ids, collapsed.ids
    pieces: dict[str, list[_Piece]] = {}
    for item, placeholder in zip(result, collapsed.result, strict=True):
        tokens = old[item.start : item.end]
        one = new[placeholder.start : placeholder.end]
        if len(one) == 1:
            # Where media have no delimiters, placeholders that touch are one item; where they
            # may have some, a placeholder may stand between them.
            n_alike = int((tokens == one[0]).sum())
            n_placeholders = n_alike if n_alike in (1, len(tokens)) else 0
        else:
            n_placeholders = int(len(tokens) == len(one) and bool((tokens == one).all()))
        spans = [(run.start, run.start + run.length) for run in item.runs]
        pieces.setdefault(item.modality, []).append(
            _Piece(item.start, item.end, item.rows, spans, n_placeholders)
        )
    return pieces


def _split(left: list[_Piece], n_rows: int, n_media: int) -> list[_Piece]:
    """The pieces with the first one as several placeholders, where it can only be that."""
    first = left[0]
    if not (1 < first.n_placeholders <= n_media and first.rows < n_rows):
        return left
    singly = [_Piece(at, at + 1, 1, [(at, at + 1)], 1) for at in range(first.start, first.end)]
    return singly + left[1:]


def _slot(modality: str, left: list[_Piece], media: int, n_rows: int) -> tuple[Slot, int]:
    """The place of one media among the pieces that are left, and how many of them it takes."""
    first = left[0]
    if first.n_placeholders == 1 and first.rows != n_rows:
        return Slot(modality, media, first.start, first.end, False, []), 1
    total = 0
    spans: list[tuple[int, int]] = []
    for n_taken, piece in enumerate(left, 1):
        total += piece.rows
        spans += piece.spans
        if total == n_rows:
            slot = Slot(modality, media, first.start, piece.end, True, join(spans))
            return slot, n_taken
        following = left[n_taken] if n_taken < len(left) else None
        if total > n_rows or (following and following.n_placeholders == 1):
            break
    text = (
        f"media-rows [{first.start}, {first.end}) {modality} {media}: "
        f"expected {n_rows} rows, found {total}"
    )
    raise Misfit(Problem("media-rows", first.start, first.end, text))


def _wrong_count(
    result: Result, modality: str, expected: int, found: int, item: _Piece | None = None
) -> Misfit:
    start, end = (item.start, item.end) if item else (result.n_tokens, result.n_tokens)
    text = f"media-count [{start}, {end}) {modality}: expected {expected} media, found {found}"
    return Misfit(Problem("media-count", start, end, text))
