"""The drop-ins, against what they stand in for: on real models of a few layers."""

import copy

import mmspan
import mmspan.torch as mt
import pytest
import torch
from conftest import DEVICE, FLOATS, INTERPRETED, bits, numbers, same

ON_DEVICE = DEVICE.type == "cuda" or INTERPRETED
pytestmark = pytest.mark.usefixtures("poison")


def masked(embeds, rows, mask):
    """What vLLM does."""
    return embeds.masked_scatter_(mask.unsqueeze(-1), rows.to(embeds.dtype))


@pytest.mark.parametrize("dtype", FLOATS[:3], ids=str)
@pytest.mark.parametrize("where", ["cpu", "device"])
def test_as_in_vllm(dtype, where):
    for seed in range(6):
        generator = torch.Generator().manual_seed(seed)
        mask = torch.rand(50, generator=generator) < seed / 5
        rows = numbers(int(mask.sum()), 6, dtype=dtype)
        embeds = numbers(50, 6, dtype=dtype, seed=4)
        want = masked(embeds.clone(), rows, mask.to(DEVICE))
        mask = mask.to("cpu" if where == "cpu" else DEVICE)
        for nested in (rows, [rows], [rows[:1], [rows[1:]]], rows[None]):
            got = embeds.clone()
            assert mt.merge_multimodal_embeddings(got, nested, mask) is got
            same(got, want)
        got = embeds.view(5, 10, 6).clone()
        same(mt.merge_multimodal_embeddings(got, rows, mask), want.view(5, 10, 6))


def test_rows_of_another_type_are_converted():
    mask = torch.tensor([True, False], device=DEVICE)
    embeds = torch.zeros(2, 3, dtype=torch.bfloat16, device=DEVICE)
    rows = torch.rand(1, 3, device=DEVICE)
    want = masked(embeds.clone(), rows, mask)
    same(mt.merge_multimodal_embeddings(embeds, [rows], mask), want)
    assert mt.merge_multimodal_embeddings(embeds, [], mask) is embeds


def test_a_merge_in_place_is_noticed():
    """What another operation has kept for its gradient must not change unseen."""
    embeds, factor = torch.ones(3, 2, device=DEVICE), torch.ones(3, 2, device=DEVICE)
    product = embeds * factor.requires_grad_()
    mask = torch.tensor([True, False, False], device=DEVICE)
    mt.merge_multimodal_embeddings(embeds, [torch.ones(1, 2, device=DEVICE)], mask)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        product.sum().backward()


def test_wrong_counts():
    mask = torch.tensor([True, False, True])
    embeds = torch.zeros(3, 2, device=DEVICE)
    with pytest.raises(
        ValueError, match="multimodal_embeddings has 1 rows, the prompt takes 2"
    ):
        mt.merge_multimodal_embeddings(embeds, [torch.ones(1, 2, device=DEVICE)], mask)
    with pytest.raises(ValueError, match="multimodal_embeddings has rows of 3 numbers"):
        mt.merge_multimodal_embeddings(embeds, [torch.ones(2, 3, device=DEVICE)], mask)
    with pytest.raises(ValueError, match=r"is_multimodal is torch\.bool of shape"):
        mt.merge_multimodal_embeddings(embeds, [torch.ones(2, 2, device=DEVICE)], mask[:2])
    assert not embeds.any()
    if DEVICE.type == "cuda":
        got = mt.merge_multimodal_embeddings(
            embeds, [torch.ones(1, 2, device=DEVICE)], mask.to(DEVICE)
        )
        assert got[0].tolist() == [1, 1]
        assert got[2].isnan().all()


def test_vllm():
    """The function itself, where vLLM is installed."""
    utils = pytest.importorskip("vllm.model_executor.models.utils")
    mask = torch.rand(200, device=DEVICE) < 0.5
    parts = list(torch.randn(int(mask.sum()), 16, device=DEVICE).split(7))
    embeds = torch.randn(200, 16, device=DEVICE)
    want = utils._merge_multimodal_embeddings(embeds.clone(), parts, mask)
    same(mt.merge_multimodal_embeddings(embeds.clone(), parts, mask), want)


