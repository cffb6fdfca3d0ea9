"""What the tests share: a matcher, a prompt, and the package's command."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import mmspan
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

    def run(*args: str, text: str = ""):
        return subprocess.run(
            [sys.executable, "-m", "mmspan", *args],
            input=text,
            capture_output=True,
            text=True,
            timeout=60,
            env=child_environment(),
        )

    return run
