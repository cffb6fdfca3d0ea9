"""A collator for Qwen2.5-VL and the Trainer of transformers: no sample with half an image.

A sample that is too long loses tokens and images together, a broken one is dropped and counted.
"""

from __future__ import annotations

from typing import Any

import torch
from mmspan.transformers import Collator


def encode(processor: Any, text: str, images: list[Any]) -> dict[str, Any]:
    """Make a sample: IDs, labels, and for each image its pixels and its grid."""
    made = processor(text=[text], images=images or None, return_tensors="pt")
    ids = made["input_ids"][0].tolist()
    sample: dict[str, Any] = {"input_ids": ids, "labels": ids, "images": []}
    if images:
        grids = made["image_grid_thw"]
        pixels = made["pixel_values"].split(grids.prod(dim=1).tolist())
        sample["images"] = list(zip(pixels, grids, strict=True))
    return sample


def collator(processor: Any, max_length: int, **options: Any) -> Collator:
    """Make the collator to give to the Trainer, with ``remove_unused_columns=False``."""
    merge_size = processor.image_processor.merge_size
    pad = processor.tokenizer.pad_token_id

    def rows(_modality: str, image: Any) -> int:
        return int(image[1].prod()) // merge_size**2

    def join(batch: dict[str, Any], media: dict[str, list[Any]]) -> dict[str, Any]:
        # A loss on image tokens teaches nothing.
        ids = batch["input_ids"]
        batch["labels"][
            ids == processor.tokenizer.convert_tokens_to_ids("<|image_pad|>")
        ] = -100
        if media["images"]:
            batch["pixel_values"] = torch.cat([pixels for pixels, _ in media["images"]])
            batch["image_grid_thw"] = torch.stack([grid for _, grid in media["images"]])
        return batch

    return Collator(
        "qwen2.5-vl",
        max_length,
        rows=rows,
        media={"image": "images"},
        join=join,
        pad_token_id=pad,
        on_bad="drop",
        **options,
    )
