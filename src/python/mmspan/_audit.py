"""The audit of data sets: files of every format that C reads, Parquet, and folders of them."""

from __future__ import annotations

import contextlib
import errno
import glob
import os
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from mmspan import _core, _datasets, _shards
from mmspan._arrow_columns import Names
from mmspan._arrow_files import SUFFIXES, ArrowFile, is_arrow, is_data, open_arrow
from mmspan._given import notes_on_columns, notes_on_files
from mmspan._report import Report

_C_SUFFIXES = (".jsonl", ".ndjson", ".npy", ".idx", ".jsonl.gz", ".jsonl.zst")
ENDINGS = (*_C_SUFFIXES, *SUFFIXES, *_shards.MDS, *_shards.TAR)

#: What readers raise over a file that is damaged or holds something else.
_UNREADABLE = (OSError, ValueError, TypeError, NotImplementedError)

Data: TypeAlias = str | os.PathLike[str] | Iterable[str | os.PathLike[str]] | Any


class Unit(NamedTuple):
    """A piece of work: part ``first`` to before ``end`` of a file that is in ``n`` parts.

    The parts of a Parquet file are its row groups; those of other files are shares.
    """

    first: int
    end: int
    n: int


def _files_below(folder: Path) -> list[str]:
    """The data in a folder, with the shards that are listed there and missing."""
    found: set[str] = set()
    for path in folder.rglob("*"):
        if any(part.startswith((".", "_")) for part in path.relative_to(folder).parts):
            continue
        if path.name == "index.json":
            found.update(_shards.listed(path.parent))
        elif path.name.endswith(ENDINGS) and is_data(path):
            found.add(str(path))
    return sorted(found, key=Path)


def _files(data: str | os.PathLike[str] | Iterable[str | os.PathLike[str]]) -> list[str]:
    given = [data] if isinstance(data, (str, os.PathLike)) else list(data)
    files: list[str] = []
    for path_like in given:
        entry: str = os.fspath(path_like)
        if os.path.isdir(entry):
            files += _files_below(Path(entry))
        else:
            files.append(entry)
    if not files:
        raise ValueError(f"no data in {data!r}")
    return files


def expanded(words: Iterable[str]) -> list[str]:
    """Patterns as the names that fit them; what is there, or fits nothing, as it is."""
    names: list[str] = []
    for word in words:
        found = [] if os.path.exists(word) else sorted(glob.glob(word))
        names += found or [word]
    return names


def named(data: str | os.PathLike[str] | Iterable[str | os.PathLike[str]]) -> list[str]:
    """The files and folders that data are called, which have to be there.

    Raises
    ------
    FileNotFoundError
        Nothing has one of the names, or fits one of the patterns.
    """
    words = [data] if isinstance(data, (str, os.PathLike)) else data
    names = expanded([os.fspath(word) for word in words])
    for name in names:
        if not os.path.lexists(name):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name)
    return names


def _number_of_parts(path: str) -> int:
    """Of a file that Arrow reads; none when it cannot, which whoever audits it will note."""
    try:
        file = open_arrow(path)
    except (OSError, ValueError):
        return 0
    n = len(file.rows)
    file.close()
    return n


