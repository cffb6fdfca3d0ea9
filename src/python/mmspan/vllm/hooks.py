"""The hooks, and the guard of each model."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

from mmspan.runners import plugin
from mmspan.runners.agree import NoPlacesError, Places
from mmspan.runners.guard import Guard, Refusal
from mmspan.runners.hook import Hook
from mmspan.runners.place import miscount
from mmspan.vllm import merge, replace

if TYPE_CHECKING:
    import logging

_PROCESSOR = "vllm.multimodal.processing.processor"
#: In what vLLM says when it has found no placeholder for a media.
_MISSING = ("prompt replacement", "prompt updates", "prompt placeholders")


class Plugin(plugin.Plugin):
    """What the hooks share in one process."""

    engine = "vllm"
    front_end = "VLLM_USE_RUST_FRONTEND"

    def __init__(self, mode: str, log: logging.Logger) -> None:
        super().__init__(mode, log)
        self._at_start = threading.local()

    def guard(self, model_config: Any, tokenizer: Any) -> Guard | None:
        """The guard of a model; None when its prompts are not checked."""
        has_encoder = getattr(model_config, "is_encoder_decoder", False)
        off = "it has an encoder" if has_encoder else ""
        return self.guard_of(model_config.model, tokenizer, off)

    # Each method is given the original function and returns its replacement.

    def at_init(self, original: Callable[..., None]) -> Callable[..., None]:
        """So that the log says at the start what is on."""

        def init(processor: Any, *args: Any, **kwargs: Any) -> None:
            original(processor, *args, **kwargs)
            try:
                guard = self.guard(processor.model_config, processor.tokenizer)
                if guard and guard.mode == "replace":
                    self._say_what_is_left(processor)
            except Exception as error:
                self.once.failed("the choice of a config", error)

        return init

    def _say_what_is_left(self, processor: Any) -> None:
        multimodal = processor.renderer.mm_processor
        reason = multimodal is not None and replace.out_of_reach(type(multimodal))
        if reason:
            self.log.info("mmspan: check only: %s", reason)

    def at_validation(self, original: Callable[..., None]) -> Callable[..., None]:
        """Every request, after its expansion and before the engine core has it."""

        def validate(processor: Any, prompt_input: Any, prompt_type: str) -> None:
            original(processor, prompt_input, prompt_type)
            try:
                if prompt_type == "decoder" and prompt_input["type"] != "embeds":
                    self._check(processor, prompt_input)
            except Refusal as refusal:
                _refuse(refusal)
            except Exception as error:
                self.once.failed("a check", error)

        return validate

    def _check(self, processor: Any, prompt_input: Any) -> None:
        guard = self.guard(processor.model_config, processor.tokenizer)
        if not guard:
            return
        ranges = prompt_input.get("mm_placeholders", {})
        pruned = ranges.get("video") and replace.prunes_videos(
            processor.model_config.multimodal_config
        )

        def find(_: Any) -> Places:
            if pruned:
                raise NoPlacesError(f"a prompt with a video, {replace.PRUNED}")
            return places(ranges)

        guard.check(prompt_input["prompt_token_ids"], find)

    def at_expansion(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """Search, expansion and ranges of the media of one prompt."""

        def apply(processor: Any, mm_items: Any, mm_res: Any) -> Any:
            done = None
            try:
                guard = self.guard(
                    processor.info.ctx.model_config, processor.info.ctx.tokenizer
                )
                # What vLLM makes for itself when it starts may be bare pads.
                at_start = getattr(self._at_start, "now", False)
                if guard and guard.mode == "replace" and not at_start:
                    with guard.timed():
                        done = replace.expand(processor, guard, mm_items, mm_res)
            except Refusal as refusal:
                _refuse(refusal)
            except Exception as error:
                self.once.failed("an expansion", error)
            return original(processor, mm_items, mm_res) if done is None else done

        return apply

    def at_apply(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """A placeholder that is missing: vLLM asserts that there is one, a status of 500."""

        def apply(processor: Any, inputs: Any, timing_ctx: Any) -> Any:
            try:
                return original(processor, inputs, timing_ctx)
            except (AssertionError, RuntimeError) as error:
                if any(words in str(error) for words in _MISSING):
                    self._explain(processor, inputs)
                raise

        return apply

    def _explain(self, processor: Any, inputs: Any) -> None:
        """Refuse, if it is the prompt's fault."""
        try:
            context = processor.info.ctx
            guard = self.guard(context.model_config, context.tokenizer)
            if not guard or getattr(self._at_start, "now", False):
                return
            with guard.timed():
                result = guard.matcher.scan(inputs.prompt)
                problem = miscount(result, inputs.mm_data_items.get_all_counts())
            if problem:
                guard.refuse(problem, result)
        except Refusal as refusal:
            _refuse(refusal)
        except Exception as error:
            self.once.failed("a check", error)

    def at_dummy(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """Note that vLLM is measuring with media of its own."""

        def get_dummy(*args: Any, **kwargs: Any) -> Any:
            self._at_start.now = True
            try:
                return original(*args, **kwargs)
            finally:
                self._at_start.now = False

        return get_dummy

    def hooks(self) -> list[Hook]:
        """The functions of vLLM 0.32 and 0.33, by name and parameters."""
        inputs = "vllm.v1.engine.input_processor"
        hooks = [
            Hook(
                inputs,
                "InputProcessor._validate_model_input",
                ("self", "prompt_input", "prompt_type"),
                self.at_validation,
                carries="check",
            ),
            Hook(
                inputs,
                "InputProcessor.__init__",
                ("self", "vllm_config", "renderer", "mm_registry"),
                self.at_init,
            ),
            Hook(
                _PROCESSOR,
                "BaseMultiModalProcessor.get_dummy_mm_inputs",
                ("self", "mm_counts", "cache", "scheduler_config"),
                self.at_dummy,
            ),
            Hook(
                _PROCESSOR,
                "BaseMultiModalProcessor.apply",
                ("self", "inputs", "timing_ctx"),
                self.at_apply,
            ),
        ]
        if self.mode == "replace":
            hooks += [
                Hook(
                    _PROCESSOR,
                    "BaseMultiModalProcessor._maybe_apply_prompt_updates",
                    ("self", "mm_items", "mm_res"),
                    self.at_expansion,
                    carries="replace",
                ),
                merge.hook(self.once),
            ]
        return hooks


def places(placeholders: Any) -> Places:
    """The ranges of vLLM as half-open spans of tokens that take rows."""
    return {
        modality: [
            [(first, last + 1) for first, last in one.extract_embeds_range()] for one in ranges
        ]
        for modality, ranges in placeholders.items()
    }


def _refuse(refusal: Refusal) -> NoReturn:
    from vllm.exceptions import VLLMValidationError

    raise VLLMValidationError(str(refusal), parameter="prompt") from None


def register(log: logging.Logger) -> None:
    """Put the hooks in, unless ``MMSPAN`` is off."""
    plugin.register(Plugin, log)
