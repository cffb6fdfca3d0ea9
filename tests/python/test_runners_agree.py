"""What is refused, what is only said, and where media go: no engine needed."""

import mmspan
import pytest

pytest.importorskip("yaml")

from mmspan.runners.agree import compare, join
from mmspan.runners.config import facts
from mmspan.runners.place import Misfit, miscount, slots

S, P, E, V = 151652, 151655, 151653, 151656


@pytest.fixture(scope="module")
def qwen():
    return mmspan.load("qwen2.5-vl")


@pytest.fixture(scope="module")
def verdict(qwen):
    knowledge = facts(qwen)

    def judge(ids, *media):
        return compare(qwen.scan(ids), {"image": media} if media else {}, knowledge)

    return judge


@pytest.mark.parametrize(
    ("ids", "media"),
    [
        ([1, 2, 3], []),
        ([1, S, *[P] * 8, E, 2], [[(2, 10)]]),
        ([S, P, P, E, S, P, E], [[(1, 3)], [(5, 6)]]),
        # An engine may cut a run in two.
        ([S, P, P, P, E], [[(1, 2), (2, 4)]]),
    ],
)
def test_agreement(verdict, ids, media):
    assert verdict(ids, *media) == ([], [])


@pytest.mark.parametrize(
    ("ids", "media", "sentence"),
    [
        # The cases of an engine that expands the first pad it finds.
        (
            [5, *[P] * 8, 6, S, P, E, 2],
            [[(1, 9)]],
            "stray-token [1, 9) image_pad (151655) belongs to no block, 8 times",
        ),
        (
            [5, S, *[P] * 8, E, 6, S, P, E],
            [[(2, 10)]],
            "media-count [12, 15) image: expected 1 media, found 2",
        ),
        (
            [1, S, *[P] * 15, E, 2],
            [[(2, 10)]],
            "media-rows [1, 18) image 0: expected 8 rows, found 15",
        ),
        (
            [1, S, *[P] * 8, E],
            [[(3, 11)]],
            "media-place [2, 10) image 0: its tokens are at [2, 10), "
            "the engine binds to [3, 11)",
        ),
        ([1, S, P, E], [], "media-count [1, 4) image: expected 0 media, found 1"),
        ([1, S, V, E], [], "media-count [1, 4) video: expected 0 media, found 1"),
        ([1, P, 2], [], "stray-token [1, 2) image_pad (151655) belongs to no block"),
        ([1, 2], [[(0, 1)]], "media-count [2, 2) image: expected 1 media, found 0"),
    ],
)
def test_refusals(verdict, ids, media, sentence):
    refusals, _ = verdict(ids, *media)
    assert str(refusals[0]) == sentence


def test_swapped_media(verdict):
    ids = [S, P, E, S, P, E]
    assert verdict(ids, [(1, 2)], [(4, 5)]).refusals == []
    assert [p.kind for p in verdict(ids, [(4, 5)], [(1, 2)]).refusals] == ["media-place"] * 2


def test_what_takes_no_row_is_a_remark(verdict):
    refusals, remarks = verdict([1, E, 2, S, 3])
    assert refusals == []
    assert [problem.kind for problem in remarks] == ["stray-token", "broken-block"]


def test_out_of_vocabulary_is_a_remark(verdict):
    refusals, remarks = verdict([1, 999_999])
    assert (refusals, [p.kind for p in remarks]) == ([], ["out-of-vocabulary"])


def test_a_modality_that_the_config_lacks(qwen):
    found = compare(qwen.scan([1, 9]), {"audio": [[(1, 2)]]}, facts(qwen))
    assert found.refusals == []
    assert "no audio" in found.remarks[0].text


FRAMES = [S, P, P, E, 7, S, P, P, E]


