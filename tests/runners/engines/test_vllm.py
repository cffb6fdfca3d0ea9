"""The plugin in vLLM's own processors and input processor, in this process."""

from __future__ import annotations

import contextlib
import logging
from types import SimpleNamespace

import mmspan
import pytest
from mmspan.runners import hook
from mmspan.vllm import hooks, replace

vllm = pytest.importorskip("vllm")

from engine import LOG, Engine, spans  # noqa: E402
from vllm.exceptions import VLLMValidationError  # noqa: E402
from vllm.multimodal.processing import processor as processing  # noqa: E402
from vllm.v1.engine.input_processor import InputProcessor  # noqa: E402

SIZES = {"small": (112, 56), "square": (96, 96)}


@pytest.fixture(scope="session")
def image():
    from PIL import Image

    return {name: Image.new("RGB", size, (9, 9, 200)) for name, size in SIZES.items()}


@pytest.fixture(scope="session")
def engine(folder):
    made = {}

    def get(model):
        if model not in made:
            made[model] = Engine(model, folder(model))
        return made[model]

    return get


S, P, E = 151652, 151655, 151653
B, I, D = 255999, 258880, 258882  # noqa: E741 - of Gemma 4
L = 32000
B3, SOFT, E3 = 255999, 262144, 256000
ONE, TWO, THREE, FOUR = 107, 108, 109, 110

GOOD = [
    ("qwen2.5-vl", [1, S, P, E, 2], 1),
    ("qwen2.5-vl", [S, P, E, S, P, E], 2),
    ("qwen2.5-vl", [7] * 50 + [S, P, E, 8, S, P, E, 9, S, P, E], 3),
    ("llava-1.5", [1, L, 5], 1),
    ("llava-1.5", [L, L], 2),
    ("llava-1.5", [L, 5, L], 2),
    ("gemma-4", [2, I, 5], 1),
    ("gemma-4", [I, I], 2),
    ("gemma-3", [2, 300, B3, 301], 1),
    ("gemma-3", [2, ONE, B3, 301], 1),
    ("gemma-3", [2, TWO, B3, 301, B3, TWO], 2),
    ("gemma-3", [2, B3, B3, 301], 2),
]


@pytest.mark.parametrize(("model", "prompt", "images"), GOOD)
@pytest.mark.parametrize("mode", ["check", "replace"])
def test_good_prompts_are_as_without(engine, image, monkeypatch, mode, model, prompt, images):
    one = engine(model)
    pictures = {"image": [image["square"]] * images}
    own = one.own(prompt, pictures)
    expand, done = replace.expand, []
    monkeypatch.setattr(replace, "expand", lambda *args: done.append(expand(*args)) or done[0])
    made = one.run(mode, monkeypatch, prompt, pictures)
    # It is not vLLM's own that is equal to itself.
    assert [result is None for result in done] == ([False] if mode == "replace" else [])
    assert made["prompt_token_ids"] == own["prompt_token_ids"]
    assert spans(made) == spans(own)


def test_good_text(engine, monkeypatch):
    one = engine("qwen2.5-vl")
    assert one.run("check", monkeypatch, [1, 2, 3], {})["prompt_token_ids"] == [1, 2, 3]
    # A delimiter alone takes no embedding.
    one.run("check", monkeypatch, [1, E, 3], {})


BAD = [
    ("typed pad", [5, P, 6, S, P, E, 2], 1, "stray-token"),
    ("typed block", [5, S, P, E, 6, S, P, E, 2], 1, "media-count"),
    ("expanded, wrong rows", [1, S, *[P] * 7, E, 2], 1, "media-rows"),
    ("shifted by three", [1, S, *[P] * 11, E, 2], 1, "media-rows"),
    ("cut", [1, S, P], 1, "truncated-block"),
    ("one too many", [1, S, P, E, S, P, E, 2], 1, "media-count"),
    ("text, typed block", [1, S, P, E, 2], 0, "media-count"),
    ("text, bare pads", [1, P, P, P, 3], 0, "stray-token"),
    ("text, block of four", [1, S, P, P, P, P, E], 0, "media-count"),
    ("text, cut", [1, S, P, P], 0, "truncated-block"),
    ("text, a video", [1, S, 151656, E], 0, "media-count"),
    ("text, 100,000 pads", [1, *[P] * 100_000], 0, "stray-token"),
]


@pytest.mark.parametrize(("name", "prompt", "images", "kind"), BAD, ids=[b[0] for b in BAD])
@pytest.mark.parametrize("mode", ["check", "replace"])
def test_bad_prompts_are_refused(engine, image, monkeypatch, mode, name, prompt, images, kind):
    one = engine("qwen2.5-vl")
    with pytest.raises(VLLMValidationError, match=rf"mmspan: {kind} \["):
        one.run(mode, monkeypatch, prompt, {"image": [image["small"]] * images})
    one.run(mode, monkeypatch, [1, S, P, E, 2], {"image": [image["small"]]})


@pytest.mark.parametrize("prompt", [[1, 2, 3], [1, S, P, E, 2]])
def test_missing_placeholders(engine, image, monkeypatch, prompt):
    """Without the plugin vLLM's own assertion, a status of 500."""
    one = engine("qwen2.5-vl")
    pictures = {"image": [image["small"]] * 2}
    with pytest.raises(AssertionError, match="Failed to apply"):
        one.own(prompt, pictures)
    for mode in ("check", "replace"):
        with pytest.raises(VLLMValidationError, match="mmspan: media-count"):
            one.run(mode, monkeypatch, prompt, pictures)
    with pytest.raises(AssertionError, match="Failed to apply"):
        one.run("log", monkeypatch, prompt, pictures)


