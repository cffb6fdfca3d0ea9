"""MDS, LitData and WebDataset, as their own libraries write them, and damaged afterwards."""

from __future__ import annotations

import importlib.util
import json
import shutil
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mmspan
import numpy as np
import pytest

BEGIN, PAD, END = 151652, 151655, 151653
M = mmspan.load("qwen2.5-vl")
N = 40
CUT, TRAINED, GRID = {3, 37}, {5, 22}, {8}


def samples() -> list[dict[str, Any]]:
    """Some are cut off or trained on their image, one has another grid, some no image."""
    made = []
    for i in range(N):
        ids = [5, BEGIN, PAD, PAD, END, *range(7, 7 + i)]
        labels = [-100] * 5 + [7] * i
        grid = [[1, 4, 4 if i in GRID else 2]]
        if i in CUT:
            ids, labels, grid = ids[:3], labels[:3], grid
        if i in TRAINED:
            labels[2] = PAD
        if i % 10 == 9:
            ids, labels, grid = ids[5:], labels[5:], [[0, 0, 0]]
        made.append({"input_ids": ids, "labels": labels, "image_grid_thw": grid})
    return made


def arrays(sample: dict[str, Any]) -> dict[str, Any]:
    return {name: np.array(value, np.int32) for name, value in sample.items()}


def with_library(name: str) -> None:
    if importlib.util.find_spec(name) is None:
        pytest.skip(f"no {name}")


def write_mds(
    folder: Path, compression: str | None = None, kind: str = "ndarray:int32"
) -> None:
    with_library("streaming")
    from streaming import MDSWriter

    columns = dict.fromkeys(samples()[0], kind) | {"note": "str", "count": "int"}
    options = {"compression": compression, "size_limit": 4000}
    with MDSWriter(out=str(folder), columns=columns, **options) as writer:
        for i, sample in enumerate(samples()):
            made = arrays(sample)
            if kind == "bytes":
                made = {k: v.tobytes() for k, v in made.items()}
            writer.write({**made, "note": "x", "count": i})


def sample_of(i: int) -> dict[str, Any]:
    return arrays(samples()[i])


def tokens_of(i: int) -> Any:
    import torch

    return torch.tensor(samples()[i]["input_ids"], dtype=torch.int32)


def write_litdata(folder: Path, tokens: bool = False) -> None:
    with_library("litdata")
    import litdata

    options = {"chunk_bytes": 4000}
    if tokens:
        options = {"chunk_size": 400, "item_loader": litdata.TokensLoader(block_size=8)}
    cache = litdata.streaming.Cache(str(folder), **options)
    for i in range(N):
        cache[i] = tokens_of(i) if tokens else sample_of(i)
    cache.done()
    cache.merge()


def write_tar(folder: Path, suffix: str = "tar") -> None:
    with_library("webdataset")
    from webdataset import ShardWriter

    folder.mkdir()
    with ShardWriter(f"{folder}/%05d.{suffix}", maxcount=12, verbose=0) as writer:
        for i, sample in enumerate(samples()):
            made = arrays(sample)
            grid = {"image_grid_thw": sample["image_grid_thw"]}
            writer.write(
                {
                    "__key__": f"{i:08d}",
                    "input_ids.npy": made["input_ids"],
                    "labels.npy": made["labels"],
                    "meta.json": grid,
                    "image.pickle": b"no",
                }
            )


def found(report: mmspan.Report) -> set[tuple[int, str]]:
    """Rows through all files, and kinds."""
    first, n = {}, 0
    for file in report.to_dict()["files"]:
        first[file["path"]] = n
        n += file["sequences"]
    return {(first[f["file"]] + f["row"], f["kind"]) for f in report.rows()}


