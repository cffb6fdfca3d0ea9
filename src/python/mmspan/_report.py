"""What an audit found: reports, added up and written to files."""

from __future__ import annotations

import contextlib
import html
import json
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mmspan import _core

if TYPE_CHECKING:
    import pyarrow as pa


def _write(path: str | os.PathLike[str], data: bytes) -> None:
    """Writes beside and renames: under its name a file is there as a whole, or not at all.

    A device or a pipe is written to, and not replaced.

    Raises
    ------
    OSError
        It could not be written; it names this file, not the temporary one.
    """
    temporary = Path(f"{os.fspath(path)}.{os.getpid()}.tmp")
    try:
        if os.path.exists(path) and not os.path.isfile(path):
            Path(path).write_bytes(data)
            return
        try:
            temporary.write_bytes(data)
            temporary.replace(path)
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink()
    except OSError as e:
        raise OSError(e.errno, e.strerror, os.fspath(path)) from None


def _write_rows(
    path: str | os.PathLike[str], rows: list[dict[str, Any]], table: Callable[[], pa.Table]
) -> None:
    if os.fspath(path).endswith(".parquet"):
        import pyarrow as pa
        import pyarrow.parquet as pq

        sink = pa.BufferOutputStream()
        pq.write_table(table(), sink)
        _write(path, sink.getvalue().to_pybytes())
    else:
        _write(path, "".join(json.dumps(row) + "\n" for row in rows).encode())


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

    @property
    def unread(self) -> list[tuple[str, str]]:
        """The files of which something could not be read, each with the first reason."""
        return [
            (f["path"], f["unread"]["message"]) for f in self._dict["files"] if "unread" in f
        ]

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

        schema = pa.schema(
            [("file", pa.string()), ("row", pa.int64()), ("kinds", pa.list_(pa.string()))]
        )
        return pa.Table.from_pylist(self._bad(), schema=schema)

    def _bad(self) -> list[dict[str, Any]]:
        bad: dict[tuple[str, int], dict[str, Any]] = {}
        for f in self.rows():
            line = {"line": f["line"]} if "line" in f else {}
            row = {"file": f["file"], "row": f["row"], **line, "kinds": []}
            kinds = bad.setdefault((f["file"], f["row"]), row)["kinds"]
            if f["kind"] not in kinds:
                kinds.append(f["kind"])
        for row in bad.values():
            row["kinds"].sort()
        return list(bad.values())

    def write_findings(self, path: str | os.PathLike[str]) -> None:
        """Writes every finding, as Parquet if the name says so, else as JSON Lines."""
        _write_rows(path, self.rows(), self.findings)

    def write_bad_rows(self, path: str | os.PathLike[str]) -> None:
        """Writes the rows that have findings, as `write_findings` does."""
        _write_rows(path, self._bad(), self.bad_rows)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Report) and self._bytes == other._bytes

    def __hash__(self) -> int:
        return hash(self._bytes)

    def __repr__(self) -> str:
        t = self._dict["totals"]
        return (
            f"<mmspan.Report: {t['sequences']} sequences, {t['tokens']} tokens, "
            f"{t['items']} items, {t['findings']} findings{self._said_of_unread()}>"
        )

    def _said_of_unread(self) -> str:
        """How many files could not be read, as a whole or in part."""
        files = [f for f in self._dict["files"] if "unread" in f]
        whole = sum(not f["sequences"] for f in files)
        counts = ((whole, "unreadable"), (len(files) - whole, "unreadable in part"))
        return "".join(f", {n} file{'s' * (n != 1)} {how}" for n, how in counts if n)

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{html.escape(f['kind'])}</td><td>{f['findings']}</td>"
            f"<td>{f['sequences']}</td><td>{html.escape(f['examples'][0]['sentence'])}</td></tr>"
            for f in self._dict["findings"]
            if f["counts"] and f["examples"]
        )
        head = "<tr><th>finding</th><th>how many</th><th>sequences</th><th>the first</th></tr>"
        return f"<p>{html.escape(repr(self))}</p><table>{head}{rows}</table>"
