"""The page of a report: valid, escaped, of bounded size, and looked at in a browser."""

from __future__ import annotations

import html.parser
import json
from pathlib import Path

import mmspan
import pytest
from mmspan import _element, _histogram, _page

VOID = {"meta", "br"}
HOSTILE = "<script>alert(1)</script>\"'&amp;"
BEGIN, PAD, END = 151652, 151655, 151653


class Checker(html.parser.HTMLParser):
    """Balanced, without scripts, and without anything that a browser would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text: list[str] = []
        self.count: dict[str, int] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in ("script", "link", "img", "iframe", "object", "base")
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names))
        assert not [n for n in names if n.startswith("on") or n in ("href", "src", "style")]
        self.count[tag] = self.count.get(tag, 0) + 1
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def read(page: str) -> Checker:
    assert page.startswith("<!DOCTYPE html>\n<html")
    assert "http" not in page
    assert "url(" not in page
    assert "@import" not in page
    assert len(page.encode()) < 1_000_000
    checker = Checker()
    checker.feed(page)
    checker.close()
    assert checker.open == []
    return checker


def data(folder: Path, n: int, name: str = "rows.jsonl") -> Path:
    """A good row, and so many that are cut off."""
    good = {"input_ids": [5, BEGIN, *[PAD] * 4, END, 7]}
    bad = {"input_ids": [5, BEGIN, PAD]}
    path = folder / name
    path.write_text(json.dumps(good) + "\n" + (json.dumps(bad) + "\n") * n)
    return path


def page_of(report: mmspan.Report, folder: Path) -> str:
    report.to_html(folder / "page.html")
    assert not list(folder.glob("*.tmp"))
    return (folder / "page.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("n", [0, 1, 10, 10_000])
def test_findings(tmp_path: Path, n: int) -> None:
    report = mmspan.audit(data(tmp_path, n), "qwen2.5-vl")
    checker = read(page_of(report, tmp_path))
    text = " ".join(checker.text)
    assert f"{n + 1:,}" in text
    assert ("No findings" in text) == (n == 0)
    assert ("truncated-block [1, 3) image block is cut off" in text) == (n > 0)
    assert ("The first 10 of 10,000:" in text) == (n == 10_000)
    assert checker.count.get("li", 0) == min(n, 10)
    assert checker.count.get("mark", 0) == 2 * min(n, 10)


@pytest.mark.parametrize(
    ("rows", "numbers"),
    [
        (["good"], "1 4 0 0 0"),
        (["good", "cut"], "1 4 0 0 1"),
        (["good", "cut", "placeholder"], "1 4 0 1 1"),
        (["placeholder"], "0 1 0 1 0"),  # no fault where nothing is expanded
    ],
)
def test_items_of_clean_sequences(
    command, tmp_path: Path, rows: list[str], numbers: str
) -> None:
    block = [255999, *[258880] * 4, 258882]
    ids = {"good": block, "cut": [*block, 255999, 258880], "placeholder": [5, 258880, 6]}
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps({"input_ids": ids[row]}) + "\n" for row in rows))
    page = page_of(mmspan.audit(path, "gemma-4"), tmp_path)
    assert f"broken sequences image {numbers} video" in " ".join(read(page).text)
    said = command("audit", str(path), "-m", "gemma-4").stdout
    assert f"broken sequences image {numbers} video" in " ".join(said.split())


def test_hostile_names(tmp_path: Path) -> None:
    folder = tmp_path / "<b onclick='x'>&"
    folder.mkdir()
    report = mmspan.audit(data(folder, 1, "\"'><i>.jsonl"), "qwen2.5-vl")
    text = "".join(read(page_of(report, tmp_path)).text)
    assert "<b onclick='x'>&/\"'><i>.jsonl" in text
    # Every word of a report, also those that the audit itself would not write.
    hostile = json.loads(report.to_bytes(), object_hook=_with_hostile_words)
    hostile["files"][0]["unread"] = {"errors": 1, "sequence": 0, "message": HOSTILE}
    warning = {"kind": HOSTILE, "files": 1, "sentence": HOSTILE, "first": [HOSTILE]}
    hostile["warnings"] = [warning]
    text = "".join(read(_page.page(hostile)).text)
    assert text.count(HOSTILE) > 20


def _with_hostile_words(part: dict[str, object]) -> dict[str, object]:
    return {k: HOSTILE if isinstance(v, str) else v for k, v in part.items()}


def test_what_no_page_may_hold() -> None:
    assert _element.escape("a\0b\x1bc\ud800d\x85") == "a\ufffdb\ufffdc\ufffdd\ufffd"
    assert _element.escape("\U0001f600 <") == "\U0001f600 &lt;"


def test_long_words_and_many_files(tmp_path: Path) -> None:
    report = mmspan.audit(data(tmp_path, 1), "qwen2.5-vl").to_dict()
    long = dict(report["files"][0], path="x" * 1_000_000)
    report["files"] = [long] * 10_000
    text = " ".join(read(_page.page(report)).text)
    assert "and 9,800 files more" in text


def test_what_was_not_read_is_no_success(tmp_path: Path) -> None:
    good, bad = data(tmp_path, 0), tmp_path / "z.jsonl"
    bad.write_text('{"input_ids": "x"}\n')
    page = page_of(mmspan.audit([good, bad], "qwen2.5-vl"), tmp_path)
    text = " ".join(read(page).text)
    assert "No findings" not in text
    assert "Not all could be read: 1 error" in text


def test_warnings(tmp_path: Path) -> None:
    (tmp_path / "text.jsonl").write_text('{"input_ids": [1, 2]}\n')
    page = page_of(mmspan.audit(tmp_path, "qwen2.5-vl"), tmp_path)
    assert "no-items: no sequence of the whole data set has an item" in page


def test_bars() -> None:
    few = {"values": [[4, 2], [9, 1]]}
    assert _histogram.bars(few) == [("4", 2), ("9", 1)]
    many = {"values": [[i, 1] for i in range(100)]}
    grouped = _histogram.bars(many)
    assert len(grouped) <= _histogram.MAX_BARS
    assert sum(n for _, n in grouped) == 100
    assert grouped[0] == ("0 to 3", 4)
    powers = {"powers": [[0, 1], [1, 2], [4, 3]]}
    assert _histogram.bars(powers) == [("0", 1), ("1", 2), ("8 to 15", 3)]
    assert _histogram.bars({"values": []}) == []


@pytest.mark.parametrize(
    ("n", "width", "dark"), [(0, 500, True), (10, 500, False), (10, 1200, True)]
)
def test_in_a_browser(tmp_path: Path, shoot, n: int, width: int, dark: bool) -> None:
    """It follows light and dark, nothing is cut off on the right, and bad is red."""
    report = mmspan.audit(data(tmp_path, n), "qwen2.5-vl", window=16, max_length=5)
    name = f"page-{n}-{width}-{'dark' if dark else 'light'}"
    image = shoot(page_of(report, tmp_path), name, width, 3000, dark)
    paper = (0x14, 0x17, 0x1B) if dark else (255, 255, 255)
    assert tuple(image[-1, -1].tolist()) == paper
    assert (image[:, -8:] == paper).all()
    colours = {tuple(c) for c in image.reshape(-1, 3).tolist()}
    bad = (0xFF, 0x8F, 0x85) if dark else (0xB3, 0x26, 0x1E)
    assert (bad in colours) == (n > 0)
    bar = (0x6B, 0xA6, 0xE8) if dark else (0x2F, 0x6F, 0xB2)
    assert bar in colours
