"""Pieces of HTML in which nothing is left unescaped: text goes in as text, and only as such."""

from __future__ import annotations

import html
import re

#: What HTML does not allow in a page, not even escaped.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")
_VOID = frozenset({"meta", "br"})


class Html(str):
    """HTML as it is; every other string is text."""

    __slots__ = ()


def escape(text: object) -> Html:
    """Text as HTML; what no page may hold, lone surrogates too, becomes U+FFFD."""
    if isinstance(text, Html):
        return text
    clean = str(text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return Html(html.escape(_CONTROL.sub("\ufffd", clean)))


def join(parts: object) -> Html:
    """Pieces after each other; lists and generators are flattened."""
    if isinstance(parts, str) or not hasattr(parts, "__iter__"):
        return escape(parts)
    return Html("".join(join(part) for part in parts))


def el(name: str, /, *content: object, **attributes: object) -> Html:
    """An element; ``class_`` is the attribute class, and other ``_`` are hyphens."""
    words = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for key, value in attributes.items()
    )
    if name in _VOID:
        return Html(f"<{name}{words}>")
    return Html(f"<{name}{words}>{join(content)}</{name}>")


def table(heads: list[str], rows: list[list[object]], numbers: int = 0) -> Html:
    """A table whose last columns, so many, are numbers."""
    first = len(heads) - numbers

    def cells(tag: str, values: list[object]) -> list[Html]:
        return [
            el(tag, value, **({"class_": "n"} if i >= first else {}))
            for i, value in enumerate(values)
        ]

    head = el("thead", el("tr", cells("th", list(heads))))
    body = el("tbody", [el("tr", cells("td", row)) for row in rows])
    return el("div", el("table", head, body), class_="wide")
