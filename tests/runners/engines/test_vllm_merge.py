"""`mmspan.torch` in the place of vLLM's merge: its own function, and a real model's calls."""

from __future__ import annotations

import logging

import pytest
from mmspan.runners import hook
from mmspan.runners.hook import Once
from mmspan.vllm import hooks, merge

pytest.importorskip("vllm")
torch = pytest.importorskip("torch")

from vllm.model_executor.models import utils  # noqa: E402

LOG = logging.getLogger("vllm.mmspan")


@pytest.fixture
def ours():
    """The function that the plugin puts in; vLLM's own fails the test when it is asked."""

    def original(*_):
        raise AssertionError("vLLM's own function was called")

    return merge.hook(Once(LOG)).wrap(original)


def bits(tensor):
    return tensor.contiguous().view(torch.uint8)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16], ids=str)
@pytest.mark.parametrize("inference", [False, True])
def test_the_numbers_of_vllm(ours, dtype, inference):
    generator = torch.Generator().manual_seed(5)
    with torch.inference_mode(inference):
        for seed in range(6):
            mask = torch.rand(60, generator=generator) < seed / 5
            rows = torch.randn(int(mask.sum()), 12, generator=generator)
            embeds = torch.randn(60, 12, generator=generator).to(dtype)
            for nested in (rows, list(rows.split(7)), [rows[:1], [rows[1:]]], []):
                want = utils._merge_multimodal_embeddings(embeds.clone(), nested, mask)
                into = embeds.clone()
                got = ours(into, nested, mask)
                assert got is into
                assert torch.equal(bits(got), bits(want))


def test_wrong_counts_are_an_error_of_vllm(caplog, monkeypatch):
    monkeypatch.setattr(logging.getLogger("vllm"), "propagate", True)
    merged = merge.hook(Once(LOG)).wrap(utils._merge_multimodal_embeddings)
    mask, embeds = torch.tensor([True, False, True, True]), torch.zeros(4, 2)
    for _ in range(2):
        with pytest.raises(ValueError, match="2 multimodal tokens to 3 placeholders"):
            merged(embeds, [torch.ones(2, 2)], mask)
    assert not embeds.any()
    assert caplog.text.count("mmspan: a merge failed, the engine goes on without it") == 1


def test_only_in_replace():
    """By name and parameters; users of another version get a warning, here it is a failure."""
    name = "_merge_multimodal_embeddings"
    rows = {
        mode: [row for row in hooks.Plugin(mode, LOG).hooks() if row.name == name]
        for mode in ("log", "check", "replace")
    }
    assert [len(rows[mode]) for mode in rows] == [0, 0, 1]
    owner, _, function = hook.resolve(rows["replace"][0])
    assert owner is utils
    assert function.__name__ == name


@pytest.mark.parametrize("model", ["qwen2.5-vl", "llava-1.5"])
def test_every_call_of_a_model(folder, monkeypatch, ours, model):
    """A tiny model answers a prompt with two images, and each of its merges is compared."""
    from PIL import Image
    from vllm import LLM, SamplingParams
    from vllm.distributed import cleanup_dist_env_and_memory

    monkeypatch.setenv("VLLM_ENABLE_V1_MULTIPROCESSING", "0")
    monkeypatch.setenv("MMSPAN", "off")
    original, calls = utils._merge_multimodal_embeddings, []

    def both(inputs_embeds, multimodal_embeddings, is_multimodal):
        want = original(inputs_embeds.clone(), multimodal_embeddings, is_multimodal)
        got = ours(inputs_embeds, multimodal_embeddings, is_multimodal)
        assert torch.equal(bits(got), bits(want))
        calls.append(int(is_multimodal.sum()))
        return got

    monkeypatch.setattr(utils, "_merge_multimodal_embeddings", both)
    image, around = {"qwen2.5-vl": (151655, True), "llava-1.5": (32000, False)}[model]
    one = [151652, image, 151653] if around else [image]
    pictures = [Image.new("RGB", (112, 56), (9, 9, 200)), Image.new("RGB", (112, 56))]
    llm = LLM(
        model=str(folder(model)),
        load_format="dummy",
        dtype="float32",
        max_model_len=2048,
        enforce_eager=True,
        limit_mm_per_prompt={"image": 2},
    )
    try:
        calls.clear()
        prompt = {
            "prompt_token_ids": [5, *one, 7, *one, 9],
            "multi_modal_data": {"image": pictures},
        }
        out = llm.generate([prompt], SamplingParams(max_tokens=2, temperature=0.0))
        assert len(out[0].outputs[0].token_ids) == 2
        rows = sum(token == image for token in out[0].prompt_token_ids)
        assert rows > 2
        assert sum(calls) == rows
    finally:
        del llm
        cleanup_dist_env_and_memory()
