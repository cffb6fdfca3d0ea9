"""A result as a notebook shows it: the prompt as chips, and what is wrong with it.

One piece of HTML without scripts, style sheets or anything from outside. Each colour of text
comes with its background, or is taken from the page, so that it can be read on dark pages.
"""

from __future__ import annotations

import itertools
from html import escape
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mmspan._core import Result
    from mmspan._items import Finding

#: More than these are counted, not shown: the page stays at a few kilobytes.
MAX_CHIPS = 32
MAX_FINDINGS = 8
MAX_NAME = 40

#: Text on background, by modality: both are given, so the page's colours do not matter.
COLOURS = (
    ("#0b3d66", "#b9ddf7"),
    ("#5a1e63", "#ecc9f2"),
    ("#1d4d1a", "#c4e8bd"),
    ("#5c3400", "#fbdcae"),
    ("#3f3f46", "#dcdce2"),
)
WAVY = "text-decoration:underline wavy #d1242f 2px;text-underline-offset:3px;"
CHIP = "display:inline-block;margin:1px;padding:0 .5em;border-radius:.6em;"


class _Chip(NamedTuple):
    """A stretch of the prompt: an item, or text when `item` is -1."""

    start: int
    end: int
    item: int
    finding: Finding | None


def _name(text: str) -> str:
    return escape(text if len(text) <= MAX_NAME else text[: MAX_NAME - 1] + "…")


def _count(n: int, one: str) -> str:
    return f"{n:,} {one}" + ("" if n == 1 else "s")


def _overlap(finding: Finding, start: int, end: int) -> bool:
    return finding.start < end and start < finding.end


def _cut(start: int, end: int, findings: list[Finding]) -> Iterator[_Chip]:
    """Text, cut where findings begin and end."""
    borders = {start, end}
    for finding in findings:
        borders.update(at for at in (finding.start, finding.end) if start < at < end)
    places = sorted(borders)
    for first, last in itertools.pairwise(places):
        about = next((f for f in findings if _overlap(f, first, last)), None)
        yield _Chip(first, last, -1, about)


def _chips(result: Result, findings: list[Finding]) -> Iterator[_Chip]:
    for start, end, item in result.segments()[:MAX_CHIPS].tolist():
        if item < 0:
            yield from _cut(start, end, findings)
        else:
            about = next((f for f in findings if _overlap(f, start, end)), None)
            yield _Chip(start, end, item, about)


def _chip(result: Result, chip: _Chip) -> str:
    span = f"[{chip.start}, {chip.end})"
    style = CHIP + (WAVY if chip.finding else "")
    title = span if not chip.finding else f"{span} {chip.finding}"
    if chip.item < 0:
        style += "border:1px solid currentColor;"
        body = chip.finding.kind if chip.finding else "text"
        label = f"{body} {chip.end - chip.start:,}"
    else:
        item = result[chip.item]
        ink, paper = COLOURS[result.matcher.modalities.index(item.modality) % len(COLOURS)]
        style += f"color:{ink};background:{paper};border:1px solid {ink};"
        if item.form == "bare":
            style += "border-style:dashed;"
        media = "" if item.media is None else f" #{item.media}"
        label = f"{_name(item.modality)}{media} {_count(item.rows, 'row')}"
    return f'<span style="{style}" title="{escape(title[:200])}">{label}</span>'


def of_result(result: Result) -> str:
    """The HTML of a result."""
    findings = result._first_findings(MAX_FINDINGS)
    chips = [chip for _, chip in zip(range(MAX_CHIPS), _chips(result, findings), strict=False)]
    shown = chips[-1].end if chips else 0
    n_findings = result._n_findings
    head = " · ".join(
        (
            f"<b>{_name(result.matcher.model) or 'mmspan'}</b>",
            _count(result.n_tokens, "token"),
            _count(len(result), "item"),
            _count(n_findings, "finding"),
        )
    )
    lines = [
        '<div style="font:13px/1.8 ui-monospace,monospace;color:inherit;max-width:70em">',
        f"<div>{head}</div><div>",
        *(_chip(result, chip) for chip in chips),
    ]
    if shown < result.n_tokens:
        lines.append(f"… {_count(result.n_tokens - shown, 'token')} more")
    lines.append("</div>")
    mark = f'<span style="{WAVY}">'
    lines += (
        f"<div>{mark}{escape(f.kind)}</span>{escape(f.text[len(f.kind) :][:300])}</div>"
        for f in findings
    )
    if n_findings > len(findings):
        lines.append(f"<div>… {_count(n_findings - len(findings), 'finding')} more</div>")
    lines.append("</div>")
    return "\n".join(lines)
