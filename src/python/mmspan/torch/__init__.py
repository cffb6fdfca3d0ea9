"""The input embeddings of a prompt, on the GPU: each row read once and written once.

    >>> import mmspan, mmspan.torch, torch
    >>> ids = [2, 255999, 258880, 258880, 258882, 107]
    >>> r = mmspan.load("gemma-4").scan(ids)
    >>> weight = torch.arange(262144.0).reshape(-1, 1)
    >>> rows = torch.tensor([[-1.0], [-2.0]])
    >>> mmspan.torch.embed(weight, torch.tensor(ids), r, image=rows).ravel().tolist()
    [2.0, 255999.0, -1.0, -2.0, 258882.0, 107.0]

Needs torch, which ``pip install 'mmspan[torch]'`` brings. On a GPU one Triton kernel runs, and
the host never waits for it; tensors on the CPU go through `Result.splice_`.
"""

from __future__ import annotations

try:
    import torch as _torch
except ImportError as error:  # pragma: no cover (tested in a child process)
    raise ImportError("mmspan.torch needs torch: pip install 'mmspan[torch]'") from error

from mmspan.torch.embedding import embed, splice_
from mmspan.torch.merge import merge_multimodal_embeddings, merging
from mmspan.torch.plans import Plan, plan

__all__ = [
    "Plan",
    "embed",
    "merge_multimodal_embeddings",
    "merging",
    "plan",
    "splice_",
]

for _object in (Plan, embed, merge_multimodal_embeddings, merging, plan, splice_):
    _object.__module__ = "mmspan.torch"
del _object, _torch
