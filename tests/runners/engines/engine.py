"""vLLM's processor and input processor of one model, as they are and with the plugin."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from mmspan.runners import hook
from mmspan.vllm import hooks
from vllm.config import ModelConfig
from vllm.model_executor.models import registry
from vllm.multimodal import MULTIMODAL_REGISTRY
from vllm.multimodal.cache import MultiModalProcessorOnlyCache
from vllm.v1.engine.input_processor import InputProcessor

LOG = logging.getLogger("vllm.mmspan")
#: A model may be made for shorter prompts than ours; nothing is computed with them.
os.environ.setdefault("VLLM_ALLOW_LONG_MAX_MODEL_LEN", "1")
Media = Mapping[str, Sequence[Any]]


def inspect_here() -> None:
    """Have vLLM look at model classes in this process, which takes seconds less for each."""
    registry._run_in_subprocess = lambda function: function()


class Engine:
    """One model: vLLM's functions as they are, and as the plugin has them in a mode."""

    def __init__(self, model: str, folder: Path) -> None:
        self.model = model
        self.plugins: dict[str, hooks.Plugin] = {}
        self.config = ModelConfig(
            model=str(folder),
            dtype="float32",
            max_model_len=4096,
            limit_mm_per_prompt={"image": 4, "video": 4, "audio": 4},
        )
        self.processor = MULTIMODAL_REGISTRY.create_processor(self.config)
        # As in a server: a media that comes again is not processed again.
        self.cache = MultiModalProcessorOnlyCache(self.config)
        self.tokenizer = self.processor.info.ctx.tokenizer
        self.inputs = InputProcessor.__new__(InputProcessor)
        self.inputs.model_config = self.config
        self.inputs.mm_encoder_cache_size = 10**6
        self.inputs._validate_prompt_len = lambda *_: None
        self.inputs.renderer = SimpleNamespace(
            tokenizer=self.tokenizer, validate_token_ids=lambda ids: None
        )

    def own(self, prompt: Sequence[int], media: Media) -> Any:
        """What vLLM makes of a prompt."""
        data = self.processor.info.parse_mm_data(
            {name: list(items) for name, items in media.items() if items}
        )
        if not data:
            return {"type": "token", "prompt_token_ids": list(prompt), "mm_placeholders": {}}
        return self.processor(
            list(prompt), mm_items=data, cache=self.cache, hf_processor_mm_kwargs={}
        )

    def run(self, mode: str, patch: pytest.MonkeyPatch, prompt: Sequence[int], media: Media):
        """The same with the plugin; VLLMValidationError when it refuses."""
        patch.setenv("MMSPAN_MODEL", self.model)
        plugin = self.plugins.setdefault(mode, hooks.Plugin(mode, LOG))
        with patch.context() as inner:
            for one in plugin.hooks():
                owner, name, function = hook.resolve(one)
                inner.setattr(owner, name, one.wrap(function))
            made = self.own(prompt, media)
            self.inputs._validate_model_input(made, "decoder")
        return made


def spans(made: Any) -> Any:
    """Where the rows of the media go."""
    return hooks.places(made["mm_placeholders"])
