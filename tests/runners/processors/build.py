"""Builds a family's processor: its real classes, with a made-up tokenizer."""

import inspect
from pathlib import Path

import stand_in
import transformers
import yaml
from transformers.models.auto.feature_extraction_auto import FEATURE_EXTRACTOR_MAPPING_NAMES
from transformers.models.auto.image_processing_auto import IMAGE_PROCESSOR_MAPPING_NAMES
from transformers.models.auto.processing_auto import PROCESSOR_MAPPING_NAMES
from transformers.models.auto.video_processing_auto import VIDEO_PROCESSOR_MAPPING_NAMES

CONFIGS = Path(__file__).resolve().parents[3] / "configs"


def read_tokens(config):
    """The pieces of a config with their IDs (None: unknown), and its ranges of IDs."""
    with open(CONFIGS / f"{config}.yaml", encoding="utf-8") as file:
        tokens = yaml.safe_load(file)["tokens"]
    pieces, ranges = {}, []
    for name, token in tokens.items():
        if isinstance(token, int):
            token = {"id": token}
        if "range" in token:
            ranges.append(tuple(token["range"]))
        for i in token.get("any", token.get("ids", [])):
            ranges.append((i, i))
        if "piece" in token:
            pieces[token["piece"]] = token.get("id")
        elif "id" in token:
            pieces[f"<stand-in-{name}>"] = token["id"]
    return pieces, ranges


def _class_of(names):
    if isinstance(names, dict):
        names = names.get("torchvision") or names.get("pil")
    return getattr(transformers, names) if names else None


def _component(family, attribute):
    chosen = family.components.get(attribute)
    if chosen:
        if isinstance(chosen, str):
            chosen = getattr(transformers, chosen)
        return chosen(**family.options.get(attribute, {}))
    mapping = {
        "image_processor": IMAGE_PROCESSOR_MAPPING_NAMES,
        "video_processor": VIDEO_PROCESSOR_MAPPING_NAMES,
        "feature_extractor": FEATURE_EXTRACTOR_MAPPING_NAMES,
        "audio_processor": FEATURE_EXTRACTOR_MAPPING_NAMES,
    }[attribute]
    chosen = _class_of(mapping.get(family.model_type))
    return chosen(**family.options.get(attribute, {})) if chosen else None


def make_tokenizer(family):
    pieces, ranges = read_tokens(family.config)
    pieces.update(family.special)
    return stand_in.make(
        pieces, ranges, family.roles, family.more, words=family.words, prefix=family.prefix
    )


def processor_name(family):
    return family.processor or PROCESSOR_MAPPING_NAMES[family.model_type]


def make_processor(family, tokenizer):
    chosen = getattr(transformers, processor_name(family))
    parts = {"tokenizer": tokenizer}
    for attribute in dict.fromkeys([*chosen.get_attributes(), *family.components]):
        if attribute.endswith("tokenizer") and attribute not in family.components:
            parts[attribute] = tokenizer
        else:
            parts[attribute] = _component(family, attribute)
    parts.update(family.options.get("processor", {}))
    legal = inspect.signature(chosen.__init__).parameters
    if not any(p.kind == p.VAR_KEYWORD for p in legal.values()):
        parts = {k: v for k, v in parts.items() if k in legal}
    return chosen(**parts)
