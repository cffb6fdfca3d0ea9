"""detect and onboard: what they find, and what they refuse."""

import json

import mmspan
import numpy as np
import pytest

IDS = [2, 255999, 258880, 258880, 258882, 9, 258881, 5]


def test_detect():
    fits = mmspan.detect(IDS)
    assert fits[0].rank == 1
    best = next(fit for fit in fits if fit.model == "gemma-4")
    assert best.rank == 1
    assert (best.n_items, best.n_findings, best.n_sequences) == (2, 0, 1)
    assert [fit.rank for fit in fits] == sorted(fit.rank for fit in fits)
    for kind in ("i4", "i8"):
        assert mmspan.detect(np.array(IDS, kind)) == fits
    assert mmspan.detect(iter(IDS)) == fits
    assert mmspan.detect([]) == []
    assert mmspan.detect([5, 6, 7]) == []


@pytest.mark.parametrize(
    ("bad", "kind"),
    [(5, TypeError), ("text", TypeError), ([True], TypeError), ([2**31], OverflowError)],
)
def test_bad_samples(bad, kind):
    with pytest.raises(kind):
        mmspan.detect(bad)


def folder(tmp_path, config):
    (tmp_path / "config.json").write_text(json.dumps(config))
    tokens = {"<|vision_start|>": 151652, "<|vision_end|>": 151653, "<|image_pad|>": 151655}
    (tmp_path / "added_tokens.json").write_text(json.dumps(tokens))
    return tmp_path


def test_onboard(tmp_path):
    config = {
        "model_type": "qwen2_5_vl",
        "vision_start_token_id": 151652,
        "vision_end_token_id": 151653,
        "image_token_id": 151655,
        "vision_config": {"spatial_merge_size": 2},
    }
    where = folder(tmp_path, config)
    try:
        text = mmspan.onboard(where)
    except mmspan.Error as error:
        assert "simdjson" in str(error)
        return
    assert mmspan.onboard(str(where)) == text
    m = mmspan.loads(text)
    assert "image" in m.modalities
    assert m.scan([5, 151652, 151655, 151655, 151653])[0].rows == 2


def test_bad_folders(tmp_path):
    with pytest.raises(mmspan.Error):
        mmspan.onboard(tmp_path / "nothing")
    with pytest.raises(mmspan.Error):
        mmspan.onboard(tmp_path)
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(mmspan.Error):
        mmspan.onboard(tmp_path)
    for bad in (5, None, ["a"]):
        with pytest.raises(TypeError):
            mmspan.onboard(bad)
    with pytest.raises(ValueError, match="null"):
        mmspan.onboard("a\0b")


def test_onboard_names_what_is_not_there(tmp_path):
    with pytest.raises(mmspan.Error) as e:
        mmspan.onboard(tmp_path / "nope")
    said = "no such folder; give a local folder: mmspan downloads nothing"
    assert str(e.value) == f"{tmp_path / 'nope'}: {said}"
    assert e.value.message == said
