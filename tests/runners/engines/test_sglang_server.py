"""A real server of SGLang on the CPU: what it answers to bad requests, and that it goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("sglang")

from server import SGLang, png

SMALL = png(112, 56)  # 8 rows in Qwen2.5-VL
S, P, E = "<|vision_start|>", "<|image_pad|>", "<|vision_end|>"
BLOCK = S + P + E
STAND_IN = str(Path(__file__).with_name("sglang_cpu"))

BAD = [
    ("text only", f"a {BLOCK}", 0, "media-count"),
    ("text only, pads", f"a {P}{P}", 0, "stray-token"),
    ("text only, cut", f"a{S}{P}", 0, "truncated-block"),
    ("typed pad", f"{P}{BLOCK}", 1, "stray-token"),
    ("one block too few", f"a{BLOCK}b", 2, "expected 2 media, found 1"),
]


def test_check(folder, tmp_path):
    with SGLang(
        folder("qwen2.5-vl"),
        tmp_path / "server.log",
        MMSPAN="check",
        MMSPAN_MODEL="qwen2.5-vl",
        PYTHONPATH=STAND_IN,
    ) as server:
        assert server.prompt(f"a{BLOCK}b", [SMALL]) == (200, "12")
        for name, prompt, images, words in BAD:
            status, text = server.prompt(prompt, [SMALL] * images)
            assert (status, "mmspan: " in text, words in text) == (400, True, True), (
                name,
                status,
                text,
            )
            assert server.prompt(f"a{BLOCK}b", [SMALL]) == (200, "12")
    assert len(server.lines("mmspan: check for")) == 1
