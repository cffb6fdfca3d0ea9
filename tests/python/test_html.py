"""The view for notebooks: small, escaped, readable, and looked at in a browser."""

import html.parser

import mmspan
import numpy as np
import pytest
from mmspan import _html

IDS = [2, 255999, *[258880] * 256, 258882, 107, 258881, 108, 255999, 258880, 5, *[9] * 40]


class Checker(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.open = []
        self.text = []
        self.tags = []

    def handle_starttag(self, tag, attrs):
        assert tag in ("div", "span", "b")
        for name, value in attrs:
            assert name in ("style", "title")
            assert "http" not in value
            assert "url(" not in value
        self.open.append(tag)
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def read(page):
    checker = Checker()
    checker.feed(page)
    checker.close()
    assert checker.open == []
    return checker


def test_what_it_shows(m):
    page = m.scan(IDS).assign(image=[256])._repr_html_()
    text = " ".join(read(page).text)
    for part in (
        "gemma-4",
        "305 tokens",
        "2 items",
        "image #0 256 rows",
        "audio 1 row",
        "broken-block",
        "text 1",
        "expected eoi or image, found 5",
    ):
        assert part in text
    assert len(page) < 4096


def test_it_stays_small(m):
    rng = np.random.default_rng(1)
    for ids in (
        [258880, 5] * 100_000,
        [258882, 5] * 100_000,
        rng.choice([5, 255999, 258880, 258881, 258882], 100_000),
        rng.integers(-(2**31), 2**31, 100_000),
        [],
        [5],
    ):
        page = m.scan(ids)._repr_html_()
        read(page)
        assert len(page) < 20_000
    assert "more" in m.scan([258880, 5] * 100)._repr_html_()


def test_hostile_names():
    name = "x" * 200
    m = mmspan.loads(
        f"mmspan: 1\nmodel: {name}\ntokens: {{b: 1, p: 2, e: 3}}\n"
        f"modalities: {{{name}: {{begin: b, patch: p, end: e}}}}\n"
    )
    r = m.scan([1, 2, 2, 3, 9, 1, 2])
    page = r._repr_html_()
    read(page)
    assert len(page) < 8192
    assert f"<b>{'x' * 39}…</b>" in page
    # The loader lets no other names pass, and nothing here relies on that.
    assert _html._name("<script>&\"'") == "&lt;script&gt;&amp;&quot;&#x27;"


def contrast(ink, paper):
    def light(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, b = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    a, b = sorted((light(ink), light(paper)))
    return (b + 0.05) / (a + 0.05)


def test_colours_can_be_read():
    for ink, paper in _html.COLOURS:
        assert contrast(ink, paper) > 7


def test_every_background_has_its_ink(m):
    for _, attributes in read(m.scan(IDS)._repr_html_()).tags:
        style = attributes.get("style", "")
        if "background" in style:
            assert "color:#" in style


@pytest.mark.parametrize(("ink", "paper"), [("#111111", "#ffffff"), ("#eeeeee", "#111111")])
def test_in_a_browser(m, shoot, ink, paper):
    """Chips, text and underlines can be told from a light and from a dark page."""
    body = m.scan(IDS).assign(image=[256])._repr_html_()
    page = (
        f'<!doctype html><meta charset="utf-8"><body style="color:{ink};background:{paper}">'
        f"{body}"
    )
    image = shoot(page, f"result-{paper[1:]}", 700, 220)
    background = [int(paper[i : i + 2], 16) for i in (1, 3, 5)]
    assert image[-1, -1].tolist() == background
    colours = {tuple(c) for c in image.reshape(-1, 3).tolist()}
    # Both modalities' chips, the text of the page, and the red underline.
    for wanted in (_html.COLOURS[0][1], _html.COLOURS[2][1], ink):
        assert tuple(int(wanted[i : i + 2], 16) for i in (1, 3, 5)) in colours
    red = [c for c in colours if c[0] > 150 and c[1] < 110 and c[2] < 110]
    assert red
