"""The same on the CPU: rows go where they belong by `mmspan_splice`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch

import mmspan
from mmspan.torch.checks import Job

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_INTEGERS = {1: torch.int8, 2: torch.int16, 4: torch.int32, 8: torch.int64}


def _bits(tensor: torch.Tensor) -> torch.Tensor:
    """As integers, for not every type of number can leave torch."""
    size = tensor.element_size()
    if size not in _INTEGERS:
        raise TypeError(f"numbers of {tensor.dtype} take {size} bytes, not 1, 2, 4 or 8")
    return tensor.detach().view(_INTEGERS[size])


def _side_by_side(rows: torch.Tensor) -> torch.Tensor:
    """Rows that do not overlap, of numbers side by side: a copy where they do not stand so."""
    n, width = rows.shape
    apart = n <= 1 or rows.stride(0) >= width
    return rows if apart and (width <= 1 or rows.stride(1) == 1) else rows.contiguous()


def _mask(columns: NDArray[np.int64], span: Sequence[int]) -> torch.Tensor:
    """Which tokens of the window take rows."""
    start, length, low, high, _first, _count = span
    mask = torch.zeros(length, dtype=torch.bool)
    for run in range(low, high):
        at = int(columns[0, run]) - start
        if at >= length:
            break
        mask[max(0, at) : max(0, at + int(columns[1, run + 1] - columns[1, run]))] = True
    return mask


def look_up(
    weight: torch.Tensor, ids: torch.Tensor, columns: NDArray[np.int64], span: Sequence[int]
) -> torch.Tensor:
    """Rows of the table, with any row where a token takes one from elsewhere."""
    n = weight.shape[0]
    bad = (ids < 0) | (ids >= n)
    if bool(bad.any()):
        mask = _mask(columns, span)
        bad &= ~mask
        if bool(bad.any()):
            at = int(bad.nonzero()[0])
            raise IndexError(f"ids[{at}] is {int(ids[at])}, and weight has {n} rows")
        if n == 0:
            return weight.new_empty((len(ids), weight.shape[1]))
        ids = ids.masked_fill(mask, 0)
    return _bits(weight).index_select(0, ids).view(weight.dtype)


def copy_runs(
    out: torch.Tensor,
    columns: NDArray[np.int64],
    sources: Sequence[torch.Tensor],
    modalities: Sequence[int],
    span: Sequence[int],
    *,
    back: bool = False,
) -> None:
    """Run by run, where there is no result: what has been traced has its plan alone.

    `back` copies from the tokens to the rows.
    """
    start, length, low, high, _first, _count = span
    by_modality = dict(zip(modalities, sources, strict=True))
    for run in range(low, high):
        begin = int(columns[0, run]) - start
        end = begin + int(columns[1, run + 1] - columns[1, run])
        row = int(columns[2, run] >> 6) - begin
        begin, end = max(0, begin), min(length, end)
        source = by_modality.get(int(columns[2, run] & 63))
        if source is not None and begin < end:
            tokens, rows = out[begin:end], source[begin + row : end + row]
            if back:
                rows.copy_(tokens)
            else:
                tokens.copy_(rows)


def splice(out: torch.Tensor, job: Job) -> None:
    """Overwrites the tokens of the window that take rows, by `Result.splice_`."""
    source = job.plan._source
    if source is None or job.plan.capacity is not None:
        copy_runs(out, job.plan._table(), job.sources, job.modalities, job.span)
        return
    names = [job.plan.modalities[m] for m in job.modalities]
    rows = {name: _side_by_side(_bits(s)) for name, s in zip(names, job.sources, strict=True)}
    to = _bits(out)
    into = _side_by_side(to)
    if isinstance(source, mmspan.Batch):
        _splice_batch(into, source, job, rows)
    else:
        source.splice_(into, job.window, **rows)
    if into is not to:
        to.copy_(into)


def _splice_batch(
    into: torch.Tensor, batch: mmspan.Batch, job: Job, rows: dict[str, torch.Tensor]
) -> None:
    """Sequence by sequence: each takes the rows behind those of the one before."""
    used = dict.fromkeys(rows, 0)
    first, last = job.span.start, job.span.start + job.span.length
    offsets = (batch.offsets - batch.offsets[0]).tolist()
    for i, result in enumerate(batch):
        of_it = {}
        for name, source in rows.items():
            n = result.rows(name)
            of_it[name] = source[used[name] : used[name] + n]
            used[name] += n
        start, end = max(first, offsets[i]), min(last, offsets[i + 1])
        if start < end:
            window = (start - offsets[i], end - offsets[i])
            result.splice_(into[start - first : end - first], window, **of_it)
