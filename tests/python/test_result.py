"""A result: a sequence of items, arrays that keep it alive, text and JSON of the command."""

import collections.abc
import copy
import gc
import json
import pickle

import mmspan
import numpy as np
import pytest


def test_is_a_sequence(r):
    assert isinstance(r, collections.abc.Sequence)
    assert len(r) == 2
    assert r[0] == mmspan.Item(
        "image", "block", 1, 5, 2, (mmspan.Run("image", 2, 2, 0, 0),), None, 1
    )
    assert r[-1] == r[1]
    assert r[1].modality == "audio"
    assert list(r) == [r[0], r[1]] == r[:]
    assert r[::-1] == [r[1], r[0]]
    assert list(reversed(r)) == r[::-1]
    assert r[0] in r
    assert r.index(r[1]) == 1
    assert r.count(r[0]) == 1
    match r:
        case [first, _]:
            assert first.start == 1
    for bad in (2, -3, 2**70):
        with pytest.raises(IndexError):
            r[bad]
    for bad in ("a", 1.0, None):
        with pytest.raises(TypeError, match="ints as indices"):
            r[bad]
    with pytest.raises(ValueError):
        r.index(5)


def test_never_changes(r):
    with pytest.raises(TypeError):
        r[0] = 5
    with pytest.raises(AttributeError):
        r.items = 5
    with pytest.raises(AttributeError):
        r.nonsense = 5
    with pytest.raises(TypeError):
        mmspan.Result()
    with pytest.raises(TypeError):
        type("Mine", (mmspan.Result,), {})
    for array in (r.items, r.runs, r.ids):
        assert not array.flags.writeable
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 5
    with pytest.raises(TypeError, match="pickle"):
        pickle.dumps(r)
    with pytest.raises(TypeError, match="pickle"):
        copy.copy(r)


def test_arrays(r, prompt):
    assert r.ids.tolist() == prompt
    assert r.items["start"].tolist() == [1, 6]
    assert r.items["modality"].tolist() == [0, 2]
    assert r.items["media"].tolist() == [-1, -1]
    assert r.runs.tolist() == [(2, 2, 0, 0, 0), (6, 1, 0, 2, 1)]
    assert r.items.dtype.itemsize == 64
    assert r.runs.dtype.itemsize == 32
    empty = r.matcher.scan([])
    for array in (empty.ids, empty.items, empty.runs):
        assert array.shape == (0,)


@pytest.mark.parametrize("wide", [False, True])
def test_arrays_keep_it_alive(m, prompt, wide):
    given = np.array(prompt * 1000, np.int64 if wide else np.int32)
    r = m.scan(given)
    wanted = [array.tolist() for array in (r.ids, r.items, r.runs)]
    arrays = r.ids, r.items, r.runs
    given[:] = 0
    del r, given
    gc.collect()
    junk = [bytearray(n) for n in range(1, 100000, 100)]
    assert [array.tolist() for array in arrays] == wanted
    del junk


def test_ids_are_a_copy(m, prompt):
    given = np.array(prompt, np.int32)
    r = m.scan(given)
    given[:] = 7
    assert r.ids.tolist() == prompt


def test_findings(m, r):
    (finding,) = r.findings
    assert finding == (
        "broken-block",
        8,
        10,
        "image",
        ("eoi", "image"),
        5,
        ("image",),
        None,
        None,
        str(finding),
    )
    assert str(finding) == (
        "broken-block [8, 10) image block breaks off: expected eoi or image, found 5"
    )
    # As it was given, where that is no int32.
    (finding,) = m.scan(np.array([255999, 2**40])).findings[:1]
    assert (finding.kind, finding.found) == ("broken-block", 2**40)
    assert str(2**40) in str(finding)


def test_findings_pickle(r):
    (finding,) = r.findings
    assert finding.kind in mmspan.FINDING_KINDS
    assert pickle.loads(pickle.dumps(finding)) == finding
    assert pickle.loads(pickle.dumps(r[0])) == r[0]


