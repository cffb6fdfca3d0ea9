"""Parquet and Arrow IPC files: how many rows their parts have, and their batches."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

PARQUET = (".parquet",)
IPC = (".arrow", ".feather")
SUFFIXES = PARQUET + IPC

#: Rows of a batch: enough to be fast, few enough to stay small.
_ROWS = 1024


def is_arrow(path: str) -> bool:
    """Does a file's name say that Arrow reads it?"""
    return path.endswith(SUFFIXES)


def is_data(path: Path) -> bool:
    """Is this one of the files of a saved data set, not a cache beside them?"""
    state = path.with_name("state.json")
    if path.suffix != ".arrow" or not state.is_file():
        return True
    listed = json.loads(state.read_bytes()).get("_data_files", [])
    return path.name in {entry["filename"] for entry in listed}


class ArrowFile:
    """An open file; `rows` has the number of rows of each row group or record batch."""

    rows: list[int]
    names: list[str]
    schema: Any

    def batches(self, first: int, end: int, names: list[str]) -> Iterator[pa.RecordBatch]:
        """The rows of parts `first` to before `end`."""
        raise NotImplementedError

    def close(self) -> None:
        """Gives the file back."""
        raise NotImplementedError


class _Parquet(ArrowFile):
    def __init__(self, path: str) -> None:
        import pyarrow.parquet as pq

        self._file = pq.ParquetFile(path)
        meta = self._file.metadata
        self.rows = [meta.row_group(g).num_rows for g in range(meta.num_row_groups)]
        self.schema = self._file.schema_arrow
        self.names = list(self.schema.names)

    def batches(self, first: int, end: int, names: list[str]) -> Iterator[pa.RecordBatch]:
        groups = list(range(first, end))
        yield from self._file.iter_batches(_ROWS, row_groups=groups, columns=names)

    def close(self) -> None:
        self._file.close()


class _Ipc(ArrowFile):
    """The file format, or the stream format, which `datasets` writes; mapped, not read."""

    def __init__(self, path: str) -> None:
        import pyarrow as pa

        self._map = pa.memory_map(path)
        is_file = self._map.read(6) == b"ARROW1"
        self._map.seek(0)
        self._batches: list[Any]
        if is_file:
            reader = pa.ipc.open_file(self._map)
            self._batches = [reader.get_batch(i) for i in range(reader.num_record_batches)]
        else:
            reader = pa.ipc.open_stream(self._map)
            self._batches = list(reader)
        self.rows = [batch.num_rows for batch in self._batches]
        self.schema = reader.schema
        self.names = list(self.schema.names)

    def batches(self, first: int, end: int, names: list[str]) -> Iterator[pa.RecordBatch]:
        for batch in self._batches[first:end]:
            yield batch.select(names)

    def close(self) -> None:
        self._batches = []
        self._map.close()


def open_arrow(path: str) -> ArrowFile:
    """Opens a file by its name.

    Raises
    ------
    OSError, ValueError
        It is not there, or not what its name says.
    """
    if not os.path.exists(path):  # in fewer words than pyarrow's
        raise FileNotFoundError(os.strerror(errno.ENOENT))
    return _Parquet(path) if path.endswith(PARQUET) else _Ipc(path)
