"""The audit of Arrow batches in a pipeline: the reports of files, from any cut of the rows."""

from __future__ import annotations

import json
import pickle
import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import mmspan
import pytest

pa = pytest.importorskip("pyarrow")

BEGIN, PAD, END = 151652, 151655, 151653
M = mmspan.load("qwen2.5-vl")
GOOD, BAD = [5, BEGIN, PAD, PAD, END, 7], [5, BEGIN, PAD]


def table(n: int = 60) -> pa.Table:
    rows = [BAD if i % 7 == 3 else GOOD for i in range(n)]
    return pa.table(
        {
            "input_ids": pa.array(rows, pa.list_(pa.int32())),
            "labels": pa.array([[-100] * len(ids) for ids in rows], pa.list_(pa.int64())),
            "file": pa.array([f"{'ab'[i >= 40]}.parquet" for i in range(n)]),
            "row": pa.array([i % 40 for i in range(n)], pa.int32()),
        }
    )


def merged(tables: list[pa.Table]) -> mmspan.Report:
    return mmspan.Report.merge(r for t in tables for r in t["report"].to_pylist())


def places(report: mmspan.Report) -> list[tuple[str, int]]:
    return [
        (e["file"], e["sequence"]) for f in report.to_dict()["findings"] for e in f["examples"]
    ]


@pytest.fixture
def function():
    return mmspan.audit_batches(M, file="file", row="row", examples=100)


def test_a_table_a_batch_and_an_iterator(function) -> None:
    whole = function(table())
    assert isinstance(whole, pa.Table)
    assert whole.schema == pa.schema([("report", pa.binary())])
    (batch,) = table().to_batches()
    assert isinstance(function(batch), pa.RecordBatch)
    assert pa.Table.from_batches([function(batch)]) == whole
    once = list(function(iter(table().to_batches(max_chunksize=7))))
    assert pa.Table.from_batches(once) == whole
    assert merged([whole]).counts == {"truncated-block": 9}


def test_any_cut_of_the_rows_in_any_order_is_the_same(function) -> None:
    whole = merged([function(table())])
    rows = [("a.parquet", i) for i in range(40) if i % 7 == 3]
    rows += [("b.parquet", i - 40) for i in range(40, 60) if i % 7 == 3]
    assert places(whole) == rows
    parts = [table().slice(i, n) for i, n in ((0, 1), (1, 30), (31, 20), (51, 9), (5, 0))]
    random.Random(5).shuffle(parts)
    assert merged([function(part) for part in parts]) == whole
    order = list(range(60))
    random.Random(6).shuffle(order)
    assert merged([function(table().take(order))]) == whole


def test_what_is_sent_is_the_yaml_text(function) -> None:
    again = pickle.loads(pickle.dumps(function))
    assert again(table()) == function(table())
    assert len(pickle.dumps(function)) < len(M.yaml) + 500


def test_threads(function) -> None:
    whole = function(table())
    with ThreadPoolExecutor(8) as pool:
        assert all(done == whole for done in pool.map(function, [table()] * 64))


def test_the_report_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    rows = table().select(["input_ids", "labels"]).to_pylist()
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    theirs, ours = mmspan.audit(path, M).to_dict(), None
    ours = merged([mmspan.audit_batches("qwen2.5-vl")(table())]).to_dict()
    assert ours["files"][0]["path"] == "batches"
    for report in (theirs, ours):
        del report["files"]
        for example in (e for f in report["findings"] for e in f["examples"]):
            del example["file"]
            example.pop("line", None)
    assert ours == theirs


def test_no_rows_and_no_batches(function) -> None:
    for report in (merged([function(table(0))]), merged([*map(_table, function([]))])):
        assert report.complete
        assert report.totals["sequences"] == 0
        assert mmspan.Report.merge([report, merged([function(table())])]).totals["files"] == 2


def _table(batch: pa.RecordBatch) -> pa.Table:
    return pa.Table.from_batches([batch])


def test_a_null_in_a_list_is_noted_and_the_rest_audited() -> None:
    function = mmspan.audit_batches(M, row="row")
    ids = pa.array([[5], [5, None], BAD], pa.list_(pa.int32()))
    report = merged([function(pa.table({"input_ids": ids, "row": [7, 9, 11]}))])
    assert (report.totals["sequences"], report.totals["unread"]) == (2, 1)
    assert report.counts == {"truncated-block": 1}
    assert "null inside a list" in report.to_bytes().decode()


def test_what_is_wrong_for_all_rows_is_said() -> None:
    with pytest.raises(ValueError, match="no column input_ids; the columns are text"):
        mmspan.audit_batches(M)(pa.table({"text": ["a"]}))
    with pytest.raises(ValueError, match="no column path; the columns are input_ids"):
        mmspan.audit_batches(M, file="path", row="row")(table())
    with pytest.raises(TypeError, match="holds double"):
        mmspan.audit_batches(M)(pa.table({"input_ids": [[1.5]]}))
    with pytest.raises(mmspan.MismatchError):
        ids = pa.array([[1]], pa.list_(pa.uint16()))
        mmspan.audit_batches(M)(pa.table({"input_ids": ids}))
    with pytest.raises(ValueError, match="row has a null"):
        rows = pa.array([None], pa.int64())
        mmspan.audit_batches(M, row="row")(pa.table({"input_ids": [[1]], "row": rows}))
    with pytest.raises(ValueError, match="no column has the role 'tokens'"):
        mmspan.audit_batches(M, columns={"tokens": "x"})
    with pytest.raises(ValueError, match="windows need the order of a file"):
        mmspan.audit_batches(M, window=8)
    with pytest.raises(ValueError, match="rows of file need numbers"):
        mmspan.audit_batches(M, file="file")
    with pytest.raises(TypeError, match="nonsense"):
        mmspan.audit_batches(M, nonsense=8)


def test_names_that_are_dictionaries(function) -> None:
    coded = table().set_column(2, "file", table()["file"].dictionary_encode())
    assert function(coded) == function(table())
