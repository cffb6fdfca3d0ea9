"""Pieces and roles that several families share."""

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


def roles(**pieces):
    """Attributes of a tokenizer: image="<a>" is image_token."""
    return {f"{name}_token": piece for name, piece in pieces.items()}


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
