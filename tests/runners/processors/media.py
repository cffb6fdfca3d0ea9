"""Pictures, videos and clips: noise of many sizes, the same in each run."""

import numpy as np
from PIL import Image
from transformers.video_utils import VideoMetadata

SIZES = ((224, 224), (640, 480), (336, 672), (1000, 300), (1280, 960))
SECONDS = (1.0, 2.5, 4.0)
RATE = 16000


def image(index):
    """An image; sizes repeat after five."""
    width, height = SIZES[index % len(SIZES)]
    noise = np.random.default_rng(index).integers(0, 255, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(noise)


def square(index, side=224):
    noise = np.random.default_rng(index).integers(0, 255, (side, side, 3), dtype=np.uint8)
    return Image.fromarray(noise)


def video(index):
    """Frames and what is known of them: four or more frames, two a second."""
    n_frames = (8, 4, 12)[index % 3]
    height, width = ((112, 168), (224, 224), (168, 112))[index % 3]
    shape = (n_frames, height, width, 3)
    frames = np.random.default_rng(index).integers(0, 255, shape, dtype=np.uint8)
    known = VideoMetadata(
        total_num_frames=n_frames,
        fps=2.0,
        width=width,
        height=height,
        duration=n_frames / 2.0,
        frames_indices=list(range(n_frames)),
    )
    return frames, known


def clip(index, rate=RATE):
    n_samples = int(SECONDS[index % len(SECONDS)] * rate)
    return np.random.default_rng(index).standard_normal(n_samples).astype(np.float32) * 0.1
