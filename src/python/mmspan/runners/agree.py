"""An engine's places for its media, compared with the items and findings of a prompt.

What would bind an embedding to a wrong token, or leave the engine with more or fewer rows than
it has places for, is a reason to refuse the request. Everything else that mmspan has found is a
remark: the config may be behind the model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from mmspan import Finding, Result
    from mmspan.runners.config import Facts

Spans: TypeAlias = Sequence[tuple[int, int]]
#: For each modality, for each media in the engine's order, the half-open spans of tokens that
#: take its rows.
Places: TypeAlias = Mapping[str, Sequence[Spans]]


class NoPlacesError(Exception):
    """The engine's model finds its places itself, later."""


class Problem(NamedTuple):
    """One thing that is wrong: its kind, its place in the prompt, and a sentence."""

    kind: str
    start: int
    end: int
    text: str

    def __str__(self) -> str:
        return self.text


class Verdict(NamedTuple):
    """Reasons to refuse a request, in prompt order, and what is only worth a line."""

    refusals: list[Problem]
    remarks: list[Problem]


_MEDIA_KINDS = frozenset(("media-count", "media-rows", "media-layout"))
_LEFT_OVER_KINDS = frozenset(("stray-token", "broken-block", "truncated-block", "remainder"))


def compare(result: Result, places: Places, facts: Facts) -> Verdict:
    """Compare the items of a prompt with the places that an engine has for its media.

    Parameters
    ----------
    result : Result
        A scan of the prompt as the engine is going to use it, expanded.
    places : mapping
        What the engine has; empty for a prompt without media.
    facts : Facts
        Of the config.
    """
    modalities = result.matcher.modalities
    unknown = sorted(name for name in places if places[name] and name not in modalities)
    if unknown:
        return _compare_tokens(result, places, facts, unknown)
    rows = {
        # A media without a place has one all the same for the one who counts.
        name: [max(1, sum(e - s for s, e in spans)) for spans in places.get(name, ())]
        for name in modalities
    }
    assigned = result.assign(rows)
    findings = assigned.findings if assigned._n_findings else []
    verdict = Verdict([], [])
    if findings:
        _sort(assigned, findings, facts, verdict)
    if not any(problem.kind in _MEDIA_KINDS for problem in verdict.refusals):
        verdict.refusals.extend(_misplaced(assigned, places))
        verdict.refusals.sort(key=lambda problem: (problem.start, problem.end))
    return verdict


def _compare_tokens(
    result: Result, places: Places, facts: Facts, unknown: list[str]
) -> Verdict:
    """Of a modality that the config lacks, a video written as images say, the tokens alone.

    All that the engine binds to must be in items, and all of the items' bound; which media is
    where cannot be told.
    """
    theirs = join([span for media in places.values() for spans in media for span in spans])
    strange = [
        name
        for name in unknown
        if not all(
            facts.are_embeds(result.ids, *span) for spans in places[name] for span in spans
        )
    ]
    if strange:
        text = f"the config has no {' and no '.join(strange)}: such prompts are not checked"
        return Verdict([], [Problem("unknown-modality", 0, 0, text)])
    runs = result.runs
    starts, lengths = runs["start"].tolist(), runs["length"].tolist()
    ours = join([(start, start + n) for start, n in zip(starts, lengths, strict=True)])
    verdict = Verdict([], [])
    _sort(result, result.findings, facts, verdict)
    if ours != theirs:
        start, end = min(set(ours) ^ set(theirs))
        text = (
            f"media-place [{start}, {end}) {' and '.join(unknown)}: "
            f"the tokens are at {_show(ours)}, the engine binds to {_show(theirs)}"
        )
        verdict.refusals.append(Problem("media-place", start, end, text))
        verdict.refusals.sort(key=lambda problem: (problem.start, problem.end))
    return verdict


def _sort(result: Result, findings: list[Finding], facts: Facts, verdict: Verdict) -> None:
    """Which findings are reasons to refuse?"""
    for finding in findings:
        refuse = finding.kind in _MEDIA_KINDS or _leaves_over(finding, result, facts)
        (verdict.refusals if refuse else verdict.remarks).append(_problem(finding))


def left_over(result: Result, facts: Facts) -> list[Problem]:
    """Tokens that take a row and belong to no item.

    An engine binds an embedding to them, or embeds them as if they were text.
    """
    return [_problem(f) for f in result.findings if _leaves_over(f, result, facts)]


def _leaves_over(finding: Finding, result: Result, facts: Facts) -> bool:
    return finding.kind in _LEFT_OVER_KINDS and facts.has_embeds(
        result.ids, finding.start, finding.end
    )


def _problem(finding: Finding) -> Problem:
    return Problem(finding.kind, finding.start, finding.end, finding.text)


def _misplaced(result: Result, places: Places) -> list[Problem]:
    """Counts and rows are right; is every media where its item is?"""
    modalities = result.matcher.modalities
    theirs = {
        name: [span for spans in media for span in spans] for name, media in places.items()
    }
    ours: dict[str, list[tuple[int, int]]] = {}
    runs = result.runs
    for start, length, modality in zip(
        runs["start"].tolist(), runs["length"].tolist(), runs["modality"].tolist(), strict=True
    ):
        ours.setdefault(modalities[modality], []).append((start, start + length))
    if all(ours.get(name, []) == theirs.get(name, []) for name in {*ours, *theirs}):
        return []
    return _misplaced_media(result, places)


def _misplaced_media(result: Result, places: Places) -> list[Problem]:
    """Media by media, since runs may be cut otherwise and mean the same."""
    ours: dict[tuple[str, int], list[tuple[int, int]]] = {}
    borrowed = set()  # sound inside a video: which clip it is of, the items do not say
    for item in result:
        for run in item.runs:
            if run.modality != item.modality or item.media is None:
                borrowed.add(run.modality)
                continue
            span = (run.start, run.start + run.length)
            ours.setdefault((run.modality, item.media), []).append(span)
    problems = []
    for name, media_spans in places.items():
        if name in borrowed:
            continue
        for media, spans in enumerate(media_spans):
            here, there = join(ours.get((name, media), [])), join(spans)
            if here != there:
                start, end = (here or there)[0]
                text = (
                    f"media-place [{start}, {end}) {name} {media}: "
                    f"its tokens are at {_show(here)}, the engine binds to {_show(there)}"
                )
                problems.append(Problem("media-place", start, end, text))
    return problems


def join(spans: Spans) -> list[tuple[int, int]]:
    """Spans in order, those that touch made one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], end)
        elif start < end:
            joined.append((start, end))
    return joined


def _show(spans: Spans) -> str:
    shown = ", ".join(f"[{start}, {end})" for start, end in spans[:3])
    return (shown + ", ..." if len(spans) > 3 else shown) or "no place"
