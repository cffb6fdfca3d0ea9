"""Where each media goes in a prompt of which none, some or all is expanded.

An engine knows the tokens that stand for each of its media. What it needs is the item of each:
a placeholder, inside which it puts those tokens, or a block that holds them already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mmspan.runners.agree import Problem, join

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mmspan import Item, Result


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
    items = list(result)
    unexpanded = _placeholders(result)
    found: list[Slot] = []
    for modality in result.matcher.modalities:
        own = [i for i, item in enumerate(items) if item.modality == modality]
        expected = rows.get(modality, ())
        taken = 0
        for media, n_rows in enumerate(expected):
            slot, n_items = _slot(items, own[taken:], unexpanded, media, n_rows)
            if slot is None:
                raise _wrong_count(result, modality, len(expected), media)
            found.append(slot)
            taken += n_items
        if taken < len(own):
            item = items[own[taken]]
            n_found = len(expected) + len(own) - taken
            raise _wrong_count(result, modality, len(expected), n_found, item)
    return sorted(found, key=lambda slot: slot.start)


def miscount(result: Result, counts: Mapping[str, int]) -> Problem | None:
    """What an engine that has found too few placeholders could have said."""
    for modality in result.matcher.modalities:
        own = [item for item in result if item.modality == modality]
        expected = counts.get(modality, 0)
        if len(own) != expected:
            more = own[expected] if len(own) > expected else None
            return _wrong_count(result, modality, expected, len(own), more).problem
    return None


def _slot(
    items: list[Item],
    left: list[int],
    unexpanded: list[bool],
    media: int,
    n_rows: int,
) -> tuple[Slot | None, int]:
    """The place of one media among the items that are left, and how many of them it takes."""
    if not left:
        return None, 0
    first = items[left[0]]
    if unexpanded[left[0]] and first.rows != n_rows:
        return Slot(first.modality, media, first.start, first.end, False, []), 1
    total = 0
    spans: list[tuple[int, int]] = []
    for n_items, index in enumerate(left, 1):
        item = items[index]
        total += item.rows
        spans += [(run.start, run.start + run.length) for run in item.runs]
        if total == n_rows:
            return (
                Slot(item.modality, media, first.start, item.end, True, join(spans)),
                n_items,
            )
        if total > n_rows or (n_items < len(left) and unexpanded[left[n_items]]):
            break
    text = (
        f"media-rows [{first.start}, {first.end}) {first.modality} {media}: "
        f"expected {n_rows} rows, found {total}"
    )
    raise Misfit(Problem("media-rows", first.start, first.end, text))


def _placeholders(result: Result) -> list[bool]:
    """Which items are placeholders: they are what they would be collapsed to."""
    collapsed = result.collapse()
    old, new = result.ids, collapsed.ids
    alike = []
    for before, after in zip(result, collapsed.result, strict=True):
        alike.append(
            before.end - before.start == after.end - after.start
            and bool((old[before.start : before.end] == new[after.start : after.end]).all())
        )
    return alike


def _wrong_count(
    result: Result, modality: str, expected: int, found: int, item: Item | None = None
) -> Misfit:
    start, end = (item.start, item.end) if item else (result.n_tokens, result.n_tokens)
    text = f"media-count [{start}, {end}) {modality}: expected {expected} media, found {found}"
    return Misfit(Problem("media-count", start, end, text))
