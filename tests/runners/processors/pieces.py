"""What several families share: pieces, roles, and arguments of Family."""


def roles(**pieces):
    """Attributes of a tokenizer: image="<a>" is image_token."""
    return {f"{name}_token": piece for name, piece in pieces.items()}


VS, VE, IP, VP = "<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>"
QWEN = {"image": VS + IP + VE, "video": VS + VP + VE}
GLM = {
    "image": "<|begin_of_image|><|image|><|end_of_image|>",
    "video": "<|begin_of_video|><|video|><|end_of_video|>",
    "patches": {"video": "<|image|>"},
}
ERNIE = {
    "image": "<|IMAGE_START|><|IMAGE_PLACEHOLDER|><|IMAGE_END|>",
    "roles": {
        "image_token": "<|IMAGE_PLACEHOLDER|>",
        "image_start_token": "<|IMAGE_START|>",
        "image_end_token": "<|IMAGE_END|>",
        "video_token": "<|VIDEO_PLACEHOLDER|>",
        "video_start_token": "<|VIDEO_START|>",
        "video_end_token": "<|VIDEO_END|>",
    },
}
OMNI = {
    "image": "<|vision_bos|><|IMAGE|><|vision_eos|>",
    "video": "<|vision_bos|><|VIDEO|><|vision_eos|>",
    "audio": "<|audio_bos|><|AUDIO|><|audio_eos|>",
}


HY = "<｜hy_place▁holder▁no▁10{}｜>"
OMNI_ROLES = ("image", "video", "audio", "vision_bos", "vision_eos", "audio_bos", "audio_eos")
LABELS = tuple(f"<row_{r}_col_{c}>" for r in range(1, 11) for c in range(1, 11))


def omni_roles(*pieces):
    return {f"{name}_token": piece for name, piece in zip(OMNI_ROLES, pieces, strict=True)}


def lfm_labels(first):
    """The labels of tiles, up to ten by ten."""
    return {
        f"<|img_row_{r}_col_{c}|>": first + 10 * (r - 1) + c - 1
        for r in range(1, 11)
        for c in range(1, 11)
    }


MUSE = ("<|vid_start|>", "<|vid_frame_separator|>", "<|vid_end|>")


def tile_labels(first, side):
    """The labels of tiles from an ID on."""
    return {
        f"<row_{r}_col_{c}>": first + side * (r - 1) + c - 1
        for r in range(1, side + 1)
        for c in range(1, side + 1)
    }


# What a CLIP or a SigLIP encoder makes of images of one size, and Pixtral's of any.
CLIP = {
    "patch_size": 14,
    "vision_feature_select_strategy": "default",
    "num_additional_image_tokens": 1,
}
SIGLIP = {
    "patch_size": 14,
    "vision_feature_select_strategy": "full",
    "num_additional_image_tokens": 0,
}
SIDE_336 = {"size": {"shortest_edge": 336}, "crop_size": {"height": 336, "width": 336}}
TILES_384 = {
    "size": {"height": 384, "width": 384},
    "crop_size": {"height": 384, "width": 384},
    "image_grid_pinpoints": [[384, 384], [384, 768], [768, 384], [768, 768]],
}
PIXTRAL_14 = {
    "processor": {"patch_size": 14, "spatial_merge_size": 2},
    "image_processor": {"patch_size": 14},
}
PIXTRAL_16 = {"processor": {"patch_size": 16, "spatial_merge_size": 1}}

GEMMA3 = {
    "image": "<start_of_image>",
    "roles": roles(image="<image_soft_token>", boi="<start_of_image>", eoi="<end_of_image>"),
    "patches": {"image": "<image_soft_token>"},
}
GEMMA4 = {
    "image": "<|image|>",
    "video": "<|video|>",
    "audio": "<|audio|>",
    "roles": roles(
        image="<|image|>",
        boi="<|image>",
        eoi="<image|>",
        audio="<|audio|>",
        boa="<|audio>",
        eoa="<audio|>",
        video="<|video|>",
    ),
}


def paligemma(side):
    """Images of one side, and the token of their patches, which no config of a tokenizer has."""
    sizes = {"size": {"height": side, "width": side}, "image_seq_length": (side // 14) ** 2}
    return {"options": {"image_processor": sizes}, "special": {"<image>": 257152}}


DEEPSEEK = {"image": "<image_placeholder>", "roles": roles(image="<image_placeholder>")}
GOT = {"image": "<img><imgpad></img>", "patches": {"image": "<imgpad>"}}
IDEFICS = {"image": "<image>", "nested": True, "more": ("<end_of_utterance>",)}

# Videos whose frames are counted as images.
FRAMES = {"image": "<image>", "video": "<video>", "counted_as": {"video": "image"}}
SMOLVLM = {
    **FRAMES,
    "nested": True,
    "special": tile_labels(49153, 6),
    "more": ("<end_of_utterance>", "<video>"),
    "call": {"return_tensors": "pt"},
    "patches": {"video": "<image>"},
}
NEMOTRON = {
    **FRAMES,
    "audio": "<so_embedding>",
    "more": ("<video>", "<img>", "</img>", "<so_start>", "<so_end>"),
    "patches": {"video": "<image>"},
    "even": True,
    "components": {"feature_extractor": "ParakeetFeatureExtractor"},
    "options": {"video_processor": {"norm_mean": [0.5] * 3, "norm_std": [0.5] * 3}},
}
IMG_CONTEXT = {
    "start_image_token": "<img>",
    "end_image_token": "</img>",
    "context_image_token": "<IMG_CONTEXT>",
}
INTERNVL = {
    **FRAMES,
    "even": True,
    "image": "<IMG_CONTEXT>",
    "more": ("<video>",),
    "roles": {**IMG_CONTEXT, "video_token": "<video>"},
    "patches": {"video": "<IMG_CONTEXT>"},
}
MINICPM = {
    "image": IP,
    "video": VP,
    "roles": roles(
        image=IP,
        video=VP,
        image_start="<image>",
        image_end="</image>",
        slice_start="<slice>",
        slice_end="</slice>",
        image_id_start="<image_id>",
        image_id_end="</image_id>",
    ),
}
