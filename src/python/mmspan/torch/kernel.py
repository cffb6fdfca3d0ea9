"""The Triton kernels, and nothing else.

A plan on the device is an int64 matrix of 3 x (n + 1), for n runs in the order of their tokens:

    starts    the first token of each run
    firsts    how many rows are before it, of all modalities; ``firsts[k + 1] - firsts[k]`` is
              the length of run k
    rows      its first row, counted in its modality, times 64, plus the modality

What is behind the last run has the greatest int64 as its start, and the number of all rows
before it, so no search ends there and its length is 0. `pitch` is n + 1.

Runs ``[low, high)`` are those that a window touches. All offsets are int64: 2^31 elements are
262,144 tokens of width 8,192.
"""

from __future__ import annotations

import triton
import triton.language as tl


@triton.jit
def _last_at_most(column, low, high, value, FAN: tl.constexpr):
    """The last index in ``[low, high)`` whose number is at most `value`, or ``low - 1``.

    One step looks at FAN numbers at once: what a search costs is how often it waits for
    memory, and two waits are enough for FAN * FAN runs.
    """
    while low < high:
        step = (high - low + FAN - 1) // FAN
        probes = low + tl.arange(0, FAN) * step
        numbers = tl.load(column + probes, mask=probes < high, other=0x7FFFFFFFFFFFFFFF)
        below = tl.sum((numbers <= value).to(tl.int32))
        if below > 0:
            high = tl.minimum(high, low + below * step)
            low = low + (below - 1) * step + 1
        else:
            high = low
    return low - 1


@triton.jit
def _copy(out, out_step, source, source_step, WIDTH: tl.constexpr, BLOCK: tl.constexpr):
    for at in tl.static_range(0, WIDTH, BLOCK):
        column = (at + tl.arange(0, BLOCK)).to(tl.int64)
        inside = column < WIDTH
        value = tl.load(source + column * source_step, mask=inside)
        tl.store(out + column * out_step, value, mask=inside)


@triton.jit
def _copy_if(
    good,
    out,
    out_step,
    source,
    source_step,
    FLOAT: tl.constexpr,
    WIDTH: tl.constexpr,
    BLOCK: tl.constexpr,
):
    """Copies a row that is there, else writes NaN, which no model takes for an embedding.

    What is not FLOAT are bytes, of floats that Triton does not know: all bits are NaN there.
    """
    for at in tl.static_range(0, WIDTH, BLOCK):
        column = (at + tl.arange(0, BLOCK)).to(tl.int64)
        inside = column < WIDTH
        there = (inside & good) != 0
        if FLOAT:
            value = tl.load(source + column * source_step, there, other=float("nan"))
        else:
            value = tl.load(source + column * source_step, there, other=-1)
        tl.store(out + column * out_step, value, mask=inside)


