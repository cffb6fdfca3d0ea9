"""Histograms of a report as inline SVG, each with its numbers in a table."""

from __future__ import annotations

from typing import Any

from mmspan._element import Html, el, table

#: More bars than these are put together.
MAX_BARS = 32
_WIDTH, _HEIGHT = 640, 120


def bars(histogram: dict[str, Any]) -> list[tuple[str, int]]:
    """What stands below each bar, and how much is in it."""
    if "powers" in histogram:
        return [(_power(bucket), count) for bucket, count in histogram["powers"]]
    values = histogram["values"]
    if len(values) <= MAX_BARS:
        return [(f"{value:,}", count) for value, count in values]
    least, most = values[0][0], values[-1][0]
    step = -(-(most - least + 1) // MAX_BARS)
    sums: dict[int, int] = {}
    for value, count in values:
        first = least + (value - least) // step * step
        sums[first] = sums.get(first, 0) + count
    return [(_range(first, first + step - 1), n) for first, n in sums.items()]


def _range(first: int, last: int) -> str:
    return f"{first:,}" if first == last else f"{first:,} to {last:,}"


def _power(bucket: int) -> str:
    return "0" if bucket == 0 else _range(2 ** (bucket - 1), 2**bucket - 1)


def _plot(name: str, data: list[tuple[str, int]]) -> Html:
    width = _WIDTH / len(data)
    most = max(count for _, count in data)
    rects = []
    for i, (label, count) in enumerate(data):
        high = max(1.0, _HEIGHT * count / most)
        box = {"x": f"{i * width + 1:.1f}", "y": f"{_HEIGHT - high:.1f}"}
        size = {"width": f"{max(1.0, width - 2):.1f}", "height": f"{high:.1f}"}
        rects.append(el("rect", el("title", f"{label}: {count:,}"), **box, **size))
    view = f"0 0 {_WIDTH} {_HEIGHT}"
    return el("svg", rects, viewBox=view, role="img", aria_label=name, class_="plot")


def section(name: str, histogram: dict[str, Any]) -> Html:
    """A plot, what it says in a sentence, and its numbers to unfold."""
    data = bars(histogram)
    if not data:
        return Html("")
    n, total = histogram["n"], histogram["sum"]
    said = f"from {histogram['min']:,} to {histogram['max']:,}, {total / n:,.1f} on average"
    ends = el("div", el("span", data[0][0]), el("span", data[-1][0]), class_="ends")
    rows: list[list[object]] = [[label, f"{count:,}"] for label, count in data]
    numbers = el("details", el("summary", "numbers"), table(["value", "how often"], rows, 1))
    return el(
        "figure", el("figcaption", el("b", name), ": ", said), _plot(name, data), ends, numbers
    )
