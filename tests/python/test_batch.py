"""Many sequences: how they come in, what comes out, and that each is what it is alone."""

import array
import gc
import random
import weakref

import mmspan
import numpy as np
import pytest

SEQUENCES = [
    [2, 255999, 258880, 258880, 258882],
    [],
    [7],
    [258881, 255999, 258880, 5],
    [258880],
]


def flat(sequences):
    values = [token for ids in sequences for token in ids]
    offsets = np.cumsum([0, *map(len, sequences)])
    return values, offsets


def check(m, b, sequences):
    assert len(b) == len(sequences)
    assert np.diff(b.offsets).tolist() == [len(ids) for ids in sequences]
    alone = [m.scan(ids) for ids in sequences]
    for i, want in enumerate(alone):
        assert b[i].to_dict() == want.to_dict()
        for what in ("item", "run"):
            offsets = getattr(b, f"{what}_offsets")
            got = getattr(b, f"{what}s")[offsets[i] : offsets[i + 1]]
            assert got.tolist() == getattr(want, f"{what}s").tolist()
        kinds = b.findings[b.finding_offsets[i] : b.finding_offsets[i + 1]]["kind"]
        assert [mmspan.FINDING_KINDS[k] for k in kinds] == [f.kind for f in want.findings]
    assert [x.to_dict() for x in b] == [x.to_dict() for x in alone]


@pytest.mark.parametrize("threads", [0, 1, 2, 7])
def test_every_way_in(m, threads):
    values, offsets = flat(SEQUENCES)
    for given in (
        (SEQUENCES,),
        (tuple(SEQUENCES),),
        (iter(SEQUENCES),),
        ([np.array(ids, "i8") for ids in SEQUENCES],),
        ([array.array("i", ids) for ids in SEQUENCES],),
        (values, offsets),
        (np.array(values, "i4"), offsets),
        (np.array(values, "i8"), offsets.tolist()),
        (np.array(values, "u4"), offsets.astype("i4")),
        (np.array(values * 2, "i4")[: len(values)], offsets),
    ):
        check(m, m.scan_batch(*given, threads=threads), SEQUENCES)


@pytest.mark.parametrize("sequences", [[[]], [[], []], [[], [258880]], [[], [], [7], []]])
def test_empty_sequences_first(m, sequences):
    check(m, m.scan_batch(sequences), sequences)
    check(m, m.scan_batch([np.array(ids, "i4") for ids in sequences]), sequences)


def test_matrix(m):
    rows = [[2, 255999, 258880, 258882], [258880, 5, 258881, 258884], [1, 2, 3, 4]]
    for kind in ("i4", "i8", "u4", "u8"):
        check(m, m.scan_batch(np.array(rows, kind)), rows)
    assert len(m.scan_batch(np.zeros((0, 5), "i4"))) == 0
    assert len(m.scan_batch(np.zeros((3, 0), "i4"))) == 3
    check(m, m.scan_batch(np.array(rows)[:, :2].copy()), [r[:2] for r in rows])
    for kind in ("i4", "i8", "u4", "u8"):
        check(m, m.scan_batch(np.array(rows, kind)[::2, 1:3]), [r[1:3] for r in rows[::2]])
        check(m, m.scan_batch(np.array(rows, kind)[::-1]), rows[::-1])
    with pytest.raises(ValueError, match="not contiguous"):
        m.scan_batch(np.array(rows)[:, ::2])
    with pytest.raises(ValueError, match="values has 1 dimension, not two"):
        m.scan_batch(np.array([1, 2]))
    with pytest.raises(ValueError, match="values has 3 dimensions, not two"):
        m.scan_batch(np.zeros((1, 2, 3), "i4"))


def test_lists_of_arrays_are_read_as_the_arrays_are(m):
    wide = np.array([2, 2**40, 258880, -(2**33)])
    for sequences in (
        [wide],
        [[2, 258880], wide, [258881, -1], (), range(3), np.array([2**31], "u4")],
        [np.array([2, 258880], "u8"), [], wide, wide[::-1]],
    ):
        b = m.scan_batch(sequences)
        assert len(b) == len(sequences)
        for one, ids in zip(b, sequences, strict=True):
            alone = m.scan(ids)
            assert one.findings == alone.findings
            assert list(one) == list(alone)
            assert one.ids.tolist() == alone.ids.tolist()
    with pytest.raises(OverflowError, match=r"values\[1\]\[0\] is 2147483648"):
        m.scan_batch([wide, [2**31]])


@pytest.mark.parametrize("kind", ["u1", "i1", "u2", "i2"])
def test_lists_of_small_arrays_that_have_wrapped(m, kind):
    for sequences in ([np.array([5], kind)], [[258880], np.array([5], kind), [5]]):
        with pytest.raises(mmspan.MismatchError, match="wrapped"):
            m.scan_batch(sequences)


