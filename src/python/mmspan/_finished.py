"""Was all of a shard audited by a run before, and does a config fit? As the C program asks."""

from __future__ import annotations

import json
import os
from typing import Any

from mmspan import _core
from mmspan._arrow_columns import Names
from mmspan._arrow_files import is_arrow, open_arrow
from mmspan._report import Report
from mmspan._shards import is_divided, is_shard, open_shard

_MAX_TOKENS, _MAX_FILES, _MAX_NAMED, _MIN_TOKENS = 64 * 1024, 4, 5, 8


def share(total: int, index: int, n: int, ordinal: int) -> tuple[int, int]:
    """What shard `index` of n has of a file: small files go to different shards."""
    extra = ordinal % n
    first, end = (
        total // n * part + (total % n * part + extra) // n for part in (index, index + 1)
    )
    return first, end


def _covered(path: str, total: int, index: int, n: int, ordinal: int) -> list[list[int]] | None:
    """What a finished shard covers of a file."""
    if is_arrow(path):
        try:
            file = open_arrow(path)
        except (OSError, ValueError):
            return None
        parts = share(len(file.rows), index, n, ordinal)
        first, end = (sum(file.rows[:part]) for part in parts)
        file.close()
    elif is_shard(path):
        first, end = index * total // n, (index + 1) * total // n
        if not is_divided(path):
            first, end = (0, 1) if ordinal % n == index else (0, 0)
    else:
        first, end = share(total, index, n, ordinal)
    return [[first, end]] if first < end else []


def is_finished(
    output: str, audit: _core._Auditor, files: list[str], index: int, n: int
) -> Report | None:
    """The report at `output`, if it is of this shard of these files as they are now."""
    if not os.path.isfile(output):
        return None
    try:
        report = Report.load(output)
    except (OSError, ValueError):
        return None
    said, wanted = report.to_dict(), json.loads(audit.json())
    of_report = {file["path"]: file for file in said["files"]}
    if any(said[key] != wanted[key] for key in ("tool", "config", "options")):
        return None
    if set(of_report) != set(files):
        return None
    for ordinal, path in enumerate(files):
        file = of_report[path]
        if not os.path.isfile(path) or os.path.getsize(path) != file["size"]:
            return None
        if file["covered"] != _covered(path, file["total"], index, n, ordinal):
            return None
    return report


def _rows(path: str, names: Names, dtype: str | None) -> list[Any]:
    """IDs from the beginning of a file."""
    try:
        if is_arrow(path):
            file = open_arrow(path)
            batches = file.batches(0, min(1, len(file.rows)), [names.ids])
            rows = [row for batch in batches for row in batch.column(0).to_pylist()]
            file.close()
            return [row for row in rows if row]
        if is_shard(path):
            shard = open_shard(path, dtype)
            end = 64 if shard.n is None else min(64, shard.n)
            samples = shard.samples(0, end, {names.ids})
            rows = [
                sample.get(names.ids) for sample, _ in zip(samples, range(64), strict=False)
            ]
            shard.close()
            return [[int(i) for i in row] for row in rows if row is not None]
    except (OSError, ValueError, TypeError, KeyError):
        pass  # what cannot be read was reported before
    return []


def fitting(files: list[str], names: Names, dtype: str | None) -> list[str]:
    """The configs that fit a sample of the data best."""
    ids: list[int] = []
    for path in files[:_MAX_FILES]:
        for row in _rows(path, names, dtype):
            ids += row[: _MAX_TOKENS - len(ids)]
    fits = _core.detect(ids) if ids else []
    # A few IDs that happen to be somebody's placeholder say nothing.
    return [
        fit.model
        for fit in fits[:_MAX_NAMED]
        if fit.rank == 1 and (fit.n_tokens >= _MIN_TOKENS or fit.n_tokens >= 3 * fit.n_items)
    ]
