"""A corpus with known faults in the formats that data sets have, by the libraries that write
them: exactly the broken sequences are found, and any number of shards gives the same bytes."""

from __future__ import annotations

import gzip
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import mmspan
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import table
from corpus import MODEL, Corpus
from tiles import MODELS, TiledCorpus

SHARDS = (1, 2, 3, 8)


def wide(data: pa.Table) -> pa.Table:
    """Lists with 64-bit offsets of 64-bit values."""
    kinds = {name: pa.large_list(pa.int64()) for name in data.column_names}
    if "image_grid_thw" in kinds:
        kinds["image_grid_thw"] = pa.large_list(pa.large_list(pa.int64()))
    return data.cast(pa.schema(kinds.items()))


def parquet(corpus: Corpus, out: Path, change=lambda data: data, **options) -> None:
    out.mkdir()
    for k in range(2):
        data = change(table(corpus, 200 * k, 200 * (k + 1)))
        pq.write_table(data, out / f"part-{k}.parquet", row_group_size=30, **options)


def arrow(corpus: Corpus, out: Path, new: Callable, suffix: str) -> None:
    out.mkdir()
    data = table(corpus)
    with (
        pa.OSFile(str(out / f"data.{suffix}"), "wb") as sink,
        new(sink, data.schema) as writer,
    ):
        writer.write_table(data, 30)


def datasets_of(corpus: Corpus):
    datasets = pytest.importorskip("datasets")
    return datasets.Dataset.from_list(corpus.dicts())


def save_to_disk(corpus: Corpus, out: Path) -> None:
    datasets_of(corpus).save_to_disk(str(out), num_shards=3)


def datasets_parquet(corpus: Corpus, out: Path) -> None:
    out.mkdir()
    datasets_of(corpus).to_parquet(str(out / "data.parquet"), batch_size=50)


def datasets_jsonl(corpus: Corpus, out: Path) -> None:
    out.mkdir()
    datasets_of(corpus).to_json(str(out / "data.jsonl"))


def polars(corpus: Corpus, out: Path) -> None:
    out.mkdir()
    frame = pytest.importorskip("polars").from_arrow(table(corpus))
    frame.write_parquet(out / "data.parquet", row_group_size=50)


def jsonl(corpus: Corpus, out: Path) -> None:
    out.mkdir()
    (out / "a.jsonl").write_text(corpus.jsonl(0, 250))
    with gzip.open(out / "b.jsonl.gz", "wt") as file:
        file.write(corpus.jsonl(250))


FORMATS = {
    "parquet-zstd": lambda c, out: parquet(c, out, compression="zstd"),
    "parquet-snappy-plain": lambda c, out: parquet(c, out, use_dictionary=False),
    "parquet-pages-v2": lambda c, out: parquet(c, out, data_page_version="2.0"),
    "parquet-large": lambda c, out: parquet(c, out, wide),
    "arrow-stream": lambda c, out: arrow(c, out, pa.ipc.new_stream, "arrow"),
    "feather": lambda c, out: arrow(c, out, pa.ipc.new_file, "feather"),
    "datasets-disk": save_to_disk,
    "datasets-parquet": datasets_parquet,
    "datasets-jsonl": datasets_jsonl,
    "polars": polars,
    "jsonl": jsonl,
}


def places(corpus: Corpus, report: mmspan.Report) -> list[tuple[int, str]]:
    """Findings with rows that are counted through all files."""
    before, at = {}, 0
    for file in report.to_dict()["files"]:
        before[file["path"]] = at
        at += file["sequences"]
    assert at == len(corpus.rows)
    return [(before[f["file"]] + f["row"], f["kind"]) for f in report.rows()]


def in_units(folder: Path, n: int, model: str = MODEL) -> mmspan.Report:
    yaml = mmspan.load(model).yaml
    files = {
        path: i for i, path in enumerate(dict.fromkeys(p for p, _ in mmspan.units(folder)))
    }
    return mmspan.Report.merge(
        mmspan.audit_unit(path, unit, yaml, ordinal=files[path])
        for path, unit in mmspan.units(folder, n)
    )