EXPANDED = [
    ("qwen2.5-vl", [1, S, *[P] * 8, E, 2], 1, [[(2, 10)]]),
    ("qwen2.5-vl", [1, S, *[P] * 8, E, 3, S, *[P] * 8, E], 2, [[(2, 10)], [(13, 21)]]),
    ("llava-1.5", [1, *[L] * 576, 5], 1, [[(1, 577)]]),
    ("gemma-4", [2, B, *[I] * 253, D, 5], 1, [[(2, 255)]]),
    ("gemma-3", [2, TWO, B3, *[SOFT] * 256, E3, TWO, 300], 1, [[(3, 259)]]),
]


@pytest.mark.parametrize(("model", "prompt", "images", "where"), EXPANDED)
def test_expanded_prompts_are_kept(engine, image, monkeypatch, model, prompt, images, where):
    one = engine(model)
    pictures = {"image": [image["small"]] * images}
    made = one.run("replace", monkeypatch, prompt, pictures)
    assert made["prompt_token_ids"] == prompt
    assert spans(made) == {"image": where}
    with pytest.raises(VLLMValidationError, match="mmspan: "):
        one.run("check", monkeypatch, prompt, pictures)


def test_some_expanded(engine, image, monkeypatch):
    one = engine("qwen2.5-vl")
    prompt = [1, S, *[P] * 8, E, 3, S, P, E]
    made = one.run("replace", monkeypatch, prompt, {"image": [image["small"]] * 2})
    assert made["prompt_token_ids"] == [1, S, *[P] * 8, E, 3, S, *[P] * 8, E]
    assert spans(made) == {"image": [[(2, 10)], [(13, 21)]]}


def test_newline_behind_an_image(engine, image, monkeypatch):
    """Gemma 3: vLLM itself cannot find the image there, which is a status of 500."""
    one = engine("gemma-3")
    prompt = [2, 300, B3, ONE, 301]
    with pytest.raises(RuntimeError, match="found 0 prompt placeholders"):
        one.own(prompt, {"image": [image["small"]]})
    made = one.run("replace", monkeypatch, prompt, {"image": [image["small"]]})
    assert made["prompt_token_ids"] == [2, 300, TWO, B3, *[SOFT] * 256, E3, THREE, 301]
    assert spans(made) == {"image": [[(4, 260)]]}


def test_ranges_do_not_overlap(engine, image, monkeypatch):
    """Gemma 3: of two touching images vLLM's own ranges share a token."""
    made = engine("gemma-3").run(
        "replace", monkeypatch, [2, B3, B3, 9], {"image": [image["small"]] * 2}
    )
    first, second = made["mm_placeholders"]["image"]
    assert first.offset + first.length <= second.offset


def test_a_moved_range(engine, image, monkeypatch):
    one = engine("qwen2.5-vl")
    made = one.own([1, S, P, E, 2], {"image": [image["small"]]})
    (place,) = made["mm_placeholders"]["image"]
    made["mm_placeholders"]["image"] = [
        type(place)(offset=place.offset + 1, length=place.length, is_embed=place.is_embed)
    ]
    plugin = hooks.Plugin("check", LOG)
    monkeypatch.setenv("MMSPAN_MODEL", "qwen2.5-vl")
    validate = plugin.at_validation(InputProcessor._validate_model_input)
    with pytest.raises(VLLMValidationError, match=r"media-place \[2, 10\).*binds to \[3, 11\)"):
        validate(one.inputs, made, "decoder")


def test_dummy_media_are_never_refused(engine, image, monkeypatch):
    """vLLM measures with media of its own at the start."""
    one = engine("qwen2.5-vl")
    monkeypatch.setenv("MMSPAN_MODEL", "gemma-4")
    plugin = hooks.Plugin("replace", LOG)
    guard = SimpleNamespace(mode="replace", timed=contextlib.nullcontext)
    monkeypatch.setattr(plugin, "guard", lambda *_: guard)

    def refuse(*_):
        from mmspan.runners.agree import Problem
        from mmspan.runners.guard import Refusal

        raise Refusal(Problem("media-count", 0, 0, "no"))

    monkeypatch.setattr(replace, "expand", refuse)
    for row in plugin.hooks()[2:]:
        owner, name, function = hook.resolve(row)
        monkeypatch.setattr(owner, name, row.wrap(function))
    assert one.processor.get_dummy_mm_inputs({"image": 1})["mm_placeholders"]["image"]
    with pytest.raises(VLLMValidationError):
        one.own([1, S, P, E], {"image": [image["small"]]})


def test_all_hooks_fit(caplog):
    """Users of another version get a warning; here it is a failure."""
    for row in hooks.Plugin("replace", LOG).hooks():
        hook.resolve(row)


def test_out_of_reach():
    from vllm.model_executor.models.pixtral import PixtralMultiModalProcessor
    from vllm.model_executor.models.qwen2_vl import Qwen2VLMultiModalProcessor

    assert "has its own _maybe_apply" in replace.out_of_reach(PixtralMultiModalProcessor)
    assert replace.out_of_reach(Qwen2VLMultiModalProcessor) is None
    assert processing.BaseMultiModalProcessor


def test_pieces_that_differ(engine, monkeypatch, caplog):
    """A config for another tokenizer: served, and only logged."""
    one = engine("llava-1.5")
    caplog.set_level("INFO", logger="vllm.mmspan")
    monkeypatch.setattr(logging.getLogger("vllm"), "propagate", True)
    monkeypatch.setenv("MMSPAN_MODEL", "qwen2.5-vl")
    guard = hooks.Plugin("check", LOG).guard(one.config, one.processor.info.ctx.tokenizer)
    assert guard.mode == "log"
    assert "log only, as the tokenizer differs: <|vision_start|> is not there" in caplog.text
    assert mmspan.__version__
