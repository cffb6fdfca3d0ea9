"""Shards of mosaicml-streaming."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from mmspan import _shards


def _entry(path: str, index: dict[str, Any]) -> dict[str, Any]:
    """What the index says of a shard."""
    name = Path(path).name
    for shard in index.get("shards", ()):
        for data in (shard.get("raw_data"), shard.get("zip_data")):
            if data and data["basename"] == name:
                found: dict[str, Any] = shard
                return found
    raise ValueError("there is no index.json beside it that lists it")


def _check_size(path: str, data: dict[str, Any]) -> None:
    size = os.path.getsize(path)
    if size != data["bytes"]:
        raise ValueError(f"has {size} bytes, and {data['bytes']} by its index.json")


class Shard(_shards.Shard):
    """A shard, as its index describes it; unpacked to a temporary folder if need be."""

    def __init__(self, path: str, index: dict[str, Any], dtype: str | None) -> None:
        from streaming.base.format.mds import encodings

        self._encodings = encodings
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._dtype = dtype
        try:
            self._open(path, _entry(path, index))
        except BaseException:
            self.close()
            raise

    def _open(self, path: str, entry: dict[str, Any]) -> None:
        from streaming.base.format import reader_from_json

        folder = str(Path(path).parent)
        packed, raw = entry["zip_data"], entry["raw_data"]
        is_packed = packed is not None and packed["basename"] == Path(path).name
        _check_size(path, packed if is_packed else raw)
        if is_packed:
            self._folder = tempfile.TemporaryDirectory()
            folder = self._folder.name
            data = _unpacked(entry["compression"], Path(path).read_bytes())
            Path(folder, raw["basename"]).write_bytes(data)
            _check_size(str(Path(folder, raw["basename"])), raw)
        self._reader = reader_from_json(folder, "", entry)
        self.n = int(entry["samples"])
        self._check_offsets(Path(folder, raw["basename"]), raw["bytes"])

    def _check_offsets(self, path: Path, size: int) -> None:
        with path.open("rb") as file:
            head = np.frombuffer(file.read(4 * (2 + (self.n or 0))), np.uint32)
        if not len(head) or head[0] != self.n:
            found = head[0] if len(head) else 0
            raise ValueError(f"has {found} samples, and {self.n} by its index.json")
        offsets = head[1:].astype(np.int64)
        if (np.diff(offsets) < 0).any() or offsets[-1] > size:
            raise ValueError("its samples are not where its header says")

    def samples(self, first: int, end: int, wanted: set[str]) -> Iterator[dict[str, Any]]:
        for i in range(first, end):
            yield self._decoded(self._reader.get_sample_data(i), wanted)

    def _decoded(self, data: bytes, wanted: set[str]) -> dict[str, Any]:
        """The columns that are wanted: images need not be decoded, and pickles never are."""
        reader, at, sizes = self._reader, 0, []
        for size in reader.column_sizes:
            if not size:
                size = int.from_bytes(data[at : at + 4], "little")
                at += 4
            sizes.append(size)
        sample = {}
        columns = zip(reader.column_names, reader.column_encodings, sizes, strict=True)
        for name, encoding, size in columns:
            value = data[at : at + size]
            at += size
            if name not in wanted:
                continue
            if len(value) < size:
                raise ValueError(f"{name} leaves its sample")
            if not self._encodings.is_mds_encoding_safe(encoding):
                raise ValueError(f"{name} is pickled: reading it could run any code")
            sample[name] = self._array(name, self._encodings.mds_decode(encoding, value))
        return sample

    def _array(self, name: str, value: Any) -> Any:
        if not isinstance(value, bytes):
            return value
        if self._dtype is None:
            raise ValueError(f"{name} is bytes: say of which type, as in dtype='int64'")
        return np.frombuffer(value, self._dtype)

    def close(self) -> None:
        if self._folder is not None:
            self._folder.cleanup()


def _unpacked(algorithm: str, data: bytes) -> bytes:
    from streaming.base.compression import decompress

    try:
        unpacked: bytes = decompress(algorithm, data)
    except Exception as e:  # each library has its own
        raise ValueError(f"cannot be unpacked by {algorithm}: {e}") from e
    return unpacked
