"""Chunks of LitData: tokens one after the other, or trees of arrays."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from mmspan import _shards

# The types of LitData by number; "do not change the order", it says there.
_TENSOR = {11: "u1", 12: "i1", 13: "i2", 14: "i2", 15: "i4", 16: "i4", 17: "i8", 18: "i8"}
_TENSOR[20] = "u2"
_NUMPY = dict(enumerate(["i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"]))


def _type_of(data_format: list[str]) -> np.dtype[Any]:
    """The type of a chunk of tokens."""
    kind, _, code = data_format[0].partition(":")
    types = {"no_header_tensor": _TENSOR, "no_header_numpy": _NUMPY}.get(kind, {})
    if len(data_format) != 1 or not code.isdigit() or int(code) not in types:
        raise ValueError(f"tokens as {', '.join(data_format)} are no integers")
    return np.dtype("<" + types[int(code)])


class Shard(_shards.Shard):
    """A chunk. Not the windows that a TokensLoader cuts of it, but what was written."""

    def __init__(self, path: str, index: dict[str, Any], dtype: str | None) -> None:
        chunks = [c for c in index["chunks"] if c.get("filename") == Path(path).name]
        if not chunks:
            raise ValueError("the index.json beside it does not list it")
        self._path, self._index = path, {**index, "chunks": chunks}
        self._config = index["config"]
        self.n = int(chunks[0]["chunk_size"])
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._chunk: Any = None
        size = os.path.getsize(path)
        is_plain = not self._config.get("compression") and not self._config.get("encryption")
        if is_plain and size != chunks[0]["chunk_bytes"]:
            raise ValueError(
                f"has {size} bytes, and {chunks[0]['chunk_bytes']} by its index.json"
            )
        if any("pickle" in leaf for leaf in self._config["data_format"]):
            raise ValueError("has pickled values: reading them could run any code")
        self._is_tokens = self._config.get("item_loader") == "TokensLoader"
        if self._is_tokens and not is_plain:
            raise ValueError("tokens that are compressed or encrypted are not read")
        if is_plain:
            self._offsets = self._read_offsets(size)

    def _read_offsets(self, size: int) -> np.ndarray[Any, np.dtype[np.int64]]:
        with open(self._path, "rb") as file:
            head = np.frombuffer(file.read(4 * (2 + (self.n or 0))), "<u4").astype(np.int64)
        if not len(head) or head[0] != self.n:
            found = head[0] if len(head) else 0
            raise ValueError(f"has {found} samples, and {self.n} by its index.json")
        if (np.diff(head[1:]) < 0).any() or head[-1] > size:
            raise ValueError("its samples are not where its header says")
        offsets: np.ndarray[Any, np.dtype[np.int64]] = head[1:]
        return offsets

    def samples(self, first: int, end: int, wanted: set[str]) -> Iterator[dict[str, Any]]:
        return self._tokens(first, end) if self._is_tokens else self._trees(first, end)

    def _tokens(self, first: int, end: int) -> Iterator[dict[str, Any]]:
        dtype = _type_of(self._config["data_format"])
        with open(self._path, "rb") as file:
            for begin, stop in zip(
                self._offsets[first:end], self._offsets[first + 1 : end + 1], strict=True
            ):
                file.seek(int(begin))
                data = file.read(int(stop - begin))
                if len(data) % dtype.itemsize:
                    raise ValueError("a sample is no whole number of tokens")
                yield {"input_ids": np.frombuffer(data, dtype)}

    def _trees(self, first: int, end: int) -> Iterator[dict[str, Any]]:
        if self._chunk is None:
            self._chunk = self._opened()
        for i in range(first, end):
            sample = self._chunk[i]
            if not isinstance(sample, dict):
                sample = {"input_ids": sample}
            yield {str(key): value for key, value in sample.items()}

    def _opened(self) -> Any:
        """The chunk in a folder of its own, as a link: nothing is written beside the data."""
        from litdata import StreamingDataset

        self._folder = tempfile.TemporaryDirectory()
        name = Path(self._path).name
        Path(self._folder.name, "index.json").write_text(json.dumps(self._index))
        os.symlink(os.path.abspath(self._path), Path(self._folder.name, name))
        return StreamingDataset(self._folder.name)

    def close(self) -> None:
        if self._folder is not None:
            self._folder.cleanup()
