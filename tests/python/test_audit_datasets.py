"""Objects of `datasets` as data: the rows that the user sees, not those of the table below."""

from __future__ import annotations

import json
from pathlib import Path

import mmspan
import pytest

datasets = pytest.importorskip("datasets")
pytest.importorskip("pyarrow")

BEGIN, PAD, END = 151652, 151655, 151653
GOOD, BAD = [5, BEGIN, PAD, PAD, END], [5, BEGIN, PAD]
M = "qwen2.5-vl"


@pytest.fixture
def data():
    ids = [BAD if i % 10 == 3 else GOOD for i in range(60)]
    return datasets.Dataset.from_dict({"input_ids": ids, "number": range(60)})


def found(report: mmspan.Report) -> list[int]:
    return [f["row"] for f in report.rows()]


@pytest.mark.parametrize("threads", [1, 2, 3, 8])
def test_rows_as_they_are_after_select_and_shuffle(data, threads: int) -> None:
    assert found(mmspan.audit(data, M)) == [3, 13, 23, 33, 43, 53]
    for changed in (
        data.select([3, 0, 13, 59]),
        data.shuffle(seed=4),
        data.filter(lambda row: row["number"] % 2),
        data.select(range(59, -1, -1)).with_format("numpy"),
        data.with_transform(lambda _: {"input_ids": []}),
        datasets.concatenate_datasets([data, data.select([53, 1])]),
    ):
        plain = changed.with_format(None)["number"]
        wanted = [i for i, number in enumerate(plain) if number % 10 == 3]
        report = mmspan.audit(changed, M, threads=threads)
        assert found(report) == wanted
        assert report.complete
        assert report == mmspan.audit(changed, M)


def test_splits_are_files(data) -> None:
    both = datasets.DatasetDict({"train": data, "test": data.select([3])})
    report = mmspan.audit(both, M, threads=2)
    files = report.to_dict()["files"]
    assert [(f["path"], f["sequences"]) for f in files] == [("test", 1), ("train", 60)]
    assert [f["file"] for f in report.rows()] == ["test"] + ["train"] * 6


def test_the_report_of_its_files(data, tmp_path: Path) -> None:
    data.to_json(tmp_path / "a.jsonl")
    theirs, ours = mmspan.audit(tmp_path, M, window=16), mmspan.audit(data, M, window=16)
    reports = [theirs.to_dict(), ours.to_dict()]
    for report in reports:
        del report["files"]
        for example in (e for f in report["findings"] for e in f["examples"]):
            del example["file"]
            example.pop("line", None)
    assert reports[0] == reports[1]
    assert json.dumps(reports[0]["window"]) == json.dumps(reports[1]["window"])


def test_types_of_columns(data) -> None:
    sequence = datasets.List(datasets.Value("int32"))
    fixed = datasets.List(datasets.Value("int64"), length=5)
    for kind in (sequence, datasets.LargeList(datasets.Value("int64"))):
        cast = data.cast_column("input_ids", kind)
        assert found(mmspan.audit(cast, M)) == [3, 13, 23, 33, 43, 53]
    same = data.select([0, 1]).cast_column("input_ids", fixed)
    assert found(mmspan.audit(same, M)) == []
    assert mmspan.audit(data.select([]), M).totals["sequences"] == 0


def test_what_is_refused(data) -> None:
    with pytest.raises(TypeError, match="audit_batches"):
        mmspan.audit(data.to_iterable_dataset(), M)
    both = datasets.IterableDatasetDict({"train": data.to_iterable_dataset()})
    with pytest.raises(TypeError, match="IterableDatasetDict has no rows"):
        mmspan.audit(both, M)
    with pytest.raises(ValueError, match="no column input_ids; the columns are number"):
        mmspan.audit(data.remove_columns("input_ids"), M)
    with pytest.raises(TypeError, match=r"data.select\(rows\)"):
        mmspan.fix(data, mmspan.audit(data, M), out="x")


def test_columns_that_were_named_and_are_not_there(data) -> None:
    with pytest.raises(mmspan.Error, match=r"no column targets; .* are input_ids"):
        mmspan.audit(data, M, columns={"labels": "targets"})
    labelled = data.add_column("targets", [[-100] * len(ids) for ids in data["input_ids"]])
    both = datasets.DatasetDict({"train": labelled, "test": data})
    with pytest.warns(UserWarning, match="targets is in 1 of 2 files"):
        mmspan.audit(both, M, columns={"labels": "targets"})


def test_the_way_out_for_streams(data) -> None:
    function = mmspan.audit_batches(M)
    stream = data.to_iterable_dataset().with_format("arrow")
    reports = [function(t)["report"][0].as_py() for t in stream.iter(7)]
    assert mmspan.Report.merge(reports).counts == {"truncated-block": 6}
