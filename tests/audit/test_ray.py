"""Audits in real Ray tasks, and inside a pipeline of Ray Data."""

from __future__ import annotations

from pathlib import Path

import mmspan
import mmspan.ray
import pytest
from conftest import table
from corpus import MODEL
from engine import Engine


@pytest.mark.usefixtures("ray_cluster")
class TestRay(Engine):
    def run(self, *arguments, **options) -> mmspan.Report:
        return mmspan.ray.audit(*arguments, **options)


def test_options_of_tasks(ray_cluster, mixed: Path) -> None:
    report = mmspan.ray.audit(mixed, MODEL, ray_remote_args={"num_cpus": 0.5})
    assert report == mmspan.audit(mixed, MODEL)


def test_inside_a_pipeline(ray_cluster, corpus, counts, tmp_path: Path) -> None:
    data = ray_cluster.data.from_arrow([table(corpus, 0, 200), table(corpus, 200)])
    audit = mmspan.audit_batches(MODEL)
    blocks = data.map_batches(audit, batch_format="pyarrow", batch_size=64).take_all()
    report = mmspan.Report.merge(block["report"] for block in blocks)
    (tmp_path / "all.jsonl").write_text(corpus.jsonl())
    whole = mmspan.audit(tmp_path, MODEL)
    assert len(blocks) > 1
    assert counts(report) == counts(whole)
