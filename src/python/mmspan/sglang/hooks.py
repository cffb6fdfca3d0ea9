"""The hooks, and the guard of the model that this process serves."""

from __future__ import annotations

import functools
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mmspan.runners import plugin
from mmspan.runners.agree import left_over
from mmspan.runners.guard import Guard, Refusal
from mmspan.runners.hook import Hook
from mmspan.runners.place import miscount
from mmspan.sglang import replace
from mmspan.sglang.places import NAMES, places

if TYPE_CHECKING:
    import logging

_MANAGER = "sglang.srt.managers.tokenizer_manager"
_PROCESSOR = "sglang.srt.multimodal.processors.base_processor"


class Plugin(plugin.Plugin):
    """What the hooks share in one process."""

    engine = "sglang"
    front_end = "SGLANG_RUST_SERVER"
    _served: Guard | None = None

    def __init__(self, mode: str, log: logging.Logger) -> None:
        super().__init__(mode, log)
        self._names: weakref.WeakKeyDictionary[Any, str] = weakref.WeakKeyDictionary()

    def guard(self, manager: Any) -> Guard | None:
        """The guard of the model of this process; None when its prompts are not checked."""
        # The path changes with /update_weights_from_disk, what the prompts are does not.
        name = self._names.setdefault(manager, manager.model_path)
        self._served = self.guard_of(name, getattr(manager, "tokenizer", None))
        return self._served

    def _replaced(self, what: str, function: Callable[..., Any], *args: Any) -> Any:
        """What takes the place of a step of the engine; None where that does it itself."""
        guard = self._served
        if not guard or guard.mode != "replace":
            return None
        try:
            with guard.timed():
                return function(guard, *args)
        except Refusal as refusal:
            raise ValueError(str(refusal)) from None
        except Exception as error:
            self.once.failed(what, error)
        return None

    # Each method is given the original function and returns its replacement.

    def at_init(self, original: Callable[..., None]) -> Callable[..., None]:
        """So that the log says at the start what is on."""

        def init(manager: Any, *args: Any, **kwargs: Any) -> None:
            original(manager, *args, **kwargs)
            try:
                self.guard(manager)
            except Exception as error:
                self.once.failed("the choice of a config", error)

        return init

    def at_router(self, original: Callable[..., None]) -> Callable[..., None]:
        """Of several processes that tokenise; no plugin gets into them."""

        def init(router: Any, *args: Any, **kwargs: Any) -> None:
            original(router, *args, **kwargs)
            self.log.warning(
                "mmspan: off, SGLang loads no plugins in the workers of --tokenizer-worker-num"
            )

        return init

    def at_tokenized(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """Every request, after its expansion and before the scheduler has it."""

        def create(
            manager: Any,
            obj: Any,
            input_text: Any,
            input_ids: Any,
            input_embeds: Any = None,
            mm_inputs: Any = None,
            token_type_ids: Any = None,
        ) -> Any:
            try:
                if input_ids is not None and input_embeds is None:
                    guard = self.guard(manager)
                    if guard:
                        guard.check(input_ids, functools.partial(places, obj, mm_inputs))
            except Refusal as refusal:
                raise ValueError(str(refusal)) from None
            except Exception as error:
                self.once.failed("a check", error)
            return original(
                manager, obj, input_text, input_ids, input_embeds, mm_inputs, token_type_ids
            )

        return create

    def at_combine(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """A placeholder too many: the processor ends with StopIteration.

        No future takes that, so the request would never have an answer.
        """

        def combine(
            owner: Any, base_output: Any, mm_tokens: Any, *args: Any, **kwargs: Any
        ) -> Any:
            try:
                return original(owner, base_output, mm_tokens, *args, **kwargs)
            except StopIteration:
                self._explain(owner, base_output)
                raise

        return combine

    def _explain(self, processor: Any, given: Any) -> None:
        """Refuse, if it is the prompt's fault."""
        try:
            guard = self._served
            if not guard:
                return
            ids = processor._tokenizer.encode(given.input_text)
            counts = {name: len(getattr(given, f"{name}s")) for name in NAMES}
            with guard.timed():
                result = guard.matcher.scan(ids)
                problem = miscount(result, counts)
            problems = [problem] if problem else left_over(result, guard.facts)
            if problems:
                guard.refuse(problems[0], result)
        except Refusal as refusal:
            raise ValueError(str(refusal)) from None
        except Exception as error:
            self.once.failed("a check", error)

    def at_load(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """A prompt of IDs that is expanded already goes on as placeholders."""

        @functools.wraps(original)
        async def load(processor: Any, prompt: Any, *args: Any, **kwargs: Any) -> Any:
            if isinstance(prompt, list):
                prompt = self._replaced("a collapse", replace.collapse, prompt) or prompt
            return await original(processor, prompt, *args, **kwargs)

        return load

    def at_expansion(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """The expansion of a prompt of IDs, images only, with delimiters."""

        def expand(original_ids: Any, counts: Any, placeholder_token_id: Any) -> Any:
            done = self._replaced("an expansion", replace.expand, original_ids, counts)
            if done is None:
                return original(original_ids, counts, placeholder_token_id)
            return done

        return expand

    def at_offsets(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """Inclusive pairs; touching items stay apart, runs at both ends are right."""

        def offsets(processor: Any, input_ids: Any, mm_tokens: Any, modality: Any) -> Any:
            name = modality.name.lower()
            done = self._replaced("the search for offsets", replace.offsets, input_ids, name)
            if done is None:
                return original(processor, input_ids, mm_tokens, modality)
            return done

        return offsets

    def at_build(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """Qwen-VL's expansion and offsets in one."""

        def build(
            processor: Any,
            prompt: Any,
            img_grid_thw: Any = None,
            video_grid_thw: Any = None,
            audio_seq_lens: Any = None,
        ) -> Any:
            done = None
            if video_grid_thw is None and audio_seq_lens is None:
                done = self._replaced(
                    "an expansion", replace.build, processor, prompt, img_grid_thw
                )
            if done is None:
                return original(processor, prompt, img_grid_thw, video_grid_thw, audio_seq_lens)
            return done

        return build

    def hooks(self) -> list[Hook]:
        """The functions of SGLang 0.5.23, by name and parameters."""
        hooks = [
            Hook(
                _MANAGER,
                "TokenizerManager._create_tokenized_object",
                (
                    "self",
                    "obj",
                    "input_text",
                    "input_ids",
                    "input_embeds",
                    "mm_inputs",
                    "token_type_ids",
                ),
                self.at_tokenized,
                carries="check",
            ),
            Hook(
                _MANAGER,
                "TokenizerManager.__init__",
                ("self", "server_args", "port_args", "start_pd_bootstrap_service"),
                self.at_init,
            ),
            Hook(
                "sglang.srt.managers.multi_tokenizer_mixin",
                "MultiTokenizerRouter.__init__",
                ("self", "server_args", "port_args"),
                self.at_router,
            ),
            Hook(
                _PROCESSOR,
                "BaseMultimodalProcessor.process_and_combine_mm_data",
                ("self", "base_output", "mm_tokens", "processor", "kwargs"),
                self.at_combine,
            ),
        ]
        if self.mode == "replace":
            hooks += self._replace_hooks()
        return hooks

    def _replace_hooks(self) -> list[Hook]:
        return [
            Hook(
                _PROCESSOR,
                "BaseMultimodalProcessor.load_mm_data",
                (
                    "self",
                    "prompt",
                    "multimodal_tokens",
                    "image_data",
                    "video_data",
                    "audio_data",
                    "return_text",
                    "discard_alpha_channel",
                    "audio_sample_rate",
                ),
                self.at_load,
            ),
            Hook(
                _PROCESSOR,
                "BaseMultimodalProcessor._expand_input_ids",
                ("original_ids", "counts", "placeholder_token_id"),
                self.at_expansion,
            ),
            Hook(
                _PROCESSOR,
                "BaseMultimodalProcessor.get_mm_item_offsets",
                ("self", "input_ids", "mm_tokens", "modality"),
                self.at_offsets,
            ),
            Hook(
                _PROCESSOR,
                "BaseMultimodalProcessor.build_input_ids",
                ("self", "prompt", "img_grid_thw", "video_grid_thw", "audio_seq_lens"),
                self.at_build,
            ),
        ]


def register(log: logging.Logger) -> None:
    """Put the hooks in, unless ``MMSPAN`` is off."""
    # SGLang's own registry would apply these later, without a look at the signatures.
    plugin.register(Plugin, log)
