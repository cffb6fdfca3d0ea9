"""`embed` and `splice_`: checked, then to the kernels, the CPU or the operators."""

from __future__ import annotations

import functools
from typing import Any

import torch

from mmspan.torch import cpu, ops
from mmspan.torch.checks import (
    Job,
    Rows,
    Where,
    Window,
    check_ids,
    check_job,
    check_out,
    check_weight,
    in_place_matrix,
)
from mmspan.torch.plans import on_device


def _traced(tensor: torch.Tensor, sources: list[torch.Tensor]) -> bool:
    """Whether the operators are needed, which cost more time on the host."""
    return torch.compiler.is_compiling() or _differs(tensor, sources)


def _differs(tensor: torch.Tensor, sources: list[torch.Tensor]) -> bool:
    if torch.is_grad_enabled():
        if tensor.requires_grad:
            return True
        for source in sources:
            if source.requires_grad:
                return True
    return False


def _arguments(job: Job) -> tuple[torch.Tensor, list[torch.Tensor], list[int], list[int]]:
    return job.plan._ready(), job.sources, job.modalities, list(job.span)


@functools.cache
def _launcher() -> Any:
    """Imported when it is needed: the CPU does without Triton."""
    from mmspan.torch import launch

    return launch


def embed(
    weight: torch.Tensor,
    ids: torch.Tensor,
    plan: Where,
    /,
    *,
    window: Window = None,
    out: torch.Tensor | None = None,
    **rows: Rows,
) -> torch.Tensor:
    """Makes the input embeddings of a prompt, of a batch, or of a window of one.

    A token that takes a row gets it, every other one its row of the table. The same numbers
    come out as from a gather and ``masked_scatter``, in one kernel, and gradients flow to
    `weight` and the rows. An ID outside of the table is an error on the CPU; on a GPU, for
    which nobody waits, its row is NaN.

    Parameters
    ----------
    weight : tensor of shape (vocabulary, width)
        The whole table; where it is sharded over GPUs, use `splice_`.
    ids : tensor of int32 or int64
        The tokens of the window, in any shape: a batch one sequence after the other.
    plan : Plan, Result or Batch
        A Result or a Batch is turned into a plan, each time.
    window : pair of int, optional
        The tokens [start, end) that `ids` has; the whole prompt by default.
    out : tensor, optional
        Where to write, of the shape of `ids` and the width.
    **rows : tensor, or list of tensors
        For each modality all rows that the prompt takes, of the dtype of `weight`. A list
        is concatenated first.

    Returns
    -------
    tensor
        Of the shape of `ids` and the width.

    Examples
    --------
    >>> import mmspan, mmspan.torch, torch
    >>> r = mmspan.load("gemma-4").scan([2, 258880, 258880, 5])
    >>> weight = torch.zeros(262144, 1)
    >>> mmspan.torch.embed(weight, torch.tensor([2, 258880, 258880, 5]), r)
    Traceback (most recent call last):
        ...
    ValueError: the prompt takes 2 rows of image, and there are none: give image=
    """
    weight = check_weight(weight)
    flat = check_ids(ids, weight)
    shape = (*ids.shape, weight.shape[1])
    job = check_job(plan, window, weight, "weight", flat.shape[0], "ids", rows)
    if _traced(weight, job.sources):
        if out is not None:
            raise ValueError("out cannot be differentiated or compiled: leave it out")
        of, *rest = _arguments(job)
        return ops.embed(weight, flat, of, *rest).view(shape)
    matrix = None if out is None else check_out(out, weight, shape)
    if on_device(weight.device):
        if matrix is None:
            out = weight.new_empty(shape)
            matrix = out if len(shape) == 2 else out.view(-1, shape[-1])
        _on_device(job, matrix, weight, flat)
    else:
        found = cpu.look_up(weight, flat, job.plan._table(), job.span)
        cpu.splice(found, job)
        if matrix is None:
            return found.view(shape)
        matrix.copy_(found)
    assert out is not None
    return out


def _on_device(
    job: Job, matrix: torch.Tensor, weight: torch.Tensor | None, ids: torch.Tensor | None
) -> None:
    device = matrix.device
    if device.type == "cuda" and device.index != torch.cuda.current_device():
        with torch.cuda.device(device):
            _on_device(job, matrix, weight, ids)
        return
    plan, launch = job.plan, _launcher()
    few = plan._as_few(job.modalities, job.window)
    if few is not None:
        launch.few(matrix, weight, ids, job.sources, few)
        return
    arguments = plan._ready_once(), job.sources, job.modalities, job.span
    if weight is None or ids is None:
        launch.splice(matrix, *arguments)
    else:
        launch.embed(matrix, weight, ids, *arguments)


def splice_(
    embeds: torch.Tensor, plan: Where, /, *, window: Window = None, **rows: Rows
) -> torch.Tensor:
    """Overwrites the tokens that take rows, in place, and no others.

    For embeddings that are there already: of a table that is sharded over GPUs, after its
    all-reduce, or of one that scales what it gives.

    Parameters
    ----------
    embeds : tensor of shape (tokens, width)
        Or of more dimensions: a batch one sequence after the other.
    plan : Plan, Result or Batch
    window : pair of int, optional
        The tokens [start, end) that `embeds` is about; the whole prompt by default.
    **rows : tensor, or list of tensors
        For each modality all rows that the prompt takes, of the dtype of `embeds`.

    Returns
    -------
    tensor
        `embeds`.

    Examples
    --------
    >>> import mmspan, mmspan.torch, torch
    >>> r = mmspan.load("gemma-4").scan([2, 258880, 258880, 5])
    >>> embeds = torch.zeros(4, 1)
    >>> mmspan.torch.splice_(embeds, r, image=torch.tensor([[1.0], [2.0]])).ravel()
    tensor([0., 1., 2., 0.])
    """
    matrix = in_place_matrix("embeds", embeds)
    job = check_job(plan, window, matrix, "embeds", matrix.shape[0], "embeds", rows)
    if _traced(matrix, job.sources):
        if _differs(matrix, job.sources):
            matrix.copy_(ops.splice(matrix, *_arguments(job)))
        else:
            ops.splice_(matrix, *_arguments(job))
    else:
        if on_device(matrix.device):
            _on_device(job, matrix, None, None)
        else:
            cpu.splice(matrix, job)
        torch.autograd.graph.increment_version(matrix)
    return embeds