def test_offsets_that_leave_something_out(m):
    b = m.scan_batch(list(range(100, 110)), [3, 3, 5, 9])
    assert [x.ids.tolist() for x in b] == [[], [103, 104], [105, 106, 107, 108]]


@pytest.mark.parametrize(
    ("offsets", "kind"),
    [
        ([], ValueError),
        ([0, 11], ValueError),
        ([0, 5, 3], ValueError),
        ([-1, 5], ValueError),
        ([0.0, 1.0], TypeError),
        ("01", TypeError),
        (5, TypeError),
        (np.array([[0, 5]]), ValueError),
        (np.array([0, 2**40]), ValueError),
        (np.array([0.0, 1.0]), TypeError),
    ],
)
def test_bad_offsets(m, offsets, kind):
    with pytest.raises(kind):
        m.scan_batch(list(range(10)), offsets)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (5, TypeError),
        (None, TypeError),
        ("text", TypeError),
        ({"a": [1]}, TypeError),
        ([1, 2], TypeError),
        ([[1], "a"], TypeError),
        ([[1], None], TypeError),
        ([[1], [2**31]], OverflowError),
        ([[1], [True]], TypeError),
        (np.zeros(3, "i4"), ValueError),
        (np.zeros((2, 2, 2), "i4"), ValueError),
        (np.zeros((2, 2), "f4"), TypeError),
        (np.zeros((2, 2), ">i4"), TypeError),
        (np.zeros((2, 2), object), TypeError),
    ],
)
def test_bad_values(m, values, kind):
    with pytest.raises(kind):
        m.scan_batch(values)


def test_errors_name_the_sequence(m):
    with pytest.raises(TypeError, match=r"values\[1\]\[2\] is a str, not an int"):
        m.scan_batch([[1], [2, 3, "a"]])
    with pytest.raises(ValueError, match="threads is -1"):
        m.scan_batch([[1]], threads=-1)
    with pytest.raises(TypeError):
        m.scan_batch([[1]], threads="2")


def test_list_that_changes(m):
    inner = list(range(50))

    class Clears:
        def __index__(self):
            inner.clear()
            return 1

    inner[20] = Clears()
    with pytest.raises(RuntimeError, match="changed while it was read"):
        m.scan_batch([[1], inner])
    outer = []

    class Empties(list):
        def __iter__(self):
            outer.clear()
            return super().__iter__()

    outer += [[1], Empties([2]), [3]]
    assert len(m.scan_batch(outer)) == 3


def test_literal(m):
    b = m.scan_batch([[258880, 5], [258880], [7, 258880]], literal=[[(0, 1)], None, []])
    assert [len(x) for x in b] == [0, 1, 1]
    assert b[0].literal == ((0, 1),)
    assert b.item_offsets.tolist() == [0, 0, 1, 2]
    for bad, kind in (
        ([[(0, 1)]], ValueError),
        (5, TypeError),
        ([5, None, None], TypeError),
        ([[(0, 9)], None, None], ValueError),
    ):
        with pytest.raises(kind):
            m.scan_batch([[258880, 5], [258880], [7, 258880]], literal=bad)


def test_is_a_sequence(m):
    b = m.scan_batch(SEQUENCES)
    assert b[-1].to_dict() == b[4].to_dict()
    assert [x.n_tokens for x in b[::2]] == [5, 1, 1]
    for bad in (5, -6):
        with pytest.raises(IndexError):
            b[bad]
    with pytest.raises(TypeError):
        b["a"]
    assert len(m.scan_batch([])) == 0
    assert m.scan_batch([]).items.shape == (0,)
    assert m.scan_batch([]).item_offsets.tolist() == [0]


def test_keeps_what_it_borrows(m):
    values, offsets = flat(SEQUENCES)
    given = np.array(values, "i4")
    gone = weakref.ref(given)
    b = m.scan_batch(given, offsets)
    items = b.items
    wanted = items.tolist()
    del given
    gc.collect()
    assert b[0].ids.tolist() == SEQUENCES[0]
    del b
    gc.collect()
    assert gone() is not None
    assert items.tolist() == wanted
    del items
    gc.collect()
    assert gone() is None


def test_cycle_is_collected(m):
    class Values(list):
        pass

    values = Values([[1, 2]])
    gone = weakref.ref(values)
    values.batch = m.scan_batch(values)
    del values
    gc.collect()
    assert gone() is None


def test_random(m):
    rng = random.Random(5)
    alphabet = [5, 7, 255999, 256000, 258880, 258881, 258882, 258883, 258884]
    sequences = [rng.choices(alphabet, k=rng.randrange(30)) for _ in range(300)]
    one = m.scan_batch(sequences)
    check(m, one, sequences)
    two = m.scan_batch(sequences, threads=2)
    assert two.items.tobytes() == one.items.tobytes()
    assert two.findings.tobytes() == one.findings.tobytes()