IDS = {(i, "truncated-block") for i in CUT}
ALL = IDS | {(i, "label-on-media") for i in TRAINED} | {(i, "media-rows") for i in GRID}
COUNTED = {(i, "media-count") for i in CUT}
WRITERS: dict[str, Callable[[Path], None]] = {
    "mds": write_mds,
    "mds-zstd": lambda folder: write_mds(folder, "zstd"),
    "litdata": write_litdata,
    "tar": write_tar,
    "tar-gz": lambda folder: write_tar(folder, "tar.gz"),
}


@pytest.mark.parametrize("kind", WRITERS)
def test_exactly_what_is_broken(tmp_path: Path, kind: str) -> None:
    WRITERS[kind](tmp_path / "d")
    before = sorted(p.name for p in (tmp_path / "d").iterdir())
    report = mmspan.audit(tmp_path / "d", M)
    assert found(report) - COUNTED == ALL
    assert report.totals["sequences"] == N
    assert report.totals["files"] > 1
    assert (report.complete, report.totals["unread"]) == (True, 0)
    assert sorted(p.name for p in (tmp_path / "d").iterdir()) == before


@pytest.mark.parametrize("n", [2, 3, 8])
@pytest.mark.parametrize("kind", WRITERS)
def test_units_add_up_to_the_same_bytes(tmp_path: Path, kind: str, n: int) -> None:
    WRITERS[kind](tmp_path / "d")
    whole = mmspan.audit(tmp_path / "d", M, window=16)
    assert mmspan.audit(tmp_path / "d", M, window=16, threads=n) == whole
    parts = [
        mmspan.audit_unit(path, unit, M.yaml, window=16)
        for path, unit in mmspan.units(tmp_path / "d", n)
    ]
    assert mmspan.Report.merge(reversed(parts)) == whole


@pytest.mark.parametrize("kind", ["mds", "litdata", "tar"])
def test_shards_of_the_command(command, tmp_path: Path, kind: str) -> None:
    WRITERS[kind](tmp_path / "d")
    line = ("audit", str(tmp_path / "d"), "-m", "qwen2.5-vl")
    whole, merged = tmp_path / "whole.json", tmp_path / "merged.json"
    assert command(*line, "-o", str(whole)).returncode == 1
    assert whole.read_bytes() == mmspan.audit(tmp_path / "d", M).to_bytes()
    for i in range(3):
        name = str(tmp_path / "part-{shard}.json")
        done = command(*line, "--shard", f"{i}/3", "-o", name)
        assert done.returncode == 0, done.stderr
    parts = map(str, tmp_path.glob("part-*.json"))
    assert command("merge", *parts, "-o", str(merged)).returncode == 1
    assert merged.read_bytes() == whole.read_bytes()


def test_tokens_of_litdata_are_what_was_written_not_windows(tmp_path: Path) -> None:
    write_litdata(tmp_path / "d", tokens=True)
    report = mmspan.audit(tmp_path / "d", M)
    assert found(report) == IDS
    assert report.totals["sequences"] == N


def test_mds_columns_of_bytes_need_a_type(tmp_path: Path) -> None:
    write_mds(tmp_path / "d", kind="bytes")
    report = mmspan.audit(tmp_path / "d", M, dtype="int32")
    assert found(report) - COUNTED == ALL
    report = mmspan.audit(tmp_path / "d", M)
    assert report.totals["unread"] > 0
    assert "is bytes: say of which type" in report.to_bytes().decode()


def test_a_pickle_is_not_opened(tmp_path: Path) -> None:
    with_library("streaming")
    from streaming import MDSWriter

    with MDSWriter(out=str(tmp_path / "d"), columns={"input_ids": "pkl"}) as writer:
        writer.write({"input_ids": [1, 2]})
    report = mmspan.audit(tmp_path / "d", M)
    assert "input_ids is pickled" in report.to_bytes().decode()


