"""The audit of data sets: files of every format that C reads, Parquet, and reports."""

from __future__ import annotations

import html
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mmspan import _core

if TYPE_CHECKING:
    import pyarrow as pa

_C_SUFFIXES = (".jsonl", ".ndjson", ".npy", ".idx", ".jsonl.gz", ".jsonl.zst")
_PARQUET = ".parquet"


class Unit(NamedTuple):
    """A piece of work: part ``first`` to before ``end`` of a file that is in ``n`` parts.

    The parts of a Parquet file are its row groups; those of other files are shares.
    """

    first: int
    end: int
    n: int


def _write(path: str | os.PathLike[str], data: bytes) -> None:
    """Writes beside and renames: under its name a file is there as a whole, or not at all."""
    temporary = Path(f"{os.fspath(path)}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(data)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


class Report:
    """What an audit found: a value, from `audit`, `audit_unit`, `Report.load` or `merge`."""

    def __init__(self, data: bytes, findings: bytes = b"") -> None:
        self._bytes = data
        self._findings = findings
        self._dict: dict[str, Any] = json.loads(data)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Report:
        """Reads a report that `save` or ``mmspan audit -o`` has written."""
        return cls(_core._merge_reports([(Path(path).read_bytes(), os.fspath(path))]))

    @classmethod
    def merge(cls, reports: Iterable[Report | bytes]) -> Report:
        """The sum of reports, with the same bytes in any order and grouping.

        Raises
        ------
        MismatchError
            They are of other configs or options, or a part is in two of them.
        """
        parts = [r if isinstance(r, Report) else cls(r) for r in reports]
        pairs = [(part._bytes, f"report {i}") for i, part in enumerate(parts)]
        return cls(_core._merge_reports(pairs), b"".join(part._findings for part in parts))

    def to_bytes(self) -> bytes:
        """The report as JSON, as ``mmspan audit -o`` writes it."""
        return self._bytes

    def to_dict(self) -> dict[str, Any]:
        """The report as a new dict; docs/audit.md has its members."""
        result: dict[str, Any] = json.loads(self._bytes)
        return result

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the report under a temporary name and renames it."""
        _write(path, self._bytes)

    def to_html(self, path: str | os.PathLike[str]) -> None:
        """Writes the report as a page for a browser: one file, no script, nothing from outside.

        The totals come first, then what is wrong, worst first, with places to look at, then
        how lengths and rows are distributed. It follows the browser's choice of light or dark.
        """
        from mmspan._page import page

        _write(path, page(self._dict).encode())

    @property
    def totals(self) -> Mapping[str, Any]:
        """Sequences, tokens, items, findings."""
        totals: dict[str, Any] = dict(self._dict["totals"])
        return totals

    @property
    def complete(self) -> bool:
        """Is every file covered?"""
        return bool(self._dict["complete"])

    @property
    def counts(self) -> dict[str, int]:
        """Findings by kind."""
        return {f["kind"]: f["findings"] for f in self._dict["findings"] if f["counts"]}

    def rows(self) -> list[dict[str, Any]]:
        """Every finding, if they were kept, in the order of file, row and token.

        Placeholders are findings where others are expanded; here they are listed by the
        units that have seen something expanded.
        """
        found = [json.loads(line) for line in self._findings.splitlines()]
        return sorted(
            found, key=lambda f: (f["file"], f["row"], f["token"], f["end"], f["kind"])
        )

    def findings(self) -> pa.Table:
        """Every finding as an Arrow table (``mmspan[arrow]``)."""
        import pyarrow as pa

        schema = pa.schema(
            [
                *((name, pa.string()) for name in ("file", "kind", "modality", "sentence")),
                *(
                    (n, pa.int64())
                    for n in ("row", "line", "token", "end", "expected", "found")
                ),
            ]
        )
        return pa.Table.from_pylist(self.rows(), schema=schema)

    def bad_rows(self) -> pa.Table:
        """The rows that have findings, with their kinds, as an Arrow table."""
        import pyarrow as pa

        kinds: dict[tuple[str, int], set[str]] = {}
        for f in self.rows():
            kinds.setdefault((f["file"], f["row"]), set()).add(f["kind"])
        schema = pa.schema(
            [("file", pa.string()), ("row", pa.int64()), ("kinds", pa.list_(pa.string()))]
        )
        rows = [
            {"file": f, "row": r, "kinds": sorted(k)} for (f, r), k in sorted(kinds.items())
        ]
        return pa.Table.from_pylist(rows, schema=schema)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Report) and self._bytes == other._bytes

    def __hash__(self) -> int:
        return hash(self._bytes)

    def __repr__(self) -> str:
        t = self._dict["totals"]
        return (
            f"<mmspan.Report: {t['sequences']} sequences, {t['tokens']} tokens, "
            f"{t['items']} items, {t['findings']} findings>"
        )

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{html.escape(f['kind'])}</td><td>{f['findings']}</td>"
            f"<td>{f['sequences']}</td><td>{html.escape(f['examples'][0]['sentence'])}</td></tr>"
            for f in self._dict["findings"]
            if f["counts"] and f["examples"]
        )
        head = "<tr><th>finding</th><th>how many</th><th>sequences</th><th>the first</th></tr>"
        return f"<p>{html.escape(repr(self))}</p><table>{head}{rows}</table>"


def _is_parquet(path: str) -> bool:
    return path.endswith(_PARQUET)


def _files(data: str | os.PathLike[str] | Iterable[str | os.PathLike[str]]) -> list[str]:
    given = [data] if isinstance(data, (str, os.PathLike)) else list(data)
    files: list[str] = []
    for path_like in given:
        entry: str = os.fspath(path_like)
        if os.path.isdir(entry):
            files += (
                str(path)
                for path in sorted(Path(entry).rglob("*"))
                if path.name.endswith((*_C_SUFFIXES, _PARQUET))
                and not any(p.startswith((".", "_")) for p in path.relative_to(entry).parts)
            )
        else:
            files.append(entry)
    if not files:
        raise ValueError(f"no data in {data!r}")
    return files


def units(
    data: str | os.PathLike[str] | Iterable[str | os.PathLike[str]], parts: int = 1
) -> Iterator[tuple[str, Unit]]:
    """The pieces of work of a data set: row groups of Parquet files, shares of others."""
    for path in _files(data):
        n = parts
        if _is_parquet(path):
            import pyarrow.parquet as pq

            n = pq.ParquetFile(path).metadata.num_row_groups
            step = max(1, -(-n // parts))
            if n == 0:
                yield path, Unit(0, 0, 0)
            for first in range(0, n, step):
                yield path, Unit(first, min(first + step, n), n)
        else:
            yield from ((path, Unit(i, i + 1, n)) for i in range(n))


def _add_parquet(
    audit: Any,
    path: str,
    unit: Unit,
    modalities: tuple[str, ...],
    columns: dict[str, str] | None,
) -> None:
    import pyarrow.parquet as pq

    from mmspan._arrow_columns import Names

    names = Names(modalities, columns)
    with pq.ParquetFile(path) as file:
        meta = file.metadata
        index = audit.file(path, os.path.getsize(path), meta.num_rows)
        start = sum(meta.row_group(g).num_rows for g in range(unit.first))
        row = start
        schema = file.schema_arrow.names
        if names.ids not in schema:
            there = ", ".join(schema) or "none"
            audit.unread(index, 0, f"no column {names.ids}; the columns are {there}")
        else:
            groups = list(range(unit.first, unit.end))
            wanted = names.wanted(schema)
            for batch in file.iter_batches(1024, row_groups=groups, columns=wanted):
                plain, media = names.batch(batch)
                audit.add(index, row, 0, batch.num_rows, plain, media)
                row += batch.num_rows
        end = sum(meta.row_group(g).num_rows for g in range(unit.end))
        audit.cover(index, start, end)


def audit_unit(
    path: str | os.PathLike[str],
    unit: Unit,
    config: str,
    *,
    columns: dict[str, str] | None = None,
    ordinal: int = 0,
    findings: bool = False,
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
    **options
        ``examples``, ``window``, ``max_length``, ``merge_size``, as in the command.
    """
    matcher = _core.loads(config)
    audit = _core._Auditor(matcher, keep_findings=findings, **options)
    name = os.fspath(path)
    if _is_parquet(name):
        _add_parquet(audit, name, unit, matcher.modalities, columns)
    else:
        audit.read(name, unit.first, unit.n, ordinal, None, tuple((columns or {}).items()))
    return Report(audit.json(), audit.findings())


def audit(
    data: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    config: str | _core.Matcher,
    *,
    columns: dict[str, str] | None = None,
    threads: int = 1,
    findings: bool = True,
    **options: int,
) -> Report:
    """Audits files and folders: what is wrong with a tokenised data set.

    Parameters
    ----------
    data : str, path, or several
        Files, or folders with files: JSON Lines, .npy, Megatron pairs; Parquet with
        ``mmspan[arrow]``.
    config : str or Matcher
        As for `load`.
    threads : int, optional
        How many files, or parts of them, are read at a time.
    columns, findings, **options
        As in `audit_unit`.

    Returns
    -------
    Report
        The same for any number of threads.
    """
    yaml = (config if isinstance(config, _core.Matcher) else _core.load(config)).yaml
    work = list(units(data, max(1, threads)))
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
            **options,
        )

    with ThreadPoolExecutor(max(1, threads)) as pool:
        return Report.merge(pool.map(run, work))
