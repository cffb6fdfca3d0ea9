"""An audit in tasks that an engine may run anywhere, in any order, again if need be."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from mmspan import _audit, _core
from mmspan._arrow_columns import Names
from mmspan._report import Report

#: So many reports are kept before they are added up.
_FOLD = 64


class Share(NamedTuple):
    """Share ``i`` of the ``n`` of a file. Only its size is known before it is opened."""

    path: str
    i: int
    n: int
    ordinal: int


class Sum(NamedTuple):
    """What reports add up to: the JSON, and every finding if they are kept.

    Empty when there was none: a file may have fewer parts than it was given shares.
    """

    report: bytes
    findings: bytes


class Work(NamedTuple):
    """What is the same for every task: text, names and numbers, nothing that is compiled.

    Relative paths begin at ``folder``, where the audit was asked for.
    """

    yaml: str
    columns: dict[str, str] | None
    findings: bool
    dtype: str | None
    options: dict[str, int]
    folder: str

    def run(self, shares: list[Share]) -> Sum | Exception:
        """Audits shares of files; an error that no second attempt would heal is returned.

        Nothing is kept between calls, so it does not matter how often an engine makes one.
        """
        total = Adder()
        try:
            with in_folder(self.folder):
                for share in shares:
                    for report in self._reports(share):
                        total.add(Sum(report.to_bytes(), report._findings))
        except (ValueError, TypeError) as e:
            return e
        return total.sum()

    def _reports(self, share: Share) -> Iterator[Report]:
        for path, unit in list(_audit.units(share.path, share.n))[share.i :: share.n]:
            yield _audit.audit_unit(
                path,
                unit,
                self.yaml,
                columns=self.columns,
                ordinal=share.ordinal,
                findings=self.findings,
                dtype=self.dtype,
                **self.options,
            )


@contextmanager
def in_folder(folder: str) -> Iterator[None]:
    """Lets relative paths begin elsewhere; where that folder is not, they lead nowhere."""
    here = os.getcwd()
    if here != folder and os.path.isdir(folder):
        os.chdir(folder)
    try:
        yield
    finally:
        if os.getcwd() != here:
            os.chdir(here)


class Adder:
    """Adds reports up as they come; what it keeps does not grow with their number."""

    def __init__(self) -> None:
        self._reports: list[bytes] = []
        self._findings: list[bytes] = []

    def add(self, part: Sum | Exception) -> None:
        """Takes what a task has returned.

        Raises
        ------
        Exception
            The one that was returned.
        """
        if isinstance(part, Exception):
            raise part
        if not part.report:
            return
        self._reports.append(part.report)
        self._findings.append(part.findings)
        if len(self._reports) == _FOLD:
            self._fold()

    def _fold(self) -> None:
        pairs = [(report, f"report {i}") for i, report in enumerate(self._reports)]
        self._reports = [_core._merge_reports(pairs)]

    def sum(self) -> Sum:
        """What has been added."""
        if not self._reports:
            return Sum(b"", b"")
        self._fold()
        return Sum(self._reports[0], b"".join(self._findings))

    def report(self) -> Report:
        """The same as a report."""
        return Report(*self.sum())


def prepare(
    config: str | _core.Matcher,
    columns: dict[str, str] | None,
    findings: bool,
    dtype: str | None,
    options: dict[str, int],
) -> Work:
    """What is the same for all tasks; what is wrong with it is said here, not by a worker."""
    matcher = config if isinstance(config, _core.Matcher) else _core.load(config)
    Names(matcher.modalities, columns)
    _core._Auditor(matcher, keep_findings=False, **options)
    return Work(matcher.yaml, columns, findings, dtype, options, os.getcwd())


def divide(
    data: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    tasks: int,
    *,
    whole: bool = False,
) -> list[list[Share]]:
    """Divides a data set into about so many tasks of about equal size, without opening a file.

    Every process that sees the same files divides them alike. With ``whole``, files stay
    whole: borders of windows depend on all that comes before them.
    """
    paths = _audit._files(data)
    ordinals = {path: i for i, path in enumerate(dict.fromkeys(paths))}
    sizes = [_size(path) for path in paths]
    wanted = max(1, -(-sum(sizes) // max(1, tasks)))
    groups: list[list[Share]] = [[]]
    filled = 0.0
    for path, size in zip(paths, sizes, strict=True):
        n = 1 if whole else max(1, -(-size // wanted))
        for i in range(n):
            filled += size / n
            if filled > wanted and groups[-1]:
                groups.append([])
                filled = size / n
            groups[-1].append(Share(path, i, n, ordinals[path]))
    return groups


def _size(path: str) -> int:
    """Of a file, or of all files below a folder; of what is not there, 0."""
    if os.path.isdir(path):
        return sum(_size(str(entry)) for entry in Path(path).iterdir())
    return os.path.getsize(path) if os.path.exists(path) else 0