@pytest.mark.parametrize(
    ("ids", "places", "kinds"),
    [
        (FRAMES, {"audio": [[(1, 3), (6, 8)]]}, []),
        ([*FRAMES, S, P, E], {"audio": [[(1, 3), (6, 8)]], "image": [[(10, 11)]]}, []),
        (FRAMES, {"audio": [[(1, 3)]]}, ["media-place"]),
        ([P, *FRAMES], {"audio": [[(0, 1), (2, 4), (7, 9)]]}, ["stray-token", "media-place"]),
    ],
)
def test_a_modality_that_is_written_as_another(qwen, ids, places, kinds):
    """The frames of a video as images, say: the tokens are compared, not the media."""
    found = compare(qwen.scan(ids), places, facts(qwen))
    assert [problem.kind for problem in found.refusals] == kinds


def test_sound_inside_a_video():
    """Whose rows a borrowed run takes, the items do not say: not compared."""
    m = mmspan.loads("""
mmspan: 1
model: m
tokens: {b: 1, v: 2, a: 3, e: 4}
modalities:
  video: {pattern: "b [v a]+ e", embed: {video: [v], audio: [a]}}
  audio: {patch: a}
""")
    knowledge = facts(m)
    assert knowledge.embeds.tolist() == [[2, 2], [3, 3]]
    places = {"video": [[(1, 2), (3, 4)]], "audio": [[(2, 3)]]}
    assert compare(m.scan([1, 2, 3, 2, 4]), places, knowledge).refusals == []


def test_join():
    assert join([(5, 6), (1, 3), (3, 4), (9, 9)]) == [(1, 4), (5, 6)]


def test_facts():
    m = mmspan.loads(
        """
mmspan: 1
model: m
huggingface: [a/b]
tokens:
  nl: {id: 7, piece: "\\n", ordinary: true}
  row: {range: [100, 200]}
  col: {any: [3, 5]}
  beg: {id: 1, piece: "<b>"}
  pad: {piece: "<p>"}
modalities:
  image: {begin: beg, patch: [row, col]}
  audio: {begin: beg, patch: pad}
""",
        tokenizer={"<p>": 9},
    )
    knowledge = facts(m, {"<p>": 9})
    assert knowledge.embeds.tolist() == [[3, 3], [5, 5], [9, 9], [100, 200]]
    assert knowledge.pieces == {"<b>": 1}
    assert knowledge.huggingface == ("a/b",)
    assert knowledge.differences({"<b>": 1}) == []
    assert knowledge.differences({"<b>": 2}) == ["<b> is 2, not 1"]
    assert knowledge.differences({}) == ["<b> is not there, not 1"]


@pytest.mark.parametrize(
    "name", [model for model in mmspan.models() if not model.startswith("idefics2")]
)
def test_facts_of_every_config(name):
    try:
        m = mmspan.load(name)
    except mmspan.ConfigError:
        pytest.skip("needs a tokenizer")
    knowledge = facts(m)
    assert (knowledge.embeds[:, 0] <= knowledge.embeds[:, 1]).all()


@pytest.mark.parametrize(
    ("ids", "rows", "expected"),
    [
        ([5, P, 6, S, P, E], [8], [(3, 6, False, [])]),
        ([1, S, *[P] * 8, E], [8], [(1, 11, True, [(2, 10)])]),
        ([S, P, P, E, S, P, E], [2, 9], [(0, 4, True, [(1, 3)]), (4, 7, False, [])]),
        # A placeholder for one row is its expansion.
        ([S, P, E], [1], [(0, 3, True, [(1, 2)])]),
        ([1, 2], [], []),
    ],
)
def test_slots(qwen, ids, rows, expected):
    found = slots(qwen.scan(ids), {"image": rows})
    assert [(s.start, s.end, s.expanded, s.spans) for s in found] == expected


