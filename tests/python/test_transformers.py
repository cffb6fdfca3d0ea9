"""mmspan.transformers on lists and arrays; tensors and real processors are in tests/runners."""

import doctest

import mmspan
import mmspan.transformers as mt
import numpy as np
import pytest

B, P, E = 255999, 258880, 258882
S, Q, F = 151652, 151655, 151653


def test_docstrings():
    found = doctest.testmod(mt)
    assert (found.failed, found.attempted > 4) == (0, True)


def test_check_names_the_sample():
    batch = {"input_ids": [[2, B, P, P, E], [5, B, P]]}
    with pytest.raises(mmspan.MismatchError, match=r"^sample 1: truncated-block \[1, 3\)") as e:
        mt.check(batch, "gemma-4")
    assert e.value.finding.kind == "truncated-block"


@pytest.mark.parametrize(
    ("media", "sentence"),
    [
        (
            [{"image": [3]}, {}],
            r"sample 0: media-rows \[1, 5\) image 0: expected 3 rows, found 2",
        ),
        ([{}, {}], r"sample 0: media-count \[1, 5\) image: expected 0 media, found 1"),
        ([{"image": [2]}, {"image": [2]}], r"sample 1: media-count"),
    ],
)
def test_check_of_media(media, sentence):
    batch = {"input_ids": [[2, B, P, P, E], [5, 6, 7]]}
    with pytest.raises(mmspan.MismatchError, match=sentence):
        mt.check(batch, "gemma-4", media=media)


def test_padding_is_no_text():
    batch = {
        "input_ids": np.array([[0, 0, 0, 2, B, P, P, E], [B, P, P, P, E, 7, 7, 0]]),
        "attention_mask": np.array([[0, 0, 0, 1, 1, 1, 1, 1], [1] * 7 + [0]]),
    }
    results = mt.check(batch, "gemma-4", media=[{"image": [2]}, {"image": [3]}])
    assert [result.n_tokens for result in results] == [5, 7]
    assert mt.type_ids(batch, "gemma-4").tolist() == [
        [0, 0, 0, 0, 0, 1, 1, 0],
        [0, 1, 1, 1, 0, 0, 0, 0],
    ]


def test_a_typed_placeholder_is_text():
    batch = {"input_ids": [[5, Q, 6, S, Q, Q, F, 151656]]}
    assert mt.type_ids(batch, "qwen2.5-vl") == [[0, 0, 0, 0, 1, 1, 0, 0]]
    assert mt.type_ids(batch, "qwen2.5-vl", numbers={"image": 7})[0][4] == 7


GRIDS = np.array([[1, 4, 4], [1, 4, 8], [1, 2, 2]])  # 4, 8 and 1 rows


def test_grids_are_dealt_to_samples():
    batch = {
        "input_ids": [[S, *[Q] * 4, F, S, *[Q] * 8, F], [1], [S, Q, F]],
        "image_grid_thw": GRIDS,
    }
    results = mt.check(batch, "qwen2.5-vl", merge_size=2)
    assert [result.rows("image") for result in results] == [12, 0, 1]


@pytest.mark.parametrize(
    ("ids", "sentence"),
    [
        # A flat scatter over the batch cannot see this one.
        ([[S, *[Q] * 5, F, S, *[Q] * 7, F], [S, Q, F]], "sample 0: media-rows"),
        ([[S, *[Q] * 4, F, S, *[Q] * 8, F], [1]], "sample 1: media-count"),
        ([[S, *[Q] * 4, F, S, *[Q] * 8, F], [S, Q, F, S, Q, F]], "sample 1: media-count"),
    ],
)
def test_grids_that_do_not_fit(ids, sentence):
    batch = {"input_ids": ids, "image_grid_thw": GRIDS}
    with pytest.raises(mmspan.MismatchError, match=sentence):
        mt.check(batch, "qwen2.5-vl", merge_size=2)


def test_merge():
    ids = np.array([[2, B, P, P, E], [B, P, E, 0, 0]])
    embeds = np.zeros((2, 5, 1))
    rows = [[np.array([[1.0], [2.0]])], [np.array([[3.0]])]]
    mask = np.array([[1] * 5, [1, 1, 1, 0, 0]])
    assert mt.merge(embeds, ids, "gemma-4", attention_mask=mask, image=rows) is embeds
    assert embeds[..., 0].tolist() == [[0, 0, 1, 2, 0], [0, 3, 0, 0, 0]]


def test_merge_writes_nothing_when_a_sample_does_not_fit():
    ids = np.array([[2, B, P, P, E], [B, P, E, 0, 0]])
    embeds = np.zeros((2, 5, 1))
    with pytest.raises(mmspan.MismatchError, match="sample 0: media-rows"):
        mt.merge(embeds, ids, "gemma-4", image=[[np.ones((1, 1))], [np.ones((2, 1))]])
    assert not embeds.any()
    with pytest.raises(ValueError, match="image has media for 1 of 2 samples"):
        mt.merge(embeds, ids, "gemma-4", image=[[np.ones((1, 1))]])


def test_collator_arguments():
    common = {"rows": len, "join": dict, "pad_token_id": 0}
    with pytest.raises(ValueError, match="has no audio"):
        mt.Collator("qwen2.5-vl", 8, media={"audio": "x"}, **common)
    with pytest.raises(ValueError, match="neither 'raise' nor 'drop'"):
        mt.Collator("qwen2.5-vl", 8, media={}, on_bad="skip", **common)
