"""Model folders with two small layers, real special tokens and no weights, made on the spot.

    python tiny.py MODEL FOLDER

The tokenizer is a byte-level BPE without merges: its first IDs are bytes, then fillers.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

TEXT = {
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "num_key_value_heads": 1,
}
VISION = {**TEXT, "num_key_value_heads": 2}


def template(image: str) -> str:
    """A chat template that writes `image` for an image."""
    return (
        "{% for m in messages %}{{ m.role }}\n"
        "{% if m.content is string %}{{ m.content }}{% else %}{% for c in m.content %}"
        "{% if c.type in ('image', 'image_url') %}" + image + "{% elif c.type == 'text' %}"
        "{{ c.text }}{% endif %}{% endfor %}{% endif %}\n{% endfor %}"
        "{% if add_generation_prompt %}assistant\n{% endif %}"
    )


def tokenizer(
    folder: Path, size: int, special: dict[int, str], first_byte: int = 0, **settings: Any
) -> Any:
    """Write a tokenizer of `size` tokens; `special` have their real IDs and strings."""
    from transformers import PreTrainedTokenizerFast

    alphabet = iter(sorted(pre_tokenizers.ByteLevel.alphabet()))
    vocabulary = {}
    for i in range(size):
        byte = next(alphabet, None) if i >= first_byte and i not in special else None
        vocabulary[special.get(i) or byte or f"<filler{i}>"] = i
    backend = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    backend.add_special_tokens(
        [AddedToken(piece, special=True, normalized=False) for piece in special.values()]
    )
    assert all(backend.token_to_id(piece) == i for i, piece in special.items())
    made = PreTrainedTokenizerFast(
        tokenizer_object=backend,
        model_max_length=131072,
        clean_up_tokenization_spaces=False,
        **settings,
    )
    made.save_pretrained(folder)
    return made


def write(folder: Path, name: str, content: Any) -> None:
    (folder / name).write_text(json.dumps(content, indent=1))


QWEN = [
    "<|endoftext|>",
    "<|im_start|>",
    "<|im_end|>",
    "<|object_ref_start|>",
    "<|object_ref_end|>",
    "<|box_start|>",
    "<|box_end|>",
    "<|quad_start|>",
    "<|quad_end|>",
    "<|vision_start|>",
    "<|vision_end|>",
    "<|vision_pad|>",
    "<|image_pad|>",
    "<|video_pad|>",
]


def qwen25vl(folder: Path) -> None:
    """An image of 112 x 56 pixels has 8 rows."""
    from transformers import Qwen2_5_VLConfig

    special = {151643 + i: piece for i, piece in enumerate(QWEN)}
    tokenizer(
        folder,
        151657,
        special,
        eos_token="<|im_end|>",
        pad_token="<|endoftext|>",
        chat_template=template("<|vision_start|><|image_pad|><|vision_end|>"),
    )
    config = Qwen2_5_VLConfig(
        text_config={
            **TEXT,
            "vocab_size": 151936,
            "max_position_embeddings": 131072,
            "rope_scaling": {"type": "mrope", "mrope_section": [4, 6, 6]},
        },
        vision_config={
            "depth": 2,
            "hidden_size": 64,
            "intermediate_size": 128,
            "num_heads": 2,
            "out_hidden_size": 64,
            "window_size": 112,
            "fullatt_block_indexes": [1],
        },
        vision_start_token_id=151652,
        vision_end_token_id=151653,
        image_token_id=151655,
        video_token_id=151656,
        tie_word_embeddings=True,
    )
    config.architectures = ["Qwen2_5_VLForConditionalGeneration"]
    config.save_pretrained(folder)
    write(
        folder,
        "preprocessor_config.json",
        {
            "processor_class": "Qwen2_5_VLProcessor",
            "image_processor_type": "Qwen2VLImageProcessor",
            "min_pixels": 784,
            "max_pixels": 1003520,
            "patch_size": 14,
            "temporal_patch_size": 2,
            "merge_size": 2,
            "image_mean": [0.48145466, 0.4578275, 0.40821073],
            "image_std": [0.26862954, 0.26130258, 0.27577711],
        },
    )


def llava15(folder: Path) -> None:
    """Every image has 576 rows."""
    from transformers import CLIPImageProcessor, LlavaConfig, LlavaProcessor

    special = {0: "<unk>", 1: "<s>", 2: "</s>", 32000: "<image>", 32001: "<pad>"}
    made = tokenizer(
        folder,
        32002,
        special,
        first_byte=3,
        bos_token="<s>",
        eos_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        chat_template=template("<image>"),
    )
    LlavaProcessor(
        CLIPImageProcessor(size={"shortest_edge": 336}, crop_size=336),
        made,
        patch_size=14,
        vision_feature_select_strategy="default",
        num_additional_image_tokens=1,
        chat_template=template("<image>"),
    ).save_pretrained(folder)
    config = LlavaConfig(
        text_config={
            "model_type": "llama",
            **TEXT,
            "vocab_size": 32064,
            "max_position_embeddings": 131072,
        },
        vision_config={
            "model_type": "clip_vision_model",
            **TEXT,
            "image_size": 336,
            "patch_size": 14,
            "projection_dim": 64,
        },
        image_token_index=32000,
    )
    config.architectures = ["LlavaForConditionalGeneration"]
    config.save_pretrained(folder)


GEMMA4 = {
    0: "<pad>",
    1: "<eos>",
    2: "<bos>",
    3: "<unk>",
    105: "<|turn>",
    106: "<turn|>",
    255999: "<|image>",
    256000: "<|audio>",
    258880: "<|image|>",
    258881: "<|audio|>",
    258882: "<image|>",
    258883: "<audio|>",
    258884: "<|video|>",
}


def gemma4(folder: Path) -> None:
    """An image of 96 x 96 pixels has 256 rows."""
    from transformers import Gemma4Config, Gemma4Processor
    from transformers.models.gemma4.feature_extraction_gemma4 import (
        Gemma4AudioFeatureExtractor,
    )
    from transformers.models.gemma4.image_processing_gemma4 import Gemma4ImageProcessor
    from transformers.models.gemma4.video_processing_gemma4 import Gemma4VideoProcessor

    made = tokenizer(
        folder,
        262144,
        GEMMA4,
        first_byte=201,
        bos_token="<bos>",
        eos_token="<eos>",
        pad_token="<pad>",
        unk_token="<unk>",
        extra_special_tokens={
            "image_token": "<|image|>",
            "boi_token": "<|image>",
            "eoi_token": "<image|>",
            "audio_token": "<|audio|>",
            "boa_token": "<|audio>",
            "eoa_token": "<audio|>",
        },
    )
    Gemma4Processor(
        feature_extractor=Gemma4AudioFeatureExtractor(),
        image_processor=Gemma4ImageProcessor(),
        video_processor=Gemma4VideoProcessor(),
        tokenizer=made,
        chat_template=template("<|image|>"),
    ).save_pretrained(folder)
    small = {**TEXT, "head_dim": 32}
    config = Gemma4Config(
        text_config={
            **small,
            "vocab_size": 262144,
            "vocab_size_per_layer_input": 262144,
            "global_head_dim": 32,
            "hidden_size_per_layer_input": 0,
            "num_kv_shared_layers": 0,
            "max_position_embeddings": 131072,
        },
        vision_config={**small, "num_key_value_heads": 2, "default_output_length": 280},
        audio_config={},
    )
    config.architectures = ["Gemma4ForConditionalGeneration"]
    config.save_pretrained(folder)


def gemma3(folder: Path) -> None:
    """Every image has 256 rows; its delimiters bring newlines with them."""
    from transformers import Gemma3Config, Gemma3ImageProcessor, Gemma3Processor

    special = {
        0: "<pad>",
        1: "<eos>",
        2: "<bos>",
        3: "<unk>",
        107: "\n",
        108: "\n\n",
        109: "\n\n\n",
        110: "\n\n\n\n",
        255999: "<start_of_image>",
        256000: "<end_of_image>",
        262144: "<image_soft_token>",
    }
    made = tokenizer(
        folder,
        262145,
        special,
        first_byte=201,
        bos_token="<bos>",
        eos_token="<eos>",
        pad_token="<pad>",
        unk_token="<unk>",
        extra_special_tokens={
            "image_token": "<image_soft_token>",
            "boi_token": "<start_of_image>",
            "eoi_token": "<end_of_image>",
        },
    )
    Gemma3Processor(
        Gemma3ImageProcessor(size={"height": 896, "width": 896}),
        made,
        chat_template=template("<start_of_image>"),
    ).save_pretrained(folder)
    config = Gemma3Config(
        text_config={
            **TEXT,
            "head_dim": 32,
            "vocab_size": 262208,
            "max_position_embeddings": 131072,
        },
        vision_config={**TEXT, "image_size": 896, "patch_size": 14},
    )
    config.architectures = ["Gemma3ForConditionalGeneration"]
    config.save_pretrained(folder)


MAKERS = {"qwen2.5-vl": qwen25vl, "llava-1.5": llava15, "gemma-4": gemma4, "gemma-3": gemma3}


def make(model: str, folder: Path) -> Path:
    """Write a model's folder unless it is there; several processes may at once."""
    done = folder / "config.json"
    if not done.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as work:
            made = Path(work) / folder.name
            made.mkdir()
            MAKERS[model](made)
            try:
                made.rename(folder)
            except OSError:
                if not done.exists():  # else another one was quicker
                    raise
    return folder


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in MAKERS:
        sys.exit(__doc__)
    make(sys.argv[1], Path(sys.argv[2]))
