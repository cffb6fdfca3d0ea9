"""How the kernels are launched: types, blocks, grids. Everything has been checked."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
import triton

from mmspan.torch import kernel, kernel_few
from mmspan.torch.plans import SOURCES, Few, raw_stream

#: Triton knows these; others are copied as integers of their size.
_KNOWN = {torch.float32, torch.float16, torch.bfloat16, torch.float64}
_INTEGERS = {1: torch.int8, 2: torch.int16, 4: torch.int32, 8: torch.int64}
#: Bytes of a row that a warp copies, 32 for each thread. More warps for a row are fewer rows
#: under way, and then the search shows.
_WARP = 1024
#: Bytes that one step of a program copies at most.
_STEP = 32768
#: How many numbers a step of the search looks at: what one warp sums up by itself.
_FAN = 32
#: Bytes of a row that a program copies where the runs are few, if that makes at most so many
#: parts of a row.
_PART = 4096
_PARTS = 64
#: From this version on a compiled kernel takes the arguments of the function as they are.
_DIRECT = tuple(int(n) for n in triton.__version__.split(".")[:2]) >= (3, 6)
_MISSING = tuple((None,) * n for n in range(SOURCES + 1))
_compiled: dict[tuple[Any, ...], tuple[Any, Any, Any]] = {}


def raw(tensor: torch.Tensor) -> torch.Tensor:
    """The same memory as numbers that can be copied by anybody."""
    if tensor.dtype in _KNOWN:
        return tensor
    size = tensor.element_size()
    if size not in _INTEGERS:
        raise TypeError(f"numbers of {tensor.dtype} take {size} bytes, not 1, 2, 4 or 8")
    return tensor.view(_INTEGERS[size])


@functools.lru_cache
def _shape(width: int, size: int) -> tuple[int, int, int]:
    """Width, block and warps for rows of numbers of `size` bytes."""
    block = min(1 << (width - 1).bit_length(), _STEP // size)
    return width, block, min(16, max(1, block * size // _WARP))


def _shape_of(tensor: torch.Tensor) -> tuple[int, int, int]:
    return _shape(tensor.shape[1], tensor.element_size())


@functools.lru_cache
def _parts(width: int, size: int) -> tuple[int, int, int, int]:
    """Parts of a row, its width, the block of a part and its warps."""
    block = max(_PART // size, 1 << (-(-width // _PARTS) - 1).bit_length())
    block = min(block, 1 << (width - 1).bit_length())
    return -(-width // block), width, block, min(16, max(1, block * size // _WARP))


def _hooked() -> bool:
    """Whether somebody wants to be told of each launch, as Triton's profiler does."""
    runtime = triton.knobs.runtime
    enter, leave = runtime.launch_enter_hook, runtime.launch_exit_hook
    return bool(getattr(enter, "calls", enter) or getattr(leave, "calls", leave))


def _launch(
    function: Any,
    programs: int,
    memory: Sequence[torch.Tensor],
    missing: int,
    strides: tuple[int, ...],
    numbers: tuple[int, ...],
    constants: tuple[Any, ...],
    kind: Any,
) -> None:
    """Runs a kernel, whose arguments are memory, strides, other numbers and constants.

    `missing` of the memory is not there. The last of the constants are the warps. `kind`
    are those types of memory that the kernel is compiled for.

    Triton's own way in looks at every argument, for 20 to 50 us of the host. Here a kernel
    that it has compiled is found again by all that it was compiled for: types, strides and
    constants themselves, and that all memory begins at a multiple of 16 bytes. For other
    numbers it knows no more than their types.
    """
    addresses = [tensor.data_ptr() for tensor in memory]
    at = 0
    for address in addresses:
        at |= address
    device = memory[0].get_device()
    rest = (*_MISSING[missing], *strides, *numbers, *constants[:-1])
    if device < 0 or at % 16 or not _DIRECT or _hooked():
        function[(programs,)](*memory, *rest, num_warps=constants[-1])
        return
    key = (function, device, strides, constants, kind)
    ready = _compiled.get(key)
    if ready is None:
        made = function[(programs,)](*memory, *rest, num_warps=constants[-1])
        _compiled[key] = made.run, made.function, made.packed_metadata
        return
    run, code, metadata = ready
    stream = raw_stream(device)
    run(programs, 1, 1, stream, code, metadata, None, None, None, *addresses, *rest)


class _Group(NamedTuple):
    """So many sources as one launch takes."""

    memory: list[torch.Tensor]
    strides: tuple[int, ...]
    modalities: tuple[int, ...]

    @property
    def missing(self) -> int:
        return SOURCES - len(self.memory)


_NOTHING = _Group([], (0, 0) * SOURCES, (-1,) * SOURCES)


def _strides(memory: list[torch.Tensor]) -> tuple[int, ...]:
    """Of SOURCES matrices, zeros for those that are missing."""
    strides = [stride for bits in memory for stride in bits.stride()]
    return (*strides, *_NOTHING.strides[len(strides) :])


