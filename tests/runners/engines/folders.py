"""Model folders whose processors are those of tests/runners/processors, without weights.

An engine that only processes prompts reads the configuration for token IDs and for the sizes
that say how many rows a media has; the rest of it is as transformers has it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "processors"))

from build import make_processor, make_tokenizer
from family import Family

#: What a tokenizer has for itself; a configuration has its own.
_NOT_OURS = (
    "bos_token_id",
    "eos_token_id",
    "pad_token_id",
    "sep_token_id",
    "decoder_start_token_id",
)


def set_ids(config: Any, processor: Any, tokenizer: Any) -> None:
    """Give a configuration the IDs of the tokens that its processor writes."""
    for name in list(vars(config)):
        stem = name.removesuffix("_id").removesuffix("_index")
        if not name.endswith(("_token_id", "_token_index")) or name in _NOT_OURS:
            continue
        for owner in (processor, tokenizer):
            piece = getattr(owner, stem, None)
            if isinstance(piece, str):
                setattr(config, name, tokenizer.convert_tokens_to_ids(piece))
                break


def make(family: Family, architecture: str, folder: Path, options: dict[str, Any]) -> Path:
    """Write the folder of one family."""
    from transformers import AutoConfig

    tokenizer = make_tokenizer(family)
    processor = make_processor(family, tokenizer)
    processor.save_pretrained(folder)
    config = AutoConfig.for_model(options.pop("model_type", family.model_type), **options)
    set_ids(config, processor, tokenizer)
    for name in options:
        if name.endswith(("_token_id", "_token_index")):  # not what its processor says
            setattr(config, name, options[name])
    config.architectures = [architecture]
    config.save_pretrained(folder)
    return folder