@pytest.mark.parametrize(
    ("ids", "rows", "sentence"),
    [
        ([1, S, *[P] * 7, E], [8], "media-rows [1, 10) image 0: expected 8 rows, found 7"),
        ([1, 2], [8], "media-count [2, 2) image: expected 1 media, found 0"),
        ([S, P, E, S, P, E], [8], "media-count [3, 6) image: expected 1 media, found 2"),
        ([S, P, E], [], "media-count [0, 3) image: expected 0 media, found 1"),
        # A block cannot take the next placeholder to have its rows.
        ([S, P, P, E, S, P, E], [3], "media-rows [0, 4) image 0: expected 3 rows, found 2"),
    ],
)
def test_misfits(qwen, ids, rows, sentence):
    with pytest.raises(Misfit) as caught:
        slots(qwen.scan(ids), {"image": rows})
    assert str(caught.value) == sentence


L = 32000


@pytest.mark.parametrize(
    ("ids", "rows", "expected"),
    [
        # Without delimiters two that touch look like one image of two rows.
        ([L, L], [984, 1368], [(0, 1, False), (1, 2, False)]),
        ([L, 5, L, L], [984] * 3, [(0, 1, False), (2, 3, False), (3, 4, False)]),
        (
            [*[L] * 984, 5, L, L],
            [984] * 3,
            [(0, 984, True), (985, 986, False), (986, 987, False)],
        ),
        ([L] * 984, [984], [(0, 984, True)]),
    ],
)
def test_placeholders_that_touch(ids, rows, expected):
    found = slots(mmspan.load("llava-next").scan(ids), {"image": rows})
    assert [(s.start, s.end, s.expanded) for s in found] == expected


@pytest.mark.parametrize(
    ("ids", "rows", "sentence"),
    [
        ([L] * 3, [984] * 2, "media-rows [0, 3) image 0: expected 984 rows, found 3"),
        ([L] * 2, [984] * 3, "media-count [2, 2) image: expected 3 media, found 2"),
        ([L] * 983, [984], "media-rows [0, 983) image 0: expected 984 rows, found 983"),
    ],
)
def test_misfits_without_delimiters(ids, rows, sentence):
    with pytest.raises(Misfit) as caught:
        slots(mmspan.load("llava-next").scan(ids), {"image": rows})
    assert str(caught.value) == sentence
    if len(rows) > 1:
        counted = miscount(mmspan.load("llava-next").scan([L] * 2), {"image": 3})
        assert counted.text == "media-count [2, 2) image: expected 3 media, found 2"


def test_a_placeholder_between_delimiters_that_may_be_missing():
    """Of Qwen2-Audio the placeholder is the pad, with or without a pair around it."""
    b, a, e = 151647, 151646, 151648
    scan = mmspan.load("qwen2-audio").scan
    (one,) = slots(scan([1, b, a, e]), {"audio": [25]})
    assert (one.start, one.end, one.expanded) == (1, 4, False)
    (one,) = slots(scan([1, b, *[a] * 25, e]), {"audio": [25]})
    assert (one.expanded, one.spans) == (True, [(2, 27)])


def test_what_an_engine_did_not_find(qwen):
    for ids, images, text in (
        ([S, P, E], 2, "media-count [3, 3) image: expected 2 media, found 1"),
        ([1, S, P, P, E], 1, "media-rows [1, 5) image 0: expected a placeholder, found 2 rows"),
    ):
        assert miscount(qwen.scan(ids), {"image": images}).text == text
    assert miscount(qwen.scan([S, P, E]), {"image": 1}) is None


def test_frames_of_a_video():
    m = mmspan.load("gemma-4")
    b, v, e = 255999, 258884, 258882
    ids = [b, v, v, e, 9, b, v, v, e, 9, b, v, v, e]
    found = slots(m.scan(ids), {"video": [4, 2]})
    assert [(s.start, s.end, s.spans) for s in found] == [
        (0, 9, [(1, 3), (6, 8)]),
        (10, 14, [(11, 13)]),
    ]


def test_a_media_without_a_place(verdict):
    """An engine that drops an image with a warning has nothing for it."""
    (problem,) = verdict([1, 2], []).refusals
    assert str(problem) == "media-count [2, 2) image: expected 1 media, found 0"
    (problem,) = verdict([S, P, E], []).refusals
    assert problem.text.endswith("its tokens are at [1, 2), the engine binds to no place")
