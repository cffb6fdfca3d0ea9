"""Copies without what an audit found: whole, clean, beside a source that nobody touched."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import mmspan
import numpy as np
import pytest

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

BEGIN, PAD, END = 151652, 151655, 151653
M = mmspan.load("qwen2.5-vl")
N = 40
CUT, TRAINED, BOTH = {3, 17, 31}, {5, 22}, {8}


def rows(n: int = N) -> list[dict[str, Any]]:
    """Rows of which some are cut off, some are trained on their image, one is both."""
    made = []
    for i in range(n):
        ids = [5, BEGIN, PAD, PAD, END, 7, i]
        labels = [-100, -100, -100, -100, -100, 7, i]
        if i in TRAINED | BOTH:
            labels[1], labels[3] = BEGIN, PAD  # two stretches of one item
        if i in CUT | BOTH:
            ids, labels = [*ids, BEGIN, PAD], [*labels, -100, -100]
        made.append({"input_ids": ids, "labels": labels, "text": f"r\u00f6w {i}"})
    return made


BAD = CUT | TRAINED | BOTH
TYPES = [
    (pa.list_(pa.int32()), pa.list_(pa.int64())),
    (pa.large_list(pa.int64()), pa.large_list(pa.int32())),
]


def table(ids: pa.DataType = TYPES[0][0], labels: pa.DataType = TYPES[0][1]) -> pa.Table:
    made = rows()
    return pa.table(
        {
            "input_ids": pa.array([r["input_ids"] for r in made], ids),
            "labels": pa.array([r["labels"] for r in made], labels),
            "text": pa.array([r["text"] for r in made]).dictionary_encode(),
        }
    ).replace_schema_metadata({"made by": "nobody"})


def write(path: Path) -> Path:
    if path.name.endswith(".parquet"):
        pq.write_table(table(), path, row_group_size=7, compression="zstd")
    elif path.name.endswith(".npy"):
        np.save(path, np.array([r["input_ids"][:7] for r in rows()], np.int32))
    elif ".jsonl" in path.name:
        text = "".join(json.dumps(row) + "\n" for row in rows()).encode()
        path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)
    else:
        new = pa.ipc.new_stream if path.suffix == ".arrow" else pa.ipc.new_file
        with pa.OSFile(str(path), "wb") as sink, new(sink, table().schema) as writer:
            for batch in table().to_batches(9):
                writer.write_batch(batch)
    return path


def read(path: Path) -> list[dict[str, Any]]:
    if path.name.endswith(".parquet"):
        return pq.read_table(path).to_pylist()
    if ".jsonl" in path.name:
        data = path.read_bytes()
        text = gzip.decompress(data) if path.suffix == ".gz" else data
        return [json.loads(line) for line in text.splitlines()]
    with pa.memory_map(str(path)) as file:
        is_arrow = path.suffix == ".arrow"
        reader = pa.ipc.open_stream(file) if is_arrow else pa.ipc.open_file(file)
        return reader.read_all().to_pylist()


def state(folder: Path) -> dict[str, str]:
    return {
        str(p): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


NAMES = ["a.parquet", "a.arrow", "a.feather", "a.jsonl", "a.jsonl.gz"]


@pytest.mark.parametrize("name", NAMES)
def test_drop(tmp_path: Path, name: str) -> None:
    (tmp_path / "data").mkdir()
    source, out = write(tmp_path / "data" / name), tmp_path / name
    before = state(source.parent)
    report = mmspan.audit(source, M, examples=1)
    assert report.totals["sequences_with_findings"] == len(BAD)
    copy = mmspan.fix(source, report, out=out)
    assert read(out) == [row for i, row in enumerate(rows()) if i not in BAD]
    assert copy.totals["findings"] == 0
    assert copy == mmspan.audit(out, M, examples=1)
    assert state(source.parent) == before
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(["data", name])


@pytest.mark.parametrize("name", NAMES)
def test_mask_labels(tmp_path: Path, name: str) -> None:
    (tmp_path / "data").mkdir()
    source, out = write(tmp_path / "data" / name), tmp_path / name
    copy = mmspan.fix(source, mmspan.audit(source, M), "mask-labels", out=out)
    assert copy.counts == {"truncated-block": len(CUT | BOTH)}
    for i, (old, new) in enumerate(zip(rows(), read(out), strict=True)):
        wanted = old["labels"]
        if i in CUT | BOTH:  # nothing of what is broken
            wanted = [-100] * len(wanted)
        elif i in TRAINED:  # all but what is on the image
            wanted = [-100] * 5 + wanted[5:]
        assert new == {**old, "labels": wanted}
    assert copy == mmspan.audit(out, M)


@pytest.mark.parametrize("types", TYPES)
def test_the_copy_of_parquet_is_like_its_source(tmp_path: Path, types: Any) -> None:
    source, out = tmp_path / "a.parquet", tmp_path / "b.parquet"
    codecs = {"input_ids.list.element": "zstd", "labels.list.element": "gzip"}
    pq.write_table(table(*types), source, row_group_size=7, compression=codecs)
    mmspan.fix(source, mmspan.audit(source, M), "mask-labels", out=out)
    old, new = pq.ParquetFile(source), pq.ParquetFile(out)
    assert new.schema_arrow.equals(old.schema_arrow, check_metadata=True)
    assert new.num_row_groups == old.num_row_groups
    for i in range(3):
        said = [f.metadata.row_group(0).column(i).compression for f in (old, new)]
        assert said[0] == said[1]
    assert pq.read_table(out).select([0, 2]).equals(pq.read_table(source).select([0, 2]))


def test_packed_ipc_stays_packed(tmp_path: Path) -> None:
    import pyarrow.feather as feather

    big = pa.concat_tables([table()] * 200).combine_chunks()
    feather.write_feather(big, tmp_path / "a.feather", compression="zstd", chunksize=500)
    report = mmspan.audit(tmp_path / "a.feather", M)
    mmspan.fix(tmp_path / "a.feather", report, out=tmp_path / "b.feather")
    assert (tmp_path / "b.feather").stat().st_size < big.nbytes / 4


def test_numpy(tmp_path: Path) -> None:
    array = np.array([r["input_ids"][:7] for r in rows()], np.int32)
    array[[2, 9], 4] = 1  # no end
    np.save(tmp_path / "a.npy", array)
    report = mmspan.audit(tmp_path / "a.npy", M)
    mmspan.fix(tmp_path / "a.npy", report, out=tmp_path / "b.npy")
    assert (np.load(tmp_path / "b.npy") == np.delete(array, [2, 9], 0)).all()
    with pytest.raises(mmspan.Error, match="has labels or a loss mask"):
        mmspan.fix(tmp_path / "a.npy", report, "mask-labels", out=tmp_path / "c.npy")
    np.save(tmp_path / "one.npy", array.ravel())
    report = mmspan.audit(tmp_path / "one.npy", M)
    with pytest.raises(ValueError, match="nothing would be left"):
        mmspan.fix(tmp_path / "one.npy", report, out=tmp_path / "c.npy")
    assert not (tmp_path / "c.npy").exists()


def test_a_folder_of_every_format(tmp_path: Path) -> None:
    data, out = tmp_path / "data", tmp_path / "copy"
    (data / "more").mkdir(parents=True)
    for name in ("a.parquet", "more/b.arrow", "more/c.jsonl"):
        write(data / name)
    report = mmspan.audit(data, M)
    report.save(tmp_path / "report.json")
    copy = mmspan.fix(data, tmp_path / "report.json", out=out)
    files = ["a.parquet", "more/b.arrow", "more/c.jsonl"]
    assert [str(p.relative_to(out)) for p in sorted(out.rglob("*.*"))] == files
    assert copy.totals["sequences"] == 3 * (N - len(BAD))
    two = mmspan.audit([data / "a.parquet", data / "more"], M)
    mmspan.fix([data / "a.parquet", data / "more"], two, out=tmp_path / "two")
    assert state(tmp_path / "two") == {
        k.replace("/copy/", "/two/"): v for k, v in state(out).items()
    }


def test_placeholders_count_by_all_of_the_data(tmp_path: Path) -> None:
    """They are findings because another file has something expanded, before or behind them."""
    bare = mmspan.load("gemma-4")
    image = 258880
    name = [tmp_path / f"{n}.jsonl" for n in "abc"]
    name[0].write_text(json.dumps({"input_ids": [2, image, 3]}) + "\n")
    name[1].write_text(json.dumps({"input_ids": [2, 255999, image, 258882]}) + "\n")
    name[2].write_text(json.dumps({"input_ids": [2, image, 3]}) + "\n")
    for data, kept in ((name, [0, 1, 0]), ([name[0], name[2]], [1, 1])):
        out = tmp_path / f"copy{len(data)}"
        report = mmspan.audit(data, bare)
        copy = mmspan.fix(data, report, out=out)
        assert [f["sequences"] for f in copy.to_dict()["files"]] == kept


def test_what_does_not_belong_together_is_refused(tmp_path: Path) -> None:
    source, out = write(tmp_path / "a.jsonl"), tmp_path / "b.jsonl"
    report = mmspan.audit(source, M)
    other = mmspan.audit(write(tmp_path / "c.jsonl"), M)

    def refused(match: str, data: Any = source, r: Any = report, **more: Any) -> None:
        with pytest.raises(mmspan.Error, match=match):
            mmspan.fix(data, r, **{"out": out, **more})
        assert not out.exists()
        assert not list(tmp_path.glob(".*"))

    refused(r"not of .*a.jsonl: .*, which was of \S*c.jsonl$", r=other)
    (tmp_path / "many").mkdir()
    for name in "1234":
        write(tmp_path / "many" / f"{name}.jsonl")
    many = mmspan.audit(tmp_path / "many", M)
    refused(r"which was of \S*1.jsonl, \S*2.jsonl, \S*3.jsonl, \.\.\.$", r=many)
    shutil.rmtree(tmp_path / "many")
    refused("also of .*c.jsonl", r=mmspan.audit(tmp_path, M))
    refused("with another config", config="gemma-4")
    parts = [mmspan.audit_unit(p, u, M.yaml) for p, u in mmspan.units(source, 2)]
    refused("not complete", r=parts[0])
    refused("columns were named differently", columns={"labels": "text2"})
    refused("how is 'delete'", how="delete")
    refused("exists already", out=source)
    refused("exists already", out=tmp_path)
    refused("no folder", out=tmp_path / "x" / "b.jsonl")
    refused("must end in .jsonl", out=tmp_path / "b.parquet")
    refused("is inside", data=tmp_path, r=mmspan.audit(tmp_path, M), out=tmp_path / "out")
    source.write_text(source.read_text() + "\n")
    refused("it has changed; audit again")
    source.write_text(json.dumps({"input_ids": [1]}) + "\n{\n")
    refused("could not be read as a whole", r=mmspan.audit(source, M))
    words = tmp_path / "ids.txt"
    words.write_text("1 2 3\n")
    refused("format that is not copied", data=words, r=mmspan.audit(words, M))
    unlabelled = tmp_path / "u.jsonl"
    unlabelled.write_text(json.dumps({"input_ids": [BEGIN, PAD]}) + "\n")
    refused("use how='drop'", unlabelled, mmspan.audit(unlabelled, M), how="mask-labels")


def test_data_of_the_same_size_that_changed(tmp_path: Path) -> None:
    source = write(tmp_path / "a.jsonl")
    report = mmspan.audit(source, M)
    source.write_text(source.read_text().replace(f"{BEGIN}", f"{END}", 1))
    with pytest.raises(mmspan.MismatchError, match="says something else than the report"):
        mmspan.fix(source, report, out=tmp_path / "b.jsonl")


def test_a_config_of_ones_own(tmp_path: Path) -> None:
    source = write(tmp_path / "a.jsonl")
    own = mmspan.loads(M.yaml.replace("model: qwen2.5-vl", "model: mine"))
    report = mmspan.audit(source, own)
    with pytest.raises(mmspan.MismatchError, match="mine is no built-in config"):
        mmspan.fix(source, report, out=tmp_path / "b.jsonl")
    copy = mmspan.fix(source, report, out=tmp_path / "b.jsonl", config=own)
    assert copy.totals["findings"] == 0


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = write(tmp_path / "a.jsonl")
    report = mmspan.audit(source, M)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("mmspan._masking.Editor.line", full)
    with pytest.raises(OSError, match="No space left"):
        mmspan.fix(source, report, out=tmp_path / "b.jsonl")
    assert [p.name for p in tmp_path.iterdir()] == ["a.jsonl"]


@pytest.mark.parametrize("kind", [pa.list_(pa.int64(), 4), pa.large_list(pa.int32())])
def test_loss_masks_fixed_lists_and_nulls(tmp_path: Path, kind: pa.DataType) -> None:
    ids = [[BEGIN, PAD, END, 5], None, [5, 5, BEGIN, PAD], [BEGIN, PAD, END, 6]]
    mask = [[1, 1, 0, 1], None, [1, 1, 0, 0], [0, 0, 0, 1]]
    columns = {"input_ids": pa.array(ids, kind), "loss_mask": pa.array(mask, kind)}
    source, out = tmp_path / "a.arrow", tmp_path / "b.arrow"
    batch = pa.record_batch(columns)
    with pa.OSFile(str(source), "wb") as sink, pa.ipc.new_stream(sink, batch.schema) as w:
        w.write_batch(batch)
    mmspan.fix(source, mmspan.audit(source, M), "mask-labels", out=out)
    assert [r["loss_mask"] for r in read(out)] == [[0, 0, 0, 1], None, [0] * 4, [0, 0, 0, 1]]
    assert [r["input_ids"] for r in read(out)] == ids


def test_folders_of_datasets(tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    made = datasets.Dataset.from_list(rows())
    both = datasets.DatasetDict({"train": made, "test": made.select(range(6))})
    both.save_to_disk(str(tmp_path / "hf"), num_shards={"train": 3, "test": 1})
    report = mmspan.audit(tmp_path / "hf", M)
    mmspan.fix(tmp_path / "hf", report, out=tmp_path / "copy")
    again = datasets.load_from_disk(str(tmp_path / "copy"))
    good = [row for i, row in enumerate(rows()) if i not in BAD]
    assert again["train"].to_list() == good
    assert again["test"].to_list() == good[:4]
    assert again["train"].features == made.features
    source = datasets.load_from_disk(str(tmp_path / "hf"))
    assert again["train"]._fingerprint != source["train"]._fingerprint


def test_the_command(command, tmp_path: Path) -> None:
    source, r = write(tmp_path / "a.parquet"), str(tmp_path / "r.json")
    command("audit", str(source), "-m", "qwen2.5-vl", "-o", r)
    out = str(tmp_path / "b.parquet")
    done = command("fix", r, str(source), "-o", out)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{out}: 6 of 40 sequences left out\n" in done.stdout
    done = command("audit", out, "-m", "qwen2.5-vl", "--fail-on", "any")
    assert done.returncode == 0
    masked = str(tmp_path / "c.parquet")
    done = command("fix", r, str(source), "--how", "mask-labels", "-o", masked)
    assert (done.returncode, "6 of 40 sequences masked" in done.stdout) == (0, True)
    label = ("--fail-on", "label-on-media")
    assert command("audit", masked, "-m", "qwen2.5-vl", *label).returncode == 0
    for words, status, said in (
        ((r, str(source), "-o", out), 2, "exists already"),
        ((r, str(source)), 2, "-o"),
        ((str(source), str(source), "-o", "x.parquet"), 3, "a.parquet"),
        ((r, str(source), "-o", "x.parquet", "--how", "x"), 2, "--how"),
        ((r, str(source), "-o", "x.parquet", "-m", "gemma-4"), 2, "another config"),
    ):
        done = command("fix", *words)
        assert (done.returncode, said in done.stderr) == (status, True), done.stderr
        assert "Traceback" not in done.stderr
