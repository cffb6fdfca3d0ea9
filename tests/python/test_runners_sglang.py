"""Where SGLang puts embeddings, read from objects that look like its own."""

import logging
from types import SimpleNamespace

import mmspan
import pytest

pytest.importorskip("yaml")

from mmspan.runners.agree import NoPlacesError, compare
from mmspan.runners.config import facts
from mmspan.sglang import hooks
from mmspan.sglang.places import places

LOG = logging.getLogger("mmspan.tests")
S, P, E = 151652, 151655, 151653
IMAGE = 32000  # of LLaVA 1.5: 576 of them, and no delimiters
SOFT = 128815  # of DeepSeek-VL2: any number
QWEN = mmspan.load("qwen2.5-vl")


def item(modality, *offsets):
    return SimpleNamespace(
        modality=SimpleNamespace(name=modality), offsets=list(offsets) or None
    )


def read(items, ids=(), matcher=QWEN, **data):
    request = SimpleNamespace(**data)
    made = SimpleNamespace(mm_items=items) if items is not None else None
    return places(request, made, matcher.scan(list(ids)))


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
        # No image, as SGLang writes it for one text of several.
        (None, {"image_data": [None]}, {}),
        (None, {"image_data": [[None], None]}, {}),
        ([item("IMAGE", (2, 3))], {"image_data": [["a", None]]}, {"image": [[(2, 4)]]}),
        # Dropped with a warning.
        ([], {"image_data": [1, 2], "audio_data": None}, {"image": [[], []]}),
    ],
)
def test_places(items, data, expected):
    assert read(items, **data) == expected


def test_no_offsets():
    with pytest.raises(NoPlacesError, match="no offsets of image items"):
        read([item("IMAGE")], image_data=[1])


def test_media_that_come_later():
    """From an encoder in another server to the scheduler."""
    with pytest.raises(NoPlacesError, match="an encoder elsewhere"):
        read(None, [S, P, E], image_data=["a"], need_wait_for_mm_inputs=True)
    made = read([item("IMAGE", (1, 1))], image_data=["a"], need_wait_for_mm_inputs=True)
    assert made == {"image": [[(1, 2)]]}


TWO = {"image_data": [1, 2]}
ONE_BLOCK = [1, S, *[P] * 8, E, 2]
TWO_BLOCKS = [S, P, P, E, S, P, P, E]


@pytest.mark.parametrize(
    ("config", "ids", "items", "kinds"),
    [
        ("qwen2.5-vl", TWO_BLOCKS, [item("IMAGE", (1, 2), (5, 6))], []),
        ("qwen2.5-vl", TWO_BLOCKS, [item("IMAGE", (1, 2)), item("IMAGE", (5, 6))], []),
        # SGLang drops the second image, which has no placeholder.
        ("qwen2.5-vl", ONE_BLOCK, [item("IMAGE", (2, 9))], ["media-count"]),
        ("qwen2.5-vl", TWO_BLOCKS[:4], [item("IMAGE", (1, 2))], ["media-count"]),
        # Two images that touch are one run to it.
        ("llava-1.5", [1, *[IMAGE] * 1152], [item("IMAGE", (1, 1152))], []),
        ("llava-1.5", [1, *[IMAGE] * 576], [item("IMAGE", (1, 576))], ["media-count"]),
        # How many images a run of any length is, nothing says.
        ("deepseek-vl2", [1, *[SOFT] * 900], [item("IMAGE", (1, 900))], []),
        # One place too many, and a wrong one.
        (
            "qwen2.5-vl",
            [*TWO_BLOCKS, S, P, E],
            [item("IMAGE", (1, 2), (5, 6))],
            ["media-count"],
        ),
        ("qwen2.5-vl", [*ONE_BLOCK, S, P, E], [item("IMAGE", (3, 10))], ["media-place"] * 2),
    ],
)
def test_two_images(config, ids, items, kinds):
    matcher = mmspan.load(config)
    result = matcher.scan(ids)
    where = read(items, ids, matcher, **TWO)
    found = compare(result, where, facts(matcher)).refusals
    assert [problem.kind for problem in found] == kinds


@pytest.mark.parametrize(
    ("ids", "offsets", "kinds"),
    [
        (TWO_BLOCKS, [(1, 2), (5, 6)], []),
        (ONE_BLOCK, [(2, 9)], []),
        ([*TWO_BLOCKS, P], [(1, 2), (5, 6), (8, 8)], ["stray-token", "media-count"]),
        (TWO_BLOCKS, [(1, 2)], ["media-count"]),
    ],
)
def test_embeddings_of_several_images_in_one(ids, offsets, kinds):
    """SGLang takes one such; of how many images, the prompt alone says."""
    given = {"format": "precomputed_embedding", "feature": None}
    where = read([item("IMAGE", *offsets)], ids, image_data=[given])
    found = compare(QWEN.scan(ids), where, facts(QWEN)).refusals
    assert [problem.kind for problem in found] == kinds


class Manager:
    tokenizer = None
    model_path = "Qwen/Qwen2.5-VL-7B-Instruct"


def create(plugin, manager, ids, request=None, made=None):
    hooked = plugin.at_tokenized(lambda manager, obj, text, ids, *_: ("own", ids))
    return hooked(manager, request or SimpleNamespace(), None, ids, None, made)


def test_a_request(caplog):
    plugin, manager = hooks.Plugin("check", LOG), Manager()
    assert create(plugin, manager, [1, 2]) == ("own", [1, 2])
    with pytest.raises(ValueError, match=r"^mmspan: stray-token \[1, 2\)"):
        create(plugin, manager, [1, P])
    caplog.clear()
    broken = SimpleNamespace(mm_items=3)
    for _ in range(2):
        assert create(plugin, manager, [1, P], made=broken) == ("own", [1, P])
    assert ["failed" in line for line in caplog.messages] == [True]


def test_new_weights_from_a_folder_of_another_name(caplog):
    plugin, manager = hooks.Plugin("check", LOG), Manager()
    plugin.guard(manager)
    caplog.clear()
    manager.model_path = "/checkpoints/step-100"
    with pytest.raises(ValueError, match="stray-token"):
        create(plugin, manager, [1, P])
    assert caplog.messages == []


def test_what_is_left_to_sglang_is_named(caplog):
    manager = Manager()
    manager.model_path = "google/gemma-3-4b-it"
    plugin = hooks.Plugin("replace", LOG)
    plugin.guard(manager)
    caplog.clear()
    expand = plugin.at_expansion(lambda ids, counts, token: "own")
    assert [expand([1, 255999, 2], [256], 262144) for _ in range(2)] == ["own"] * 2
    assert caplog.messages == ["mmspan: left to SGLang: gemma-3 has newlines around its images"]


def test_the_sentence_of_a_dropped_image():
    where = read([item("IMAGE", (2, 9))], ONE_BLOCK, **TWO)
    found = compare(QWEN.scan(ONE_BLOCK), where, facts(QWEN)).refusals
    assert str(found[0]) == "media-count [12, 12) image: expected 2 media, found 1"


def test_frames_of_two_videos_that_are_one_item():
    """Whose they are is not known; the tokens must be right all the same."""
    ids = [S, 151656, E] * 4
    frames = item("VIDEO", (1, 1), (4, 4), (7, 7), (10, 10))
    where = read([frames], ids, video_data=[1, 2])
    assert where == {"video": [[(1, 2), (4, 5), (7, 8), (10, 11)]]}
