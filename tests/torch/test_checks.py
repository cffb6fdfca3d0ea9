"""What does not fit is refused before anything is written, with a sentence that says why."""

import re

import mmspan
import mmspan.torch as mt
import pytest
import torch
from conftest import AUDIO, DEVICE, IMAGE, numbers, same

IDS = [255999, IMAGE, IMAGE, 258882, AUDIO]


@pytest.fixture
def where(m):
    return mt.plan(m.scan(IDS), DEVICE)


def ids(n=5, **options):
    return torch.zeros(n, dtype=options.pop("dtype", torch.int64), device=DEVICE)


GOOD = {"image": (2, 4), "audio": (1, 4)}


def rows(**shapes):
    return {name: numbers(*shape) for name, shape in {**GOOD, **shapes}.items() if shape}


SENTENCES = [
    ({"image": (1, 4)}, ValueError, "image has 1 rows, the prompt takes 2"),
    ({"image": (3, 4)}, ValueError, "image has 3 rows, the prompt takes 2"),
    ({"video": (1, 4)}, ValueError, "video has 1 rows, the prompt takes 0"),
    (
        {"image": None},
        ValueError,
        "the prompt takes 2 rows of image, and there are none: give image=",
    ),
    ({"image": (2, 5)}, ValueError, "image has rows of 5 numbers, and {name} of 4"),
    ({"image": (8,)}, ValueError, "image has 1 dimensions, not (rows, width)"),
    (
        {"picture": (2, 4)},
        ValueError,
        "no modality 'picture': the config has ('image', 'video', 'audio')",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("shapes", "kind", "sentence"), SENTENCES, ids=lambda v: str(v)[:40])
def test_rows(where, shapes, kind, sentence):
    weight = numbers(10, 4)
    with pytest.raises(kind, match=re.escape(sentence.format(name="weight"))):
        mt.embed(weight, ids(), where, **rows(**shapes))
    embeds = numbers(5, 4)
    before = embeds.clone()
    with pytest.raises(kind, match=re.escape(sentence.format(name="embeds"))):
        mt.splice_(embeds, where, **rows(**shapes))
    same(embeds, before)


def test_rows_of_another_type_or_place(where):
    weight, half = numbers(10, 4), numbers(2, 4, dtype=torch.float16)
    sentence = "image is torch.float16 and weight torch.float32: convert it to the same dtype"
    with pytest.raises(TypeError, match=sentence):
        mt.embed(weight, ids(), where, image=half, audio=numbers(1, 4))
    meta = torch.empty(2, 4, device="meta")
    with pytest.raises(ValueError, match=f"image is on meta and weight on {DEVICE}"):
        mt.embed(weight, ids(), where, image=meta, audio=numbers(1, 4))
    with pytest.raises(TypeError, match="image is a int, not a tensor"):
        mt.embed(weight, ids(), where, image=3, audio=numbers(1, 4))
    with pytest.raises(ValueError, match="image is an empty list: leave it out"):
        mt.embed(weight, ids(), where, image=[], audio=numbers(1, 4))
    pair = [numbers(1, 4), numbers(1, 5)]
    with pytest.raises(
        ValueError, match=r"image\[1\] has rows of 5 numbers, and image\[0\] of 4"
    ):
        mt.embed(weight, ids(), where, image=pair, audio=numbers(1, 4))
    pair = [numbers(1, 4), half[:1]]
    with pytest.raises(
        TypeError, match=r"image\[1\] is torch.float16 and image\[0\] torch.float32"
    ):
        mt.embed(weight, ids(), where, image=pair, audio=numbers(1, 4))


def test_ids(where):
    weight = numbers(10, 4)
    with pytest.raises(ValueError, match="ids has 4 tokens, and the prompt 5"):
        mt.embed(weight, ids(4), where, **rows())
    with pytest.raises(ValueError, match="ids has 4 tokens, and the window 3"):
        mt.embed(weight, ids(4), where, window=(0, 3), **rows())
    with pytest.raises(TypeError, match=r"ids is torch\.float32: give int32 or int64"):
        mt.embed(weight, ids(dtype=torch.float32), where, **rows())
    with pytest.raises(TypeError, match="ids is a list, not a tensor"):
        mt.embed(weight, IDS, where, **rows())
    with pytest.raises(ValueError, match=f"ids is on meta and weight on {DEVICE}"):
        mt.embed(weight, torch.empty(5, dtype=torch.int64, device="meta"), where, **rows())


def test_weight_and_out(where):
    with pytest.raises(ValueError, match="weight has 1 dimensions, not"):
        mt.embed(numbers(10), ids(), where, **rows())
    with pytest.raises(TypeError, match="weight is a NoneType, not a tensor"):
        mt.embed(None, ids(), where, **rows())
    with pytest.raises(ValueError, match=re.escape("out has the shape (5, 5), not (5, 4)")):
        mt.embed(numbers(10, 4), ids(), where, out=numbers(5, 5), **rows())
    with pytest.raises(TypeError, match=r"out is torch\.float16 and weight torch\.float32"):
        mt.embed(numbers(10, 4), ids(), where, out=numbers(5, 4, dtype=torch.float16), **rows())
    with pytest.raises(ValueError, match="out is expanded: its numbers share memory"):
        mt.embed(numbers(10, 4), ids(), where, out=numbers(1, 4).expand(5, 4), **rows())
    weight = torch.zeros(10, 4, device=DEVICE, requires_grad=True)
    with pytest.raises(ValueError, match="out cannot be differentiated or compiled"):
        mt.embed(weight, ids(), where, out=numbers(5, 4), **rows())


def test_embeds(where):
    with pytest.raises(ValueError, match="embeds has 4 tokens, and the prompt 5"):
        mt.splice_(numbers(4, 4), where, **rows())
    with pytest.raises(ValueError, match="embeds is expanded: its numbers share memory"):
        mt.splice_(numbers(1, 4).expand(5, 4), where, **rows())
    with pytest.raises(ValueError, match="embeds has 1 dimensions, not"):
        mt.splice_(numbers(20), where, **rows())
    apart = numbers(4, 5, 4).transpose(0, 1)
    with pytest.raises(ValueError, match=r"embeds of shape \(5, 4, 4\) cannot be seen as rows"):
        mt.splice_(apart, where, **rows())


@pytest.mark.parametrize("window", [(-1, 2), (3, 2), (0, 6), (6, 6)])
def test_windows(where, window):
    with pytest.raises(
        ValueError, match=re.escape(f"window [{window[0]}, {window[1]}) is not")
    ):
        mt.embed(numbers(10, 4), ids(1), where, window=window, **rows())


def test_a_window_whose_modality_is_missing(where):
    with pytest.raises(ValueError, match="the window takes rows of audio, and there are none"):
        mt.embed(numbers(10, 4), ids(2), where, window=(3, 5), image=numbers(2, 4))


def test_what_is_no_plan(m):
    with pytest.raises(TypeError, match="result is a list, not a Result or a Batch"):
        mt.plan(IDS)
    with pytest.raises(ValueError, match="device is meta: plans are for cpu and cuda"):
        mt.plan(m.scan(IDS), "meta")
    with pytest.raises(TypeError, match="result is a list, not a Result or a Batch"):
        mt.embed(numbers(10, 4), ids(), IDS, **rows())


def test_a_plan_of_another_device(where):
    meta = torch.empty(10, 4, device="meta")
    with pytest.raises(ValueError, match=f"the plan is on {DEVICE}, the tensors are on meta"):
        mt.embed(meta, torch.empty(5, dtype=torch.int64, device="meta"), where)


def test_room(m):
    with pytest.raises(ValueError, match="the prompt has 2 runs, and the plan has room for 1"):
        mt.plan(m.scan(IDS), DEVICE, capacity=1)
    fixed = mt.plan(m.scan(IDS), DEVICE)
    with pytest.raises(ValueError, match="this plan has no capacity"):
        fixed.update_(m.scan(IDS))
    where = mt.plan(m.scan(IDS), DEVICE, capacity=2)
    with pytest.raises(ValueError, match="the prompt has 3 runs, and the plan has room for 2"):
        where.update_(m.scan([IMAGE, 5, IMAGE, 5, IMAGE]))
    with pytest.raises(ValueError, match="a plan with a capacity takes no window"):
        mt.embed(numbers(10, 4), ids(1), where, window=(0, 1), **rows())
    with pytest.raises(ValueError, match="image has 1 rows, the prompt takes 2"):
        mt.embed(numbers(10, 4), ids(), where, **rows(image=(1, 4)))
    with pytest.raises(ValueError, match="ids has 4 tokens, and the prompt 5"):
        mt.embed(numbers(10, 4), ids(4), where, **rows())
    with pytest.raises(ValueError, match=r"the plan is for .*, the result for"):
        where.update_(mmspan.load("qwen2.5-vl").scan([1]))


def test_a_plan_says_what_it_is(m, where):
    assert where.rows == {"image": 2, "video": 0, "audio": 1}
    assert (where.n_tokens, where.n_runs, where.capacity) == (5, 2, None)
    assert where.modalities == ("image", "video", "audio")
    assert where.device == DEVICE
    assert repr(where) == (
        f"<mmspan.torch.Plan on {DEVICE}: 5 tokens, 2 runs, 2 rows of image, 1 rows of audio>"
    )
    assert where._runs.numel() * 8 == 24 * (2 + 1)
