"""What the tests share: a matcher, a prompt, and the package's command."""

import os
import shutil
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import mmspan
import numpy as np
import pytest

PROMPT = [2, 255999, 258880, 258880, 258882, 107, 258881, 107, 255999, 258880, 5]


@pytest.fixture(scope="session")
def m() -> mmspan.Matcher:
    return mmspan.load("gemma-4")


@pytest.fixture
def prompt() -> list[int]:
    return list(PROMPT)


@pytest.fixture
def r(m, prompt) -> mmspan.Result:
    return m.scan(prompt)


def child_environment() -> dict[str, str]:
    """The environment in which a child finds the package that is tested."""
    where = str(Path(mmspan.__file__).parent.parent)
    return {**os.environ, "PYTHONPATH": where, "PYTHONDONTWRITEBYTECODE": "1"}


@pytest.fixture(scope="session")
def environment() -> dict[str, str]:
    return child_environment()


@pytest.fixture(scope="session")
def child() -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """Runs Python code in another process, which must end well within a minute."""

    def run(code: str, *args: str, check: bool = True):
        done = subprocess.run(
            [sys.executable, "-X", "faulthandler", "-c", code, *args],
            capture_output=True,
            text=True,
            timeout=300,
            env=child_environment(),
        )
        if check and done.returncode:
            pytest.fail(f"exit {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done

    return run


@pytest.fixture(scope="session")
def command() -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """Runs the package's command."""

    def run(*args: str, text: str = "", stdout: int = subprocess.PIPE):
        return subprocess.run(
            [sys.executable, "-m", "mmspan", *args],
            input=text,
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
            timeout=300,
            env=child_environment(),
        )

    return run


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


@pytest.fixture
def shoot(tmp_path: Path) -> Callable[..., np.ndarray]:
    """Shows a page in a browser: its pixels. MMSPAN_SCREENSHOTS is a folder that keeps them."""
    if not CHROMIUM:
        pytest.skip("no chromium")

    def run(page: str, name: str, width: int, height: int, dark: bool = False) -> np.ndarray:
        source, shot = tmp_path / "page.html", tmp_path / "shot.png"
        source.write_text(page, encoding="utf-8")
        options = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            f"--blink-settings=preferredColorScheme={0 if dark else 1}",
            f"--user-data-dir={tmp_path}/profile",
            f"--screenshot={shot}",
            f"--window-size={width},{height}",
        ]
        subprocess.run(
            [CHROMIUM, *options, source.as_uri()], check=True, capture_output=True, timeout=120
        )
        keep = os.environ.get("MMSPAN_SCREENSHOTS")
        if keep:
            shutil.copy(shot, Path(keep) / f"{name}.png")
        return pixels(shot)[:, :, :3]

    return run
