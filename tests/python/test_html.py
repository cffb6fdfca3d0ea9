"""The view for notebooks: small, escaped, readable, and looked at in a browser."""

import html.parser
import os
import shutil
import struct
import subprocess
import zlib
from pathlib import Path

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


def pixels(path):
    """The rows of a PNG of 8 bits without interlacing, as (height, width, channels)."""
    data = path.read_bytes()
    at, raw = 8, b""
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + size]
        if kind == b"IHDR":
            width, height, _, colour = struct.unpack(">IIBB", body[:10])
        elif kind == b"IDAT":
            raw += body
        at += size + 12
    n = {2: 3, 6: 4}[colour]
    lines = np.frombuffer(zlib.decompress(raw), np.uint8).reshape(height, -1)
    image = np.zeros((height, width * n), np.int32)
    for y in range(height):
        line, above = lines[y, 1:].astype(np.int32), image[y - 1] if y else np.zeros(width * n)
        image[y] = unfilter(int(lines[y, 0]), line, above.astype(np.int32), n)
    return image.reshape(height, width, n)


def unfilter(kind, line, above, n):
    if kind in (0, 2):
        return (line + (above if kind else 0)) & 255
    out = line.copy()
    for i in range(len(line)):
        left = out[i - n] if i >= n else 0
        corner = above[i - n] if i >= n else 0
        if kind == 1:
            guess = left
        elif kind == 3:
            guess = (left + above[i]) // 2
        else:
            p = left + above[i] - corner
            near = (abs(p - left), abs(p - above[i]), abs(p - corner))
            guess = (left, above[i], corner)[near.index(min(near))]
        out[i] = (line[i] + guess) & 255
    return out


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.mark.skipif(not CHROMIUM, reason="no chromium")
@pytest.mark.parametrize(("ink", "paper"), [("#111111", "#ffffff"), ("#eeeeee", "#111111")])
def test_in_a_browser(m, tmp_path, ink, paper):
    """Chips, text and underlines can be told from a light and from a dark page."""
    body = m.scan(IDS).assign(image=[256])._repr_html_()
    page = tmp_path / "page.html"
    page.write_text(
        f'<!doctype html><meta charset="utf-8"><body style="color:{ink};background:{paper}">'
        f"{body}"
    )
    shot = tmp_path / "shot.png"
    subprocess.run(
        [
            CHROMIUM,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            f"--user-data-dir={tmp_path}/profile",
            f"--screenshot={shot}",
            "--window-size=700,220",
            page.as_uri(),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    keep = os.environ.get("MMSPAN_SCREENSHOTS")
    if keep:
        shutil.copy(shot, Path(keep) / f"result-{paper[1:]}.png")
    image = pixels(shot)[:, :, :3]
    background = [int(paper[i : i + 2], 16) for i in (1, 3, 5)]
    assert image[-1, -1].tolist() == background
    colours = {tuple(c) for c in image.reshape(-1, 3).tolist()}
    # Both modalities' chips, the text of the page, and the red underline.
    for wanted in (_html.COLOURS[0][1], _html.COLOURS[2][1], ink):
        assert tuple(int(wanted[i : i + 2], 16) for i in (1, 3, 5)) in colours
    red = [c for c in colours if c[0] > 150 and c[1] < 110 and c[2] < 110]
    assert red
