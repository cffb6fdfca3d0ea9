"""Shards of samples, which only the library that wrote them can read: MDS, LitData, tar."""

from __future__ import annotations

import importlib
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from mmspan import _core, _samples
from mmspan._arrow_columns import Names

#: Samples are audited by so many, or by so many tokens if they are long.
_SAMPLES, _TOKENS = 256, 1 << 20

MDS = tuple(f".mds{packed}" for packed in ("", ".zstd", ".gz", ".br", ".bz2", ".snappy"))
TAR = (".tar", ".tar.gz", ".tgz")


class Shard:
    """An open shard; `n` is how many samples it has, None if that is known at its end only."""

    n: int | None

    def samples(self, first: int, end: int, wanted: set[str]) -> Iterator[_samples.Sample]:
        """The samples from `first` to before `end`, with some of their columns.

        Raises
        ------
        OSError, ValueError
            The shard does not go on as it should.
        """
        raise NotImplementedError

    def close(self) -> None:
        """Gives back what is open."""


class _Kind(NamedTuple):
    """A format: the module here that reads it, and the library that it needs, by extra."""

    module: str
    library: str
    extra: str


_MDS = _Kind("mmspan._mds", "mosaicml-streaming", "mds")
_LITDATA = _Kind("mmspan._litdata", "litdata", "litdata")
_TAR = _Kind("mmspan._webdataset", "webdataset", "webdataset")


def _index(folder: Path) -> dict[str, Any]:
    """The index.json of a folder; empty when there is none that says what is in it."""
    path = folder / "index.json"
    if not path.is_file():
        return {}
    try:
        found = json.loads(path.read_bytes())
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _kind_of(path: str) -> _Kind | None:
    if path.endswith(MDS):
        return _MDS
    if path.endswith(TAR):
        return _TAR
    if path.endswith(".bin") and "chunks" in _index(Path(path).parent):
        return _LITDATA
    return None


def is_shard(path: str) -> bool:
    """Is this a file of samples that its library reads?"""
    return _kind_of(path) is not None


def is_divided(path: str) -> bool:
    """Can several workers share a file? The length of an archive is known at its end only."""
    return _kind_of(path) is not _TAR


def listed(folder: Path) -> list[str]:
    """The shards that the index.json of a folder lists, those that are missing included."""
    index = _index(folder)
    names = [chunk["filename"] for chunk in index.get("chunks", ()) if "filename" in chunk]
    for shard in index.get("shards", ()):
        raw, packed = shard.get("raw_data"), shard.get("zip_data")
        if packed and not (folder / raw["basename"]).exists():
            names.append(packed["basename"])
        elif raw and shard.get("format") == "mds":
            names.append(raw["basename"])
    return [str(folder / name) for name in names]


def open_shard(path: str, dtype: str | None) -> Shard:
    """Opens a shard with its library.

    Raises
    ------
    ImportError
        The library is not there: the message says what to install.
    OSError, ValueError
        It is not there, or not what its index says.
    """
    kind = _kind_of(path)
    assert kind is not None
    try:
        module = importlib.import_module(kind.module)
        shard: Shard = module.Shard(path, _index(Path(path).parent), dtype)
    except ImportError as e:
        raise ImportError(
            f'{path} needs {kind.library}: pip install "mmspan[{kind.extra}]"', name=e.name
        ) from e
    return shard


def _noted(
    samples: Iterator[_samples.Sample], note: Callable[[str], None]
) -> Iterator[_samples.Sample]:
    """The samples up to the first that cannot be read; libraries raise what they like."""
    try:
        yield from samples
    except Exception as e:
        text = str(e.args[0] if e.args else e).split(" @ <")[0]
        note((text.splitlines() or [""])[0] or type(e).__name__)


def _length(ids: Any) -> int:
    return len(ids) if hasattr(ids, "__len__") else 0


class _Adder:
    """Adds samples to an audit by batches; what is wrong in one of them is noted."""

    def __init__(self, audit: _core._Auditor, file: int, names: Names, row: int) -> None:
        self._audit, self._file, self._names = audit, file, names
        self._samples: list[_samples.Sample] = []
        self._n_tokens = 0
        self.row = row
        self.token = 0

    def take(self, sample: _samples.Sample) -> None:
        ids = sample.get(self._names.ids)
        self._samples.append(sample)
        self._n_tokens += _length(ids)
        if len(self._samples) >= _SAMPLES or self._n_tokens >= _TOKENS:
            self.flush()

    def flush(self) -> None:
        samples, self._samples, self._n_tokens = self._samples, [], 0
        try:
            self._add(samples)
        except (TypeError, ValueError):
            some = any(self._names.ids in sample for sample in samples)
            for sample in samples:  # which of them?
                try:
                    self._add([{self._names.ids: None, **sample} if some else sample])
                except (TypeError, ValueError) as e:
                    self.note(str(e))
                    self.row += 1

    def _add(self, samples: list[_samples.Sample]) -> None:
        if not samples:
            return
        plain, media = _samples.columns(self._names, samples)
        if "ids" not in plain:
            there = ", ".join(sorted({key for sample in samples for key in sample})) or "none"
            raise ValueError(f"no column {self._names.ids}; the columns are {there}")
        self._audit.add(self._file, self.row, self.token, len(samples), plain, media)
        self.row += len(samples)
        self.token += int(plain["ids"][2][-1])

    def note(self, message: str) -> None:
        self._audit.unread(self._file, self.row + len(self._samples), message)


def add_shard(
    audit: _core._Auditor,
    path: str,
    share: tuple[int, int],
    names: Names,
    dtype: str | None = None,
    window: int = 0,
    stopped: Callable[[], object] = lambda: False,
) -> bool:
    """Audits part `share[0]` of `share[1]`; False when it was stopped before its end.

    Of an archive all is audited; what there is of it counts when it has been read to its end.
    """
    size = os.path.getsize(path) if os.path.exists(path) else 0
    part, n_parts = share
    try:
        shard = open_shard(path, dtype)
    except (OSError, ValueError, KeyError, TypeError) as e:
        file = audit.file(path, size, 1)
        if part == 0:
            audit.unread(file, 0, (str(e).splitlines() or [""])[0])
            audit.cover(file, 0, 1)
        return True
    try:
        return _add(audit, path, size, shard, (part, n_parts), names, window, stopped)
    finally:
        shard.close()


def _add(
    audit: _core._Auditor,
    path: str,
    size: int,
    shard: Shard,
    share: tuple[int, int],
    names: Names,
    window: int,
    stopped: Callable[[], object],
) -> bool:
    total = 1 if shard.n is None else shard.n
    first, end = (share[0] * total // share[1], (share[0] + 1) * total // share[1])
    file = audit.file(path, size, total)
    adder = _Adder(audit, file, names, 0 if shard.n is None else first)
    wanted = {*names.plain.values(), *(name for name, _, _ in names.media)}
    if window and shard.n is not None:  # where its borders fall depends on what comes before
        before = _noted(shard.samples(0, first, {names.ids}), lambda _: None)
        adder.token = sum(_length(sample.get(names.ids)) for sample in before)
    for sample in _noted(shard.samples(first, end, wanted), adder.note):
        adder.take(sample)
        if stopped():
            break
    adder.flush()
    if first == end:
        return not stopped()
    if not stopped():
        audit.cover(file, first, end)
    elif shard.n is not None:
        audit.cover(file, first, adder.row)
    return not stopped()
