"""Families that write runs, and lines of patches."""

from family import Family
from pieces import (
    CLIP,
    IMG_CONTEXT,
    INTERNVL,
    IP,
    PIXTRAL_14,
    PIXTRAL_16,
    SIDE_336,
    SIGLIP,
    TILES_384,
    roles,
)

LLAVAS = [
    Family(
        "llava-1.5",
        "llava",
        image="<image>",
        options={"processor": CLIP, "image_processor": SIDE_336},
    ),
    Family(
        "llava-next",
        "llava_next",
        image="<image>",
        options={"processor": CLIP, "image_processor": SIDE_336},
    ),
    Family(
        "llava-next-video",
        "llava_next_video",
        even=True,
        image="<image>",
        video="<video>",
        options={
            "processor": CLIP,
            "image_processor": SIDE_336,
            "video_processor": SIDE_336,
        },
    ),
    Family(
        "llava-onevision",
        "llava_onevision",
        image="<image>",
        video="<video>",
        options={
            "processor": {
                "num_image_tokens": 729,
                "vision_feature_select_strategy": "full",
                "vision_aspect_ratio": "anyres_max_9",
            }
        },
    ),
    Family(
        "granite-vision",
        "llava_next",
        image="<image>",
        options={"processor": SIGLIP, "image_processor": TILES_384},
    ),
    Family(
        "granite-4-vision",
        "granite4_vision",
        image="<image>",
        options={
            "processor": {**SIGLIP, "downsample_rate": "4/8"},
            "image_processor": TILES_384,
        },
    ),
    Family(
        "video-llava",
        "video_llava",
        even=True,
        image="<image>",
        video="<video>",
        options={"processor": CLIP},
    ),
    Family(
        "pixtral",
        "pixtral",
        image="[IMG]",
        options=PIXTRAL_16,
    ),
    Family(
        "pixtral",
        "pixtral",
        image="[IMG]",
        options=PIXTRAL_14,
    ),
    Family(
        "pixtral-large",
        "pixtral",
        image="[IMG]",
        options=PIXTRAL_16,
    ),
    Family(
        "mistral-large-4",
        "mistral_large4",
        image="[IMG]",
        options=PIXTRAL_14,
    ),
    Family(
        "lightonocr",
        "lighton_ocr",
        image=IP,
        roles=roles(image=IP, image_break="<b>", image_end="<e>"),
        more=("<b>", "<e>"),
        options=PIXTRAL_14,
    ),
    Family("aria", "aria", image="<|img|>", roles=roles(image="<|img|>")),
    Family(
        "aya-vision",
        "aya_vision",
        image="<image>",
        more=("<image>",),
        patches={"image": "<|IMG_PATCH|>"},
        nested=True,
        components={},
        options={"image_processor": {}},
    ),
    Family(
        "command-a-vision",
        "cohere2_vision",
        image="<|IMG_PATCH|>",
        roles=roles(
            boi="<|START_OF_IMG|>",
            eoi="<|END_OF_IMG|>",
            image="<|IMG_PATCH|>",
            img_line_break="<|IMG_LINE_BREAK|>",
        ),
    ),
    Family("internvl-3", "internvl", **INTERNVL),
    Family("internvl-3.5", "internvl", **INTERNVL),
    Family(
        "qianfan-ocr",
        "qianfan_ocr",
        image="<image>",
        more=("<image>",),
        patches={"image": "<IMG_CONTEXT>"},
        roles=IMG_CONTEXT,
    ),
]
