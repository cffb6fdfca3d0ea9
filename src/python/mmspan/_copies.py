"""Copies of files with some of their rows changed or left out, a function for each format."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from mmspan._arrow_files import open_arrow
from mmspan._masking import Editor

if TYPE_CHECKING:
    import pyarrow as pa

Copier = Callable[[Path, Path, Editor], None]


def _table(table: pa.Table, first: int, editor: Editor) -> Iterator[pa.RecordBatch]:
    for batch in table.to_batches():
        yield editor.batch(batch, first)
        first += batch.num_rows


def _parquet(source: Path, target: Path, editor: Editor) -> None:
    """Row group by row group, with the codec of each column and the metadata."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with pq.ParquetFile(source) as file:
        meta, schema, first = file.metadata, file.schema_arrow, 0
        codecs = {}
        if meta.num_row_groups:
            group = meta.row_group(0)
            leaves = [group.column(i) for i in range(group.num_columns)]
            codecs = {
                c.path_in_schema: c.compression.replace("UNCOMPRESSED", "NONE") for c in leaves
            }
        with pq.ParquetWriter(target, schema, compression=codecs or "snappy") as writer:
            for g in range(meta.num_row_groups):
                table = file.read_row_group(g)
                new = pa.Table.from_batches(_table(table, first, editor), schema)
                if new.num_rows:
                    writer.write_table(new, row_group_size=new.num_rows)
                first += table.num_rows


def _is_packed(file: Any, batch: pa.RecordBatch) -> bool:
    """Is the first batch smaller in its file than in memory?"""
    import pyarrow as pa

    file.seek(0)
    file.seek(8 if file.read(6) == b"ARROW1" else 0)
    for message in pa.ipc.MessageReader.open_stream(file):
        if message.type == "record batch":
            return bool(message.body.size < batch.nbytes)
    return False


def _ipc(source: Path, target: Path, editor: Editor) -> None:
    """Batch by batch; what was compressed is compressed with LZ4."""
    import pyarrow as pa

    file = open_arrow(str(source))
    with pa.memory_map(str(source)) as again:
        is_file = again.read(6) == b"ARROW1"
        first_batch = next(file.batches(0, 1, file.names), None)
        packed = first_batch is not None and _is_packed(again, first_batch)
    options = pa.ipc.IpcWriteOptions(compression="lz4" if packed else None)
    new = pa.ipc.new_file if is_file else pa.ipc.new_stream
    first = 0
    with (
        pa.OSFile(str(target), "wb") as sink,
        new(sink, file.schema, options=options) as writer,
    ):
        for batch in file.batches(0, len(file.rows), file.names):
            edited = editor.batch(batch, first)
            if edited.num_rows:
                writer.write_batch(edited)
            first += batch.num_rows
    file.close()


def _lines(source: Path, target: Path, editor: Editor) -> None:
    """Lines that are kept stay as they are, byte by byte."""

    def copy(old: BinaryIO, new: BinaryIO) -> None:
        for number, line in enumerate(old, 1):
            new.write(editor.line(line, number))

    if source.suffix == ".gz":
        with gzip.open(source) as old, gzip.open(target, "wb") as new:
            copy(old, new)  # type: ignore[arg-type]
    else:
        with source.open("rb") as plain, target.open("wb") as copied:
            copy(plain, copied)


def _npy(source: Path, target: Path, editor: Editor) -> None:
    array = np.load(source, mmap_mode="r")
    kept = editor.kept(0, len(array) if array.ndim == 2 else 1)
    if array.ndim != 2 and not kept.all():
        raise ValueError(
            f"{source} is one sequence, and it has findings: nothing would be left"
        )
    if kept.all():
        shutil.copyfile(source, target)
        return
    shape = (int(kept.sum()), *array.shape[1:])
    new = np.lib.format.open_memmap(target, "w+", array.dtype, shape)
    at = 0
    for first in range(0, len(array), 4096):
        part = array[first : first + 4096][kept[first : first + 4096]]
        new[at : at + len(part)] = part
        at += len(part)
    new.flush()


_COPIERS: dict[str, Copier] = {
    ".parquet": _parquet,
    ".arrow": _ipc,
    ".feather": _ipc,
    ".jsonl": _lines,
    ".ndjson": _lines,
    ".jsonl.gz": _lines,
    ".npy": _npy,
}
_WITH_LABELS = {".parquet", ".arrow", ".feather", ".jsonl", ".ndjson", ".jsonl.gz"}
#: For people.
FORMATS = "Parquet, Arrow IPC, folders of save_to_disk, JSON Lines (also .gz), .npy"


def suffix_of(path: str) -> str | None:
    """The format of a file that can be copied, by the end of its name."""
    return next((suffix for suffix in _COPIERS if path.endswith(suffix)), None)


def has_labels(path: str) -> bool:
    """Can the format of a file hold labels?"""
    return suffix_of(path) in _WITH_LABELS


def copy(source: Path, target: Path, editor: Editor) -> None:
    """Copies a file to a place that is free."""
    suffix = suffix_of(str(source))
    assert suffix is not None
    target.parent.mkdir(parents=True, exist_ok=True)
    _COPIERS[suffix](source, target, editor)


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_bytes())
    return found


def _write(path: Path, found: dict[str, Any]) -> None:
    path.write_text(json.dumps(found, indent=2, sort_keys=True), encoding="utf-8")


def copy_state(source: Path, target: Path, n_rows: int, why: str) -> None:
    """Copies what a folder of ``save_to_disk`` has beside its data.

    The fingerprint, by which `datasets` finds what it has cached, becomes another one.
    """
    state = _read(source / "state.json")
    old = f"{state.get('_fingerprint')} {why}"
    state["_fingerprint"] = hashlib.sha256(old.encode()).hexdigest()[:16]
    _write(target / "state.json", state)
    if (source / "dataset_info.json").is_file():
        info = _read(source / "dataset_info.json")
        splits = info.get("splits") or {}
        for split in splits.values():
            split["num_examples"] = n_rows
            split.pop("shard_lengths", None)
        # What the sizes of the source were is not known of the copy.
        for key in ("dataset_size", "size_in_bytes", "download_checksums"):
            info.pop(key, None)
        _write(target / "dataset_info.json", info)
