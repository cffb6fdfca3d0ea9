"""An audit in tasks: the same bytes however it is divided, without an engine."""

from __future__ import annotations

import json
import os
import pickle
import random
from pathlib import Path

import mmspan
import pytest
from mmspan import _tasks

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

MODEL = "qwen2.5-vl"
GOOD, BAD = [5, 151652, 151655, 151653], [5, 151652, 151655]


def rows(n: int) -> list[list[int]]:
    return [BAD if i % 7 == 2 else GOOD for i in range(n)]


def write(folder: Path) -> Path:
    folder.mkdir()
    table = pa.table({"input_ids": pa.array(rows(90), pa.list_(pa.int32()))})
    pq.write_table(table, folder / "one.parquet")
    pq.write_table(table, folder / "many.parquet", row_group_size=7)
    text = "".join(json.dumps({"input_ids": ids}) + "\n" for ids in rows(70))
    (folder / "rows.jsonl").write_text(text)
    (folder / "text.jsonl").write_text("{}\n" + text)
    (folder / "cut.parquet").write_bytes((folder / "one.parquet").read_bytes()[:-9])
    return folder


def run(data: object, tasks: int, **options: int) -> tuple[mmspan.Report, int]:
    work = _tasks.prepare(MODEL, None, True, None, options)
    groups = _tasks.divide(data, tasks, whole=bool(options.get("window")))
    random.Random(tasks).shuffle(groups)
    total = _tasks.Adder()
    for group in groups:
        sent = pickle.loads(pickle.dumps((work, group)))
        total.add(pickle.loads(pickle.dumps(sent[0].run(sent[1]))))
    return total.report(), len(groups)


@pytest.mark.parametrize("tasks", [1, 2, 3, 8, 100])
@pytest.mark.parametrize("window", [0, 16])
def test_same_bytes(tmp_path: Path, tasks: int, window: int) -> None:
    data = write(tmp_path / "data")
    whole = mmspan.audit(data, MODEL, window=window)
    report, n = run(data, tasks, window=window)
    assert report == whole
    assert report.rows() == whole.rows()
    assert whole.totals["unread"] == 2
    assert n == 1 if tasks == 1 else n > 1


def test_more_shares_than_row_groups(tmp_path: Path) -> None:
    data = write(tmp_path / "data") / "one.parquet"
    report, n = run(data, 8)
    assert (n, report) == (8, mmspan.audit(data, MODEL))


def test_tasks_are_of_about_one_size(tmp_path: Path) -> None:
    for i, size in enumerate([5, 5, 5, 5, 1000, 5, 300, 0]):
        (tmp_path / f"{i}.jsonl").write_bytes(b" " * size)
    groups = _tasks.divide([*sorted(tmp_path.iterdir()), tmp_path / "no.jsonl"], 10)
    assert 10 <= len(groups) <= 20
    sizes = [
        sum(os.path.getsize(s.path) / s.n for s in group if os.path.exists(s.path))
        for group in groups
    ]
    assert max(sizes) <= 133
    shares = [(Path(s.path).name, s.i, s.n) for group in groups for s in group]
    assert [share for share in shares if share[0] == "4.jsonl"] == [
        ("4.jsonl", i, 8) for i in range(8)
    ]
    assert ("no.jsonl", 0, 1) in shares


def test_what_is_sent_is_text(tmp_path: Path) -> None:
    work = _tasks.prepare(
        mmspan.load(MODEL), {"labels": "targets"}, False, None, {"examples": 3}
    )
    sent = pickle.dumps((work, _tasks.divide(write(tmp_path / "data"), 3)))
    assert len(sent) < 1500 + len(work.yaml)
    assert work.yaml == mmspan.load(MODEL).yaml


def test_many_reports_are_added_as_they_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_tasks, "_FOLD", 2)
    data = write(tmp_path / "data")
    assert run(data, 20)[0] == mmspan.audit(data, MODEL)


def test_folders_stay_what_they_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "data")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    work = _tasks.prepare(MODEL, None, True, None, {})
    groups = _tasks.divide("data", 1)
    whole = mmspan.audit("data", MODEL)
    monkeypatch.chdir(tmp_path / "elsewhere")
    done = work.run(groups[0])
    assert done.report == whole.to_bytes()
    assert Path.cwd() == tmp_path / "elsewhere"
    gone = work._replace(folder=str(tmp_path / "nowhere"))
    lost = mmspan.Report(*gone.run(groups[0]))
    assert lost.totals["unread"] == 5
    assert Path.cwd() == tmp_path / "elsewhere"


def test_an_error_is_returned_and_raised() -> None:
    work = _tasks.prepare(MODEL, None, True, None, {})._replace(yaml="nonsense")
    error = work.run([_tasks.Share("x.jsonl", 0, 1, 0)])
    assert isinstance(error, mmspan.ConfigError)
    with pytest.raises(mmspan.ConfigError):
        _tasks.Adder().add(error)


HIDE = """
import sys
for name in ("ray", "pyspark", "datatrove"):
    sys.modules[name] = None
import mmspan
assert not {"ray", "pyspark", "datatrove", "pyarrow"} & {m for m, v in sys.modules.items() if v}
import mmspan.ray, mmspan.spark
try:
    mmspan.ray.audit("x.jsonl", "gemma-4")
except ImportError as e:
    assert 'pip install "mmspan[ray]"' in str(e), e
else:
    raise SystemExit("no error")
try:
    import mmspan.datatrove
except ImportError as e:
    assert 'pip install "mmspan[datatrove]"' in str(e), e
else:
    raise SystemExit("no error")
"""


def test_engines_are_imported_by_who_uses_them(child) -> None:
    child(HIDE)
    loaded = "import sys, mmspan; print({'ray', 'pyspark', 'datatrove'} & {*sys.modules})"
    assert child(loaded).stdout.strip() == "set()"
