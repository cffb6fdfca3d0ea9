"""mmspan.transformers with real processors, a real model and a real Trainer."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import mmspan
import mmspan.transformers as mt
import pytest

transformers = pytest.importorskip("transformers")

import torch  # noqa: E402
from PIL import Image  # noqa: E402

EXAMPLE = Path(__file__).parents[3] / "examples" / "collator.py"
BLOCK = "<|vision_start|><|image_pad|><|vision_end|>"
S, P, E = 151652, 151655, 151653


@pytest.fixture(scope="module")
def processor(folder):
    where = folder("qwen2.5-vl")
    tokenizer = transformers.AutoTokenizer.from_pretrained(where)
    return transformers.Qwen2_5_VLProcessor(
        transformers.Qwen2VLImageProcessor.from_pretrained(where),
        tokenizer,
        transformers.Qwen2VLVideoProcessor(),
    )


@pytest.fixture(scope="module")
def model(folder):
    config = transformers.AutoConfig.from_pretrained(folder("qwen2.5-vl"))
    torch.manual_seed(0)
    return transformers.Qwen2_5_VLForConditionalGeneration(config)


@pytest.fixture(scope="module")
def image():
    return Image.new("RGB", (112, 56), (9, 9, 200))


@pytest.fixture(scope="module")
def example():
    spec = importlib.util.spec_from_file_location("collator_example", EXAMPLE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_check_of_a_processor(processor, image):
    made = processor(
        text=[f"a{BLOCK}b", f"{BLOCK}{BLOCK}", "text"],
        images=[image] * 3,
        return_tensors="pt",
        padding=True,
        padding_side="left",
    )
    results = mt.check(made, "qwen2.5-vl", merge_size=2)
    assert [result.rows("image") for result in results] == [8, 16, 0]
    made["image_grid_thw"][0] = torch.tensor([1, 4, 4])
    with pytest.raises(mmspan.MismatchError, match="sample 0: media-rows"):
        mt.check(made, "qwen2.5-vl", merge_size=2)


def test_type_ids_are_those_of_the_processor(processor, image):
    made = processor(
        text=[f"a{BLOCK}b", f"{BLOCK} long {BLOCK}"],
        images=[image] * 3,
        return_tensors="pt",
        padding=True,
        return_mm_token_type_ids=True,
    )
    own = made["mm_token_type_ids"]
    ours = mt.type_ids(made, "qwen2.5-vl")
    assert torch.equal(ours, own.to(ours.dtype))


def test_merge_is_what_the_model_scatters(processor, image, model):
    made = processor(
        text=[f"a{BLOCK}b", f"{BLOCK} long {BLOCK}"],
        images=[image] * 3,
        return_tensors="pt",
        padding=True,
    )
    with torch.no_grad():
        out = model.model.get_image_features(made["pixel_values"], made["image_grid_thw"])
        features = list(getattr(out, "pooler_output", out))
        text = model.get_input_embeddings()(made["input_ids"])
    where = (made["input_ids"] == P)[..., None].expand_as(text)
    expected = text.masked_scatter(where, torch.cat(features))
    rows = [features[:1], features[1:]]
    mask = made["attention_mask"]
    ours = mt.merge(
        text.clone(), made["input_ids"], "qwen2.5-vl", attention_mask=mask, image=rows
    )
    assert torch.equal(ours, expected)
    # One row moved from a sample to the next: one scatter over the batch takes it.
    moved = [[features[0][:7]], [torch.cat([features[0][7:], features[1]]), features[2]]]
    with pytest.raises(mmspan.MismatchError, match="sample 0: media-rows"):
        mt.merge(
            text.clone(), made["input_ids"], "qwen2.5-vl", attention_mask=mask, image=moved
        )


def test_collator_cuts_tokens_and_media_together(processor, image, example):
    samples = [
        example.encode(processor, f"a{BLOCK}bb{BLOCK}", [image, image]),
        example.encode(processor, "text", []),
    ]
    batch = example.collator(processor, 16)(samples)
    # The second image would begin at token 13 and end at 23: it goes, with its pixels.
    assert batch["input_ids"].shape == (2, 13)
    assert batch["image_grid_thw"].tolist() == [[1, 4, 8]]
    assert batch["pixel_values"].shape[0] == 32
    assert (batch["labels"][0, 2:10] == -100).all()
    assert batch["labels"][1].tolist()[4:] == [-100] * 9


def test_collator_drops_what_is_broken(processor, image, example):
    good = example.encode(processor, f"a{BLOCK}b", [image])
    cut = {**good, "input_ids": good["input_ids"][:6], "labels": good["labels"][:6]}
    more = {**good, "images": good["images"] * 2}
    collator = example.collator(processor, 64)
    batch = collator([good, cut, more])
    assert (batch["input_ids"].shape[0], collator.dropped) == (1, 2)
    with pytest.raises(mmspan.MismatchError, match="no sample of the batch is good"):
        collator([cut])
    collator.on_bad = "raise"
    with pytest.raises(mmspan.MismatchError, match="sample 1: truncated-block"):
        collator([good, cut])


def test_a_step_of_the_trainer(processor, image, example, model, tmp_path):
    pytest.importorskip("accelerate")
    samples = [
        example.encode(processor, f"a{BLOCK}bb{BLOCK}", [image, image]),
        example.encode(processor, f"{BLOCK} and text", [image]),
    ]
    trainer = transformers.Trainer(
        model=model,
        args=transformers.TrainingArguments(
            output_dir=str(tmp_path),
            per_device_train_batch_size=2,
            max_steps=1,
            remove_unused_columns=False,
            report_to=[],
            use_cpu=True,
            save_strategy="no",
        ),
        train_dataset=samples,
        data_collator=example.collator(processor, 16),
    )
    assert trainer.train().training_loss > 0
