"""vLLM's merge of embeddings and rows, by the kernel of `mmspan.torch`.

vLLM gives a mask and a flat list of rows, and writes them with a boolean index, for which a
mask on the GPU has to be waited for. What our function refuses, rows of a wrong number for a
mask on the CPU, is left to vLLM, whose own error its callers know.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mmspan.runners.hook import Hook

if TYPE_CHECKING:
    from mmspan.runners.hook import Once


def hook(once: Once) -> Hook:
    """The function of vLLM 0.32 and 0.33, by name and parameters.

    Models import it by name when they are loaded, which is after the plugins are.
    """

    def wrap(original: Callable[..., Any]) -> Callable[..., Any]:
        import torch

        from mmspan.torch import merge_multimodal_embeddings

        def merge(inputs_embeds: Any, multimodal_embeddings: Any, is_multimodal: Any) -> Any:
            if not torch.compiler.is_compiling():
                try:
                    return merge_multimodal_embeddings(
                        inputs_embeds, multimodal_embeddings, is_multimodal
                    )
                except Exception as error:
                    once.failed("a merge", error)
            return original(inputs_embeds, multimodal_embeddings, is_multimodal)

        return merge

    return Hook(
        "vllm.model_executor.models.utils",
        "_merge_multimodal_embeddings",
        ("inputs_embeds", "multimodal_embeddings", "is_multimodal"),
        wrap,
    )
