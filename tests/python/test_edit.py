"""assign, expand, collapse, truncate, neutralise: new objects, and media in every shape."""

import mmspan
import numpy as np
import pytest

BOI, EOI, IMAGE, VIDEO = 255999, 258882, 258880, 258884


def block(n):
    return [BOI, *[IMAGE] * n, EOI]


def test_assign_gives_another_result(m):
    r = m.scan([2, *block(2), 9, *block(3)])
    fits = r.assign(image=[2, 3])
    assert fits is not r
    assert [item.media for item in r] == [None, None]
    assert [item.media for item in fits] == [0, 1]
    assert fits.findings == []
    assert r.assign({"image": (2, 3)}).to_dict() == fits.to_dict()
    assert r.assign(image=np.array([2, 3])).to_dict() == fits.to_dict()
    assert r.assign(image=iter([mmspan.Media(2), 3])).to_dict() == fits.to_dict()
    assert [f.kind for f in r.assign(image=[2]).findings] == ["media-count"]
    assert [f.kind for f in r.assign().findings] == ["media-count"]
    assert fits.ids.tolist() == r.ids.tolist()


def test_assign_from_end(m):
    r = m.scan([IMAGE, 5, *block(3)])
    late = r.assign(image=[9, 1, 3], from_end=True)
    assert [item.media for item in late] == [1, 2]


def test_assign_compares_ids(m):
    r = m.scan(np.array([2, *block(2)], np.int64))
    media = mmspan.Media(rows=2, ids=block(2))
    assert r.assign(image=[media]).findings == []
    media = mmspan.Media(rows=2, ids=np.array([BOI, IMAGE, 7, IMAGE, EOI]))
    assert [f.kind for f in r.assign(image=[media]).findings] == ["media-layout"]


def test_groups(m):
    frame = [BOI, VIDEO, VIDEO, EOI]
    r = m.scan([2, *frame, 5, *frame])
    two = r.assign(video=[mmspan.Media(rows=4, n_items=2)])
    assert [item.media for item in two] == [0, 0]
    assert two.findings == []


def test_expand(m):
    ids = [2, IMAGE, 107, IMAGE, 9]
    e = m.scan(ids).expand(image=[2, 3])
    wanted = [2, *block(2), 107, *block(3), 9]
    assert e.ids.tolist() == wanted
    assert e.ids.dtype == np.int32
    assert not e.ids.flags.writeable
    assert e.findings == []
    assert [item.position for item in e.source] == [1, 6]
    assert [(item.start, item.end, item.media) for item in e.result] == [(1, 5, 0), (6, 11, 1)]
    assert e.result is e.result
    assert e.result.ids.tolist() == wanted
    assert e.plan.tolist() == [(1, 2, 1, 5, 0, 0), (3, 4, 6, 11, 1, 0)]
    assert [e.new_position(p) for p in range(6)] == [0, 1, 5, 6, 11, 12]
    assert [e.old_position(p) for p in (0, 1, 3, 5, 6, 11, 12)] == [0, 1, 1, 2, 3, 4, 5]
    for bad in (-1, 99):
        with pytest.raises(IndexError, match="outside the prompt"):
            e.new_position(bad)
        with pytest.raises(IndexError):
            e.old_position(bad)
    with pytest.raises(TypeError):
        e.new_position(1.0)
    twice = e.result.expand(image=[2, 3])
    assert twice.ids.tolist() == wanted
    assert twice.plan["kept"].tolist() == [1, 1]


def test_expand_to_a_list(m):
    ids = [2, IMAGE, 100000, 100001, IMAGE, 9 * 10**5]
    e = m.scan(ids).expand(image=[2, 300])
    made = e.tolist(ids)
    assert made == e.tolist() == e.ids.tolist()
    assert made[-1] is ids[-1]
    assert made[5] is ids[2]
    assert made[2] is made[3]
    assert m.scan([]).expand().tolist() == []
    with pytest.raises(ValueError, match="ids has 2 tokens, and what was scanned 6"):
        e.tolist([1, 2])
    with pytest.raises(TypeError, match="ids is a tuple"):
        e.tolist(tuple(ids))
    collapsed = e.result.collapse()
    assert collapsed.tolist(made) == ids
    assert collapsed.plan["kept"].tolist() == [0, 0]
    assert collapsed.result.collapse().plan["kept"].tolist() == [1, 1]