def damaged(folder: Path, change: str) -> str:
    """Changes one of the shards; a piece of what has to be said."""
    (shard, *_) = sorted(p for p in folder.iterdir() if p.name != "index.json")
    data = shard.read_bytes()
    if change == "missing":
        shard.unlink()
        return "No such file"
    if change == "cut":
        shard.write_bytes(data[: len(data) // 2])
    elif change == "empty":
        shard.write_bytes(b"")
    elif change == "header":
        shard.write_bytes(b"\xff" * 64 + data[64:])
    elif change == "index":
        index = json.loads((folder / "index.json").read_text())
        for entry in index.get("shards", index.get("chunks")):
            entry.update({"samples": 3} if "samples" in entry else {"chunk_size": 3})
        (folder / "index.json").write_text(json.dumps(index))
        return "and 3 by its index.json"
    return ""


@pytest.mark.parametrize("change", ["missing", "cut", "empty", "header", "index"])
@pytest.mark.parametrize("kind", WRITERS)
def test_damage_is_noted_and_the_rest_audited(tmp_path: Path, kind: str, change: str) -> None:
    folder = tmp_path / "d"
    WRITERS[kind](folder)
    if kind.startswith("tar") and change in ("missing", "index"):
        pytest.skip("an archive has no index that could miss it")
    said = damaged(folder, change)
    report = mmspan.audit(folder, M)
    assert report.totals["unread"] > 0
    assert said in report.to_bytes().decode()
    if change != "index":
        assert 0 < report.totals["sequences"] < N
        assert found(report)


@pytest.mark.parametrize(
    ("change", "said"), [(0, "has no end of an archive"), (700, "is cut off"), (-9, "cut off")]
)
def test_a_cut_between_two_members(tmp_path: Path, change: int, said: str) -> None:
    write_tar(tmp_path / "d")
    shard = tmp_path / "d" / "00000.tar"
    with tarfile.open(shard) as archive:
        at = archive.getmembers()[9].offset
    shard.write_bytes(shard.read_bytes()[: at + change])
    report = mmspan.audit(shard, M)
    assert report.totals["unread"] == 1
    assert said in report.to_bytes().decode()


def test_samples_that_are_wrong_among_good_ones(tmp_path: Path) -> None:
    with_library("webdataset")
    from webdataset import TarWriter

    with TarWriter(str(tmp_path / "a.tar")) as writer:
        for i, ids in enumerate([[1], [1.5], None, "text", [BEGIN, PAD], [[1, 2]], [[1], [2]]]):
            made = {"input_ids": ids} if ids is not None else {"labels": [1]}
            writer.write({"__key__": f"{i:03d}", "json": made})
    report = mmspan.audit(tmp_path / "a.tar", M)
    assert report.totals["unread"] == 3
    assert report.totals["tokens"] == 5
    assert found(report) == {(2, "null-row"), (4, "truncated-block")}
    assert "holds float64, no integers" in report.to_bytes().decode()


def test_without_the_column(tmp_path: Path) -> None:
    write_tar(tmp_path / "d")
    report = mmspan.audit(tmp_path / "d", M, columns={"ids": "tokens"})
    said = "no column tokens; the columns are image_grid_thw, input_ids, labels"
    assert said in report.to_bytes().decode()
    report = mmspan.audit(tmp_path / "d", M, columns={"labels": "input_ids"})
    assert report.counts["label-on-media"] > 30


@pytest.mark.parametrize(
    ("name", "library", "extra"),
    [("a.mds", "streaming", "mds"), ("a.tar", "webdataset", "webdataset")],
)
def test_a_library_that_is_not_there(
    command, monkeypatch, tmp_path: Path, name: str, library: str, extra: str
) -> None:
    (tmp_path / name).write_bytes(b"x")
    for module in list(sys.modules):
        if module.split(".")[0] == library or module == f"mmspan._{extra}":
            monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(ImportError, match=rf'pip install "mmspan\[{extra}\]"'):
        mmspan.audit(tmp_path / name, M)
    if importlib.util.find_spec("pyarrow") is None:
        done = command("audit", str(tmp_path / name), "-m", "qwen2.5-vl")
        assert done.returncode in (2, 3)
    shutil.rmtree(tmp_path)
