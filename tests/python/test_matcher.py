"""Matchers: where they come from, what they are equal to, and what is wrong with a config."""

import copy
import pickle
from pathlib import Path

import mmspan
import pytest

CONFIG = """\
mmspan: 1
model: mine
tokens:
  begin: {id: 1, piece: "<b>"}
  patch: {id: 2, piece: "<p>"}
  end: {id: 3, piece: "<e>"}
modalities:
  image: {begin: begin, patch: patch, end: end}
"""
PIECES = CONFIG.replace("id: 2, ", "")


def test_builtin(m):
    assert m.model == "gemma-4"
    assert m.modalities == ("image", "video", "audio")
    assert m.vocab_size == 262144
    assert m.yaml.startswith("mmspan: 1") or "mmspan: 1" in m.yaml
    assert mmspan.models() == tuple(sorted(mmspan.models()))
    for name in mmspan.models()[::10]:
        try:
            assert mmspan.load(name).model == name
        except mmspan.ConfigError as error:
            assert "tokenizer" in str(error)


def test_hugging_face_name():
    assert mmspan.load("Qwen/Qwen2.5-VL-7B-Instruct").model == "qwen2.5-vl"
    assert mmspan.load("Qwen/Qwen2.5-VL-7B-Instruct") == mmspan.load("qwen2.5-vl")
    with pytest.raises(mmspan.UnknownModelError, match=r'did you mean "Qwen/Qwen2\.5-VL-7B'):
        mmspan.load("Qwen/Qwen2.5-VL-7B-instruct")
    with pytest.raises(mmspan.UnknownModelError, match="chameleon and chameleon-vq; choose"):
        mmspan.load("facebook/chameleon-7b")
    # A part of a name that stands in a config is no name.
    with pytest.raises(mmspan.UnknownModelError):
        mmspan.load("Qwen/Qwen2.5-VL")


def test_path(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(CONFIG)
    for given in (path, str(path)):
        assert mmspan.load(given).model == "mine"
    assert mmspan.load(path) == mmspan.loads(CONFIG) == mmspan.loads(CONFIG.encode())
    path.rename(tmp_path / "mine")
    assert mmspan.load(str(tmp_path / "mine")).model == "mine"
    for missing in (tmp_path / "no.yaml", str(tmp_path / "no.yaml"), "no.yml"):
        with pytest.raises(FileNotFoundError):
            mmspan.load(missing)
    with pytest.raises(IsADirectoryError):
        mmspan.load(tmp_path)


def test_unknown():
    with pytest.raises(mmspan.UnknownModelError, match='did you mean "gemma-3"'):
        mmspan.load("gemma-5")
    with pytest.raises(LookupError):
        mmspan.load("nobody/nothing")
    with pytest.raises(mmspan.Error):
        mmspan.load("")


@pytest.mark.parametrize("bad", [5, None, b"gemma-4", ["gemma-4"]])
def test_bad_names(bad):
    with pytest.raises(TypeError, match="model is a"):
        mmspan.load(bad)
    with pytest.raises((TypeError, mmspan.Error)):
        mmspan.loads(bad)


def test_names_that_no_file_has():
    for name in ("a\0b", "\udcff"):
        with pytest.raises(ValueError):
            mmspan.load(name)


def test_errors_say_where():
    with pytest.raises(mmspan.ConfigError) as caught:
        mmspan.loads(CONFIG + "nonsense: 5\n", name="my.yaml")
    error = caught.value
    assert (error.file, error.line, error.column, error.path) == ("my.yaml", 9, 1, "nonsense")
    assert str(error) == f"my.yaml:9:1: {error.message} (in nonsense)"
    assert isinstance(error, ValueError)
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error)
    assert again.line == 9
    with pytest.raises(mmspan.ConfigError) as caught:
        mmspan.loads(
            CONFIG.replace(
                "{begin: begin, patch: patch, end: end}", '{pattern: "begin (patch+ end"}'
            )
        )
    assert "^" in str(caught.value).splitlines()[-1]
    with pytest.raises(mmspan.LimitError):
        mmspan.loads("#" * 2_000_000)
    for text in ("", "{", "\0", "[1, 2]", "mmspan: 1\n", b"\xff\xfe\x00", "\t- x: ["):
        with pytest.raises(mmspan.Error):
            mmspan.loads(text)