def test_expand_history(m):
    ids = [IMAGE, 5, IMAGE, 6]
    e = m.scan(ids).expand(image=[2], start=1)
    assert e.ids.tolist() == [IMAGE, 5, *block(2), 6]
    assert [item.media for item in e.result] == [None, 0]
    e = m.scan(ids).expand(image=[2], from_end=True)
    assert e.findings[0].kind == "media-count"


def test_expand_that_does_not_fit(m):
    e = m.scan([2, *block(2), 5]).expand(image=[3])
    assert e.ids.tolist() == [2, *block(2), 5]
    assert [f.kind for f in e.findings] == ["media-rows"]
    assert [f.kind for f in e.result.findings] == ["media-rows"]


def test_expand_with_tokens():
    m = mmspan.load("pixtral")
    assert m.modalities == ("image",)
    ids = m.scan([10, 10, 12, 10, 10, 13])
    assert ids[0].rows == 4
    tokens = [10, 10, 12, 10, 10, 13]
    e = m.scan([5, 10, 13, 6]).expand(image=[mmspan.Media(rows=4, ids=tokens)])
    assert 4 in [item.rows for item in e.result] or e.findings
    with pytest.raises(mmspan.Error, match="its tokens take 4"):
        ids.assign(image=[mmspan.Media(rows=3, ids=tokens)])


def test_literal_spans_move(m):
    ids = [2, IMAGE, 7, IMAGE, IMAGE, 8]
    r = m.scan(ids, literal=[(3, 5)])
    e = r.expand(image=[4])
    assert e.result.literal == ((8, 10),)
    assert len(e.result) == 1
    assert e.result[0].media == 0
    back = e.result.collapse()
    assert back.ids.tolist() == ids
    assert back.result.literal == ((3, 5),)
    kept = r.truncate(4)
    assert kept.result.literal == ((3, 4),)


def test_items_of_ordinary_tokens_leave_their_literal_span():
    m = mmspan.loads(
        "{mmspan: 1, model: x, tokens: {unk: {id: 0, ordinary: true}, b: 1, p: 2, e: 3},"
        " modalities: {image: {begin: b, patch: p, end: e, bare: unk}}}"
    )
    for literal, left in (
        ([(0, 5)], ((0, 1), (5, 6), (10, 11))),
        ([(1, 2)], ()),
        ([(0, 2), (2, 4)], ((0, 1), (5, 6))),
        ([(1, 1), (2, 2), (3, 5)], ((1, 1), (5, 5), (10, 11))),
    ):
        r = m.scan([9, 0, 9, 0, 9], literal=literal)
        e = r.expand(image=[2, 2])
        assert e.ids.tolist() == [9, 1, 2, 2, 3, 9, 1, 2, 2, 3, 9]
        assert e.result.literal == left
        assert [(i.start, i.media) for i in e.result] == [(1, 0), (6, 1)]
        assert e.result.findings == []
        assert e.result.expand(image=[2, 2]).ids.tolist() == e.ids.tolist()
    # An item that stays is literal as before.
    e = m.scan([9, 0, 9], literal=[(0, 3)]).expand(image=[2], start=2)
    assert e.result.literal == ((0, 3),)
    m = mmspan.loads(
        "{mmspan: 1, model: x, tokens: {o: {id: 0, ordinary: true}, d: 1},"
        " modalities: {image: {pattern: o+ o, bare: [d]}}}"
    )
    c = m.scan([9, 0, 0, 9], literal=[(0, 3)]).collapse()
    assert c.ids.tolist() == [9, 1, 9]
    assert c.result.literal == ((0, 1),)
    assert len(c.result) == 1


def test_collapse(m):
    r = m.scan([2, *block(2), 7, *block(3)])
    e = r.collapse()
    assert e.ids.tolist() == [2, IMAGE, 7, IMAGE]
    assert [item.form for item in e.result] == ["bare", "bare"]
    assert e.plan.tolist() == [(1, 5, 1, 2, -1, 0), (6, 11, 3, 4, -1, 0)]
    assert e.new_position(11) == 4
    assert m.scan([]).collapse().ids.tolist() == []