def check(corpus: Corpus, folder: Path, name: str) -> None:
    """Exactly what is broken is found, in any number of shards."""
    data = folder / name
    FORMATS[name](corpus, data)
    report = mmspan.audit(data, corpus.model)
    assert corpus.complaints(places(corpus, report)) == []
    assert report.totals["tokens"] == corpus.tokens
    assert report.totals["sequences_with_findings"] == len(corpus.broken) > 8
    for n in SHARDS:
        assert in_units(data, n, corpus.model) == report


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", FORMATS)
def test_what_is_broken_is_found(tmp_path: Path, name: str, seed: int) -> None:
    check(Corpus(seed=seed, broken=0.1 * seed), tmp_path, name)


@pytest.mark.parametrize(
    ("borders", "name"),
    [
        (None, "parquet-large"),
        ("cu_seqlens", "jsonl"),
        ("seq_lens", "arrow-stream"),
        ("position_ids", "parquet-zstd"),
        ("position_ids", "jsonl"),
    ],
)
@pytest.mark.parametrize("model", MODELS)
def test_tiles_and_packed_rows(
    tmp_path: Path, model: str, borders: str | None, name: str
) -> None:
    check(TiledCorpus(model, borders, broken=0.3), tmp_path, name)


def test_the_check_can_fail(corpus: Corpus) -> None:
    good = next(i for i in range(400) if i not in corpus.broken)
    said = corpus.complaints([(good, "stray-token")])
    assert len(said) == len(corpus.broken) + 1


@pytest.mark.parametrize("name", ["parquet-zstd", "jsonl"])
def test_shards_of_the_command(tmp_path: Path, corpus: Corpus, name: str) -> None:
    FORMATS[name](corpus, tmp_path / "data")

    def command(*words: str) -> None:
        line = [sys.executable, "-m", "mmspan", *words]
        done = subprocess.run(line, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr

    audit = ("audit", str(tmp_path / "data"), "-m", MODEL, "--exit-zero")
    command(*audit, "-o", str(tmp_path / "whole.json"))
    for n in (3, 8):
        parts = [str(tmp_path / f"{n}-{i}.json") for i in range(n)]
        for i, part in enumerate(parts):
            command(*audit, "--shard", f"{i}/{n}", "-o", part)
        merged = tmp_path / f"merged-{n}.json"
        command("merge", "--exit-zero", *parts, "-o", str(merged))
        assert merged.read_bytes() == (tmp_path / "whole.json").read_bytes()


@pytest.mark.parametrize("name", ["ids.npy", "tokens.ds"])
def test_arrays(tmp_path: Path, corpus: Corpus, name: str) -> None:
    """Of IDs alone, in one sequence: structure is seen, what columns say is not."""
    if name == "tokens.ds":
        tokens = pytest.importorskip("datatrove.pipeline.tokens.tokenizer")
        file = tokens.TokenizedFile(
            output_folder=str(tmp_path),
            filename=name,
            save_index=True,
            upload_block_size=None,
            tokenizer_name_or_path="none",
            token_size=4,
        )
        for row in corpus.rows:
            file.write(row.ids, None)
        file.close()
    else:
        np = pytest.importorskip("numpy")
        np.save(tmp_path / name, np.concatenate([row.ids for row in corpus.rows]).astype("i4"))
    line = [sys.executable, "-m", "mmspan", "audit", str(tmp_path / name), "-m", MODEL]
    report = tmp_path / "report.json"
    options = ["--dtype", "uint32"] if name == "tokens.ds" else []
    done = subprocess.run([*line, *options, "-o", str(report)], capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    found = mmspan.Report.load(report)
    assert found.totals["tokens"] == corpus.tokens
    assert set(found.counts) <= {"broken-block", "stray-token", "truncated-block"}
