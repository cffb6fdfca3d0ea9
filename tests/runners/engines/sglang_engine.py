"""SGLang's processor and tokenizer manager of one model, as they are and with the plugin."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from mmspan.runners import hook
from mmspan.sglang import hooks
from mmspan.sglang.places import places
from sglang.srt.managers.multimodal_processor import import_processors
from sglang.srt.multimodal.processors import base_processor as base

LOG = logging.getLogger("mmspan.sglang")
Media = Mapping[str, Sequence[Any]]


class Settings(SimpleNamespace):
    """What SGLang has set when nothing is said; it can be a key, as SGLang's managers can."""

    __hash__ = object.__hash__

    def __getattr__(self, name):
        return None


def settle(patch: pytest.MonkeyPatch) -> None:
    """Give SGLang the settings that a server would have, and no processes beside this one."""
    multimodal = Settings(
        mm_process_config={},
        mm_preprocess_cache_size_mb=0,
        mm_feature_transport="cpu",
        allowed_media_domains=[],
        media_url_max_file_size_mb=100,
        mm_io_worker_num=1,
        mm_processor_worker_num=1,
    )
    serving = Settings(tokenizer_worker_num=1, skip_tokenizer_init=False)
    known = {
        "get_mm": multimodal,
        "get_serving": serving,
        "get_parallel": Settings(tp_size=1),
        "get_exec": Settings(deterministic=Settings()),
        "get_model": Settings(),
    }
    import_processors("sglang.srt.multimodal.processors")
    for name, module in list(sys.modules.items()):
        if name.startswith("sglang.srt.multimodal."):
            for function, value in known.items():
                if hasattr(module, function):
                    patch.setattr(module, function, lambda value=value: value)
    patch.setattr(base.BaseMultimodalProcessor, "_create_cpu_executor", lambda *_: None)


class Engine:
    """One model: SGLang's functions as they are, and as the plugin has them in a mode."""

    def __init__(self, model: str, folder: Path, processor_class: type) -> None:
        import transformers

        self.model = model
        self.config = transformers.AutoConfig.from_pretrained(folder)
        if model == "gemma-4" and not hasattr(self.config, "eoa_token_id"):
            self.config.eoa_token_id = 258883  # as the published models' files have it
        self.hf = transformers.AutoProcessor.from_pretrained(folder)
        server = Settings(model_path=str(folder))
        self.processor = processor_class(self.config, server, self.hf, None)
        self.tokenizer = self.hf.tokenizer
        self.manager = Settings(model_path=str(folder), tokenizer=self.tokenizer)
        self.plugins: dict[str, hooks.Plugin] = {}

    def own(self, prompt: str | list[int], media: Media) -> tuple[Any, list[int], Any]:
        """The request, and the IDs and items that the tokenizer manager gets."""
        given = {f"{name}_data": list(media.get(name) or ()) or None for name in hooks.NAMES}
        request = Settings(**given)
        if not any(given.values()):
            ids = prompt if isinstance(prompt, list) else self.tokenizer.encode(prompt)
            return request, list(ids), None
        loading = self.processor.process_mm_data_async(
            image_data=request.image_data,
            audio_data=request.audio_data,
            input_text=prompt,
            request_obj=request,
            max_req_input_len=10**6,
        )
        made = asyncio.run(loading)
        return request, list(made.input_ids), made

    def run(
        self, mode: str, patch: pytest.MonkeyPatch, prompt: str | list[int], media: Media
    ) -> tuple[Any, list[int], Any]:
        """The same with the plugin; ValueError when it refuses."""
        patch.setenv("MMSPAN_MODEL", self.model)
        plugin = self.plugins.setdefault(mode, hooks.Plugin(mode, LOG))
        plugin.guard(self.manager)
        create = plugin.at_tokenized(lambda *args: None)
        with patch.context() as inner:
            for one in plugin.hooks():
                if not one.module.endswith("base_processor"):
                    continue
                owner, name, function = hook.resolve(one)
                made = one.wrap(function)
                static = name == "_expand_input_ids"
                inner.setattr(owner, name, staticmethod(made) if static else made)
            request, ids, inputs = self.own(prompt, media)
            create(self.manager, request, None, ids, None, inputs, None)
        return request, ids, inputs


def spans(made: tuple[Any, list[int], Any], matcher: Any) -> Any:
    """Where the rows of the media go."""
    request, ids, inputs = made
    return places(request, inputs, matcher.scan(ids))
