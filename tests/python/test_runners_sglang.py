"""Where SGLang puts embeddings, read from objects that look like its own."""

from types import SimpleNamespace

import pytest

pytest.importorskip("yaml")

from mmspan.sglang.places import NoPlacesError, places


def item(modality, *offsets):
    return SimpleNamespace(
        modality=SimpleNamespace(name=modality), offsets=list(offsets) or None
    )


def read(items, **data):
    request = SimpleNamespace(**data)
    return places(request, SimpleNamespace(mm_items=items) if items is not None else None)


@pytest.mark.parametrize(
    ("items", "data", "expected"),
    [
        (None, {}, {}),
        ([], {"image_data": []}, {}),
        ([item("IMAGE", (2, 9))], {"image_data": ["a"]}, {"image": [[(2, 10)]]}),
        ([item("MULTI_IMAGES", (2, 9))], {"image_data": "a"}, {"image": [[(2, 10)]]}),
        # Rows of one image; frames of one video.
        ([item("IMAGE", (2, 3), (5, 6))], {"image_data": [1]}, {"image": [[(2, 4), (5, 7)]]}),
        ([item("VIDEO", (2, 3), (5, 6))], {"video_data": [1]}, {"video": [[(2, 4), (5, 7)]]}),
        # Two images that are one item, as their features could not be split.
        (
            [item("IMAGE", (2, 3), (5, 6))],
            {"image_data": [1, 2]},
            {"image": [[(2, 4)], [(5, 7)]]},
        ),
        # Dropped with a warning.
        ([], {"image_data": [1, 2], "audio_data": None}, {"image": [[], []]}),
    ],
)
def test_places(items, data, expected):
    assert read(items, **data) == expected


def test_no_offsets():
    with pytest.raises(NoPlacesError, match="no offsets of image items"):
        read([item("IMAGE")], image_data=[1])
