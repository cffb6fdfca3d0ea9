"""A prompt that arrives in pieces gives what the whole gives."""

import copy
import random

import mmspan
import pytest

ALPHABET = [5, 7, 255999, 256000, 258880, 258881, 258882, 258883, 258884]


def test_cut_anywhere(m):
    rng = random.Random(3)
    for _ in range(60):
        ids = rng.choices(ALPHABET, k=rng.randrange(40))
        whole = m.scan(ids)
        with m.stream() as s:
            at = 0
            while at < len(ids):
                n = rng.randrange(1, 5)
                s.push(ids[at : at + n])
                at += n
                assert s.n_tokens == min(at, len(ids))
                assert s.decided <= s.n_tokens
        assert s.result.to_dict() == whole.to_dict()
        assert s.result.ids.tolist() == ids
        assert str(s.result) == str(whole)


def test_results_do_not_change(m):
    s = m.stream()
    s.push([258880, 5])
    first = s.result
    s.push([258881, 5])
    assert len(first) == 1
    assert first.ids.tolist() == [258880, 5]
    assert len(s.result) == 2
    with pytest.raises(mmspan.Error):
        s.result.assign(image=[1])
    s.finish()
    assert s.result.assign(image=[1], audio=[1]).findings == []
    assert s.result.expand(image=[2], audio=[1]).ids.tolist()[:4] == [
        255999,
        258880,
        258880,
        258882,
    ]
    with pytest.raises(mmspan.Error, match="ended"):
        s.push([1])
    with pytest.raises(mmspan.Error):
        s.finish()


def test_literal(m):
    s = m.stream()
    s.push([2])
    s.push([258880], literal=True)
    s.push([258880], literal=False)
    s.finish()
    assert s.result.literal == ((1, 2),)
    assert s.result.to_dict() == m.scan([2, 258880, 258880], literal=[(1, 2)]).to_dict()
    with pytest.raises(TypeError, match="literal is an int, not a bool"):
        m.stream().push([1], literal=1)


def test_without_ids(m):
    s = m.stream(keep_ids=False)
    s.push([2, 255999, 258880, 9])
    s.finish()
    r = s.result
    assert [f.kind for f in r.findings] == ["broken-block"]
    assert "broken-block" in str(r)
    assert r.mask().tolist() == [False] * 4
    assert "text" in r._repr_html_()
    for use in (lambda: r.ids, r.collapse, r.expand, lambda: r.fill([]), lambda: r.truncate(2)):
        with pytest.raises(ValueError, match="keep_ids=True"):
            use()


def test_forget_reset_copy(m):
    s = m.stream()
    s.push([258880, 5, 258880, 5])
    s.forget()
    assert len(s.result) == 0
    s.push([258880, 5])
    assert s.result[0].start == 4
    assert s.result[0].runs[0].row == 2
    for fork in (s.copy(), copy.copy(s)):
        fork.push([258881])
        fork.finish()
        assert [item.modality for item in fork.result] == ["image", "audio"]
        assert fork.result.ids.tolist() == [258880, 5, 258880, 5, 258880, 5, 258881]
    assert s.n_tokens == 6
    s.reset()
    assert (s.n_tokens, s.decided) == (0, 0)
    s.push([258881])
    s.finish()
    assert s.result.ids.tolist() == [258881]


def test_exception_inside(m):
    with pytest.raises(KeyError), m.stream() as s:
        s.push([255999, 258880])
        raise KeyError
    s.push([258882])
    s.finish()
    assert len(s.result) == 1


def test_bad_arguments(m):
    with pytest.raises(TypeError):
        m.stream(keep_ids=1)
    with pytest.raises(TypeError):
        m.stream(True)
    s = m.stream()
    with pytest.raises(OverflowError):
        s.push([1, 2**31])
    with pytest.raises(TypeError):
        s.push()
    assert s.n_tokens == 0
