"""The plugin in SGLang's processors and tokenizer manager, in this process, without a GPU."""

from __future__ import annotations

import pytest
from mmspan.runners import hook
from mmspan.sglang import hooks

pytest.importorskip("sglang")

from sglang.srt.managers import tokenizer_manager as managing
from sglang.srt.multimodal.processors import base_processor as base
from sglang_engine import LOG, Engine, settle

B, I, D = 255999, 258880, 258882  # noqa: E741 - of Gemma 4
S, P, E = 151652, 151655, 151653


@pytest.fixture(scope="module", autouse=True)
def settings():
    patch = pytest.MonkeyPatch()
    settle(patch)
    yield
    patch.undo()


def own(engine, prompt, images):
    return engine.own(prompt, {"image": images})[1]


def run(engine, mode, monkeypatch, prompt, images):
    _, ids, made = engine.run(mode, monkeypatch, prompt, {"image": images})
    return ids, [item.offsets for item in made.mm_items] if made else []


@pytest.fixture(scope="module")
def gemma(folder):
    from sglang.srt.multimodal.processors.gemma4 import Gemma4SGLangProcessor

    return Engine("gemma-4", folder("gemma-4"), Gemma4SGLangProcessor)


@pytest.fixture(scope="module")
def qwen(folder):
    from sglang.srt.multimodal.processors.qwen_vl import QwenVLImageProcessor

    return Engine("qwen2.5-vl", folder("qwen2.5-vl"), QwenVLImageProcessor)


@pytest.fixture(scope="module")
def image():
    from PIL import Image

    return Image.new("RGB", (96, 96), (9, 9, 200))


def block(n=256):
    return [B, *[I] * n, D]


def test_good_text(gemma, image, monkeypatch):
    expected = own(gemma, "a<|image|>b", [image])
    for mode in ("check", "replace"):
        ids, offsets = run(gemma, mode, monkeypatch, "a<|image|>b", [image])
        assert ids == expected
        assert offsets == [[(expected.index(I), expected.index(D) - 1)]]


@pytest.mark.parametrize(
    ("prompt", "images", "expected", "offsets"),
    [
        ([2, 266, I, 266], 1, [2, 266, *block(), 266], [[(3, 258)]]),
        ([2, 266, I, I, 266], 2, [2, 266, *block(), *block(), 266], [[(3, 258)], [(261, 516)]]),
        ([2, *block(), 266], 1, [2, *block(), 266], [[(2, 257)]]),
        ([I], 1, block(), [[(1, 256)]]),
    ],
)
def test_ids_with_replace(gemma, image, monkeypatch, prompt, images, expected, offsets):
    """SGLang itself leaves the delimiters out, or counts patches as images."""
    made = run(gemma, "replace", monkeypatch, prompt, [image] * images)
    assert made == (expected, offsets)


@pytest.mark.parametrize(
    ("prompt", "images", "words"),
    [
        ([2, 266, I, 266], 1, "media-rows"),  # no delimiters: 256 placeholders
        ([2, 266, 266], 1, "media-count"),  # dropped with a warning
        ([2, 266, I, 266], 0, "media-count"),
        ([2, *block()[:-1]], 0, "truncated-block"),
    ],
)
def test_bad_ids_with_check(gemma, image, monkeypatch, prompt, images, words):
    with pytest.raises(ValueError, match=f"mmspan: {words}"):
        run(gemma, "check", monkeypatch, prompt, [image] * images)
    run(gemma, "check", monkeypatch, "a<|image|>b", [image])


def test_qwen(qwen, image, monkeypatch):
    text = "a<|vision_start|><|image_pad|><|vision_end|>b"
    expected = own(qwen, text, [image])
    for mode in ("check", "replace"):
        assert run(qwen, mode, monkeypatch, text, [image])[0] == expected


BLOCK = "<|vision_start|><|image_pad|><|vision_end|>"


@pytest.mark.parametrize(
    ("text", "images", "words"),
    [
        (BLOCK, 2, "media-count .* expected 2 media, found 1"),  # the second one is dropped
        (BLOCK * 2, 3, "media-count .* expected 3 media, found 2"),
        (f"<|image_pad|>{BLOCK}", 1, "stray-token"),  # it would have no answer
        (f"{BLOCK}<|image_pad|>", 1, "stray-token"),
    ],
)
def test_too_few_and_too_many(qwen, image, monkeypatch, text, images, words):
    for mode in ("check", "replace"):
        with pytest.raises(ValueError, match=f"mmspan: {words}"):
            run(qwen, mode, monkeypatch, f"a{text}b", [image] * images)


def test_images_that_touch(qwen, image, monkeypatch):
    text = f"a{BLOCK * 2}b"
    expected = own(qwen, text, [image] * 2)
    for mode in ("check", "replace"):
        assert run(qwen, mode, monkeypatch, text, [image] * 2)[0] == expected


def test_build_input_ids(qwen, monkeypatch):
    """Qwen-VL's second way; SGLang itself takes each pad for an image."""
    import torch

    grids = torch.tensor([[1, 4, 8]])
    monkeypatch.setenv("MMSPAN_MODEL", "qwen2.5-vl")
    plugin = hooks.Plugin("replace", LOG)
    plugin.guard(qwen.manager)
    theirs = base.BaseMultimodalProcessor.build_input_ids
    build = plugin.at_build(theirs)
    good = [1, S, P, E, 2]
    expected = theirs(qwen.processor, good, grids)
    assert build(qwen.processor, good, grids) == expected
    expanded = [1, S, *[P] * 8, E, 2]
    with pytest.raises(IndexError):
        theirs(qwen.processor, expanded, grids)
    assert build(qwen.processor, expanded, grids)[0] == expected[0]
    with pytest.raises(ValueError, match="mmspan: stray-token"):
        build(qwen.processor, [1, P, S, P, E, S, P, E], grids)
    with pytest.raises(ValueError, match="mmspan: media-count"):
        build(qwen.processor, [1, 2], grids)


def test_all_hooks_fit():
    for row in hooks.Plugin("replace", LOG).hooks():
        hook.resolve(row)
    assert managing.TokenizerManager


def test_several_processes_that_tokenise(monkeypatch, caplog):
    """No plugin gets into them, which the log of the first process says."""
    from sglang.srt.managers.multi_tokenizer_mixin import MultiTokenizerRouter

    plugin = hooks.Plugin("check", LOG)
    monkeypatch.setattr(LOG, "propagate", True)
    made = []
    init = plugin.at_router(lambda router, *args: made.append(args))
    monkeypatch.setattr(MultiTokenizerRouter, "__init__", init)
    MultiTokenizerRouter("server", "port")
    assert made == [("server", "port")]
    assert (
        "off, SGLang loads no plugins in the workers of --tokenizer-worker-num" in caplog.text
    )
