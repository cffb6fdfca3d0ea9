"""The page of a report: one file without scripts and with nothing from outside.

Totals come first, then what is wrong, worst first, then how things are distributed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mmspan import _histogram
from mmspan._element import Html, el, table

#: The page stays below a megabyte: more than these are counted, not shown.
MAX_EXAMPLES = 10
MAX_FILES = 200
MAX_WORD = 200


def _count(n: int, one: str) -> str:
    return f"{n:,} {one}" + ("" if n == 1 else "s")


def _percent(share: float) -> str:
    return f"{100 * share:.4g} %"


def _word(text: str) -> str:
    """Names that somebody chose, cut in the middle when they are very long."""
    half = MAX_WORD // 2
    return text if len(text) <= MAX_WORD else f"{text[:half]}…{text[-half:]}"


def _head(r: dict[str, Any]) -> Html:
    config = r["config"] or {"model": "no config", "sha256": ""}
    made = f"{r['tool']}, config SHA-256 {config['sha256'][:12]}"
    set_ = ", ".join(f"{k} {v:,}" for k, v in r["options"].items() if v and k != "examples")
    totals = r["totals"]
    n = totals["sequences_with_findings"]
    verdict = []
    if n:
        share = _percent(totals["share_with_findings"])
        has = "has" if n == 1 else "have"
        verdict.append(
            el("p", f"{_count(n, 'sequence')} ({share}) {has} findings", class_="bad")
        )
    if totals["unread"]:
        errors = _count(totals["unread"], "error")
        verdict.append(el("p", f"Not all could be read: {errors}, see Files", class_="bad"))
    if not r["complete"]:
        verdict.append(el("p", "Not complete: parts are missing", class_="bad"))
    if not verdict:
        verdict.append(el("p", "No findings", class_="good"))
    said = el("p", made + (f"; {set_}" if set_ else ""), class_="soft")
    return el("header", el("h1", f"Audit with {_word(config['model'])}"), said, verdict)


def _totals(r: dict[str, Any]) -> Html:
    t = r["totals"]
    cards = [
        ("files", f"{t['files']:,}"),
        ("sequences", f"{t['sequences']:,}"),
        ("tokens", f"{t['tokens']:,}"),
        ("of them in blocks", _percent(t["share_in_blocks"])),
        ("items", f"{t['items']:,}"),
        ("findings", f"{t['findings']:,}"),
    ]
    if t["skipped"]:
        cards.append(("skipped sequences", f"{t['skipped']:,}"))
    return el("div", [el("div", el("b", n), name) for name, n in cards], class_="cards")


def _excerpt(example: dict[str, Any]) -> Html:
    """The IDs around both ends, those of the finding marked."""
    start, end = example["start"], example["end"]
    pieces: list[object] = []
    for piece in example["around"]:
        pieces.append(" … " if pieces else f"{piece['at']:,}: ")
        for at, token in enumerate(piece["ids"], piece["at"]):
            inside = start <= at < end
            pieces.append([el("mark", token) if inside else str(token), " "])
    return el("div", el("code", pieces)) if pieces else Html("")


def _example(example: dict[str, Any]) -> Html:
    place = _word(example["file"])
    if example.get("line"):
        place += f", line {example['line']:,}"
    place += f", sequence {example['sequence']:,}"
    sentence = el("div", _word(example["sentence"]))
    return el("li", sentence, el("div", place, class_="soft"), _excerpt(example))


def _kind(found: dict[str, Any]) -> Html:
    many, shown = found["findings"], found["examples"][:MAX_EXAMPLES]
    more = f"The first {len(shown)} of {many:,}:" if many > len(shown) else ""
    items = el("ol", [_example(example) for example in shown]) if shown else ""
    return el("section", el("h3", found["kind"]), el("p", more) if more else "", items)


def _findings(r: dict[str, Any]) -> Html:
    worst = sorted(
        (f for f in r["findings"] if f["counts"]), key=lambda f: (-f["sequences"], f["kind"])
    )
    if not worst:
        return Html("")
    rows: list[list[object]] = [
        [f["kind"], f"{f['findings']:,}", f"{f['sequences']:,}", _percent(f["share"])]
        for f in worst
    ]
    heads = ["finding", "how many", "sequences", "share of sequences"]
    return el("section", el("h2", "What is wrong"), table(heads, rows, 3), map(_kind, worst))


def _modalities(r: dict[str, Any]) -> Html:
    rows: list[list[object]] = []
    every = ("clean", "unexpanded", "broken")
    # Placeholders are no fault as long as nothing is expanded.
    expanded = any(m[c]["items"] for m in r["modalities"] for c in every)
    clean = every[:1] if expanded else every[:2]
    for m in r["modalities"]:
        sums = [sum(m[c][k] for c in clean) for k in ("items", "rows", "media")]
        placeholders = sum(m[c]["placeholders"] for c in every)
        others = sum(m[c]["items"] for c in every if c not in clean)
        numbers = (*sums, placeholders, others)
        rows.append([_word(m["name"]), *(f"{n:,}" for n in numbers)])
    heads = [
        *("modality", "items of clean sequences", "rows", "media", "placeholders"),
        "items of broken sequences",
    ]
    plots = [
        _histogram.section(f"Rows of each item of {_word(m['name'])}", m["rows"])
        for m in r["modalities"]
    ]
    plots.append(_histogram.section("Items of each sequence", r["items_per_sequence"]))
    plots.append(_histogram.section("Tokens of each sequence", r["sequence_lengths"]))
    return el(
        "section", el("h2", "What there is"), table(heads, rows, 5) if rows else "", plots
    )


def _cuts(r: dict[str, Any]) -> Html:
    said = []
    if window := r.get("window"):
        said.append(
            f"Windows of {window['tokens']:,} tokens: {window['borders_in_blocks']:,} of "
            f"{_count(window['borders'], 'border')} fall inside a block."
        )
    if cut := r.get("max_length"):
        said.append(
            f"At most {cut['tokens']:,} tokens: {_count(cut['sequences_longer'], 'sequence')} "
            f"would be cut, {cut['sequences_cut_in_blocks']:,} of them inside a block."
        )
    return (
        el("section", el("h2", "What would be cut"), [el("p", s) for s in said])
        if said
        else Html("")
    )


def _checks(r: dict[str, Any]) -> Html:
    rows: list[list[object]] = [
        [c["name"], c.get("skipped", ""), "-" if "skipped" in c else f"{c['sequences']:,}"]
        for c in r["checks"]
    ]
    table_ = table(["check", "not made because", "sequences"], rows, 1)
    return el("section", el("h2", "What was checked"), table_)


def _warnings(r: dict[str, Any]) -> Html:
    if not r["warnings"]:
        return Html("")
    said = []
    for w in r["warnings"]:
        first = ", ".join(map(_word, w["first"][:MAX_EXAMPLES]))
        more = f"{_count(w['files'], 'file')}, first {first}"
        said.append(el("li", f"{w['kind']}: {w['sentence']} ({more})"))
    return el("section", el("h2", "Warnings"), el("ul", said))


def _file(f: dict[str, Any]) -> list[object]:
    unread = f.get("unread")
    name: object = _word(f["path"])
    if unread:
        first = _word(unread["message"])
        name = [name, el("div", f"{_count(unread['errors'], 'error')}: {first}", class_="bad")]
    return [name, *(f"{f[k]:,}" for k in ("size", "sequences", "tokens", "items"))]


def _files(r: dict[str, Any]) -> Html:
    files = sorted(r["files"], key=lambda f: "unread" not in f)
    more = len(files) - MAX_FILES
    heads = ["file", "bytes", "sequences", "tokens", "items"]
    last = el("p", f"and {_count(more, 'file')} more") if more > 0 else ""
    shown = table(heads, [_file(f) for f in files[:MAX_FILES]], 4)
    return el("section", el("h2", "Files"), shown, last)


def page(report: dict[str, Any]) -> str:
    """The page of a report, as ``Report.to_dict`` gives it."""
    model = (report["config"] or {"model": "no config"})["model"]
    style = Html(Path(__file__).with_name("_page.css").read_text(encoding="utf-8"))
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("title", f"Audit with {_word(model)}"),
        el("style", style),
    )
    parts = (_head, _totals, _warnings, _findings, _modalities, _cuts, _checks, _files)
    body = el("body", el("main", [part(report) for part in parts]))
    return Html("<!DOCTYPE html>\n") + el("html", head, body, lang="en") + "\n"
