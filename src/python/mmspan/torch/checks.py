"""What is checked before anything is launched, on the host, and what it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import torch

import mmspan
from mmspan.torch.plans import Plan, Span, plan_for_a_call

if TYPE_CHECKING:
    from collections.abc import Iterable

Rows: TypeAlias = torch.Tensor | Sequence[torch.Tensor] | None
Where: TypeAlias = Plan | mmspan.Result | mmspan.Batch
Window: TypeAlias = Sequence[int] | None


class Job(NamedTuple):
    """A call that has been checked: `sources` are matrices of the `modalities` beside them."""

    plan: Plan
    span: Span
    sources: list[torch.Tensor]
    modalities: list[int]
    window: tuple[int, int] | None


def check_same(name: str, tensor: torch.Tensor, as_name: str, as_tensor: torch.Tensor) -> None:
    """Both are of one dtype and on one device."""
    if tensor.dtype != as_tensor.dtype:
        raise TypeError(
            f"{name} is {tensor.dtype} and {as_name} {as_tensor.dtype}: "
            "convert it to the same dtype"
        )
    if tensor.device != as_tensor.device:
        raise ValueError(f"{name} is on {tensor.device} and {as_name} on {as_tensor.device}")


def as_tensor(name: str, value: object) -> torch.Tensor:
    """What must be one."""
    if not isinstance(value, torch.Tensor):
        raise TypeError(f"{name} is a {type(value).__name__}, not a tensor")
    return value


def as_matrix(name: str, value: object) -> torch.Tensor:
    """Rows in two dimensions: a tensor of more is that many rows of its last one."""
    if isinstance(value, (list, tuple)):
        parts = [as_matrix(f"{name}[{i}]", part) for i, part in enumerate(value)]
        if not parts:
            raise ValueError(f"{name} is an empty list: leave it out")
        for i, part in enumerate(parts[1:], 1):
            check_same(f"{name}[{i}]", part, f"{name}[0]", parts[0])
            check_width(f"{name}[{i}]", part, f"{name}[0]", parts[0].shape[-1])
        return parts[0] if len(parts) == 1 else torch.cat(parts)
    tensor = as_tensor(name, value)
    if tensor.dim() < 2:
        raise ValueError(f"{name} has {tensor.dim()} dimensions, not (rows, width)")
    return tensor if tensor.dim() == 2 else tensor.flatten(0, -2)


def check_width(name: str, rows: torch.Tensor, as_name: str, width: int) -> None:
    """Rows are as wide as those of another matrix."""
    if rows.shape[-1] != width:
        raise ValueError(
            f"{name} has rows of {rows.shape[-1]} numbers, and {as_name} of {width}"
        )


def in_place_matrix(name: str, value: object) -> torch.Tensor:
    """The rows of a tensor that is written to, as a view of it."""
    tensor = as_tensor(name, value)
    if tensor.dim() < 2:
        raise ValueError(f"{name} has {tensor.dim()} dimensions, not (tokens, width)")
    for size, stride in zip(tensor.shape, tensor.stride(), strict=True):
        if size > 1 and stride == 0:
            raise ValueError(f"{name} is expanded: its numbers share memory, so clone it")
    if tensor.dim() == 2:
        return tensor
    try:
        return tensor.view(-1, tensor.shape[-1])
    except RuntimeError:
        raise ValueError(
            f"{name} of shape {tuple(tensor.shape)} cannot be seen as rows without a copy: "
            "give its sequences one by one"
        ) from None


def _plan_of(where: Where, device: torch.device) -> Plan:
    if isinstance(where, Plan):
        if where.device != device:
            raise ValueError(f"the plan is on {where.device}, the tensors are on {device}")
        return where
    if torch.compiler.is_compiling():
        raise TypeError("make the plan outside of the compiled function: plan(result, device)")
    return plan_for_a_call(where, device)


def _pair(window: Window) -> tuple[int, int] | None:
    if window is None:
        return None
    start, end = window
    return int(start), int(end)


def _check_tokens(where: Plan, span: Span, name: str, tokens: int, windowed: bool) -> None:
    if tokens == span.length or (where.capacity is not None and tokens > span.length):
        return
    of = "window" if windowed else "prompt"
    raise ValueError(f"{name} has {tokens} tokens, and the {of} {span.length}")


def _check_rows(where: Plan, name: str, rows: torch.Tensor) -> int:
    if name not in where.modalities:
        raise ValueError(f"no modality {name!r}: the config has {where.modalities}")
    modality = where.modalities.index(name)
    takes, found = where._counts[modality], rows.shape[0]
    if found != takes and (where.capacity is None or found < takes):
        raise ValueError(f"{name} has {found} rows, the prompt takes {takes}")
    return modality


def check_job(
    where: Where,
    window: Window,
    like: torch.Tensor,
    like_name: str,
    tokens: int,
    tokens_name: str,
    rows: Mapping[str, Rows],
) -> Job:
    """All about the rows: they are there, and fit the plan and a matrix like the result."""
    of = _plan_of(where, like.device)
    pair = _pair(window)
    span, needed = (of._whole, of._needed) if pair is None else of._span(pair)
    _check_tokens(of, span, tokens_name, tokens, pair is not None)
    sources: list[torch.Tensor] = []
    modalities: list[int] = []
    for name, value in rows.items():
        if value is None:
            continue
        source = as_matrix(name, value)
        modality = _check_rows(of, name, source)
        check_same(name, source, like_name, like)
        check_width(name, source, like_name, like.shape[-1])
        sources.append(source)
        modalities.append(modality)
    _check_all_given(of, needed, modalities, pair is not None)
    if of.capacity is not None:
        span = span._replace(length=tokens, rows=sum(s.shape[0] for s in sources))
        _note_capture(of, tokens, rows, sources)
    return Job(of, span, sources, modalities, pair)


def _check_all_given(
    of: Plan, needed: Iterable[int], modalities: list[int], windowed: bool
) -> None:
    for modality in needed:
        if modality not in modalities:
            name = of.modalities[modality]
            takes = "window takes rows" if windowed else f"prompt takes {of.rows[name]} rows"
            raise ValueError(f"the {takes} of {name}, and there are none: give {name}=")


def _note_capture(
    of: Plan, tokens: int, rows: Mapping[str, Rows], sources: list[torch.Tensor]
) -> None:
    if of.device.type == "cuda" and torch.cuda.is_current_stream_capturing():
        names = [name for name, value in rows.items() if value is not None]
        of._captured(
            tokens,
            {name: source.shape[0] for name, source in zip(names, sources, strict=True)},
        )


def check_ids(ids: object, weight: torch.Tensor) -> torch.Tensor:
    """The IDs one after the other."""
    tensor = as_tensor("ids", ids)
    if tensor.dtype not in (torch.int32, torch.int64):
        raise TypeError(f"ids is {tensor.dtype}: give int32 or int64")
    if tensor.device != weight.device:
        raise ValueError(f"ids is on {tensor.device} and weight on {weight.device}")
    if tensor.dim() == 1 and tensor.is_contiguous():
        return tensor
    return tensor.reshape(-1).contiguous()


def check_weight(weight: object) -> torch.Tensor:
    """The table is a matrix."""
    tensor = as_tensor("weight", weight)
    if tensor.dim() != 2:
        raise ValueError(f"weight has {tensor.dim()} dimensions, not (vocabulary, width)")
    return tensor


def check_out(out: object, weight: torch.Tensor, shape: tuple[int, ...]) -> torch.Tensor:
    """Where to write is as large as what is written."""
    tensor = as_tensor("out", out)
    if tuple(tensor.shape) != shape:
        raise ValueError(f"out has the shape {tuple(tensor.shape)}, not {shape}")
    check_same("out", tensor, "weight", weight)
    return in_place_matrix("out", tensor)
