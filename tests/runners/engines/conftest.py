"""What the tests of real engines share: folders of tiny models, and pictures."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

for _name, _value in (
    ("HF_HUB_OFFLINE", "1"),
    ("VLLM_NO_USAGE_STATS", "1"),
    ("DO_NOT_TRACK", "1"),
    ("VLLM_CPU_KVCACHE_SPACE", "1"),
):
    os.environ.setdefault(_name, _value)


@pytest.fixture(scope="session")
def folder(tmp_path_factory) -> Callable[[str], Path]:
    """The folder of a tiny model; kept between runs where MMSPAN_TINY names a place."""
    import tiny

    kept = os.environ.get("MMSPAN_TINY")
    top = Path(kept) if kept else tmp_path_factory.mktemp("tiny")
    return lambda model: tiny.make(model, top / model)
