"""Audits from Python: the same reports from every format, shards that add up, Arrow's traps."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import mmspan
import pytest

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

BEGIN, PAD, END = 151652, 151655, 151653
M = mmspan.load("qwen2.5-vl")


def image(rows: int) -> list[int]:
    return [BEGIN, *[PAD] * rows, END]


def rows_of(n: int = 60) -> list[dict[str, object]]:
    """Rows of which some are wrong in ways that the columns tell."""
    rows: list[dict[str, object]] = []
    for i in range(n):
        ids = [5, *image(4), 7, 9]
        labels = [-100] * 7 + [7, 9][: len(ids) - 7]
        grid = [[1, 4, 4]]
        if i % 7 == 3:
            ids = ids[:4]  # cut off
            labels = labels[:4]
        if i % 11 == 5:
            labels = [*labels[:2], 8, *labels[3:]]  # trained on an image
        if i % 13 == 6:
            grid = [[1, 4, 8]]  # another number of rows
        rows.append({"input_ids": ids, "labels": labels, "image_grid_thw": grid})
    rows[20] = {"input_ids": None, "labels": None, "image_grid_thw": None}
    rows[21] = {"input_ids": [], "labels": [], "image_grid_thw": []}
    return rows


LIST = pa.list_(pa.int32())
LARGE = pa.large_list(pa.int64())


def table(ids: pa.DataType = LIST, labels: pa.DataType = LARGE) -> pa.Table:
    rows = rows_of()
    grids = pa.list_(pa.list_(pa.int64()))
    return pa.table(
        {
            "input_ids": pa.array([r["input_ids"] for r in rows], ids),
            "labels": pa.array([r["labels"] for r in rows], labels),
            "image_grid_thw": pa.array([r["image_grid_thw"] for r in rows], grids),
            "text": pa.array(["x"] * len(rows)),
        }
    )


def write_jsonl(path: Path) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows_of()))
    return path


def found(report: mmspan.Report) -> list[tuple[int, str, int, int]]:
    return [(f["row"], f["kind"], f["token"], f["end"]) for f in report.rows()]


@pytest.fixture
def oracle(tmp_path: Path) -> mmspan.Report:
    return mmspan.audit(write_jsonl(tmp_path / "rows.jsonl"), M)


@pytest.mark.parametrize("ids", [LIST, LARGE, pa.list_(pa.int64()), pa.list_(pa.uint32())])
@pytest.mark.parametrize("labels", [LIST, LARGE])
def test_parquet_finds_what_json_lines_do(
    tmp_path: Path, oracle: mmspan.Report, ids: pa.DataType, labels: pa.DataType
) -> None:
    path = tmp_path / "rows.parquet"
    pq.write_table(table(ids, labels), path, row_group_size=7)
    report = mmspan.audit(path, M)
    kinds = {"truncated-block", "label-on-media", "media-rows", "media-count", "null-row"}
    assert kinds <= set(report.counts)
    assert found(report) == found(oracle)
    assert report.totals["tokens"] == oracle.totals["tokens"]
    assert report.complete


@pytest.mark.parametrize("n", [1, 2, 3, 8])
@pytest.mark.parametrize("kind", ["parquet", "jsonl"])
def test_units_add_up_to_the_same_bytes(tmp_path: Path, n: int, kind: str) -> None:
    path = tmp_path / f"rows.{kind}"
    if kind == "parquet":
        pq.write_table(table(), path, row_group_size=7)
    else:
        write_jsonl(path)
    whole = mmspan.audit(path, M)
    parts = [mmspan.audit_unit(p, unit, M.yaml) for p, unit in mmspan.units(path, n)]
    assert len(parts) >= n or kind == "parquet"
    assert mmspan.Report.merge(reversed(parts)) == whole
    assert mmspan.audit(path, M, threads=n) == whole


def test_merging_refuses_what_was_read_twice(tmp_path: Path, oracle: mmspan.Report) -> None:
    with pytest.raises(mmspan.MismatchError, match="in two reports"):
        mmspan.Report.merge([oracle, oracle])
    other = mmspan.audit(tmp_path / "rows.jsonl", "gemma-4")
    with pytest.raises(mmspan.MismatchError, match="different models"):
        mmspan.Report.merge([oracle, other])


def batch_of(array: pa.Array) -> list[tuple[int, str]]:
    from mmspan._arrow_columns import Names

    audit = mmspan._core._Auditor(M, keep_findings=True)
    file = audit.file("memory", 0, len(array))
    plain, media = Names(M.modalities, None).batch(pa.record_batch({"input_ids": array}))
    audit.add(file, 0, 0, len(array), plain, media)
    lines = audit.findings().splitlines()
    return [(f["row"], f["kind"]) for f in map(json.loads, lines)]


SEQUENCES = [
    [5, 5, 5, 5],
    [*image(2)],
    [5, BEGIN, PAD, PAD],
    None,
    [PAD, END, 5, 5],
    [9, 9, 9, 9],
]


@pytest.mark.parametrize(
    "kind",
    [
        pa.list_(pa.int32()),
        pa.large_list(pa.int32()),
        pa.list_(pa.int64()),
        pa.list_(pa.int32(), 4),
        pa.list_(pa.uint64()),
    ],
)
def test_slices_begin_where_they_begin(kind: pa.DataType) -> None:
    whole = pa.array(SEQUENCES, kind)
    assert batch_of(whole) == [
        (2, "truncated-block"),
        (3, "null-row"),
        (4, "stray-token"),
        (4, "stray-token"),
    ]
    for first in range(len(SEQUENCES)):
        for end in range(first, len(SEQUENCES) + 1):
            part = whole.slice(first, end - first)
            wanted = [(r - first, k) for r, k in batch_of(whole) if first <= r < end]
            assert batch_of(part) == wanted


def test_a_child_with_an_offset_of_its_own() -> None:
    child = pa.array([1, 2, *image(2), 7, PAD], pa.int32()).slice(2)
    lists = pa.ListArray.from_arrays(pa.array([0, 4, 5, 6], pa.int32()), child)
    assert batch_of(lists) == [(2, "stray-token")]
    assert batch_of(lists.slice(0, 2)) == []


def test_nulls_inside_lists_and_other_types_are_refused() -> None:
    with pytest.raises(ValueError, match="null inside"):
        batch_of(pa.array([[1, None]], LIST))
    with pytest.raises(TypeError, match="holds double"):
        batch_of(pa.array([[1.5]], pa.list_(pa.float64())))
    with pytest.raises(TypeError, match="not a list"):
        batch_of(pa.array([1, 2], pa.int32()))
    assert batch_of(pa.array([[], []], pa.list_(pa.null()))) == []


def test_grids_of_every_kind() -> None:
    from mmspan._arrow_columns import Names

    ids = pa.array([[5, *image(2)], [5, *image(4)], [5]], LIST)
    grids = [[[1, 2, 4]], [[1, 4, 4]], []]
    flat = pa.array([[1, 2, 4], [1, 4, 4], []], LARGE)
    nested = pa.list_(pa.list_(pa.int64()))
    fixed = pa.large_list(pa.list_(pa.int32(), 3))
    for column in (pa.array(grids, nested), pa.array(grids, fixed), flat):
        for first in range(3):
            batch = pa.record_batch({"input_ids": ids, "image_grid_thw": column}).slice(first)
            audit = mmspan._core._Auditor(M, keep_findings=True)
            file = audit.file("memory", 0, 3)
            audit.add(file, first, 0, batch.num_rows, *Names(M.modalities, None).batch(batch))
            assert audit.findings() == b""
            report = json.loads(audit.json())
            assert report["modalities"][0]["clean"]["media"] == max(0, 2 - first)
    with pytest.raises(ValueError, match="image_grid_thw has a null inside"):
        batch = pa.record_batch(
            {"input_ids": ids[:1], "image_grid_thw": pa.array([[None]], nested)}
        )
        Names(M.modalities, None).batch(batch)


def test_a_file_without_the_column_is_noted(tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": ["a", "b"]}), tmp_path / "t.parquet")
    report = mmspan.audit(tmp_path, M)
    assert report.totals["unread"] == 1
    assert "no column input_ids; the columns are text" in report.to_bytes().decode()


def test_names_of_columns(tmp_path: Path, oracle: mmspan.Report) -> None:
    renamed = table().rename_columns(["tokens", "labels", "image_grid_thw", "text"])
    pq.write_table(renamed, tmp_path / "r.parquet")
    report = mmspan.audit(tmp_path / "r.parquet", M, columns={"ids": "tokens"})
    assert found(report) == found(oracle)
    with pytest.raises(ValueError, match="no column has the role 'tokens'"):
        mmspan.audit(tmp_path / "r.parquet", M, columns={"tokens": "ids"})


@pytest.mark.parametrize("suffix", ["parquet", "arrow"])
def test_columns_that_were_named_and_are_not_there(tmp_path: Path, suffix: str) -> None:
    def write(name: str, **columns: list[list[int]]) -> None:
        data = pa.table({"input_ids": [[5, BEGIN, PAD, END]], **columns})
        arrow = pa.OSFile(str(tmp_path / f"{name}.arrow"), "wb")
        with arrow as sink, pa.ipc.new_stream(sink, data.schema) as writer:
            writer.write_table(data)
        pq.write_table(data, tmp_path / f"{name}.parquet")

    data = str(tmp_path / f"*.{suffix}")
    write("a", text=[[1]])
    for role in ("labels", "ids", "image_grid"):
        with pytest.raises(
            mmspan.Error, match=r"^no column targets; the columns are input_ids, text$"
        ):
            mmspan.audit(data, M, columns={role: "targets"})
    write("b", targets=[[-100, 5, 5, 5]])
    said = "the column targets is in 1 of 2 files; the others are not checked for labels"
    with pytest.warns(UserWarning, match=said):
        report = mmspan.audit(data, M, columns={"labels": "targets"})
    assert report.counts == {"label-on-media": 1}
    (tmp_path / f"c.{suffix}").write_bytes(b"x" * 50)  # cannot be read, and is noted
    with pytest.raises(mmspan.Error, match="no column other"):
        mmspan.audit(data, M, columns={"labels": "other"})
    (tmp_path / "d.jsonl").write_text('{"input_ids": [5], "other": [5]}\n')  # has no schema
    both = mmspan.audit([data, str(tmp_path / "d.jsonl")], M, columns={"labels": "other"})
    assert both.totals["files"] == 4


def test_a_report_is_a_value(tmp_path: Path, oracle: mmspan.Report) -> None:
    oracle.save(tmp_path / "report.json")
    again = mmspan.Report.load(tmp_path / "report.json")
    assert again == oracle
    assert hash(again) == hash(oracle)
    assert pickle.loads(pickle.dumps(oracle)) == oracle
    assert not list(tmp_path.glob("*.tmp"))
    broken = len({f["row"] for f in oracle.rows()})
    assert oracle.bad_rows().num_rows == broken == oracle.totals["sequences_with_findings"]
    assert oracle.findings().num_rows == oracle.totals["findings"]
    page = oracle._repr_html_()
    assert "truncated-block" in page
    assert "<script" not in page


def test_columns_whose_chunks_do_not_meet(oracle: mmspan.Report) -> None:
    whole = table()
    chunked = pa.table(
        {
            name: pa.chunked_array([whole[name].combine_chunks()[a:b] for a, b in cuts])
            for name, cuts in {
                "input_ids": [(0, 7), (7, 7), (7, 60)],
                "labels": [(0, 30), (30, 60)],
                "image_grid_thw": [(0, 1), (1, 59), (59, 60)],
            }.items()
        }
    )
    reports = mmspan.audit_batches(M)(chunked)["report"].to_pylist()
    report = mmspan.Report.merge(reports)
    assert report.counts == oracle.counts
    assert report.totals["tokens"] == oracle.totals["tokens"]


@pytest.mark.parametrize(
    "borders",
    [
        {"cu_seqlens": [[0, 4, 7], [0, 7]]},
        {"seq_lens": [[4, 3], [7]]},
        {"position_ids": [[0, 1, 2, 3, 0, 1, 2], list(range(7))]},
    ],
)
def test_packed_rows_of_parquet(tmp_path: Path, borders: dict[str, list[list[int]]]) -> None:
    """A block that is cut off in one document, and the rest of one in the next."""
    ids = [[5, BEGIN, PAD, PAD, PAD, END, 5]] * 2
    pq.write_table(pa.table({"input_ids": ids, **borders}), tmp_path / "a.parquet")
    report = mmspan.audit(tmp_path / "a.parquet", M)
    assert {(f["row"], f["kind"]) for f in report.rows()} == {
        (0, "truncated-block"),
        (0, "stray-token"),
    }
    positions = [[[0, 1, 2, 3, 0, 1, 2]] * 3] * 2  # of M-RoPE, which count no tokens
    pq.write_table(
        pa.table({"input_ids": ids, "position_ids": positions}), tmp_path / "b.parquet"
    )
    assert mmspan.audit(tmp_path / "b.parquet", M).rows() == []


def test_many_files_with_one_that_cannot_be_read(tmp_path: Path) -> None:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table({"input_ids": [[5, BEGIN, PAD, END]]}), sink)
    data = sink.getvalue().to_pybytes()
    n = 2000
    for i in range(n):
        (tmp_path / f"{i:05d}.parquet").write_bytes(data[:-5] if i == 700 else data)
    report = mmspan.audit(tmp_path, M, threads=4)
    assert report.totals["files"] == n
    assert report.totals["items"] == n - 1
    assert report.totals["unread"] == 1
    assert report.complete


def test_names_of_which_nothing_is_there(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    pq.write_table(pa.table({"input_ids": [[5]]}), "a.parquet")
    report = mmspan.audit("a.parquet", M)
    for data in ("nope", "no*.parquet", ["a.parquet", "nope.jsonl"], Path("no.parquet")):
        with pytest.raises(FileNotFoundError) as e:
            mmspan.audit(data, M)
        assert "no" in str(e.value.filename)
        with pytest.raises(FileNotFoundError, match="No such file"):
            mmspan.fix(data, report, out="copy.parquet")
    with pytest.raises(ValueError, match="no data in"):
        Path("empty").mkdir()
        mmspan.audit("empty", M)
    assert mmspan.audit("*.parquet", M) == report
    pq.write_table(pa.table({"input_ids": [[5]]}), "*.parquet")  # a name before a pattern
    assert [f["path"] for f in mmspan.audit("*.parquet", M).to_dict()["files"]] == ["*.parquet"]


def test_what_cannot_be_read_is_said_by_the_report(tmp_path: Path) -> None:
    pq.write_table(pa.table({"input_ids": [[5]]}), tmp_path / "a.parquet")
    assert mmspan.audit(tmp_path, M).unread == []
    assert repr(mmspan.audit(tmp_path, M)).endswith(" 0 findings>")
    cut = tmp_path / "cut.parquet"
    cut.write_bytes((tmp_path / "a.parquet").read_bytes()[:-9])
    report = mmspan.audit(tmp_path, M)
    ((path, reason),) = report.unread
    assert path == str(cut)
    assert "magic bytes" in reason
    assert repr(report).endswith(" 0 findings, 1 file unreadable>")
    for name in ("b.jsonl", "c.jsonl"):
        (tmp_path / name).write_text('{"input_ids": [5]}\n{"input_ids": [5\n')
    (tmp_path / "lost.parquet").symlink_to(tmp_path / "nothing")
    report = mmspan.audit(tmp_path, M, threads=2)
    assert [path for path, _ in report.unread] == [
        str(tmp_path / name) for name in ("b.jsonl", "c.jsonl", "cut.parquet", "lost.parquet")
    ]
    assert ", 2 files unreadable, 2 files unreadable in part>" in repr(report)
