"""The tutorial as it stands there: each command is run, and what it prints is compared."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
PAGE = TOP / "docs/audit-tutorial.md"


def commands() -> list[tuple[str, str]]:
    """Commands and what is said to be printed, in the order of the page."""
    found = []
    for block in re.findall(r"```console\n(.*?)```", PAGE.read_text(), re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            lines = part.splitlines(keepends=True)
            n = 1
            while "".join(lines[:n]).count('"') % 2:  # a string of several lines
                n += 1
            found.append(("".join(lines[:n]), "".join(lines[n:])))
    return found


def pattern(text: str) -> str:
    """Lines of three dots stand for any lines."""
    parts = [re.escape(part) for part in re.split(r"^\.\.\.\n", text, flags=re.MULTILINE)]
    return r"(?:.*\n)*?".join(parts) + r"\Z"


def test_every_command(tmp_path: Path, environment: dict[str, str]) -> None:
    pytest.importorskip("pyarrow")
    (script,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    (tmp_path / "make_data.py").write_text(script)
    programs = tmp_path / "programs"
    programs.mkdir()
    for name, line in (("python", ""), ("mmspan", "-m mmspan")):
        (programs / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {line} "$@"\n')
        (programs / name).chmod(0o755)
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    (install, _), *rest = commands()
    extra = re.fullmatch(r"pip install '\.\[(\w+)\]'\n", install)
    assert extra
    assert f"\n{extra[1]} = [" in (TOP / "pyproject.toml").read_text()
    assert len(rest) >= 8
    for command, wanted in rest:
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=tmp_path,
            env={**environment, "PATH": path},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
        )
        assert re.match(pattern(wanted), done.stdout), f"{command}\n{done.stdout}\n{wanted}"
    assert "<svg" in (tmp_path / "report.html").read_text()