@triton.jit
def _copy_row(
    out,
    out_step,
    number,
    s0, r0, c0, m0,
    s1, r1, c1, m1,
    s2, r2, c2, m2,
    s3, r3, c3, m3,
    N: tl.constexpr, WIDTH: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    """Row `number` // 64 of the source for modality `number` % 64, if it is one of these.

    Branches: choosing a pointer instead hides from the compiler how it is aligned.
    """
    modality = number & 63
    row = number >> 6
    if modality == m0:
        _copy(out, out_step, s0 + row * r0, c0, WIDTH, BLOCK)
    if N > 1:
        if modality == m1:
            _copy(out, out_step, s1 + row * r1, c1, WIDTH, BLOCK)
    if N > 2:
        if modality == m2:
            _copy(out, out_step, s2 + row * r2, c2, WIDTH, BLOCK)
    if N > 3:
        if modality == m3:
            _copy(out, out_step, s3 + row * r3, c3, WIDTH, BLOCK)


@triton.jit(
    do_not_specialize=["n_table", "pitch", "low", "high", "start", "m0", "m1", "m2", "m3"]
)
def embed_kernel(
    out, table, ids, plan, s0, s1, s2, s3,
    out_row, out_step, table_row, table_step, r0, c0, r1, c1, r2, c2, r3, c3,
    n_table: tl.int64, pitch: tl.int64, low: tl.int64, high: tl.int64, start: tl.int64,
    m0: tl.int64, m1: tl.int64, m2: tl.int64, m3: tl.int64,
    N: tl.constexpr, FLOAT: tl.constexpr, FAN: tl.constexpr, WIDTH: tl.constexpr,
    BLOCK: tl.constexpr,
):  # fmt: skip
    """One program for each token of the window: from the table, or from its source."""
    token = tl.program_id(0).to(tl.int64)
    place = token + start
    # Loaded before it is known that it is needed: what follows waits for one load less.
    row = tl.load(ids + token).to(tl.int64)
    run = _last_at_most(plan, low, high, place, FAN)
    found = run >= low
    firsts = plan + pitch + run
    offset = place - tl.load(plan + run, mask=found, other=0)
    length = tl.load(firsts + 1, mask=found, other=0) - tl.load(firsts, mask=found, other=0)
    number = tl.load(firsts + pitch, mask=found, other=0) + offset * 64
    to = out + token * out_row
    if offset < length:
        if N > 0:
            _copy_row(
                to, out_step, number,
                s0, r0, c0, m0, s1, r1, c1, m1, s2, r2, c2, m2, s3, r3, c3, m3,
                N, WIDTH, BLOCK,
            )  # fmt: skip
    else:
        good = (row >= 0) & (row < n_table)
        _copy_if(good, to, out_step, table + row * table_row, table_step, FLOAT, WIDTH, BLOCK)


@triton.jit(
    do_not_specialize=["pitch", "low", "high", "start", "first", "m0", "m1", "m2", "m3"]
)
def splice_kernel(
    out, plan, s0, s1, s2, s3,
    out_row, out_step, r0, c0, r1, c1, r2, c2, r3, c3,
    pitch: tl.int64, low: tl.int64, high: tl.int64, start: tl.int64, first: tl.int64,
    m0: tl.int64, m1: tl.int64, m2: tl.int64, m3: tl.int64,
    N: tl.constexpr, FAN: tl.constexpr, WIDTH: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    """One program for each row that the window takes, from row `first` on, to its token."""
    row = tl.program_id(0).to(tl.int64) + first
    firsts = plan + pitch
    run = _last_at_most(firsts, low, high, row, FAN)
    first_row = tl.load(firsts + run)
    after = tl.load(firsts + run + 1)
    offset = row - first_row
    token = tl.load(plan + run) + offset - start
    number = tl.load(plan + 2 * pitch + run) + offset * 64
    if row < after:
        _copy_row(
            out + token * out_row, out_step, number,
            s0, r0, c0, m0, s1, r1, c1, m1, s2, r2, c2, m2, s3, r3, c3, m3,
            N, WIDTH, BLOCK,
        )  # fmt: skip


@triton.jit(do_not_specialize=["pitch", "low", "high", "start", "first", "modality"])
def take_kernel(
    out, source, plan,
    out_row, out_step, source_row, source_step,
    pitch: tl.int64, low: tl.int64, high: tl.int64, start: tl.int64, first: tl.int64,
    modality: tl.int64,
    FAN: tl.constexpr, WIDTH: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    """The way back, for gradients: rows of one modality from the tokens that took them."""
    row = tl.program_id(0).to(tl.int64) + first
    firsts = plan + pitch
    run = _last_at_most(firsts, low, high, row, FAN)
    offset = row - tl.load(firsts + run)
    number = tl.load(plan + 2 * pitch + run) + offset * 64
    inside = offset < tl.load(firsts + run + 1) - tl.load(firsts + run)
    if inside & (number & 63 == modality):
        token = tl.load(plan + run) + offset - start
        from_row = source + token * source_row
        _copy(out + (number >> 6) * out_row, out_step, from_row, source_step, WIDTH, BLOCK)


@triton.jit(do_not_specialize=["n_rows"])
def merge_kernel(
    out, base, mask, order, rows,
    out_row, out_step, base_row, base_step, rows_row, rows_step,
    n_rows: tl.int64,
    FLOAT: tl.constexpr, IN_PLACE: tl.constexpr, WIDTH: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    """For callers that have a mask: one program for each token.

    `order` counts the tokens of the mask up to and with each.
    """
    token = tl.program_id(0).to(tl.int64)
    to = out + token * out_row
    if tl.load(mask + token) != 0:
        row = tl.load(order + token) - 1
        _copy_if(
            row < n_rows, to, out_step, rows + row * rows_row, rows_step, FLOAT, WIDTH, BLOCK
        )
    else:
        if not IN_PLACE:
            _copy(to, out_step, base + token * base_row, base_step, WIDTH, BLOCK)
