"""The examples of docs/audit.md, with other paths."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import mmspan
import pyarrow.parquet as pq
import pytest
from conftest import table

PAGE = Path(__file__).parents[2] / "docs" / "audit.md"


@pytest.fixture
def blocks(corpus, tmp_path: Path) -> list[str]:
    """The blocks of Python of two sections; their data is there."""
    train = tmp_path / "train"
    train.mkdir()
    for i in range(4):
        pq.write_table(table(corpus, 100 * i, 100 * i + 100), train / f"{i}.parquet")
    sections = re.search(
        r"^## Engines$(.*?^## In a pipeline$.*?)^## ", PAGE.read_text(), re.M | re.S
    )
    assert sections
    text = sections[1].replace("/data/", f"{tmp_path}/")
    return re.findall(r"```python\n(.*?)```", text, re.S)


def test_tasks_and_batches(ray_cluster, spark, blocks, tmp_path: Path, counts) -> None:
    whole = mmspan.audit(tmp_path / "train", "qwen2.5-vl")
    train = str(tmp_path / "train")
    names = {
        "mmspan": mmspan,
        "spark": spark,
        "frame": spark.read.parquet(train),
        "dataset": ray_cluster.data.read_parquet(train),
    }
    reports = []
    # A statement at a time: each block makes a report twice.
    for statement in ast.parse(blocks[0] + blocks[2]).body:
        exec(compile(ast.Module([statement], []), str(PAGE), "exec"), names)
        if "report" in names:
            reports.append(names.pop("report"))
    assert [counts(report) for report in reports] == [counts(whole)] * 4
    assert reports[:2] == [whole, whole]


def test_the_step(blocks, tmp_path: Path) -> None:
    pytest.importorskip("datatrove")
    (tmp_path / "script.py").write_text(blocks[1])
    line = [sys.executable, str(tmp_path / "script.py")]
    done = subprocess.run(line, capture_output=True, text=True, cwd=tmp_path, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "sequences" in (tmp_path / "report.html").read_text()