def _groups(sources: Sequence[torch.Tensor], modalities: Sequence[int]) -> list[_Group]:
    groups = []
    for at in range(0, len(sources), SOURCES):
        memory = [raw(source) for source in sources[at : at + SOURCES]]
        n = len(memory)
        of_each = (*modalities[at : at + n], *_NOTHING.modalities[n:])
        groups.append(_Group(memory, _strides(memory), of_each))
    return groups


def embed(
    out: torch.Tensor,
    weight: torch.Tensor,
    ids: torch.Tensor,
    plan: torch.Tensor,
    sources: Sequence[torch.Tensor],
    modalities: Sequence[int],
    span: Sequence[int],
) -> None:
    """Fills `out`, for each token of the window a row."""
    start, length, low, high, _first, _count = span
    if out.numel() == 0:
        return
    bits, table = raw(out), raw(weight)
    groups = _groups(sources, modalities) or [_NOTHING]
    group = groups[0]
    _launch(
        kernel.embed_kernel,
        length,
        [bits, table, ids, plan, *group.memory],
        group.missing,
        (*bits.stride(), *table.stride(), *group.strides),
        (table.shape[0], plan.shape[1], low, high, start, *group.modalities),
        (len(group.memory), bits.dtype in _KNOWN, _FAN, *_shape_of(bits)),
        (bits.dtype, ids.dtype),
    )
    if len(groups) > 1:
        _splice(bits, plan, groups[1:], span)


def splice(
    out: torch.Tensor,
    plan: torch.Tensor,
    sources: Sequence[torch.Tensor],
    modalities: Sequence[int],
    span: Sequence[int],
) -> None:
    """Overwrites the tokens of the window that take rows."""
    _splice(raw(out), plan, _groups(sources, modalities), span)


def _splice(
    bits: torch.Tensor,
    plan: torch.Tensor,
    groups: list[_Group],
    span: Sequence[int],
) -> None:
    start, _length, low, high, first, count = span
    if count == 0 or bits.numel() == 0:
        return
    for group in groups:
        _launch(
            kernel.splice_kernel,
            count,
            [bits, plan, *group.memory],
            group.missing,
            (*bits.stride(), *group.strides),
            (plan.shape[1], low, high, start, first, *group.modalities),
            (len(group.memory), _FAN, *_shape_of(bits)),
            bits.dtype,
        )


def few(
    out: torch.Tensor,
    weight: torch.Tensor | None,
    ids: torch.Tensor | None,
    sources: list[torch.Tensor],
    runs: Few,
) -> None:
    """The same for few runs: with a table and IDs as `embed`, without as `splice`."""
    rows, n_runs, numbers = runs
    tokens, width = out.shape
    if ids is not None:
        rows = tokens
    if rows == 0 or width == 0:
        return
    bits = raw(out)
    memory = [raw(source) for source in sources]
    strides, n = _strides(memory), len(memory)
    parts, *shape = _parts(width, bits.element_size())
    if weight is None or ids is None:
        _launch(
            kernel_few.splice_few_kernel,
            rows * parts,
            [bits, *memory],
            SOURCES - n,
            (*bits.stride(), *strides),
            numbers,
            (n, n_runs > 1, parts, *shape),
            bits.dtype,
        )
        return
    table = raw(weight)
    _launch(
        kernel_few.embed_few_kernel,
        rows * parts,
        [bits, table, ids, *memory],
        SOURCES - n,
        (*bits.stride(), *table.stride(), *strides),
        (table.shape[0], *numbers),
        (n, n_runs > 1, bits.dtype in _KNOWN, parts, *shape),
        (bits.dtype, ids.dtype),
    )


def take(
    out: torch.Tensor,
    grad: torch.Tensor,
    plan: torch.Tensor,
    modality: int,
    span: Sequence[int],
) -> None:
    """Into `out` the gradients of one modality's rows that are in the window."""
    start, _length, low, high, first, count = span
    if count == 0 or out.numel() == 0:
        return
    bits, source = raw(out), raw(grad)
    _launch(
        kernel.take_kernel,
        count,
        [bits, source, plan],
        0,
        (*bits.stride(), *source.stride()),
        (plan.shape[1], low, high, start, first, modality),
        (_FAN, *_shape_of(bits)),
        bits.dtype,
    )


def merge(
    out: torch.Tensor,
    base: torch.Tensor | None,
    mask: torch.Tensor,
    order: torch.Tensor,
    rows: torch.Tensor,
) -> None:
    """Rows where the mask is set; elsewhere those of `base`, or what `out` has."""
    if out.numel() == 0:
        return
    bits, source = raw(out), raw(rows)
    under = bits if base is None else raw(base)
    _launch(
        kernel.merge_kernel,
        out.shape[0],
        [bits, under, mask, order, source],
        0,
        (*bits.stride(), *under.stride(), *source.stride()),
        (source.shape[0],),
        (bits.dtype in _KNOWN, base is None, *_shape_of(bits)),
        bits.dtype,
    )
