"""A real server: what it answers to bad requests, and that it goes on.

What the engine does without the plugin, and the times, are written to MMSPAN_RECORD (a folder)
where that is set.
"""

from __future__ import annotations

import base64
import io
import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

pytest.importorskip("vllm")

from server import ManyServers, Server, png, write_metadata, write_plugin

SMALL = png(112, 56)  # 8 rows in Qwen2.5-VL
S, P, E = "<|vision_start|>", "<|image_pad|>", "<|vision_end|>"
BLOCK = S + P + E

#: name, prompt, images, and the status and sentence in check and in replace.
QWEN = [
    ("typed placeholder", f"x {P} y {BLOCK}", 1, (400, "stray-token"), (400, "stray-token")),
    ("typed block", f"x {BLOCK} y {BLOCK}", 1, (400, "media-count"), (400, "media-count")),
    ("one too many", f"{BLOCK}{BLOCK} z", 1, (400, "media-count"), (400, "media-count")),
    ("one missing", f"{BLOCK} z", 2, (400, "media-count"), (400, "media-count")),
    ("expanded", f"a{S}{P * 8}{E}b", 1, (400, "media-rows"), (200, "12")),
    (
        "two expanded",
        f"a{S}{P * 8}{E}b{S}{P * 8}{E}",
        2,
        (400, "media-rows"),
        (200, "22"),
    ),
    ("text only", f"a {BLOCK} b", 0, (400, "media-count"), (400, "media-count")),
    ("text only, pads", f"a {P}{P} b", 0, (400, "stray-token"), (400, "stray-token")),
    ("longer", f"a{S}{P * 9}{E}b", 1, (400, "media-rows"), (400, "media-rows")),
    ("shorter", f"a{S}{P * 7}{E}b", 1, (400, "media-rows"), (400, "media-rows")),
    ("shifted by three", f"{P * 3}{S}{P * 5}{E}", 1, (400, "stray-token"), (400, "stray")),
    ("cut", f"a{S}{P}", 1, (400, "truncated-block"), (400, "truncated-block")),
    ("100,000 placeholders", P * 100_000, 0, (400, "stray-token"), (400, "stray-token")),
]
#: Of other models, the delimiters and the placeholder of an image.
OTHERS = {"llava-1.5": ("", "<image>", ""), "gemma-4": ("<|image>", "<|image|>", "<image|>")}


def damaged(begin: str, pad: str, end: str, rows: int) -> list[tuple[str, str, int]]:
    """Name, prompt and images of the requests that are wrong with any model."""
    block = begin + pad * rows + end
    return [
        ("typed placeholder", f"x {pad} y {pad}", 1),
        ("one too many", f"{pad}{pad} z", 1),
        ("one missing", f"{pad} z", 2),
        ("expanded", f"a{block}b", 1),
        ("two expanded", f"a{block}b{block}", 2),
        ("text only", f"a {pad} b", 0),
        ("longer", f"a{begin}{pad * (rows + 1)}{end}b", 1),
        ("shorter", f"a{begin}{pad * (rows - 1)}{end}b", 1),
        ("shifted by three", f"{pad * 3} {begin}{pad * (rows - 3)}{end}", 1),
        ("cut", f"a{begin}{pad * 3}", 1),
        ("100,000 placeholders", pad * 100_000, 0),
    ]


def record(name: str, content: object) -> None:
    where = os.environ.get("MMSPAN_RECORD")
    if where:
        Path(where).mkdir(parents=True, exist_ok=True)
        (Path(where) / f"{name}.json").write_text(json.dumps(content, indent=1) + "\n")
    print(name, json.dumps(content))


def good(server: Server) -> None:
    status, text = server.prompt(f"a{BLOCK}b", [SMALL])
    assert (status, text) == (200, "12")


def load(server: Server) -> dict[str, float]:
    """200 requests, 8 at a time, half of them with an image."""

    def one(number: int) -> int:
        if number % 2:
            return server.prompt(f"{number}{BLOCK}", [SMALL])[0]
        return server.prompt(f"plain text {number}", [])[0]

    begin = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(one, range(200))) == {200}
    return {"requests": 200, "seconds": round(time.monotonic() - begin, 2)}


def start(folder, tmp_path, model: str, mode: str, **more) -> Server:
    log = tmp_path / "server.log"
    return Server(folder(model), log, MMSPAN=mode, MMSPAN_MODEL=model, **more)


def test_without_the_plugin(folder, tmp_path):
    """Nothing is expected here but that the server starts; it is what users have today."""
    seen = []
    with start(folder, tmp_path, "qwen2.5-vl", "off", max_len=120_000) as server:
        good(server)
        took = load(server)
        for name, prompt, images, *_ in QWEN:
            if len(prompt) > 10**6:
                continue  # minutes of attention on a CPU
            status, text = server.prompt(prompt, [SMALL] * images)
            seen.append({"request": name, "status": status, "answer": text[:120]})
        assert server.metrics() == {}
    record("vllm-off", {"load": took, "requests": seen})


