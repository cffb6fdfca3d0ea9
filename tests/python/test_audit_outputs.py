"""Where the audit command of the package writes, and what it says when it cannot."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import mmspan
import pytest
from mmspan import _command

pa = pytest.importorskip("pyarrow")
feather = pytest.importorskip("pyarrow.feather")
pq = pytest.importorskip("pyarrow.parquet")

MODEL = ("-m", "qwen2.5-vl")


def write(path: Path) -> Path:
    """One block and one that is cut off, ten times."""
    block = [5, 151652, 151655, 151655, 151653]
    rows = [block, block[:3]] * 10
    table = pa.table({"input_ids": pa.array(rows, pa.list_(pa.int32()))})
    if path.suffix == ".parquet":
        pq.write_table(table, path)
    elif path.suffix == ".jsonl":
        path.write_text("".join(json.dumps({"input_ids": ids}) + "\n" for ids in rows))
    else:
        feather.write_feather(table, path)
    return path


def snapshot(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}


@pytest.mark.parametrize("option", ["-o", "--html", "--findings", "--bad"])
@pytest.mark.parametrize("how", ["name", "link", "folder", "pattern", "shard"])
def test_no_output_replaces_the_data(command, tmp_path: Path, option: str, how: str) -> None:
    data = write(tmp_path / "a0.parquet")
    given = output = str(data)
    if how == "link":
        output = str(tmp_path / "link")
        os.link(data, output)
    elif how == "folder":
        given = str(tmp_path)
    elif how == "pattern":
        given = str(tmp_path / "*.parquet")
    shard = ()
    if how == "shard":
        output, shard = str(tmp_path / "a{shard}.parquet"), ("--shard", "0/2")
    before = snapshot(tmp_path)
    beside = ("-o", str(tmp_path / "r.json")) if option != "-o" else ()
    done = command("audit", given, *MODEL, option, output, *beside, *shard)
    name = output.replace("{shard}", "0")
    assert done.stderr == f"{name}: error: is part of the data; give another name\n"
    assert done.returncode == 2
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("name", ["f.parquet", "deep/f.jsonl"])
@pytest.mark.parametrize("kind", [".parquet", ".jsonl"])
def test_no_output_becomes_data(command, tmp_path: Path, kind: str, name: str) -> None:
    folder = tmp_path / "data"
    (folder / "deep").mkdir(parents=True)
    data, output = write(folder / f"a{kind}"), str(folder / name)
    done = command("audit", str(folder), *MODEL, "--findings", output)
    said = f"would be part of the data next time; give a name outside of {folder}"
    assert (done.returncode, done.stderr) == (2, f"{output}: error: {said}\n")
    assert not os.path.exists(output)
    beside = ("-o", str(folder / "r.json"), "--bad", str(folder / "_bad.jsonl"))
    assert command("audit", str(folder), *MODEL, *beside).returncode == 1
    assert command("audit", str(data), *MODEL, "--findings", str(folder / "f.jsonl")).returncode


def test_no_output_replaces_what_is_read_beside_the_data(command, tmp_path: Path) -> None:
    data = str(write(tmp_path / "a.arrow"))
    (tmp_path / "state.json").write_text('{"_data_files": [{"filename": "a.arrow"}]}')
    config = tmp_path / "c.yaml"
    config.write_text(mmspan.load(MODEL[1]).yaml)
    page, report = str(tmp_path / "p.html"), str(tmp_path / "r.json")
    assert command("audit", data, *MODEL, "-o", report, "--html", page).returncode == 1
    before = snapshot(tmp_path)
    for words, said in (
        (("audit", data, *MODEL, "-o", str(tmp_path / "state.json")), "part of the data"),
        (("audit", data, "-c", str(config), "-o", str(config)), "the config"),
        (("audit", data, *MODEL, "-o", "new", "--bad", "./new"), "given for two outputs"),
        (("audit", data, *MODEL, "-o", report, "--bad", report), "given for two outputs"),
        (("report", report, "-o", report), "the report"),
        (("fix", report, data, "-o", data), "exists already"),
        (("fix", report, data, "-o", report), "exists already"),
    ):
        done = command(*words)
        assert (done.returncode, said in done.stderr) == (2, True), done.stderr
        assert snapshot(tmp_path) == before
    assert not Path("new").exists()
    null = ("-o", "/dev/null", "--bad", "/dev/null")
    assert command("audit", data, *MODEL, *null).returncode == 1


def test_what_no_second_attempt_would_heal_is_usage(command, tmp_path: Path) -> None:
    data, file = str(write(tmp_path / "a.parquet")), tmp_path / "file"
    file.touch()
    report = str(tmp_path / "r.json")
    command("audit", data, *MODEL, "-o", report)
    none, below, no = tmp_path / "none" / "x.html", file / "x", str(tmp_path / "nope.json")
    for words, said in (
        (("audit", data, *MODEL, "--html", str(none)), (none, "No such file")),
        (("audit", data, *MODEL, "--bad", str(below)), (below, "Not a directory")),
        (("audit", data, *MODEL, "-o", str(tmp_path)), (tmp_path, "Is a directory")),
        (("audit", data, "-c", no), (no, "No such file")),
        (("report", report, "-o", str(none)), (none, "No such file")),
        (("report", no, "-o", str(tmp_path / "x")), (no, "No such file")),
        (("fix", no, data, "-o", str(tmp_path / "x")), (no, "No such file")),
    ):
        done = command(*words)
        assert done.returncode == 2, done.stderr
        assert f"{said[0]}: error: {said[1]}" in done.stderr
        assert ".tmp" not in done.stderr
    assert command("merge", no).returncode == 2


@pytest.mark.parametrize("suffix", [".jsonl", ".parquet"])
def test_a_file_system_that_fails_is_tried_again(command, tmp_path: Path, suffix: str) -> None:
    data = str(write(tmp_path / f"a{suffix}"))
    control, terminal = os.openpty()
    os.close(control)  # what is written to the other end fails with EIO
    done = command("audit", data, *MODEL, stdout=terminal)
    os.close(terminal)
    assert (done.returncode, done.stderr) == (75, "<stdout>: error: Input/output error\n")


def test_data_in_the_place_of_a_report(command, tmp_path: Path) -> None:
    data, out = str(write(tmp_path / "a.parquet")), str(tmp_path / "out")
    report = str(tmp_path / "r.json")
    command("audit", data, *MODEL, "-o", report)
    said = f"{data}: error: not a report but a Parquet file\n"
    for words in (("report", data, "-o", out), ("fix", data, report, "-o", out)):
        done = command(*words)
        assert (done.returncode, done.stderr) == (3, said)
    merged = command("merge", data)
    assert merged.returncode == 3
    assert f"{data}: error: not a report but a Parquet file" in merged.stderr
    with pytest.raises(mmspan.Error, match="not a report but an Arrow"):
        mmspan.Report.load(write(tmp_path / "a.feather"))
    with pytest.raises(mmspan.Error, match=r"a\.jsonl:2:1: something follows"):
        mmspan.Report.load(write(tmp_path / "a.jsonl"))


@pytest.mark.parametrize("name", ["ENOSPC", "EIO", "EDQUOT", "ESTALE", "EAGAIN", "EINTR"])
def test_what_may_pass_is_tried_again(monkeypatch, capsys, name: str) -> None:
    def full(_: object) -> int:
        raise OSError(getattr(errno, name), "for now", "a.json")

    monkeypatch.setattr(_command, "_report", full)
    assert _command.run(["report"]) == 75
    assert capsys.readouterr().err == "a.json: error: for now\n"
