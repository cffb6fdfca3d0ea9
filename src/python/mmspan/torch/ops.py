"""The operators that torch knows: for gradients, for `torch.compile`.

A window is its six numbers, a plan its matrix; sources and modalities are two lists.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from mmspan.torch import cpu
from mmspan.torch.plans import on_device


def _launch(device: torch.device) -> Any:
    """The kernels' launcher, where they can run."""
    if device.type != "cuda" and not on_device(device):
        return None
    from mmspan.torch import launch

    return launch


@torch.library.custom_op("mmspan::embed", mutates_args=())
def embed(
    weight: Tensor,
    ids: Tensor,
    plan: Tensor,
    sources: list[Tensor],
    modalities: list[int],
    span: list[int],
) -> Tensor:
    launch = _launch(weight.device)
    if launch is None:
        out = cpu.look_up(weight, ids, plan.numpy(), span)
        cpu.copy_runs(out, plan.numpy(), sources, modalities, span)
        return out
    out = weight.new_empty((span[1], weight.shape[1]))
    launch.embed(out, weight, ids, plan, sources, modalities, span)
    return out


@embed.register_fake
def _(
    weight: Tensor,
    ids: Tensor,
    plan: Tensor,
    sources: list[Tensor],
    modalities: list[int],
    span: list[int],
) -> Tensor:
    return weight.new_empty((span[1], weight.shape[1]))


@torch.library.custom_op("mmspan::splice", mutates_args=())
def splice(
    embeds: Tensor,
    plan: Tensor,
    sources: list[Tensor],
    modalities: list[int],
    span: list[int],
) -> Tensor:
    out = embeds.clone(memory_format=torch.contiguous_format)
    splice_into(out, plan, sources, modalities, span)
    return out


@splice.register_fake
def _(
    embeds: Tensor,
    plan: Tensor,
    sources: list[Tensor],
    modalities: list[int],
    span: list[int],
) -> Tensor:
    return torch.empty_like(embeds, memory_format=torch.contiguous_format)


@torch.library.custom_op("mmspan::splice_", mutates_args=("embeds",))
def splice_(
    embeds: Tensor,
    plan: Tensor,
    sources: list[Tensor],
    modalities: list[int],
    span: list[int],
) -> None:
    splice_into(embeds, plan, sources, modalities, span)


@splice_.register_fake
def _(
    embeds: Tensor,
    plan: Tensor,
    sources: list[Tensor],
    modalities: list[int],
    span: list[int],
) -> None:
    return None


def splice_into(
    out: Tensor, plan: Tensor, sources: list[Tensor], modalities: list[int], span: list[int]
) -> None:
    launch = _launch(out.device)
    if launch is None:
        cpu.copy_runs(out, plan.numpy(), sources, modalities, span)
    else:
        launch.splice(out, plan, sources, modalities, span)


@torch.library.custom_op("mmspan::take", mutates_args=())
def take(grad: Tensor, plan: Tensor, modality: int, n_rows: int, span: list[int]) -> Tensor:
    """The gradient of one modality's rows: zero for those outside of the window."""
    out = grad.new_zeros((n_rows, grad.shape[1]))
    launch = _launch(grad.device)
    if launch is None:
        cpu.copy_runs(grad, plan.numpy(), [out], [modality], span, back=True)
    else:
        launch.take(out, grad, plan, modality, span)
    return out


@take.register_fake
def _(grad: Tensor, plan: Tensor, modality: int, n_rows: int, span: list[int]) -> Tensor:
    return grad.new_empty((n_rows, grad.shape[1]))


def _inside(plan: Tensor, span: list[int]) -> Tensor:
    """Which tokens of the window take rows, on the device."""
    start, length = span[0], span[1]
    places = torch.arange(start, start + length, device=plan.device)
    runs = torch.searchsorted(plan[0].contiguous(), places, right=True) - 1
    known = runs >= 0
    runs = runs.clamp(min=0)
    lengths = torch.diff(plan[1], append=plan[1, -1:])
    return known & (places < plan[0][runs] + lengths[runs])


def _keep(ctx: Any, plan: Tensor, sources: list[Tensor], rest: tuple[Any, ...]) -> None:
    ctx.n_rows = [source.shape[0] for source in sources]
    ctx.modalities, ctx.span = rest


def _source_grads(ctx: Any, grad: Tensor, plan: Tensor, wanted: Any) -> list[Tensor | None]:
    grads: list[Tensor | None] = []
    for i, (modality, n) in enumerate(zip(ctx.modalities, ctx.n_rows, strict=True)):
        needed = wanted[i] if isinstance(wanted, (list, tuple)) else wanted
        grads.append(take(grad, plan, modality, n, ctx.span) if needed else None)
    return grads


def _embed_setup(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
    weight, ids, plan, sources, *rest = inputs
    ctx.save_for_backward(ids, plan)
    ctx.vocabulary = weight.shape[0]
    _keep(ctx, plan, sources, tuple(rest))


def _embed_backward(ctx: Any, grad: Tensor) -> tuple[Any, ...]:
    ids, plan = ctx.saved_tensors
    to_weight = None
    if ctx.needs_input_grad[0]:
        # Tokens that took a row from elsewhere go to a row behind the table, which is dropped.
        n = ctx.vocabulary
        text = torch.where(_inside(plan, ctx.span), n, ids)
        to_weight = torch.ops.aten.embedding_dense_backward(grad, text, n + 1, n, False)[:n]
    grads = _source_grads(ctx, grad, plan, ctx.needs_input_grad[3])
    return to_weight, None, None, grads, None, None


def _splice_setup(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
    _embeds, plan, sources, *rest = inputs
    ctx.save_for_backward(plan)
    _keep(ctx, plan, sources, tuple(rest))


def _splice_backward(ctx: Any, grad: Tensor) -> tuple[Any, ...]:
    (plan,) = ctx.saved_tensors
    to_embeds = None
    if ctx.needs_input_grad[0]:
        to_embeds = grad.masked_fill(_inside(plan, ctx.span)[:, None], 0)
    grads = _source_grads(ctx, grad, plan, ctx.needs_input_grad[2])
    return to_embeds, None, grads, None, None


embed.register_autograd(_embed_backward, setup_context=_embed_setup)
splice.register_autograd(_splice_backward, setup_context=_splice_setup)
