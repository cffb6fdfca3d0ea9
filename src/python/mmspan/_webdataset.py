"""Archives of WebDataset: the arrays and the JSON of each sample."""

from __future__ import annotations

import io
import json
import tarfile
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from mmspan import _shards


def _is_wanted(name: str) -> bool:
    """Images are not read, and what could run code never is."""
    return name.lower().endswith((".npy", ".json"))


def _columns(sample: dict[str, Any]) -> dict[str, Any]:
    """``input_ids.npy`` is a column; each member of an object of JSON is one, too."""
    columns: dict[str, Any] = {}
    for name, data in sample.items():
        stem, _, suffix = name.rpartition(".")
        if suffix == "npy":
            columns[stem] = np.load(io.BytesIO(data), allow_pickle=False)
        elif suffix == "json":
            value = json.loads(data)
            columns |= value if isinstance(value, dict) else {stem: value}
    return columns


class Shard(_shards.Shard):
    """An archive, which may be compressed."""

    def __init__(self, path: str, index: dict[str, Any], dtype: str | None) -> None:
        from webdataset import tariterators

        self._iterators = tariterators
        self._path = path
        self._file = open(path, "rb")  # noqa: SIM115 (closed in `close`)
        self.n = None

    def samples(self, first: int, end: int, wanted: set[str]) -> Iterator[dict[str, Any]]:
        source = {"url": self._path, "stream": self._file}
        files = self._iterators.tar_file_expander([source], select_files=_is_wanted)
        try:
            for sample in self._iterators.group_by_keys(files):
                yield _columns(sample)
        except (tarfile.TarError, EOFError, zlib.error) as e:
            why = str(e.args[0]).split(" @ ")[0]
            raise ValueError(f"is cut off, or is no archive: {why}") from e
        if self._path.endswith(".tar") and not self._has_end():
            raise ValueError("has no end of an archive: it is cut off, or was not closed")

    def _has_end(self) -> bool:
        """A cut between two members is no error to a reader of archives."""
        self._file.seek(0, io.SEEK_END)
        self._file.seek(max(0, self._file.tell() - 1024))
        return self._file.read() == bytes(1024)

    def close(self) -> None:
        self._file.close()
