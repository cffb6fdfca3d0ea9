"""The audit command of the package: Parquet, Arrow IPC and pages as the C program's formats."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import mmspan
import pytest
from mmspan import _command

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

BEGIN, PAD, END = 151652, 151655, 151653
GOOD, BAD = [5, BEGIN, PAD, PAD, END], [5, BEGIN, PAD]
MODEL = ("-m", "qwen2.5-vl")


def rows(n: int = 40) -> list[list[int]]:
    return [BAD if i % 10 == 3 else GOOD for i in range(n)]


def table() -> pa.Table:
    return pa.table({"input_ids": pa.array(rows(), pa.list_(pa.int32()))})


def write(path: Path) -> Path:
    """The rows in the format that the name says."""
    if path.suffix == ".parquet":
        pq.write_table(table(), path, row_group_size=7)
    elif path.suffix == ".jsonl":
        path.write_text("".join(json.dumps({"input_ids": ids}) + "\n" for ids in rows()))
    else:
        new = pa.ipc.new_stream if path.suffix == ".arrow" else pa.ipc.new_file
        with pa.OSFile(str(path), "wb") as sink, new(sink, table().schema) as writer:
            for batch in table().to_batches(9):
                writer.write_batch(batch)
    return path


def without_files(report: Path) -> dict[str, object]:
    """A report without what differs between formats: names, sizes, lines."""
    said = json.loads(report.read_text())
    del said["files"]
    for found in said["findings"]:
        for example in found["examples"]:
            del example["file"]
            example.pop("line", None)
    return said


@pytest.mark.parametrize("name", ["a.parquet", "a.arrow", "a.feather"])
def test_reports_are_those_of_the_c_program(command, tmp_path: Path, name: str) -> None:
    one, two = tmp_path / "1.json", tmp_path / "2.json"
    options = (*MODEL, "--window", "16", "--max-length", "4", "--examples", "2")
    theirs = command("audit", str(write(tmp_path / "a.jsonl")), *options, "-o", str(one))
    ours = command("audit", str(write(tmp_path / name)), *options, "-o", str(two))
    assert theirs.returncode == ours.returncode == 1
    assert without_files(one) == without_files(two)
    printed = ours.stdout.replace(str(tmp_path / name), "F")
    for i, _ in enumerate(rows(), 1):
        theirs.stdout = theirs.stdout.replace(f"{tmp_path / 'a.jsonl'}:{i}:", "F:")
    assert printed == theirs.stdout


def test_every_kind_of_file_in_one_folder(command, tmp_path: Path) -> None:
    for name in ("a.parquet", "b.arrow", "c.feather", "d.jsonl"):
        write(tmp_path / name)
    done = command("audit", str(tmp_path), *MODEL, "--exit-zero")
    assert done.returncode == 0
    assert "160 sequences" in done.stdout
    assert "4 files" in done.stdout
    done = command("audit", str(tmp_path / "[ab].*"), *MODEL)
    assert (done.returncode, "2 files" in done.stdout) == (1, True)


@pytest.mark.parametrize("n", [1, 2, 3, 8])
def test_shards_add_up(command, tmp_path: Path, n: int) -> None:
    for name in ("a.parquet", "b.arrow", "c.jsonl"):
        write(tmp_path / name)
    whole, merged = tmp_path / "whole.json", tmp_path / "merged.json"
    window = ("--window", "16")
    command("audit", str(tmp_path), *MODEL, *window, "-o", str(whole))
    for i in range(n):
        name = str(tmp_path / "part-{shard}.json")
        done = command(
            "audit", str(tmp_path), *MODEL, *window, "--shard", f"{i}/{n}", "-o", name
        )
        assert done.returncode == 0, done.stderr
    parts = map(str, tmp_path.glob("part-*.json"))
    assert command("merge", *parts, "-o", str(merged)).returncode == 1
    assert merged.read_bytes() == whole.read_bytes()


def test_a_missing_shard_is_missed_by_files_of_one_part(command, tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        pq.write_table(table(), tmp_path / f"{name}.parquet")
    for i in range(2):
        name = str(tmp_path / f"{i}.json")
        command("audit", str(tmp_path), *MODEL, "--shard", f"{i}/2", "-o", name)
        done = command("merge", name)
        assert (done.returncode, "is missing" in done.stderr) == (3, True)
    merged = str(tmp_path / "m.json")
    parts = [str(tmp_path / f"{i}.json") for i in range(2)]
    assert command("merge", *parts, "-o", merged).returncode == 1
    assert mmspan.Report.load(merged) == mmspan.audit(tmp_path, MODEL[1])


def test_shards_say_the_same_of_what_is_wrong(command, tmp_path: Path) -> None:
    """A file without the column, one with nulls in the middle, one of another type."""
    lists = pa.array([*rows(20), [1, None], *rows(19)], pa.list_(pa.int32()))
    pq.write_table(pa.table({"input_ids": lists}), tmp_path / "a.parquet", row_group_size=7)
    other = pa.table({"text": pa.array(["x"] * 40)})
    pq.write_table(other, tmp_path / "b.parquet", row_group_size=7)
    floats = pa.array([[1.5]] * 40, pa.list_(pa.float64()))
    pq.write_table(pa.table({"input_ids": floats}), tmp_path / "c.parquet", row_group_size=7)
    whole = mmspan.audit(tmp_path, MODEL[1])
    unread = [f["unread"] for f in whole.to_dict()["files"]]
    assert [(u["errors"], u["sequence"]) for u in unread] == [(1, 14), (1, 0), (6, 0)]
    assert whole.totals["sequences"] == 33
    for n in (2, 3, 8):
        for i in range(n):
            name = str(tmp_path / f"{n}-{i}.json")
            words = ("audit", str(tmp_path / "[abc].parquet"), *MODEL, "--shard", f"{i}/{n}")
            assert command(*words, "-o", name).returncode in (0, 3)
        parts = [(tmp_path / f"{n}-{i}.json").read_bytes() for i in range(n)]
        assert mmspan.Report.merge(parts) == whole


def test_files_beside_the_report(command, tmp_path: Path) -> None:
    data = str(write(tmp_path / "a.parquet"))
    names = [tmp_path / f"{n}.{s}" for s in ("jsonl", "parquet") for n in ("f", "b")]
    for findings, bad in (names[:2], names[2:]):
        command("audit", data, *MODEL, "--findings", str(findings), "--bad", str(bad))
    found = [json.loads(line) for line in names[0].read_text().splitlines()]
    assert [f["row"] for f in found] == [3, 13, 23, 33]
    assert {f["kind"] for f in found} == {"truncated-block"}
    assert pq.read_table(names[2]).column("row").to_pylist() == [3, 13, 23, 33]
    wanted = {"file": data, "row": 3, "kinds": ["truncated-block"]}
    assert json.loads(names[1].read_text().splitlines()[0]) == wanted
    assert pq.read_table(names[3]).to_pylist()[0] == wanted


def test_limits(command, tmp_path: Path) -> None:
    data = str(write(tmp_path / "a.parquet"))
    for limit, status in (("any", 1), ("truncated-block=10%", 0), ("truncated-block=9%", 1)):
        assert command("audit", data, *MODEL, "--fail-on", limit).returncode == status
    assert command("audit", data, *MODEL, "--fail-on", "nonsense").returncode == 2


def test_pages(command, tmp_path: Path) -> None:
    data, page, report = write(tmp_path / "a.jsonl"), tmp_path / "p.html", tmp_path / "r.json"
    done = command("audit", str(data), *MODEL, "--html", str(page), "-o", str(report))
    assert done.returncode == 1
    assert "4 sequences (10 %) have findings" in page.read_text()
    again = tmp_path / "q.html"
    assert command("report", str(report), "-o", str(again)).returncode == 0
    assert again.read_text() == page.read_text()
    done = command("report", str(data), "-o", str(again))
    assert (done.returncode, "Traceback" in done.stderr) == (3, False)


def test_what_cannot_be_read_is_noted(command, tmp_path: Path) -> None:
    good = write(tmp_path / "good.parquet").read_bytes()
    (tmp_path / "cut.parquet").write_bytes(good[:-20])
    (tmp_path / "empty.arrow").write_bytes(b"")
    (tmp_path / "lying.feather").write_bytes(good)
    done = command("audit", str(tmp_path), str(tmp_path / "none.parquet"), *MODEL)
    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    for name in ("cut.parquet", "empty.arrow", "lying.feather", "none.parquet"):
        assert name in done.stderr
    assert "40 sequences" in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "no config: give exactly one of"),
        ([*MODEL, "-c", "x.yaml"], "no config: give exactly one of"),
        (["-m", "gemma-5"], "no built-in config"),
        ([*MODEL, "--column", "labels"], "not like labels=NAME"),
        ([*MODEL, "--column", "no=x"], "no column has the role 'no'"),
        ([*MODEL, "--shard", "2/2"], "is not like 0/8"),
        ([*MODEL, "--window", "x"], "invalid int value"),
        ([*MODEL, "--nonsense"], "unrecognized arguments"),
    ],
)
def test_usage(command, tmp_path: Path, words: list[str], said: str) -> None:
    done = command("audit", str(write(tmp_path / "a.parquet")), *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_column_that_is_nowhere(command, tmp_path: Path) -> None:
    data, out = str(write(tmp_path / "a.parquet")), tmp_path / "r.json"
    done = command("audit", data, *MODEL, "--column", "labels=targets", "-o", str(out))
    said = "mmspan: error: no column targets; the columns are input_ids\n"
    assert (done.returncode, done.stderr) == (3, said)
    assert not out.exists()


def test_processes_with_one_command_line(environment, tmp_path: Path) -> None:
    words = ["audit", str(write(tmp_path / "a.parquet")), *MODEL, "-o"]
    ranks = {**environment, "RANK": "1", "WORLD_SIZE": "2", "LOCAL_RANK": "1"}

    def run(name: str):
        line = [sys.executable, "-m", "mmspan", *words, str(tmp_path / name)]
        return subprocess.run(line, capture_output=True, text=True, env=ranks)

    done = run("r.json")
    assert (done.returncode, "put {shard} into the name" in done.stderr) == (2, True)
    done = run("r-{shard}.json")
    assert (done.returncode, "shard 1 of 2, by RANK" in done.stderr) == (0, True)
    assert (tmp_path / "r-1.json").exists()


def test_a_signal_ends_it_with_a_report(tmp_path: Path, monkeypatch) -> None:
    output = tmp_path / "r.json"
    job = _command._Job([str(write(tmp_path / "a.parquet")), *MODEL, "-o", str(output)])
    monkeypatch.setattr("mmspan._arrow_files._ROWS", 5)
    add = mmspan._audit._add_parts

    def stop_in_between(*arguments):
        job._on_stop(15, None)
        return add(*arguments)

    monkeypatch.setattr("mmspan._audit._add_parts", stop_in_between)
    monkeypatch.setattr("signal.signal", lambda *_: None)
    assert job.run() == 75
    assert not mmspan.Report.load(output).complete


def test_a_signal_while_c_reads(environment, tmp_path: Path) -> None:
    """Files without a page would be read by the program, which is tested by itself."""
    output, pipe = tmp_path / "r.json", tmp_path / "a.jsonl"
    os.mkfifo(pipe)
    files = [str(pipe), str(write(tmp_path / "b.jsonl")), str(write(tmp_path / "c.parquet"))]
    beside = ["-o", str(output), "--html", str(tmp_path / "r.html")]
    line = [sys.executable, "-m", "mmspan", "audit", *files, *MODEL, *beside]
    row = json.dumps({"input_ids": GOOD}) + "\n"
    with subprocess.Popen(line, stderr=subprocess.PIPE, text=True, env=environment) as process:
        with pipe.open("w") as f:
            f.write(row)
            f.flush()
            time.sleep(1)
            process.send_signal(signal.SIGTERM)
            time.sleep(0.2)
            f.write(row)
        assert "stopped by signal 15" in process.communicate(timeout=60)[1]
    assert process.returncode == 75
    report = mmspan.Report.load(output)
    assert not report.complete
    assert report.totals["sequences"] < 80


def test_caches_of_a_saved_data_set_are_none_of_it(tmp_path: Path) -> None:
    for name in ("data-00000-of-00001.arrow", "cache-1.arrow"):
        write(tmp_path / name)
    state = {"_data_files": [{"filename": "data-00000-of-00001.arrow"}]}
    (tmp_path / "state.json").write_text(json.dumps(state))
    assert mmspan.audit(tmp_path, "qwen2.5-vl").totals["sequences"] == 40


@pytest.mark.parametrize("n", [1, 3])
def test_a_finished_shard_is_left_alone(command, tmp_path: Path, n: int) -> None:
    for name in ("a.parquet", "b.arrow", "c.jsonl", "d.jsonl"):
        write(tmp_path / name)
    line = ("audit", str(tmp_path), *MODEL, "-o", str(tmp_path / "r-{shard}.json"), "--shard")
    for i in range(n):
        report = tmp_path / f"r-{i}.json"
        first = command(*line, f"{i}/{n}")
        report.touch()
        before = report.stat()
        again = command(*line, f"{i}/{n}")
        assert "is finished; remove it to audit again" in again.stderr
        assert "names and sizes of the data are the same, contents are not" in again.stderr
        assert again.returncode == first.returncode
        assert report.stat().st_mtime_ns == before.st_mtime_ns
        for change in (("--examples", "3"), ("--window", "8")):
            other = command(*line, f"{i}/{n}", *change)
            assert "is finished" not in other.stderr
        command(*line, f"{i}/{n}")
    write(tmp_path / "e.parquet")
    assert "is finished" not in command(*line, f"0/{n}").stderr


def test_small_files_go_to_different_shards(command, tmp_path: Path) -> None:
    for i in range(8):
        pq.write_table(table(), tmp_path / f"{i}.parquet")
    for i in range(4):
        name = str(tmp_path / f"r{i}.json")
        command("audit", str(tmp_path), *MODEL, "--shard", f"{i}/4", "-o", name)
        report = mmspan.Report.load(name)
        assert report.totals["sequences"] == 80
        assert report.totals["files"] == 8


def test_a_shard_that_is_missing_is_missed(command, tmp_path: Path) -> None:
    write(tmp_path / "a.parquet")
    pq.write_table(table(), tmp_path / "b.parquet")
    for i in range(3):
        name = str(tmp_path / f"r{i}.json")
        command("audit", str(tmp_path), *MODEL, "--shard", f"{i}/3", "-o", name)
    for i in range(3):
        others = [str(tmp_path / f"r{j}.json") for j in range(3) if j != i]
        done = command("merge", *others)
        assert done.returncode in (2, 3)
        assert "is missing" in done.stderr
        done = command("merge", *others, others[0])
        assert "in two reports" in done.stderr


def test_a_config_that_does_not_fit(command, tmp_path: Path) -> None:
    for name in ("a.parquet", "a.arrow"):
        done = command("audit", str(write(tmp_path / name)), "-m", "gemma-4")
        assert "there is not one item in all of the data; is gemma-4" in done.stderr
        assert "mmspan detect ranks first: " in done.stderr
        assert "qwen2-vl" in done.stderr
    theirs = command("audit", str(write(tmp_path / "a.jsonl")), "-m", "gemma-4")
    assert theirs.stderr == done.stderr
    text = pa.table({"input_ids": pa.array([[1, 2], [3]], pa.list_(pa.int32()))})
    pq.write_table(text, tmp_path / "t.parquet")
    done = command("audit", str(tmp_path / "t.parquet"), *MODEL)
    assert "ranks first" not in done.stderr


def test_a_killed_worker_leaves_nothing_and_a_full_disk_is_said(
    command, tmp_path: Path
) -> None:
    data = str(write(tmp_path / "a.parquet"))
    done = command("audit", data, *MODEL, "-o", "/dev/full")
    assert (done.returncode, "Traceback" in done.stderr) == (75, False)
    assert "No space left" in done.stderr
    assert stat.S_ISCHR(os.stat("/dev/full").st_mode)  # and not a report
    old = json.loads(mmspan.audit(data, "qwen2.5-vl").to_bytes())
    other = json.dumps({**old, "schema": 2})
    (tmp_path / "r.json").write_text(other)
    done = command("report", str(tmp_path / "r.json"), "-o", str(tmp_path / "p.html"))
    assert (done.returncode, "schema" in done.stderr) == (3, True)


def test_sigterm_of_a_real_process(environment, tmp_path: Path) -> None:
    """It ends with a report that says that it is not complete; the next run does all."""
    big = pa.concat_tables([table()] * 25000)
    pq.write_table(big, tmp_path / "a.parquet", row_group_size=2000)
    output = tmp_path / "r.json"
    line = [sys.executable, "-m", "mmspan", "audit", str(tmp_path / "a.parquet"), *MODEL]
    line += ["-o", str(output)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(line, env=environment, **pipes) as child:
        status = Path(f"/proc/{child.pid}/status")
        # Python has its handler once the signal is among those that are caught.
        while not status.exists() or not int(_caught(status), 16) & 1 << signal.SIGTERM - 1:
            time.sleep(0.005)
        child.send_signal(signal.SIGTERM)
        _, said = child.communicate(timeout=120)
    assert child.returncode == 75, said
    assert "stopped by signal 15" in said
    report = mmspan.Report.load(output)
    assert not report.complete
    done = subprocess.run(line, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1
    assert mmspan.Report.load(output).complete
    assert mmspan.Report.load(output).totals["sequences"] == big.num_rows


def _caught(status: Path) -> str:
    return next(w for w in status.read_text().splitlines() if w.startswith("SigCgt")).split()[1]


def test_a_killed_worker_leaves_the_older_report(environment, tmp_path: Path) -> None:
    big = pa.concat_tables([table()] * 25000)
    pq.write_table(big, tmp_path / "a.parquet", row_group_size=2000)
    output = tmp_path / "r.json"
    output.write_text("older")
    line = [sys.executable, "-m", "mmspan", "audit", str(tmp_path / "a.parquet"), *MODEL]
    with subprocess.Popen([*line, "-o", str(output)], env=environment) as child:
        time.sleep(0.3)
        child.kill()
    assert output.read_text() == "older"
