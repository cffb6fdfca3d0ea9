"""Audits in real Spark tasks, and inside a data frame."""

from __future__ import annotations

from pathlib import Path

import mmspan
import mmspan.spark
import pytest
from corpus import MODEL
from engine import Engine


class TestSpark(Engine):
    @pytest.fixture(autouse=True)
    def _session(self, spark) -> None:
        self._spark = spark

    def run(self, *arguments, **options) -> mmspan.Report:
        return mmspan.spark.audit(self._spark, *arguments, **options)


def places(report: mmspan.Report) -> list[tuple[str, int, int]]:
    found = report.to_dict()["findings"]
    return [(e["file"], e["sequence"], e["start"]) for f in found for e in f["examples"]]


def test_inside_a_pipeline(spark, mixed: Path, counts) -> None:
    paths = [mixed / "a.parquet", mixed / "deep" / "b.parquet"]
    columns = ["input_ids", "labels", "attention_mask", "image_grid_thw"]
    frame = spark.read.parquet(*map(str, paths)).select(
        *columns, "_metadata.file_path", "_metadata.row_index"
    )
    audit = mmspan.audit_batches(MODEL, file="file_path", row="row_index")
    parts = frame.repartition(3).mapInArrow(audit, "report binary").collect()
    report = mmspan.Report.merge(bytes(part.report) for part in parts)
    whole = mmspan.audit(paths, MODEL)
    assert len(parts) == 3
    assert counts(report) == counts(whole)
    # The places are those of the files, whatever came first.
    there = places(report)
    assert there[0][0] == f"file:{paths[0]}"
    assert [(file.removeprefix("file:"), *place) for file, *place in there] == places(whole)


def test_what_spark_writes(spark, mixed: Path, tmp_path: Path, counts) -> None:
    data = str(mixed / "a.parquet")
    spark.read.parquet(data).coalesce(1).write.parquet(str(tmp_path / "written"))
    report = mmspan.spark.audit(spark, tmp_path / "written", MODEL)
    assert counts(report) == counts(mmspan.audit(data, MODEL))