def tiny(name):
    """A model of transformers with random weights, the IDs of a prompt, and its inputs."""
    transformers = pytest.importorskip("transformers")
    torch.manual_seed(0)
    text = {
        "hidden_size": 32, "intermediate_size": 32, "num_hidden_layers": 2,
        "num_attention_heads": 2, "num_key_value_heads": 2, "head_dim": 16, "vocab_size": 2000,
        "max_position_embeddings": 128, "pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2,
    }  # fmt: skip
    vision = {
        "hidden_size": 32, "intermediate_size": 32, "num_hidden_layers": 1,
        "num_attention_heads": 2, "image_size": 16, "patch_size": 4,
    }  # fmt: skip
    if name == "llava":
        config = transformers.LlavaConfig(
            text_config={"model_type": "llama", **text},
            vision_config={"model_type": "clip_vision_model", "projection_dim": 32, **vision},
            image_token_index=1500,
            vision_feature_layer=-1,
        )
        model = transformers.LlavaForConditionalGeneration(config)
        return model, 1500, 16, {"pixel_values": torch.randn(3, 3, 16, 16)}
    if name == "gemma-3":
        config = transformers.Gemma3Config(
            text_config={**text, "sliding_window": 64},
            vision_config={"model_type": "siglip_vision_model", **vision},
            mm_tokens_per_image=4,
            image_token_index=1500,
        )
        model = transformers.Gemma3ForConditionalGeneration(config)
        return model, 1500, 4, {"pixel_values": torch.randn(3, 3, 16, 16)}
    config = transformers.Qwen2_5_VLConfig(
        text_config={
            **text,
            "rope_scaling": {"type": "mrope", "mrope_section": [2, 2, 4]},
        },
        vision_config={
            "hidden_size": 32, "intermediate_size": 32, "depth": 1, "num_heads": 2,
            "patch_size": 4, "spatial_merge_size": 2, "temporal_patch_size": 2,
            "out_hidden_size": 32, "window_size": 16, "fullatt_block_indexes": [0],
        },
        image_token_id=1500, video_token_id=1501, vision_start_token_id=1502,
        vision_end_token_id=1503,
    )  # fmt: skip
    model = transformers.Qwen2_5_VLForConditionalGeneration(config)
    grid = torch.tensor([[1, 4, 4]] * 3)
    pixels = torch.randn(3 * 16, 3 * 2 * 4 * 4)
    return model, 1500, 4, {"pixel_values": pixels, "image_grid_thw": grid}


def config(image):
    return mmspan.loads(
        "mmspan: 1\nmodel: tiny\n"
        f"tokens:\n  image: {{id: {image}, piece: '<image>'}}\n"
        "modalities:\n  image: {patch: image, rows: {min: 1}}\n"
    )


@pytest.mark.parametrize("name", ["llava", "gemma-3", "qwen2.5-vl"])
@pytest.mark.filterwarnings("default")
def test_models_of_transformers(name, monkeypatch):
    model, image, n, inputs = tiny(name)
    model = model.eval().to(DEVICE)
    inputs = {key: value.to(DEVICE) for key, value in inputs.items()}
    sequences = [
        [1, 1502, *[image] * n, 1503, 7, 1502, *[image] * n, 1503],
        [1, 5, 1502, *[image] * n, 1503, *[9] * (n + 2)],
    ]
    assert len({len(ids) for ids in sequences}) == 1
    ids = torch.tensor(sequences, device=DEVICE)
    inputs["attention_mask"] = torch.ones_like(ids)
    if name == "gemma-3":
        inputs["token_type_ids"] = (ids == image).long()
    if name == "qwen2.5-vl":
        inputs["mm_token_type_ids"] = (ids == image).int()
    scanned = config(image).scan_batch(sequences)
    plan = mt.plan(scanned, DEVICE)
    assert plan.rows == {"image": 3 * n}
    merged = []
    launch = pytest.importorskip("mmspan.torch.launch")
    run = launch.merge
    monkeypatch.setattr(launch, "merge", lambda *a: (merged.append(a), run(*a)))
    with torch.no_grad():
        want = model(input_ids=ids, **inputs).logits
        with mt.merging(plan):
            got = model(input_ids=ids, **copy.copy(inputs)).logits
    assert len(merged) == (1 if ON_DEVICE else 0)
    same(got, want)

    # By hand: the model's rows and its own embeddings, with the plan.
    embeds = model.get_input_embeddings()(ids.masked_fill(ids == image, 0)).detach()
    features = model.model.get_image_features(
        **{k: v for k, v in inputs.items() if "pixel" in k or "grid" in k}
    )
    rows = getattr(features, "pooler_output", features)
    rows = [r.detach() for r in rows] if isinstance(rows, (list, tuple)) else rows.detach()
    scattered = embeds.masked_scatter(
        (ids == image)[..., None], torch.cat(list(rows)) if isinstance(rows, list) else rows
    )
    same(mt.splice_(embeds, plan, image=rows), scattered)


def test_merging_refuses_rows_that_nobody_takes():
    plan = mt.plan(config(1500).scan([1, 1500, 1500, 2]), DEVICE)
    embeds = torch.zeros(1, 4, 3, device=DEVICE)
    mask = torch.tensor([[False, True, True, False]], device=DEVICE)[..., None]
    with (
        mt.merging(plan),
        pytest.raises(ValueError, match="a model merges 3 rows, the prompt takes 2 of image"),
    ):
        embeds.masked_scatter(mask, torch.ones(3, 3, device=DEVICE))


def test_merging_leaves_the_rest_to_torch():
    with mt.merging():
        base = torch.zeros(2, 3, device=DEVICE)
        by_number = torch.tensor([[True, False, False], [True, True, False]], device=DEVICE)
        got = base.masked_scatter(by_number, torch.arange(3.0, device=DEVICE))
        assert got.tolist() == [[0, 0, 0], [1, 2, 0]]
        rows = torch.ones(1, 3, device=DEVICE, requires_grad=True)
        mask = torch.tensor([[True], [False]], device=DEVICE)
        base.masked_scatter(mask, rows).sum().backward()
        assert bits(rows.grad).equal(bits(torch.ones_like(rows)))
