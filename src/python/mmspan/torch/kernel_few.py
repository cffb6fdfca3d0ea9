"""The kernels for few runs, and nothing else: the runs are arguments.

So no plan has to be on the device and no program waits for a load of it. A row is cut into
parts, so that a short prompt fills the GPU. A run is three numbers:

    b   its first token, counted from the window's
    e   the token behind its last
    a   ``(row - b) * SOURCES + source`` for its first row; the same for all of its tokens, so
        that ``token * SOURCES + a`` says which row of which source a token takes

Runs that are not there are three zeros. Tokens are below 2^24, so that all fits an int32.
"""

from __future__ import annotations

import triton
import triton.language as tl

from mmspan.torch.plans import FEW

_RUNS = [f"{name}{i}" for i in range(FEW) for name in "bea"]


@triton.jit
def _copy_part(
    out, out_step, number, column,
    s0, r0, c0, s1, r1, c1, s2, r2, c2, s3, r3, c3,
    N: tl.constexpr, WIDTH: tl.constexpr,
):  # fmt: skip
    """The numbers in `column` of row `number` // SOURCES of source `number` % SOURCES."""
    source = number & 3
    row = (number >> 2).to(tl.int64)
    to = out + column * out_step
    inside = column < WIDTH
    if N == 1:
        tl.store(to, tl.load(s0 + row * r0 + column * c0, mask=inside), mask=inside)
    else:
        if source == 0:
            tl.store(to, tl.load(s0 + row * r0 + column * c0, mask=inside), mask=inside)
        if source == 1:
            tl.store(to, tl.load(s1 + row * r1 + column * c1, mask=inside), mask=inside)
    if N > 2:
        if source == 2:
            tl.store(to, tl.load(s2 + row * r2 + column * c2, mask=inside), mask=inside)
    if N > 3:
        if source == 3:
            tl.store(to, tl.load(s3 + row * r3 + column * c3, mask=inside), mask=inside)


@triton.jit
def _in_run(token, begin, end, add, number, found):
    inside = (token >= begin) & (token < end)
    return tl.where(inside, token * 4 + add, number), found | inside


@triton.jit
def _nth_of(row, before, begin, end, add, token, number):
    """The token of a row and where it is from, if it is in this run; the rows up to its end."""
    after = before + end - begin
    inside = (row >= before) & (row < after)
    here = begin + row - before
    return tl.where(inside, here, token), tl.where(inside, here * 4 + add, number), after


@triton.jit(do_not_specialize=["n_table", *_RUNS])
def embed_few_kernel(
    out, table, ids, s0, s1, s2, s3,
    out_row, out_step, table_row, table_step, r0, c0, r1, c1, r2, c2, r3, c3,
    n_table: tl.int64,
    b0: tl.int32, e0: tl.int32, a0: tl.int32, b1: tl.int32, e1: tl.int32, a1: tl.int32,
    b2: tl.int32, e2: tl.int32, a2: tl.int32, b3: tl.int32, e3: tl.int32, a3: tl.int32,
    b4: tl.int32, e4: tl.int32, a4: tl.int32, b5: tl.int32, e5: tl.int32, a5: tl.int32,
    b6: tl.int32, e6: tl.int32, a6: tl.int32, b7: tl.int32, e7: tl.int32, a7: tl.int32,
    N: tl.constexpr, MANY: tl.constexpr, FLOAT: tl.constexpr, PARTS: tl.constexpr,
    WIDTH: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    """One program for each part of each token of the window; one run, or MANY."""
    program = tl.program_id(0)
    token = program // PARTS
    column = ((program % PARTS) * BLOCK + tl.arange(0, BLOCK)).to(tl.int64)
    row = tl.load(ids + token).to(tl.int64)
    number = token * 4 + a0
    found = (token >= b0) & (token < e0)
    if MANY:
        number, found = _in_run(token, b1, e1, a1, number, found)
        number, found = _in_run(token, b2, e2, a2, number, found)
        number, found = _in_run(token, b3, e3, a3, number, found)
        number, found = _in_run(token, b4, e4, a4, number, found)
        number, found = _in_run(token, b5, e5, a5, number, found)
        number, found = _in_run(token, b6, e6, a6, number, found)
        number, found = _in_run(token, b7, e7, a7, number, found)
    to = out + token.to(tl.int64) * out_row
    if found:
        if N > 0:
            _copy_part(
                to, out_step, number, column,
                s0, r0, c0, s1, r1, c1, s2, r2, c2, s3, r3, c3, N, WIDTH,
            )  # fmt: skip
    else:
        good = (row >= 0) & (row < n_table)
        inside = column < WIDTH
        there = (inside & good) != 0
        source = table + row * table_row + column * table_step
        if FLOAT:
            value = tl.load(source, mask=there, other=float("nan"))
        else:
            value = tl.load(source, mask=there, other=-1)
        tl.store(to + column * out_step, value, mask=inside)


@triton.jit(do_not_specialize=[*_RUNS])
def splice_few_kernel(
    out, s0, s1, s2, s3,
    out_row, out_step, r0, c0, r1, c1, r2, c2, r3, c3,
    b0: tl.int32, e0: tl.int32, a0: tl.int32, b1: tl.int32, e1: tl.int32, a1: tl.int32,
    b2: tl.int32, e2: tl.int32, a2: tl.int32, b3: tl.int32, e3: tl.int32, a3: tl.int32,
    b4: tl.int32, e4: tl.int32, a4: tl.int32, b5: tl.int32, e5: tl.int32, a5: tl.int32,
    b6: tl.int32, e6: tl.int32, a6: tl.int32, b7: tl.int32, e7: tl.int32, a7: tl.int32,
    N: tl.constexpr, MANY: tl.constexpr, PARTS: tl.constexpr, WIDTH: tl.constexpr,
    BLOCK: tl.constexpr,
):  # fmt: skip
    """One program for each part of each row that the window takes."""
    program = tl.program_id(0)
    row = program // PARTS
    column = ((program % PARTS) * BLOCK + tl.arange(0, BLOCK)).to(tl.int64)
    token = b0 + row
    number = token * 4 + a0
    if MANY:
        after = e0 - b0
        token, number, after = _nth_of(row, after, b1, e1, a1, token, number)
        token, number, after = _nth_of(row, after, b2, e2, a2, token, number)
        token, number, after = _nth_of(row, after, b3, e3, a3, token, number)
        token, number, after = _nth_of(row, after, b4, e4, a4, token, number)
        token, number, after = _nth_of(row, after, b5, e5, a5, token, number)
        token, number, after = _nth_of(row, after, b6, e6, a6, token, number)
        token, number, after = _nth_of(row, after, b7, e7, a7, token, number)
    _copy_part(
        out + token.to(tl.int64) * out_row, out_step, number, column,
        s0, r0, c0, s1, r1, c1, s2, r2, c2, s3, r3, c3, N, WIDTH,
    )  # fmt: skip
