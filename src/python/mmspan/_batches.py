"""The audit of Arrow batches that are inside a pipeline already: Ray, Spark, `datasets`."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from mmspan import _core
from mmspan._arrow_columns import Names

if TYPE_CHECKING:
    import pyarrow as pa

#: The one column of what a callable returns.
COLUMN = "report"


_matchers: dict[str, _core.Matcher] = {}


def _matcher(yaml: str) -> _core.Matcher:
    """Compiled once in each process; threads may share it, as they may not share an audit."""
    if yaml not in _matchers:
        _matchers[yaml] = _core.loads(yaml)
    return _matchers[yaml]


class BatchAudit:
    """What `audit_batches` returns."""

    def __init__(
        self,
        yaml: str,
        columns: dict[str, str] | None,
        file: str | None,
        row: str | None,
        name: str,
        options: dict[str, int],
    ) -> None:
        self._yaml = yaml
        self._columns = columns
        self._file = file
        self._row = row
        self._name = name
        self._options = options
        # What is wrong with these is said here, not by a worker.
        Names(_matcher(yaml).modalities, columns)
        _core._Auditor(_matcher(yaml), keep_findings=False, **options)

    def __call__(self, data: Any) -> Any:
        """The report of a table or a batch; of an iterable of batches, an iterator with one."""
        import pyarrow as pa

        if isinstance(data, pa.Table):
            return pa.Table.from_batches([self._report(data.to_batches())])
        if isinstance(data, pa.RecordBatch):
            return self._report([data])
        return self._each(data)

    def _each(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        yield self._report(batches)

    def _report(self, batches: Iterable[pa.RecordBatch]) -> pa.RecordBatch:
        import pyarrow as pa

        matcher = _matcher(self._yaml)
        names = Names(matcher.modalities, self._columns)
        audit = _core._Auditor(matcher, keep_findings=False, **self._options)
        row = 0
        for batch in batches:
            self._add(audit, names, batch, row)
            row += batch.num_rows
        return pa.record_batch({COLUMN: pa.array([audit.json()], pa.binary())})

    def _add(
        self, audit: _core._Auditor, names: Names, batch: pa.RecordBatch, row: int
    ) -> None:
        there = batch.schema.names
        for name in (names.ids, self._file, self._row):
            if name is not None and name not in there:
                raise ValueError(f"no column {name}; the columns are {', '.join(there)}")
        for first, end, file, number in self._runs(batch, row):
            index = audit.file(file, 0, 0)
            part = batch.slice(first, end - first)
            try:
                plain, media = names.batch(part)
            except ValueError as e:  # a value; a type that is wrong is wrong in all of them
                audit.unread(index, number, str(e))
                continue
            audit.add(index, number, 0, part.num_rows, plain, media)

    def _runs(self, batch: pa.RecordBatch, row: int) -> Iterator[tuple[int, int, str, int]]:
        """Rows that follow each other in a file: (first, end, file, number of the first)."""
        n = batch.num_rows
        numbers = np.arange(row, row + n, dtype=np.int64)
        files = np.zeros(n, np.int64)
        paths = [self._name]
        if self._row is not None:
            numbers = _no_nulls(batch, self._row).cast("int64").to_numpy(zero_copy_only=False)
        if self._file is not None:
            column = _no_nulls(batch, self._file).dictionary_encode()
            files = column.indices.to_numpy(zero_copy_only=False).astype(np.int64)
            paths = [str(path) for path in column.dictionary.to_pylist()]
        same = (np.diff(numbers) == 1) & (np.diff(files) == 0)
        edges = [0, *(np.flatnonzero(~same) + 1).tolist(), n]
        for first, end in itertools.pairwise(edges):
            if first < end:
                yield first, end, paths[int(files[first])], int(numbers[first])


def _no_nulls(batch: pa.RecordBatch, name: str) -> Any:
    column = batch.column(name)
    if column.null_count:
        raise ValueError(f"{name} has a null: it does not say where a row is from")
    if str(column.type).startswith("dictionary"):
        return column.dictionary_decode()
    return column


def audit_batches(
    config: str | _core.Matcher,
    *,
    columns: dict[str, str] | None = None,
    file: str | None = None,
    row: str | None = None,
    name: str = "batches",
    **options: int,
) -> BatchAudit:
    """Makes a function that audits Arrow batches, for data that is in a pipeline already.

    It takes a table or a record batch and returns one with a column ``report`` of one row; of
    an iterable of record batches it makes an iterator with one such batch. So it can be given
    to Ray's ``map_batches`` and to Spark's ``mapInArrow`` as it is. `Report.merge` adds the
    reports up. It can be pickled (what is sent to workers is the YAML text) and called by
    several threads.

    Parameters
    ----------
    config : str or Matcher
        As for `load`.
    columns : dict, optional
        Names of columns by their role, as in `audit_unit`.
    file, row : str, optional
        Names of columns that say from which file a row is, and which one of that file it is,
        from 0; Spark has them as ``_metadata.file_path`` and ``_metadata.row_index``. Without
        them places in the report count from the beginning of each table, batch or iterator;
        the counts are the same.
    name : str, optional
        What stands for the file in the report when there is no such column.
    **options
        ``examples``, ``max_length``, ``merge_size``, as in the command.

    Raises
    ------
    ValueError
        An option does not go: ``window`` needs the order of a file, which a pipeline has not;
        a file without row numbers would name wrong places.
        When called: a column is not there.
    TypeError
        When called: a column is no list of integers.

    Notes
    -----
    Files that are not in a pipeline yet are better given to workers by name, with `units` and
    `audit_unit`: that moves no tokens, and its report knows which parts it covers, so that what
    is missing or comes twice is refused. Here nobody can tell.

    Examples
    --------
    >>> import mmspan, pyarrow as pa
    >>> function = mmspan.audit_batches("gemma-4")
    >>> batch = pa.table({"input_ids": [[2, 255999, 258880, 258882], [2, 255999, 258880]]})
    >>> reports = function(batch)
    >>> mmspan.Report.merge(reports["report"].to_pylist()).counts
    {'truncated-block': 1}

    With Ray and with Spark::

        dataset.map_batches(function, batch_format="pyarrow").take_all()
        frame.mapInArrow(function, "report binary").collect()
    """
    if options.get("window"):
        raise ValueError("windows need the order of a file: audit the files instead")
    if file is not None and row is None:
        raise ValueError(f"rows of {file} need numbers: name their column with row=")
    matcher = config if isinstance(config, _core.Matcher) else _core.load(config)
    return BatchAudit(matcher.yaml, columns, file, row, name, options)
