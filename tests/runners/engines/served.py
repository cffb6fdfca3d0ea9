"""Which families of tests/runners/processors vLLM serves, and as what.

For most of them transformers says so: the name of the class that it has for the type of model
is one that vLLM knows. The rest is here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import families
import folders  # noqa: F401 - it makes the next imports possible
from family import Family

NEWLINES = {"\n" * n: 106 + n for n in range(1, 5)}
#: What the configuration of a family has otherwise than transformers by itself, by the config
#: or the type of model.
OPTIONS: dict[str, dict[str, Any]] = {
    "gemma3": {"image_token_id": 262144},  # what their processors call the image token is
    "llama4": {"image_token_id": 200092},  # not the patch
    "gemma4": {"vision_config": {"default_output_length": 280}, "audio_config": {}},
    "gemma4_unified": {"vision_config": {"num_soft_tokens": 256}, "audio_config": {}},
    "granite-4-vision": {"downsample_rate": "4/8"},
    "paligemma-448": {"vision_config": {"image_size": 448, "patch_size": 14}},
    "paligemma-896": {"vision_config": {"image_size": 896, "patch_size": 14}},
}
#: Pieces that vLLM's processor asks for, beyond those of the config.
PIECES: dict[str, dict[str, int]] = {
    "gemma-3": NEWLINES,
    "gemma-3n": NEWLINES,
    "paligemma-224": {"\n": 108},
    "paligemma-448": {"\n": 108},
    "paligemma-896": {"\n": 108},
}
#: What stands for one media in a prompt to vLLM, where it is not what transformers' processor
#: takes. PaliGemma's images are put before the text, whatever it is.
PLACEHOLDERS = {
    "paligemma-224": {"image": " "},
    "paligemma-448": {"image": " "},
    "paligemma-896": {"image": " "},
}
#: Config of the family, name in vLLM, type of model of the configuration.
MORE = (
    ("qwen3-vl", "Qwen3VLMoeForConditionalGeneration", "qwen3_vl_moe"),
    ("qwen3.5", "Qwen3_5MoeForConditionalGeneration", "qwen3_5_moe"),
    ("glm-4.5v", "Glm4vMoeForConditionalGeneration", "glm4v_moe"),
    ("glm-ocr", "GlmOcrForConditionalGeneration", "glm_ocr"),
    ("lightonocr", "LightOnOCRForConditionalGeneration", "mistral3"),
    ("pixtral", "LlavaForConditionalGeneration", "llava"),
    ("pixtral-large", "LlavaForConditionalGeneration", "llava"),
    ("pixtral", "Mistral3ForConditionalGeneration", "mistral3"),
)


class Served(NamedTuple):
    """A family, vLLM's name for it, and what its configuration has otherwise."""

    family: Family
    architecture: str
    options: dict[str, Any]


def _by_type(known: set[str]) -> dict[str, str]:
    """The class of a type of model, where the engine has one of that name."""
    from transformers.models.auto import modeling_auto

    return {
        model_type: one
        for name, mapping in vars(modeling_auto).items()
        if name.endswith("MAPPING_NAMES")
        for model_type, classes in mapping.items()
        for one in ([classes] if isinstance(classes, str) else classes)
        if one in known
    }


def _pixtral(family: Family, model_type: str) -> dict[str, Any]:
    """An encoder of the size that the family's processor has, where the model is no Pixtral."""
    if family.model_type != "pixtral" or model_type != "llava":
        return {}
    size = family.options["processor"]["patch_size"]
    return {"vision_config": {"model_type": "pixtral", "patch_size": size}}


def _served(known: set[str]) -> Iterator[Served]:
    by_type = _by_type(known)
    for family in families.ALL:
        if family.wordless:
            continue  # there is no prompt
        special = {**family.special, **PIECES.get(family.config, {})}
        family = replace(family, special=special, **PLACEHOLDERS.get(family.config, {}))
        options = OPTIONS.get(family.config, OPTIONS.get(family.model_type, {}))
        if family.model_type in by_type:
            yield Served(family, by_type[family.model_type], options)
        for config, architecture, model_type in MORE:
            if config == family.config and architecture in known:
                more = {**options, "model_type": model_type, **_pixtral(family, model_type)}
                yield Served(family, architecture, more)


def grouped(known: set[str]) -> dict[tuple[str, str], list[Served]]:
    """By name in the engine and config: a family may have two ways to write a prompt.

    `known` are the names that the engine has.
    """
    groups: dict[tuple[str, str], list[Served]] = {}
    for one in _served(known):
        groups.setdefault((one.architecture, one.family.config), []).append(one)
    return groups


