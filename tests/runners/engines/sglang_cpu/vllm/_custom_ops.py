"""The one operation that SGLang wants of vLLM for a model with rotary positions."""

from __future__ import annotations

from typing import Any


def rotary_embedding(
    positions: Any, query: Any, key: Any, head_size: int, cache: Any, is_neox: bool
) -> None:
    """Turn queries and keys in place, the first half of a head with the second."""
    assert is_neox
    cos, sin = (half[:, None] for half in cache[positions].chunk(2, dim=-1))
    size = cos.shape[-1]
    for vectors in (query, key):
        heads = vectors.view(vectors.shape[0], -1, head_size)
        first, second = heads[..., :size].clone(), heads[..., size : 2 * size].clone()
        heads[..., :size] = first * cos - second * sin
        heads[..., size : 2 * size] = second * cos + first * sin
