"""The command inside the package."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import mmspan
import pytest


def test_version(command):
    assert command("--version").stdout == f"mmspan {mmspan.__version__}\n"


def test_statuses(command):
    assert command("scan", "-m", "gemma-4", text="2 258880\n").returncode == 0
    assert command("scan", "-m", "gemma-4", text="2 255999\n").returncode == 1
    assert command("scan", "-m", "gemma-5", text="2\n").returncode == 2
    assert command("scan", "-m", "gemma-4", text="2 x\n").returncode == 3
    done = command("nonsense")
    assert done.returncode == 2
    assert "unknown command" in done.stderr


def test_everything_is_inside(command):
    assert command("models").stdout.count("\n") > 100
    assert "qwen2.5-vl" in command("explain", "-m", "qwen2.5-vl").stdout
    line = '{"input_ids": [2, 258880]}\n'
    done = command("scan", "-m", "gemma-4", "--input-format", "jsonl", text=line)
    assert "2 tokens, 1 item" in done.stdout or "simdjson" in done.stderr


def test_arguments_of_any_bytes(environment):
    done = subprocess.run(
        [sys.executable, "-m", "mmspan", "scan", "-m", b"\xff\xfe"],
        capture_output=True,
        env=environment,
    )
    assert done.returncode == 2
    assert b"no built-in config" in done.stderr


def test_interrupt(environment):
    child = subprocess.Popen(
        [sys.executable, "-m", "mmspan", "scan", "-m", "gemma-4"],
        stdin=subprocess.PIPE,
        env=environment,
    )
    time.sleep(1.5)
    child.send_signal(signal.SIGINT)
    assert child.wait(10) == -signal.SIGINT
    child.stdin.close()


def test_broken_pipe(environment):
    command = f"{sys.executable} -m mmspan models | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, env=environment, text=True
    )
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


def test_full_disk(environment):
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full")
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "mmspan", "models"],
            stdout=full,
            stderr=subprocess.PIPE,
            env=environment,
            text=True,
        )
    assert done.returncode == 75
    assert "No space" in done.stderr


def test_installed_command():
    """Where the package is installed, so is the command."""
    script = shutil.which("mmspan", path=os.path.dirname(sys.executable))
    if not script:
        pytest.skip("not installed here")
    done = subprocess.run([script, "--version"], capture_output=True, text=True)
    assert done.stdout == f"mmspan {mmspan.__version__}\n"