def refused(said: dict[str, str]) -> str:
    """How many bad kinds were refused; what was said of the others stands in brackets."""
    missed = [name for name, words in said.items() if words.startswith("(")]
    others = f": not {', '.join(missed)}" if missed else ""
    return f"{len(said) - len(missed)} of {len(said)}{others}"


#: The multimodal models of vLLM that are not run, by reason.
NOT_RUN: dict[str, str] = {
    "an encoder reads the prompt or the media; the plugin is off for them": (
        "CohereAsrForConditionalGeneration NemotronParseForConditionalGeneration "
        "WhisperForConditionalGeneration"
    ),
    "the tokenizer is Mistral's, of the model's own files": (
        "PixtralForConditionalGeneration VoxtralForConditionalGeneration"
    ),
    "there is no config": (
        "BagelForConditionalGeneration BailingMoeV3VLForConditionalGeneration "
        "BeeForConditionalGeneration Cosmos3ForConditionalGeneration "
        "DeepseekV4ForConditionalGeneration DeepseekV41ForCausalLM "
        "DiffusionGemmaForBlockDiffusion Eagle2_5_VLForConditionalGeneration "
        "FireRedASR2ForConditionalGeneration HfMoondream "
        "InternS1ProForConditionalGeneration InternS2MobiusForConditionalGeneration "
        "InternS2PreviewForConditionalGeneration KananaVForConditionalGeneration "
        "LlavaOnevision2ForConditionalGeneration MiDashengLMModel Moondream3ForCausalLM "
        "MossAudioModel OpenCUAForConditionalGeneration OpenPanguVLForConditionalGeneration "
        "OpenVLAForActionPrediction Qwen4ExpForConditionalGeneration RForConditionalGeneration "
        "SkyworkR1VChatModel StepVLForConditionalGeneration"
    ),
    "transformers' processor cannot be built here, or not as vLLM calls it": (
        "Ernie4_5_VLMoeForConditionalGeneration "
        "FunAudioChatForConditionalGeneration "
        "MuseGlimmerForConditionalGeneration "
        "NemotronH_Omni_Reasoning_V3 QianfanOCRForConditionalGeneration "
        "Step3p7ForConditionalGeneration"
    ),
    "its class is that of a row above": "InternS1ForConditionalGeneration Qwen2_5OmniModel",
    "it has no placeholders: speech comes in while the model runs": (
        "Qwen3ASRRealtimeGeneration VoxtralRealtimeGeneration"
    ),
    "the processor is not in transformers, but among the model's files or in vLLM": (
        "DeepseekVLV2ForCausalLM DeepseekOCRForCausalLM DeepseekOCR2ForCausalLM "
        "DotsOCRForCausalLM Dots3NoteForCausalLM FunASRForConditionalGeneration "
        "GLM4VForCausalLM H2OVLChatModel InternVLChatModel IsaacForConditionalGeneration "
        "KeyeForConditionalGeneration KeyeVL1_5ForConditionalGeneration "
        "KimiVLForConditionalGeneration KimiK25ForConditionalGeneration "
        "KimiK3ForConditionalGeneration Llama_Nemotron_Nano_VL MiMoV2OmniForCausalLM MiniCPMO "
        "MiniCPMV MolmoForCausalLM Molmo2ForConditionalGeneration MoonshotKimiaForCausalLM "
        "MossTranscribeDiarizeForConditionalGeneration NVLM_D NemotronH_Nano_VL_V2 "
        "NemotronH_Nano_Omni_Reasoning_V3 NemotronH_Super_Omni_Reasoning_V3 Ovis Ovis2_5 "
        "Ovis2_6ForCausalLM Ovis2_6_MoeForCausalLM Phi3VForCausalLM Phi4ForCausalLMV "
        "Phi4MMForCausalLM Step3VLForConditionalGeneration UltravoxModel "
        "UnlimitedOCRForCausalLM"
    ),
}


def in_vllm() -> set[str]:
    """All names that vLLM has."""
    from vllm.model_executor.models import registry

    return set(registry._MULTIMODAL_MODELS) | set(registry._TRANSFORMERS_SUPPORTED_MODELS)


def multimodal() -> list[str]:
    """The names of vLLM's multimodal models."""
    from vllm.model_executor.models import registry

    others = registry._TRANSFORMERS_SUPPORTED_MODELS.items()
    return [*registry._MULTIMODAL_MODELS, *(name for name, to in others if "Multi" in to[1])]