def units(
    data: str | os.PathLike[str] | Iterable[str | os.PathLike[str]], parts: int = 1
) -> Iterator[tuple[str, Unit]]:
    """The pieces of work of a data set: row groups of Parquet files, shares of others."""
    for path in _files(data):
        n = parts
        if is_arrow(path):
            n = _number_of_parts(path)
            step = max(1, -(-n // parts))
            if n == 0:
                yield path, Unit(0, 0, 0)
            for first in range(0, n, step):
                yield path, Unit(first, min(first + step, n), n)
        else:
            n = n if not _shards.is_shard(path) or _shards.is_divided(path) else 1
            yield from ((path, Unit(i, i + 1, n)) for i in range(n))


def add_arrow(
    audit: _core._Auditor,
    path: str,
    unit: Unit | tuple[int, int],
    names: Names,
    window: int = 0,
    stopped: Callable[[], object] = lambda: False,
    is_first: bool = True,
) -> bool:
    """Audits parts of a file; what cannot be read is noted, and the rest is not lost.

    The file is in the report of each shard, also of those that have nothing of it: else nobody
    would miss what another one did not do. What is wrong with all of it, `is_first` notes, so
    that what is noted does not depend on how the parts are divided. False when it was stopped
    before the end.
    """
    size = os.path.getsize(path) if os.path.exists(path) else 0
    try:
        file = open_arrow(path)
    except (OSError, ValueError) as e:
        index = audit.file(path, size, 1)
        if is_first:
            audit.unread(index, 0, _first_line(e))
            audit.cover(index, 0, 1)
        return True
    try:
        index = audit.file(path, size, sum(file.rows))
        start = sum(file.rows[: unit[0]])
        end = last = sum(file.rows[: unit[1]])
        if names.ids in file.names:
            end = _add_parts(audit, index, file, unit, names, window, stopped)
        elif is_first:
            there = ", ".join(file.names) or "none"
            audit.unread(index, 0, f"no column {names.ids}; the columns are {there}")
        if start < end:
            audit.cover(index, start, end)
        return end == last
    finally:
        file.close()


def _tokens(column: tuple[Any, ...]) -> int:
    offsets = column[2]
    return int(offsets[-1] - offsets[0])


def _tokens_before(file: ArrowFile, part: int, names: Names) -> int:
    token = 0
    for before in range(part):
        # What cannot be read is noted by the unit to which it belongs.
        with contextlib.suppress(*_UNREADABLE):
            for batch in file.batches(before, before + 1, [names.ids]):
                token += _tokens(names.batch(batch)[0]["ids"])
    return token


def _add_parts(
    audit: _core._Auditor,
    index: int,
    file: ArrowFile,
    unit: Unit | tuple[int, int],
    names: Names,
    window: int,
    stopped: Callable[[], object],
) -> int:
    """The row behind the last part that was audited, or that was noted."""
    row = sum(file.rows[: unit[0]])
    # Where the borders of windows fall depends on all that comes before.
    token = _tokens_before(file, unit[0], names) if window else 0
    for part in range(unit[0], unit[1]):
        at = row
        try:
            for batch in file.batches(part, part + 1, names.wanted(file.names)):
                if stopped():
                    return at
                plain, media = names.batch(batch)
                audit.add(index, at, token, batch.num_rows, plain, media)
                at += batch.num_rows
                token += _tokens(plain["ids"])
        except _UNREADABLE as e:
            audit.unread(index, at, _first_line(e))
        row += file.rows[part]
    return row


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def audit_unit(
    path: str | os.PathLike[str],
    unit: Unit,
    config: str,
    *,
    columns: dict[str, str] | None = None,
    ordinal: int = 0,
    findings: bool = False,
    dtype: str | None = None,
    **options: int,
) -> Report:
    """Audits a piece of a file: all that an engine needs to run somewhere else.

    Parameters
    ----------
    path : str or path
        A file that the worker can open under this name.
    unit : Unit
        From `units`.
    config : str
        The YAML text of a config, ``Matcher.yaml``: nothing else is sent to workers.
    columns : dict, optional
        Names of columns by their role, where they are not the usual ones.
    ordinal : int, optional
        The file's number in the data set.
    findings : bool, optional
        Keep every finding, not only the first of each kind.
    dtype : str, optional
        Of arrays without a header, and of MDS columns of bytes, as ``"uint16"``.
    **options
        ``examples``, ``window``, ``max_length``, ``merge_size``, as in the command.
    """
    matcher = _core.loads(config)
    audit = _core._Auditor(matcher, keep_findings=findings, **options)
    name = os.fspath(path)
    if is_arrow(name):
        names = Names(matcher.modalities, columns)
        is_first = unit.first == 0
        window = options.get("window", 0)
        add_arrow(audit, name, unit, names, window, is_first=is_first)
    elif _shards.is_shard(name):
        names, window = Names(matcher.modalities, columns), options.get("window", 0)
        _shards.add_shard(audit, name, (unit.first, unit.n), names, dtype, window)
    else:
        audit.read(name, unit.first, unit.n, ordinal, dtype, tuple((columns or {}).items()))
    return Report(audit.json(), audit.findings())


def _warn(notes: list[str]) -> None:
    for note in notes:
        warnings.warn(note, stacklevel=3)


def _audit_datasets(
    splits: Mapping[str, Any],
    matcher: _core.Matcher,
    columns: dict[str, str] | None,
    threads: int,
    findings: bool,
    options: dict[str, int],
) -> Report:
    """Audits objects of `datasets`; their values are wrong for all rows or for none."""
    names = Names(matcher.modalities, columns)
    _warn(notes_on_columns(columns, [list(split.column_names) for split in splits.values()]))
    # Where the borders of windows fall depends on all that comes before.
    n = 1 if options.get("window") else max(1, threads)

    def run(piece: tuple[str, int]) -> Report:
        audit = _core._Auditor(matcher, keep_findings=findings, **options)
        _datasets.add(audit, piece[0], splits[piece[0]], (piece[1], n), names)
        return Report(audit.json(), audit.findings())

    with ThreadPoolExecutor(n) as pool:
        return Report.merge(pool.map(run, [(name, i) for name in splits for i in range(n)]))


def audit(
    data: Data,
    config: str | _core.Matcher,
    *,
    columns: dict[str, str] | None = None,
    threads: int = 1,
    findings: bool = True,
    dtype: str | None = None,
    **options: int,
) -> Report:
    """Audits files and folders: what is wrong with a tokenised data set.

    Parameters
    ----------
    data : str, path, or several; Dataset or DatasetDict
        Files, patterns, or folders with files: JSON Lines, .npy, Megatron pairs; Parquet, Arrow
        IPC and folders of ``Dataset.save_to_disk`` with ``mmspan[arrow]``; MDS, LitData and
        WebDataset with extras of these names. Or an object of `datasets`, as it is after
        ``select``, ``shuffle`` and ``filter``; in the report its splits stand for files.
    config : str or Matcher
        As for `load`.
    threads : int, optional
        How many files, or parts of them, are read at a time.
    columns, findings, dtype, **options
        As in `audit_unit`.

    Returns
    -------
    Report
        The same for any number of threads. What is there and cannot be read is in its
        `Report.unread`.

    Raises
    ------
    FileNotFoundError
        Nothing has a name that was given, or fits a pattern.
    Error
        A column of `columns` is in none of the data, where all of it has a schema. Of one
        that only some files have, a warning tells.
    """
    matcher = config if isinstance(config, _core.Matcher) else _core.load(config)
    yaml = matcher.yaml
    splits = _datasets.splits_of(data)
    if splits is not None:
        return _audit_datasets(splits, matcher, columns, threads, findings, options)
    Names(matcher.modalities, columns)  # refuses a role that there is not
    files = _files(named(data))
    _warn(notes_on_files(columns, files))
    work = list(units(files, max(1, threads)))
    ordinals = {path: i for i, path in enumerate(dict.fromkeys(path for path, _ in work))}

    def run(piece: tuple[str, Unit]) -> Report:
        path, unit = piece
        return audit_unit(
            path,
            unit,
            yaml,
            columns=columns,
            ordinal=ordinals[path],
            findings=findings,
            dtype=dtype,
            **options,
        )

    with ThreadPoolExecutor(max(1, threads)) as pool:
        return Report.merge(pool.map(run, work))