def test_truncate(m):
    r = m.scan([2, *block(2), 7, *block(3), 9])
    t = r.truncate(7)
    assert (t.start, t.end) == (0, 6)
    assert t.ids.tolist() == [2, *block(2), 7]
    assert len(t.result) == 1
    assert ["a", "b"][t.media["image"]] == ["a"]
    t = r.assign(image=[2, 3]).truncate(7, side="left")
    assert t.ids.tolist() == [7, *block(3), 9]
    assert ["a", "b"][t.media["image"]] == ["b"]
    assert r.truncate(7, "left").ids.tolist() == r.truncate(7, side="left").ids.tolist()
    assert r.truncate(0).ids.tolist() == []
    assert r.truncate(10**6).ids.tolist() == r.ids.tolist()
    with pytest.raises(ValueError, match="side is 'up'"):
        r.truncate(5, side="up")
    with pytest.raises(mmspan.Error):
        r.truncate(-1)
    with pytest.raises(TypeError):
        r.truncate("5")


def test_neutralise(m):
    n = m.neutralise([2, IMAGE, 9, IMAGE], [(1, 3)], [7, 7])
    assert n.ids.tolist() == [2, 7, 7, 9, IMAGE]
    assert n.literal == [(1, 4)]
    assert m.neutralise(np.array([2, IMAGE]), [(0, 2)], [7]).ids.tolist() == [2, 7]
    with pytest.raises(mmspan.Error, match=r"reserved|itself"):
        m.neutralise([2], [], [IMAGE])
    with pytest.raises(mmspan.Error, match="an empty replacement"):
        m.neutralise([2], [], [])
    with pytest.raises(OverflowError, match=r"replacement\[0\]"):
        m.neutralise([2], [], [2**31])
    with pytest.raises(OverflowError, match=r"ids\[0\] is 1099511627776"):
        m.neutralise(np.array([2**40]), [], [])
    with pytest.raises(TypeError):
        m.neutralise([2], [])


BAD_MEDIA = [
    ({"image": 5}, TypeError, "image is an int: give a list"),
    ({"image": "ab"}, TypeError, "image is a str"),
    ({"image": None}, TypeError, "image is a NoneType"),
    ({"image": {"a": 1}}, TypeError, "image is a dict"),
    ({"image": [1.5]}, TypeError, r"image\[0\] is a float, not an int"),
    ({"image": [1, True]}, TypeError, r"image\[1\] is a bool, not an int"),
    ({"image": [2**70]}, OverflowError, r"image\[0\] does not fit an int64"),
    ({"image": [0]}, ValueError, "rows"),
    ({"image": [-1]}, ValueError, "rows"),
    ({"sound": [1]}, ValueError, "no modality 'sound': the config has"),
    ({"image": [mmspan.Media(rows="2")]}, TypeError, r"image\[0\] is a str"),
    ({"image": [mmspan.Media(rows=2, n_items=-1)]}, ValueError, "n_items -1"),
    ({"image": [mmspan.Media(rows=2, n_items=2**40)]}, ValueError, "n_items"),
    ({"image": [mmspan.Media(rows=2, ids=["a"])]}, TypeError, r"Media.ids\[0\] is a str"),
    ({"image": [mmspan.Media(rows=2, ids=[IMAGE])]}, ValueError, "its tokens take 1"),
]


@pytest.mark.parametrize(("media", "kind", "text"), BAD_MEDIA)
def test_bad_media(m, media, kind, text):
    r = m.scan([2, *block(2)])
    for call in (r.assign, r.expand):
        with pytest.raises(kind, match=text):
            call(media)
        with pytest.raises(kind, match=text):
            call(**media)


def test_bad_mappings(m):
    r = m.scan([2])
    for bad in (5, [1], "image", {5: [1]}):
        with pytest.raises(TypeError):
            r.assign(bad)
    with pytest.raises(TypeError, match="from_end is an int, not a bool"):
        r.assign(from_end=1)
    with pytest.raises(TypeError):
        r.expand(start=None)

    def fails():
        yield 1
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        r.expand(image=fails())


def test_sizes_that_cannot_be(m):
    r = m.scan([IMAGE, 5, IMAGE])
    with pytest.raises(MemoryError):
        r.expand(image=[2**45, 1])
    with pytest.raises(mmspan.Error):
        r.expand(image=[2**62, 2**62])
