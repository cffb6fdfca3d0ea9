"""The step of datatrove in a real executor."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import mmspan
import pytest
from corpus import MODEL

datatrove = pytest.importorskip("mmspan.datatrove")

# An executor starts processes, which import the script that started them.
SCRIPT = """
import sys
from datatrove.data import Document
from datatrove.executor import LocalPipelineExecutor
from mmspan.datatrove import Audit

if __name__ == "__main__":
    data, out, logs = sys.argv[1:]
    documents = [Document(text="a", id="0"), Document(text="b", id="1")]
    LocalPipelineExecutor(
        [documents, Audit(data, "qwen2.5-vl", out)],
        tasks=2, workers=2, logging_dir=logs,
    ).run()
"""


def run(tmp_path: Path, data: Path, out: Path, logs: str) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    words = [sys.executable, str(script), str(data), str(out), str(tmp_path / logs)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]


def test_two_tasks(tmp_path: Path, mixed: Path) -> None:
    out = tmp_path / "out"
    run(tmp_path, mixed, out, "logs")
    assert sorted(path.name for path in out.iterdir()) == ["00000.json", "00001.json"]
    whole = mmspan.audit(mixed, MODEL)
    assert datatrove.merge(str(out)) == whole
    assert whole.totals["sequences"] == 400
    # A task alone is not the whole, and says so.
    (out / "00001.json").rename(tmp_path / "second.json")
    assert not datatrove.merge(str(out)).complete
    # A task that runs again replaces its report.
    run(tmp_path, mixed, out, "again")
    assert datatrove.merge(str(out)) == whole


def test_documents_are_passed_on(tmp_path: Path, mixed: Path) -> None:
    step = datatrove.Audit(mixed, MODEL, str(tmp_path / "out"), max_length=300)
    assert list(step.run(iter("ab"), 0, 1)) == ["a", "b"]
    assert datatrove.merge(str(tmp_path / "out")) == mmspan.audit(mixed, MODEL, max_length=300)


def test_reports_of_different_runs(tmp_path: Path, mixed: Path) -> None:
    out = str(tmp_path / "out")
    with pytest.raises(FileNotFoundError, match="no reports"):
        datatrove.merge(out)
    for rank, size in ((0, 1), (1, 2)):
        list(datatrove.Audit(mixed, MODEL, out).run(None, rank, size))
    with pytest.raises(mmspan.MismatchError, match="in two reports"):
        datatrove.merge(out)


def test_what_is_wrong_is_said_when_the_step_is_made(tmp_path: Path) -> None:
    with pytest.raises(mmspan.UnknownModelError):
        datatrove.Audit(tmp_path, "gemma-5", str(tmp_path))
    with pytest.raises(ValueError, match="no column has the role"):
        datatrove.Audit(tmp_path, MODEL, str(tmp_path), columns={"no": "x"})
