"""``datasets.Dataset`` and ``DatasetDict`` as data of an audit, read through their indices."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from mmspan._arrow_columns import Names

if TYPE_CHECKING:
    import pyarrow as pa

    from mmspan import _core

_ROWS = 1024


def splits_of(data: object) -> dict[str, Any] | None:
    """The data sets in an object of `datasets` by their names; None for other objects.

    Raises
    ------
    TypeError
        It is a stream, which has no rows that could be counted.
    """
    datasets = sys.modules.get("datasets")  # who has such an object has imported it
    if datasets is None:
        return None
    if isinstance(data, (datasets.IterableDataset, datasets.IterableDatasetDict)):
        raise TypeError(
            f"an {type(data).__name__} has no rows that could be numbered and shared out: "
            "audit the files that it streams, or its batches as they pass: function = "
            "mmspan.audit_batches(config); reports = [function(t) for t in "
            "data.with_format('arrow').iter(1000)]"
        )
    if isinstance(data, datasets.DatasetDict):
        return {str(name): split for name, split in data.items()}
    if isinstance(data, datasets.Dataset):
        return {str(data.split or "dataset"): data}
    return None


def _batches(part: Any, wanted: list[str]) -> Iterator[pa.RecordBatch]:
    # Not the table, of which select, shuffle and filter leave all rows.
    for table in part.select_columns(wanted).with_format("arrow").iter(_ROWS):
        yield from table.to_batches()


def add(
    audit: _core._Auditor, name: str, data: Any, share: tuple[int, int], names: Names
) -> None:
    """Audits part `share[0]` of `share[1]` of a data set."""
    part, n_parts = share
    first, end = part * len(data) // n_parts, (part + 1) * len(data) // n_parts
    file = audit.file(name, 0, len(data))
    wanted = names.wanted(data.column_names)
    if names.ids not in wanted:
        there = ", ".join(data.column_names) or "none"
        raise ValueError(f"no column {names.ids}; the columns are {there}")
    row, token = first, 0
    for batch in _batches(data.select(range(first, end)), wanted):
        plain, media = names.batch(batch)
        audit.add(file, row, token, batch.num_rows, plain, media)
        row += batch.num_rows
        offsets = plain["ids"][2]
        token += int(offsets[-1] - offsets[0])
    audit.cover(file, first, end)