def test_pieces(tmp_path):
    with pytest.raises(mmspan.ConfigError, match="patch"):
        mmspan.loads(PIECES)
    m = mmspan.loads(PIECES, tokenizer={"<p>": 2, "x": 9})
    assert m.scan([1, 2, 2, 3])[0].rows == 2
    assert m != mmspan.loads(PIECES, tokenizer={"<p>": 4})
    assert m == mmspan.loads(PIECES, tokenizer={"<p>": 2})
    again = pickle.loads(pickle.dumps(m))
    assert again == m
    assert again.scan([1, 2, 2, 3])[0].rows == 2
    with pytest.raises(mmspan.ConfigError, match='no piece "<p>"'):
        mmspan.loads(PIECES, tokenizer={})
    with pytest.raises(TypeError, match="str, not an int"):
        mmspan.loads(PIECES, tokenizer={"<p>": "2"})
    with pytest.raises(OverflowError):
        mmspan.loads(PIECES, tokenizer={"<p>": 2**40})

    class Fails(dict):
        def __getitem__(self, key):
            raise OSError("mine")

    with pytest.raises(OSError, match="mine"):
        mmspan.loads(PIECES, tokenizer=Fails())
    for bad in (5, ["<p>"], object()):
        with pytest.raises(TypeError, match="tokenizer is a"):
            mmspan.loads(PIECES, tokenizer=bad)
    with pytest.raises(mmspan.Error):
        mmspan.loads(PIECES, tokenizer=tmp_path)
    (tmp_path / "added_tokens.json").write_text('{"<p>": 2}')
    try:
        m = mmspan.loads(PIECES, tokenizer=tmp_path)
    except mmspan.Error as error:
        assert "simdjson" in str(error)
    else:
        assert m == again


def test_equality_and_hash(m):
    same = mmspan.loads(m.yaml)
    assert same == m
    assert hash(same) == hash(m)
    assert len({m, same, mmspan.load("qwen2.5-vl")}) == 2
    assert m != 5
    with pytest.raises(TypeError):
        m < same  # noqa: B015


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickle(m, prompt, protocol):
    again = pickle.loads(pickle.dumps(m, protocol))
    assert again == m
    assert again.scan(prompt).to_dict() == m.scan(prompt).to_dict()
    assert copy.deepcopy(m) == m


def test_pickle_of_another_version(m):
    restore, (layout, version, yaml, pieces) = m.__reduce__()
    assert version == mmspan.__version__
    with pytest.raises(mmspan.Error, match=r"written by mmspan 9\.9\.9 and cannot be read"):
        restore(layout + 1, "9.9.9", yaml, pieces)
    for arguments in ((), (1,), (1, "1", "text", None), ("a", "b", b"c", None)):
        with pytest.raises(mmspan.Error, match="cannot be read by"):
            restore(*arguments)
    with pytest.raises(mmspan.Error):
        restore(layout, version, b"nonsense", pieces)


def test_version():
    header = Path(__file__).parents[2] / "include/mmspan/base.h"
    assert f'#define MMSPAN_VERSION       "{mmspan.__version__}"' in header.read_text()


def test_how_arguments_are_given():
    text = mmspan.load("gemma-4").yaml
    text = text.decode() if isinstance(text, bytes) else text
    assert mmspan.loads(yaml=text).scan([1, 2]).ids.tolist() == [1, 2]
    assert mmspan.loads(text, name="x").model == "gemma-4"
    for call in (lambda: mmspan.loads(name="x"), lambda: mmspan.loads(text, "x")):
        with pytest.raises(TypeError):
            call()
