"""The hooks of vLLM, on objects that look like its own."""

import logging
import sys
import types
from types import SimpleNamespace

import numpy as np
import pytest

pytest.importorskip("yaml")

from mmspan.runners.place import Slot
from mmspan.vllm import hooks
from mmspan.vllm.replace import _Content

S, P, E, V = 151652, 151655, 151653, 151656
LOG = logging.getLogger("mmspan.tests")


class RefusedError(Exception):
    pass


@pytest.fixture(autouse=True)
def engine(monkeypatch):
    """The one class that the hooks take from vLLM."""
    module = types.ModuleType("vllm.exceptions")
    module.VLLMValidationError = lambda text, parameter: RefusedError(text)
    monkeypatch.setitem(sys.modules, "vllm", types.ModuleType("vllm"))
    monkeypatch.setitem(sys.modules, "vllm.exceptions", module)
    monkeypatch.delenv("MMSPAN_MODEL", raising=False)


class Range(SimpleNamespace):
    def extract_embeds_range(self):
        return self.spans


def make_processor(pruning=None, model="Qwen/Qwen3-VL-8B-Instruct"):
    multimodal = SimpleNamespace(get_video_pruning_spec=lambda: pruning)
    config = SimpleNamespace(model=model, multimodal_config=multimodal)
    return SimpleNamespace(model_config=config, tokenizer=None)


def validate(plugin, processor, ids, kind="token", **ranges):
    given = {"type": kind, "prompt_token_ids": ids}
    given["mm_placeholders"] = {
        name: [Range(spans=spans) for spans in media] for name, media in ranges.items()
    }
    calls = []
    plugin.at_validation(lambda *args: calls.append(args))(processor, given, "decoder")
    assert len(calls) == 1


def test_a_request(caplog):
    plugin, processor = hooks.Plugin("check", LOG), make_processor()
    validate(plugin, processor, [1, S, P, P, E], image=[[(2, 3)]])
    with pytest.raises(RefusedError, match=r"^mmspan: stray-token \[1, 2\)"):
        validate(plugin, processor, [1, P])
    validate(plugin, processor, [1, P], kind="embeds")
    caplog.clear()
    given = {"type": "token"}  # without IDs
    for _ in range(2):
        plugin.at_validation(lambda *_: None)(processor, given, "decoder")
    assert ["failed" in line for line in caplog.messages] == [True]


def test_videos_that_are_pruned_later(caplog):
    """vLLM has all their tokens as rows, time stamps too, pads only in the first frame."""
    ids = [5, S, V, V, E, 6, S, E]
    plugin = hooks.Plugin("check", LOG)
    with pytest.raises(RefusedError):
        validate(plugin, make_processor(), ids, video=[[(0, 7)]])
    plugin = hooks.Plugin("check", LOG)
    pruned = make_processor(("evs", 0.5))
    caplog.clear()
    for _ in range(2):
        validate(plugin, pruned, ids, video=[[(0, 7)]])
    assert "not checked: a prompt with a video, whose tokens" in caplog.text
    assert len([line for line in caplog.messages if "not checked" in line]) == 1
    with pytest.raises(RefusedError, match="stray-token"):
        validate(plugin, pruned, [1, P])


class Inputs:
    prompt = (1, 2, 3)
    mm_data_items = SimpleNamespace(get_all_counts=lambda: {"image": 1})


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (
            AssertionError("Failed to apply prompt replacement for mm_items['image'][0]"),
            RefusedError,
        ),
        (RuntimeError("Expected there to be 1 prompt placeholders, found 0"), RefusedError),
        (RuntimeError("out of memory"), RuntimeError),
        (AssertionError(), AssertionError),
    ],
)
def test_an_error_of_the_engine(error, raised):
    """Only where it says that a placeholder is missing, the prompt may be why."""

    def fail(*_):
        raise error

    plugin, processor = hooks.Plugin("check", LOG), make_processor()
    context = SimpleNamespace(model_config=processor.model_config, tokenizer=None)
    multimodal = SimpleNamespace(info=SimpleNamespace(ctx=context))
    with pytest.raises(raised):
        plugin.at_apply(fail)(multimodal, Inputs, None)


def slot(start, end):
    return Slot("image", 0, start, end, True, [(start, end)])


def test_one_row_is_a_placeholder_unless_all_of_it_is_there():
    def content(full, mask):
        made = SimpleNamespace(full=full, is_embed=lambda _: np.array(mask))
        return _Content([SimpleNamespace(target=[10], content=made)])

    one = content([9, 10, 13], [False, True, False])
    assert not one.is_there([1, 10, 5], slot(1, 2))
    assert not one.is_there([10, 13], slot(0, 1))
    assert one.is_there([1, 9, 10, 13], slot(2, 3))
    assert not one.is_there([1, 10], slot(1, 2)._replace(expanded=False))
    two = content([10, 10, 13], [True, True, False])
    assert two.is_there([1, 10, 10, 5], slot(1, 3))  # what is around it, the layout says
