"""The plugin in SGLang's processors and tokenizer manager, in this process, without a GPU."""

from __future__ import annotations

import asyncio
import logging
from types import SimpleNamespace

import pytest
from mmspan.runners import hook
from mmspan.sglang import hooks

sglang = pytest.importorskip("sglang")

from sglang.srt.managers import tokenizer_manager as managing  # noqa: E402
from sglang.srt.multimodal.processors import base_processor as base  # noqa: E402
from sglang.srt.multimodal.processors import qwen_vl  # noqa: E402

LOG = logging.getLogger("mmspan.sglang")
B, I, D = 255999, 258880, 258882  # noqa: E741 - of Gemma 4
S, P, E = 151652, 151655, 151653


class Settings(SimpleNamespace):
    """What SGLang has set when nothing is said."""

    def __getattr__(self, name):
        return None


@pytest.fixture(scope="module", autouse=True)
def settings():
    patch = pytest.MonkeyPatch()
    multimodal = Settings(
        mm_process_config={},
        mm_preprocess_cache_size_mb=0,
        mm_feature_transport="cpu",
        allowed_media_domains=[],
        media_url_max_file_size_mb=100,
        mm_io_worker_num=1,
        mm_processor_worker_num=1,
    )
    serving = Settings(tokenizer_worker_num=1, skip_tokenizer_init=False)
    for module in (base, qwen_vl):
        patch.setattr(module, "get_mm", lambda: multimodal)
    parallel = Settings(tp_size=1)
    patch.setattr(qwen_vl, "get_parallel", lambda: parallel)
    patch.setattr(base, "get_serving", lambda: serving)
    patch.setattr(base, "get_exec", lambda: Settings(deterministic=Settings()))
    patch.setattr(base.BaseMultimodalProcessor, "_create_cpu_executor", lambda *_: None)
    yield
    patch.undo()


class Engine:
    """One model: SGLang's functions as they are, and as the plugin has them in a mode."""

    def __init__(self, model, folder, processor_class):
        import transformers

        self.model = model
        self.config = transformers.AutoConfig.from_pretrained(folder)
        if model == "gemma-4" and not hasattr(self.config, "eoa_token_id"):
            self.config.eoa_token_id = 258883  # as the published models' files have it
        self.hf = transformers.AutoProcessor.from_pretrained(folder)
        server = Settings(model_path=str(folder))
        self.processor = processor_class(self.config, server, self.hf, None)
        self.manager = Settings(model_path=str(folder), tokenizer=self.hf.tokenizer)

    def own(self, prompt, images):
        """IDs and items of a prompt, as the tokenizer manager gets them."""
        request = Settings(image_data=images, video_data=None, audio_data=None)
        if not images:
            return request, list(prompt), None
        loading = self.processor.process_mm_data_async(
            image_data=images,
            audio_data=None,
            input_text=prompt,
            request_obj=request,
            max_req_input_len=10**6,
        )
        made = asyncio.run(loading)
        return request, list(made.input_ids), made

    def run(self, mode, monkeypatch, prompt, images):
        """The same with the plugin; ValueError when it refuses."""
        monkeypatch.setenv("MMSPAN_MODEL", self.model)
        plugin = hooks.Plugin(mode, LOG)
        plugin.guard(self.manager)
        create = plugin.at_tokenized(lambda *args: None)
        with monkeypatch.context() as patch:
            for one in plugin._replace_hooks() if mode == "replace" else []:
                owner, name, function = hook.resolve(one)
                made = one.wrap(function)
                static = name == "_expand_input_ids"
                patch.setattr(owner, name, staticmethod(made) if static else made)
            request, ids, inputs = self.own(prompt, images)
            create(self.manager, request, None, ids, None, inputs, None)
        return ids, [item.offsets for item in inputs.mm_items] if inputs else []


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
    own = gemma.own("a<|image|>b", [image])[1]
    for mode in ("check", "replace"):
        ids, offsets = gemma.run(mode, monkeypatch, "a<|image|>b", [image])
        assert ids == own
        assert offsets == [[(own.index(I), own.index(D) - 1)]]


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
    made = gemma.run("replace", monkeypatch, prompt, [image] * images)
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
        gemma.run("check", monkeypatch, prompt, [image] * images)
    gemma.run("check", monkeypatch, "a<|image|>b", [image])


def test_qwen(qwen, image, monkeypatch):
    text = "a<|vision_start|><|image_pad|><|vision_end|>b"
    own = qwen.own(text, [image])[1]
    for mode in ("check", "replace"):
        assert qwen.run(mode, monkeypatch, text, [image])[0] == own


def test_build_input_ids(qwen, monkeypatch):
    """Qwen-VL's second way; SGLang itself takes each pad for an image."""
    import torch

    grids = torch.tensor([[1, 4, 8]])
    monkeypatch.setenv("MMSPAN_MODEL", "qwen2.5-vl")
    plugin = hooks.Plugin("replace", LOG)
    plugin.guard(qwen.manager)
    own = base.BaseMultimodalProcessor.build_input_ids
    build = plugin.at_build(own)
    good = [1, S, P, E, 2]
    expected = own(qwen.processor, good, grids)
    assert build(qwen.processor, good, grids) == expected
    expanded = [1, S, *[P] * 8, E, 2]
    with pytest.raises(IndexError):
        own(qwen.processor, expanded, grids)
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
