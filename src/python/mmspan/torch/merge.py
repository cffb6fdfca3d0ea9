"""In place of what runners and models do today: a mask over the tokens, and rows in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import torch
from torch.overrides import TorchFunctionMode

from mmspan.torch.checks import as_matrix, check_same, check_width, in_place_matrix
from mmspan.torch.plans import Plan, on_device

Nested: TypeAlias = torch.Tensor | Sequence["Nested"]


def _flatten(rows: Nested) -> torch.Tensor:
    if isinstance(rows, torch.Tensor):
        return as_matrix("multimodal_embeddings", rows)
    return torch.cat([_flatten(part) for part in rows])


def _merge(
    out: torch.Tensor, base: torch.Tensor | None, mask: torch.Tensor, rows: torch.Tensor
) -> None:
    """Without waiting for the device: rows that are missing become NaN there."""
    from mmspan.torch import launch

    flat = mask.reshape(-1).contiguous()
    with torch.cuda.device_of(out):
        launch.merge(out, base, flat, flat.cumsum(0), rows)


def merge_multimodal_embeddings(
    inputs_embeds: torch.Tensor, multimodal_embeddings: Nested, is_multimodal: torch.Tensor
) -> torch.Tensor:
    """What vLLM's function of this name does, in one kernel.

    The host never waits for the GPU, so that a mask that is there cannot be counted: too
    few rows become NaN, which no answer hides, and too many are left over. A mask on the
    CPU, which vLLM has, is counted; one in pinned memory must stay as it is until the GPU
    has it.

    Parameters
    ----------
    inputs_embeds : tensor of shape (tokens, width)
        Written in place.
    multimodal_embeddings : tensor, or list of tensors
    is_multimodal : tensor of bool, of shape (tokens,)

    Returns
    -------
    tensor
        `inputs_embeds`.
    """
    if len(multimodal_embeddings) == 0:
        return inputs_embeds
    rows = _flatten(multimodal_embeddings).to(inputs_embeds.dtype)
    matrix = in_place_matrix("inputs_embeds", inputs_embeds)
    check_width("multimodal_embeddings", rows, "inputs_embeds", matrix.shape[1])
    check_same("multimodal_embeddings", rows, "inputs_embeds", matrix)
    if is_multimodal.dtype != torch.bool or is_multimodal.numel() != matrix.shape[0]:
        raise ValueError(
            f"is_multimodal is {is_multimodal.dtype} of shape {tuple(is_multimodal.shape)}, "
            f"not torch.bool for {matrix.shape[0]} tokens"
        )
    if is_multimodal.device.type == "cpu":
        count = int(is_multimodal.sum())
        if count != rows.shape[0]:
            raise ValueError(
                f"multimodal_embeddings has {rows.shape[0]} rows, the prompt takes {count}"
            )
    if not on_device(matrix.device) or (torch.is_grad_enabled() and _differs(matrix, rows)):
        matrix.masked_scatter_(is_multimodal.reshape(-1, 1).to(matrix.device), rows)
        return inputs_embeds
    _merge(matrix, None, is_multimodal.to(matrix.device, non_blocking=True), rows)
    torch.autograd.graph.increment_version(matrix)
    return inputs_embeds


def _differs(*tensors: torch.Tensor) -> bool:
    return any(tensor.requires_grad for tensor in tensors)


def _row_mask(base: torch.Tensor, mask: torch.Tensor) -> torch.Tensor | None:
    """The mask of rows, when it says the same of all numbers of one."""
    if mask.dtype != torch.bool or base.dim() < 2 or mask.dim() != base.dim():
        return None
    if mask.shape[:-1] != base.shape[:-1]:
        return None
    if mask.shape[-1] == 1 or (mask.shape == base.shape and mask.stride(-1) == 0):
        return mask[..., 0]
    return None


class merging(TorchFunctionMode):  # noqa: N801 (used like a function)
    """Inside, models of transformers merge by the kernel instead of ``masked_scatter``.

    They call it with a mask over tokens and the rows of one modality. Everything else,
    gradients too, is left to torch, and so is what runs on the CPU.

    Parameters
    ----------
    plan : Plan, optional
        Of the prompt or the batch: rows that no modality of it takes are then refused
        before they are merged.

    Examples
    --------
    >>> import mmspan, mmspan.torch, torch
    >>> r = mmspan.load("gemma-4").scan([2, 255999, 258880, 258880, 258882, 107])
    >>> embeds, mask = torch.zeros(1, 6, 2), torch.from_numpy(r.mask())[None, :, None]
    >>> with mmspan.torch.merging(mmspan.torch.plan(r)):
    ...     embeds.masked_scatter(mask, torch.ones(3, 2))
    Traceback (most recent call last):
        ...
    ValueError: a model merges 3 rows, the prompt takes 2 of image
    """

    def __init__(self, plan: Plan | None = None) -> None:
        super().__init__()
        self.plan = plan

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        if func is torch.Tensor.masked_scatter and len(args) == 3 and not kwargs:
            return self._scatter(func, *args)
        return func(*args, **(kwargs or {}))

    def _scatter(
        self,
        func: Callable[..., Any],
        base: torch.Tensor,
        mask: torch.Tensor,
        rows: torch.Tensor,
    ) -> Any:
        of_rows = _row_mask(base, mask)
        width = base.shape[-1] if base.dim() else 0
        if of_rows is None or width == 0 or rows.numel() % width or rows.dtype != base.dtype:
            return func(base, mask, rows)
        self._check(rows.numel() // width)
        if not on_device(base.device) or (torch.is_grad_enabled() and _differs(base, rows)):
            return func(base, mask, rows)
        out = torch.empty_like(base, memory_format=torch.contiguous_format)
        flat = base.reshape(-1, width)
        _merge(out.view(-1, width), flat, of_rows, rows.reshape(-1, width))
        return out

    def _check(self, count: int) -> None:
        if self.plan is None or count in (0, *self.plan.rows.values()):
            return
        takes = ", ".join(f"{n} of {name}" for name, n in self.plan.rows.items() if n)
        raise ValueError(f"a model merges {count} rows, the prompt takes {takes or 'none'}")