def test_every_kind_of_finding(m):
    seen = {}
    for ids, options in (
        ([2, 255999, 258880, 7], {}),
        ([2, 255999, 258880], {}),
        ([2, 258882], {}),
        ([2, 300000], {}),
        ([2, 258882], {"literal": [(0, 2)]}),
        ([255999, *[258880] * 2000, 258882], {}),
    ):
        for finding in m.scan(ids, **options).findings:
            seen[finding.kind] = finding
    r = m.scan([255999, 258880, 258880, 258882])
    for finding in (*r.assign(image=[3]).findings, *r.assign(image=[]).findings):
        seen[finding.kind] = finding
    media = mmspan.Media(rows=2, ids=[5, 255999, 258880, 258880, 9, 258882])
    for finding in r.assign(image=[media]).findings:
        seen[finding.kind] = finding
    split = mmspan.loads(
        "mmspan: 1\nmodel: s\ntokens: {p: 1}\n"
        "modalities: {image: {patch: p, rows: 4, adjacent: split}}\n"
    )
    for finding in split.scan([1] * 6).findings:
        seen[finding.kind] = finding
    assert set(seen) == set(mmspan.FINDING_KINDS)
    for kind, finding in seen.items():
        assert str(finding).startswith(f"{kind} [{finding.start}, {finding.end}) ")
    assert seen["rows"].expected == "1..1120"
    assert seen["rows"].found == 2000
    assert seen["stray-token"].token == "eoi"
    assert (seen["media-rows"].expected, seen["media-rows"].found) == (3, 2)
    assert seen["media-rows"].media == 0
    assert seen["remainder"].found == 2


PROMPTS = [
    [],
    [2],
    [2, 255999, 258880, 258880, 258882, 107, 255999, 258880, 5],
    [258882] * 3 + [2, 258880, 258881, -5, 300000],
    [255999, *[258880] * 1500, 258882, *[7] * 50, 255999],
]


def without_place(line):
    """The command's JSON but for where the sequence was, which a result does not know."""
    assert '"file": "<stdin>", "line": 1, ' in line
    return line.replace('"file": "<stdin>", "line": 1, ', "")


@pytest.mark.parametrize("ids", PROMPTS)
def test_text_and_json_are_the_command_s(m, command, ids):
    r = m.scan(ids)
    text = " ".join(map(str, ids)) or "[]"
    shown = command("scan", "-m", "gemma-4", text=text)
    assert str(r) + "\n" == shown.stdout
    assert shown.returncode == (1 if r.findings else 0)
    line = command("scan", "-m", "gemma-4", "--format", "json", text=text).stdout
    assert r.to_json() + "\n" == without_place(line)
    assert r.to_dict() == json.loads(without_place(line))
    assert json.loads(r.to_json(sequence=7))["sequence"] == 7


def test_rewritten_json_is_the_command_s(m, command):
    ids = [2, 258880, 7, 255999, 258880, 258880, 258882]
    text = " ".join(map(str, ids))
    collapsed = command("collapse", "-m", "gemma-4", "--format", "json", text=text)
    assert m.scan(ids).collapse().to_json() + "\n" == without_place(collapsed.stdout)
    arguments = ("-m", "gemma-4", "--rows", "image=3,2", "--format", "json")
    expanded = command("expand", *arguments, text=text)
    assert m.scan(ids).expand(image=[3, 2]).to_json() + "\n" == without_place(expanded.stdout)


def test_check(m, r):
    with pytest.raises(mmspan.MismatchError) as caught:
        r.check()
    assert caught.value.finding == r.findings[0]
    assert str(caught.value) == str(r.findings[0])
    good = m.scan([2, 3])
    assert good.check() is good


def test_repr(m, r):
    assert repr(r) == "<mmspan.Result: 11 tokens, 2 items, 1 findings>"
    assert repr(m) == "<mmspan.Matcher: gemma-4>"
    assert repr(r.collapse()) == "<mmspan.Expansion: 11 tokens become 8, 1 findings>"
    assert repr(m.scan_batch([[1]])) == "<mmspan.Batch: 1 sequences, 0 items, 0 findings>"
    assert repr(m.stream()) == "<mmspan.Stream: 0 tokens, 0 decided>"


def test_many_findings_have_ids_of_unprintable_size(m):
    r = m.scan(np.array([2**62, 5], np.int64))
    assert "4611686018427387904" in str(r)
