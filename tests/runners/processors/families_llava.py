"""Families that write runs, and lines of patches."""

from family import Family
from pieces import IP, roles

LLAVAS = [
    Family(
        "llava-1.5",
        "llava",
        image="<image>",
        options={
            "processor": {
                "patch_size": 14,
                "vision_feature_select_strategy": "default",
                "num_additional_image_tokens": 1,
            },
            "image_processor": {
                "size": {"shortest_edge": 336},
                "crop_size": {"height": 336, "width": 336},
            },
        },
    ),
    Family(
        "llava-next",
        "llava_next",
        image="<image>",
        options={
            "processor": {
                "patch_size": 14,
                "vision_feature_select_strategy": "default",
                "num_additional_image_tokens": 1,
            },
            "image_processor": {
                "size": {"shortest_edge": 336},
                "crop_size": {"height": 336, "width": 336},
            },
        },
    ),
    Family(
        "llava-next-video",
        "llava_next_video",
        even=True,
        image="<image>",
        video="<video>",
        options={
            "processor": {
                "patch_size": 14,
                "vision_feature_select_strategy": "default",
                "num_additional_image_tokens": 1,
            },
            "image_processor": {
                "size": {"shortest_edge": 336},
                "crop_size": {"height": 336, "width": 336},
            },
            "video_processor": {
                "size": {"shortest_edge": 336},
                "crop_size": {"height": 336, "width": 336},
            },
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
        options={
            "processor": {
                "patch_size": 14,
                "vision_feature_select_strategy": "full",
                "num_additional_image_tokens": 0,
            },
            "image_processor": {
                "size": {"height": 384, "width": 384},
                "crop_size": {"height": 384, "width": 384},
                "image_grid_pinpoints": [[384, 384], [384, 768], [768, 384], [768, 768]],
            },
        },
    ),
    Family(
        "granite-4-vision",
        "granite4_vision",
        image="<image>",
        options={
            "processor": {
                "patch_size": 14,
                "vision_feature_select_strategy": "full",
                "num_additional_image_tokens": 0,
                "downsample_rate": "4/8",
            },
            "image_processor": {
                "size": {"height": 384, "width": 384},
                "crop_size": {"height": 384, "width": 384},
                "image_grid_pinpoints": [[384, 384], [384, 768], [768, 384], [768, 768]],
            },
        },
    ),
    Family(
        "video-llava",
        "video_llava",
        even=True,
        image="<image>",
        video="<video>",
        options={
            "processor": {
                "patch_size": 14,
                "vision_feature_select_strategy": "default",
                "num_additional_image_tokens": 1,
            }
        },
    ),
    Family(
        "pixtral",
        "pixtral",
        image="[IMG]",
        options={"processor": {"patch_size": 16, "spatial_merge_size": 1}},
    ),
    Family(
        "pixtral",
        "pixtral",
        image="[IMG]",
        options={
            "processor": {"patch_size": 14, "spatial_merge_size": 2},
            "image_processor": {"patch_size": 14},
        },
    ),
    Family(
        "pixtral-large",
        "pixtral",
        image="[IMG]",
        options={"processor": {"patch_size": 16, "spatial_merge_size": 1}},
    ),
    Family(
        "mistral-large-4",
        "mistral_large4",
        image="[IMG]",
        options={
            "processor": {"patch_size": 14, "spatial_merge_size": 2},
            "image_processor": {"patch_size": 14},
        },
    ),
    Family(
        "lightonocr",
        "lighton_ocr",
        image=IP,
        roles=roles(image=IP, image_break="<b>", image_end="<e>"),
        more=("<b>", "<e>"),
        options={
            "processor": {"patch_size": 14, "spatial_merge_size": 2},
            "image_processor": {"patch_size": 14},
        },
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
    Family(
        "internvl-3",
        "internvl",
        even=True,
        image="<IMG_CONTEXT>",
        video="<video>",
        more=("<video>",),
        roles={
            "start_image_token": "<img>",
            "end_image_token": "</img>",
            "context_image_token": "<IMG_CONTEXT>",
            "video_token": "<video>",
        },
        patches={"video": "<IMG_CONTEXT>"},
        counted_as={"video": "image"},
    ),
    Family(
        "internvl-3.5",
        "internvl",
        even=True,
        image="<IMG_CONTEXT>",
        video="<video>",
        more=("<video>",),
        roles={
            "start_image_token": "<img>",
            "end_image_token": "</img>",
            "context_image_token": "<IMG_CONTEXT>",
            "video_token": "<video>",
        },
        patches={"video": "<IMG_CONTEXT>"},
        counted_as={"video": "image"},
    ),
    Family(
        "qianfan-ocr",
        "qianfan_ocr",
        image="<image>",
        more=("<image>",),
        patches={"image": "<IMG_CONTEXT>"},
        roles={
            "start_image_token": "<img>",
            "end_image_token": "</img>",
            "context_image_token": "<IMG_CONTEXT>",
        },
    ),
]
