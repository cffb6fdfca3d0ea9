"""Which families of tests/runners/processors vLLM serves, and as what.

For most of them transformers says so: the name of the class that it has for the type of model
is one that vLLM knows. The rest is here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import folders  # noqa: F401 - it makes the next imports possible
import families
from family import Family
from pieces import PIXTRAL_14

NEWLINES = {"\n" * n: 106 + n for n in range(1, 5)}
VISION = {"vision_config": {}}

#: What the configuration of a family has otherwise than transformers by itself.
OPTIONS: dict[str, dict[str, Any]] = {
    "gemma-4": {"vision_config": {"default_output_length": 280}, "audio_config": {}},
    "granite-4-vision": {"downsample_rate": "4/8"},
    "internvl-3": VISION,
    "internvl-3.5": VISION,
}
#: Pieces that vLLM's processor asks for, beyond those of the config.
PIECES: dict[str, dict[str, int]] = {
    "gemma-3": NEWLINES,
    "gemma-3n": NEWLINES,
    "muse-glimmer": {"<|image|>": 200090},
    "paligemma-224": {"\n": 108},
    "paligemma-448": {"\n": 108},
    "paligemma-896": {"\n": 108},
}
#: What vLLM has for one media where it is not what transformers' processor has.
PLACEHOLDERS = {"muse-glimmer": {"image": "<|image|>"}}
#: Config of the family, name in vLLM, type of model of the configuration.
MORE = (
    ("qwen3-vl", "Qwen3VLMoeForConditionalGeneration", "qwen3_vl_moe"),
    ("qwen3.5", "Qwen3_5MoeForConditionalGeneration", "qwen3_5_moe"),
    ("glm-4.5v", "Glm4vMoeForConditionalGeneration", "glm4v_moe"),
    ("glm-ocr", "GlmOcrForConditionalGeneration", "glm_ocr"),
    ("lightonocr", "LightOnOCRForConditionalGeneration", "lighton_ocr"),
    ("pixtral", "LlavaForConditionalGeneration", "llava"),
    ("pixtral", "Mistral3ForConditionalGeneration", "mistral3"),
    ("step3", "Step3VLForConditionalGeneration", "step3_vl"),
    ("kimi-k2.5", "KimiK25ForConditionalGeneration", "kimi_k25"),
)


class Served(NamedTuple):
    """A family, vLLM's name for it, and what its configuration has otherwise."""

    family: Family
    architecture: str
    options: dict[str, Any]


def _by_type() -> dict[str, str]:
    """The class of a type of model, where vLLM has one of that name."""
    from transformers.models.auto import modeling_auto
    from vllm.model_executor.models import registry

    known = set(registry._MULTIMODAL_MODELS) | set(registry._TRANSFORMERS_SUPPORTED_MODELS)
    return {
        model_type: one
        for name, mapping in vars(modeling_auto).items()
        if name.endswith("MAPPING_NAMES")
        for model_type, classes in mapping.items()
        for one in ([classes] if isinstance(classes, str) else classes)
        if one in known
    }


def _served() -> Iterator[Served]:
    by_type = _by_type()
    for family in families.ALL:
        special = {**family.special, **PIECES.get(family.config, {})}
        family = replace(family, special=special, **PLACEHOLDERS.get(family.config, {}))
        options = OPTIONS.get(family.config, {})
        if family.model_type in by_type:
            yield Served(family, by_type[family.model_type], options)
        for config, architecture, model_type in MORE:
            if config == family.config:
                yield Served(family, architecture, {**options, "model_type": model_type})


def grouped() -> dict[tuple[str, str], list[Served]]:
    """By name in vLLM and config: a family may be there with two ways to write a prompt."""
    groups: dict[tuple[str, str], list[Served]] = {}
    for one in _served():
        groups.setdefault((one.architecture, one.family.config), []).append(one)
    return groups
