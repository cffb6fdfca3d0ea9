"""Families that write pads between a pair, frames with their time, and Gemma's soft tokens."""

from family import Family
from pieces import (
    ERNIE,
    GEMMA3,
    GEMMA4,
    GLM,
    HY,
    IP,
    OMNI,
    QWEN,
    VE,
    VP,
    VS,
    omni_roles,
    paligemma,
    roles,
)

QWENS = [
    Family("qwen2-vl", "qwen2_vl", **QWEN),
    Family("qwen2.5-vl", "qwen2_5_vl", **QWEN),
    Family("qwen3-vl", "qwen3_vl", **QWEN),
    Family("qwen3-vl", "qwen3_vl", image=QWEN["image"], video=VP),
    Family("qwen3.5", "qwen3_5", **QWEN),
    Family("lfm3-vl", "lfm3_vl", **QWEN),
    Family(
        "cohere-compass",
        "cohere_compass",
        image="<|VISION_START|><|IMAGE_PAD|><|VISION_END|>",
        video="<|VISION_START|><|VIDEO_PAD|><|VISION_END|>",
    ),
    Family("cosmos3-edge", "cosmos3_edge", **QWEN, call={"return_metadata": True}),
    Family("dots3-note", "dots3_note", image="<|imgpad|>", video=VP, audio="<|audio_comp_pad|>"),
    Family("hy4-vl", "hy_v4_vl", image="<a>" + IP + "<b>", video=VP),
    Family(
        "hunyuan-ocr",
        "hunyuan_vl",
        image=HY.format(0) + HY.format(2) + HY.format(1),
        roles=roles(image=HY.format(2), image_start=HY.format(0), image_end=HY.format(1)),
    ),
    Family("videollama3", "video_llama_3", image=IP, video=VP),
    Family("exaone-4.5", "exaone4_5", **QWEN),
    Family(
        "hyperclovax-seed-v2",
        "hyperclovax_vision_v2",
        image="<|IMAGE_PAD|>",
        video="<|VIDEO_PAD|>",
        roles=roles(image="<|IMAGE_PAD|>", video="<|VIDEO_PAD|>"),
    ),
    Family("paddleocr-vl", "paddleocr_vl", image=ERNIE["image"], roles=ERNIE["roles"]),
    Family(
        "ernie-4.5-vl",
        "ernie4_5_vl_moe",
        **ERNIE,
        options={"video_processor": {"draw_on_frames": False}},
        video="<|VIDEO_START|><|VIDEO_PLACEHOLDER|><|VIDEO_END|>",
    ),
    Family(
        "kimi-k2.5",
        "kimi_k25",
        image="<|media_begin|>image<|media_content|><|media_pad|><|media_end|>\n",
        video="<|kimi_k25_video_placeholder|>",
    ),
    Family("minimax-m3", "minimax_m3_vl", image="]<]image[>[", video="]<]video[>["),
    Family("glm-4.1v", "glm4v", **GLM),
    Family("glm-4.5v", "glm46v", **GLM),
    Family("glm-5v", "glm5_next", **GLM),
    Family("glm-ocr", "glm46v", **GLM),
    Family(
        "qwen2.5-omni",
        "qwen2_5_omni",
        **OMNI,
        roles=omni_roles(
            "<|IMAGE|>",
            "<|VIDEO|>",
            "<|AUDIO|>",
            "<|vision_bos|>",
            "<|vision_eos|>",
            "<|audio_bos|>",
            "<|audio_eos|>",
        ),
    ),
    Family(
        "qwen3-omni",
        "qwen3_omni_moe",
        image=QWEN["image"],
        video=QWEN["video"],
        audio="<|audio_start|><|audio_pad|><|audio_end|>",
        roles=omni_roles(IP, VP, "<|audio_pad|>", VS, VE, "<|audio_start|>", "<|audio_end|>"),
    ),
]
GEMMAS = [
    Family("gemma-3", "gemma3", **GEMMA3),
    Family(
        "gemma-3",
        "gemma3",
        **GEMMA3,
        call={
            "do_pan_and_scan": True,
            "pan_and_scan_min_crop_size": 64,
            "pan_and_scan_max_num_crops": 4,
            "pan_and_scan_min_ratio_to_activate": 1.1,
        },
    ),
    Family(
        "gemma-3n",
        "gemma3n",
        image="<image_soft_token>",
        audio="<audio_soft_token>",
        roles=roles(
            image="<image_soft_token>",
            boi="<start_of_image>",
            eoi="<end_of_image>",
            audio="<audio_soft_token>",
            boa="<start_of_audio>",
            eoa="<end_of_audio>",
        ),
    ),
    Family("gemma-4", "gemma4", **GEMMA4),
    Family("gemma-4", "gemma4_unified", **GEMMA4),
    Family("gemma-4", "embedding_gemma2", **GEMMA4),
    *[
        Family(
            f"paligemma-{side}",
            "paligemma",
            image="<image>",
            roles=roles(image="<image>"),
            **paligemma(side),
        )
        for side in (224, 448, 896)
    ],
]