@pytest.mark.parametrize("mode", ["check", "replace"])
def test_qwen(folder, tmp_path, mode):
    with start(folder, tmp_path, "qwen2.5-vl", mode, max_len=120_000) as server:
        good(server)
        took = load(server)
        before = server.metrics()
        seen = []
        for name, prompt, images, check, replace in QWEN:
            status, text = server.prompt(prompt, [SMALL] * images)
            seen.append({"request": name, "status": status, "answer": text[:160]})
            expected, words = check if mode == "check" else replace
            assert (status, words in text) == (expected, True), (name, status, text)
            good(server)
        after = server.metrics()
    lines = server.lines("mmspan")
    assert any(f"mmspan: {mode} for" in line for line in lines)
    assert not any("failed" in line for line in lines), lines
    refused = {name: n for name, n in after.items() if name.startswith("mmspan_refused")}
    assert refused["mmspan_refused_total stray-token"] == 4
    n_requests = before["mmspan_requests_total"]
    took["microseconds_each"] = round(before["mmspan_seconds_total"] / n_requests * 1e6, 1)
    record(f"vllm-{mode}", {"load": took, "requests": seen, "refused": refused})


@pytest.mark.parametrize(
    ("model", "mode"), [("llava-1.5", "check"), ("llava-1.5", "replace"), ("gemma-4", "check")]
)
def test_other_models(folder, tmp_path, model, mode):
    begin, pad, end = OTHERS[model]
    with start(folder, tmp_path, model, mode, max_len=120_000) as server:
        _, n_words = server.prompt("ab", [])
        _, n_tokens = server.prompt(f"a{pad}b", [SMALL])
        rows = int(n_tokens) - int(n_words) - (2 if begin else 0)
        assert rows == 576 or model == "gemma-4"
        for name, prompt, images in damaged(begin, pad, end, rows):
            status, text = server.prompt(prompt, [SMALL] * images)
            if mode == "replace" and name.endswith("expanded"):
                wanted = str(int(n_words) + images * rows)
                assert (status, text) == (200, wanted), name
            else:
                assert (status, "mmspan: " in text) == (400, True), (name, status, text)
            assert server.prompt(f"a{pad}b", [SMALL]) == (200, n_tokens)


def test_a_config_for_another_model(folder, tmp_path):
    """The server starts and serves; one line says what is on and why."""
    with Server(
        folder("llava-1.5"), tmp_path / "server.log", MMSPAN="check", MMSPAN_MODEL="qwen2.5-vl"
    ) as server:
        assert server.prompt("a <image> b", [SMALL])[0] == 200
        assert server.prompt("a <image> b", [])[0] == 200
    assert len(server.lines("log only, as the tokenizer differs")) == 1


OTHER = """
from vllm.v1.engine.input_processor import InputProcessor
import mmspan.vllm

def register():
    own = InputProcessor._validate_model_input

    def validate(*args, **kwargs):
        print("other: called", flush=True)
        return own(*args, **kwargs)

    InputProcessor._validate_model_input = validate
    mmspan.vllm.register()
"""


def embeds() -> str:
    """Four tokens as embeddings, as vLLM takes them."""
    import torch

    file = io.BytesIO()
    torch.save(torch.zeros(4, 64), file)
    return base64.b64encode(file.getvalue()).decode()


def test_two_servers_and_two_plugins(folder, tmp_path):
    """Two API server processes; another plugin on the same function; mmspan loaded twice."""
    write_plugin(tmp_path, "other", OTHER)
    write_metadata(tmp_path, "vllm", "0.32.0+cpu")
    options = ("--api-server-count", "2", "--enable-prompt-embeds")
    with ManyServers(
        folder("qwen2.5-vl"),
        tmp_path / "server.log",
        options=options,
        MMSPAN="check",
        MMSPAN_MODEL="qwen2.5-vl",
        PYTHONPATH=str(tmp_path),
    ) as server:
        with ThreadPoolExecutor(8) as pool:
            for _ in range(3):
                wanted = [(f"a{BLOCK}b", 200), (f"a{P}b{BLOCK}", 400)] * 4
                answers = pool.map(lambda one: server.prompt(one[0], [SMALL]), wanted)
                assert [status for status, _ in answers] == [status for _, status in wanted]
        body = {"model": "tiny", "prompt_embeds": embeds(), "max_tokens": 2}
        status, text = server.post("/v1/completions", body)
        assert status == 200, text
        refused = server.metrics()["mmspan_refused_total stray-token"]
    assert refused == 12
    assert len(server.lines("mmspan: check for")) == 2
    assert len(server.lines("other: called")) >= 24
    assert server.lines("mmspan: a check failed") == []


UNKNOWN = """
from vllm.v1.engine.input_processor import InputProcessor

def register():
    own = InputProcessor._validate_model_input

    def validate(self, prompt_input, prompt_type, more=None):
        return own(self, prompt_input, prompt_type)

    InputProcessor._validate_model_input = validate
"""


def test_an_unknown_version(folder, tmp_path):
    """It starts and serves as without the plugin, and one line says that, and why."""
    write_plugin(tmp_path, "unknown", UNKNOWN)
    with start(folder, tmp_path, "qwen2.5-vl", "replace", PYTHONPATH=str(tmp_path)) as server:
        good(server)
        assert server.prompt(f"x {P} y {BLOCK}", [SMALL])[0] == 200
    said = server.lines("mmspan")
    why = "InputProcessor._validate_model_input takes (self, prompt_input, prompt_type, more)"
    assert said
    assert all(f"mmspan: off, this version is not known: {why}" in line for line in said)
