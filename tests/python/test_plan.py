"""The table from which a GPU places rows, without a GPU and without torch."""

import numpy as np
import pytest
from mmspan import _core

NEVER = np.iinfo(np.int64).max
SEQUENCES = [[2, 258880, 258880, 258881], [], [7], [258881, 5, 255999, 258880, 258882]]


def table(scanned, room=0):
    n_tokens, n = _core._plan_size(scanned)
    columns = np.full((3, n + 1 + room), -1, np.int64)
    return n_tokens, _core._plan_fill(scanned, columns), columns


def test_a_result(m):
    r = m.scan([2, 255999, 258880, 258880, 258882, 258881, 258880])
    n_tokens, rows, columns = table(r)
    assert n_tokens == 7
    assert rows == tuple(r.rows(name) for name in m.modalities)
    assert columns[0].tolist() == [2, 5, 6, NEVER]
    assert columns[1].tolist() == [0, 2, 3, 4]
    assert columns[2].tolist() == [0 * 64 + 0, 0 * 64 + 2, 2 * 64 + 0, 0]


def test_room_behind_the_runs(m):
    r = m.scan([258880, 5])
    _, _, columns = table(r, room=2)
    assert columns.tolist() == [[0, NEVER, NEVER, NEVER], [0, 1, 1, 1], [0, 0, 0, 0]]


def test_a_batch_is_its_sequences_one_after_the_other(m):
    values = [9, 9, *[token for ids in SEQUENCES for token in ids], 9]
    offsets = np.cumsum([2, *map(len, SEQUENCES)])
    b = m.scan_batch(values, offsets)
    n_tokens, rows, columns = table(b)
    assert n_tokens == sum(map(len, SEQUENCES))
    want = []
    taken = dict.fromkeys(m.modalities, 0)
    for start, r in zip(b.offsets - b.offsets[0], b, strict=False):
        for item in r:
            for run in item.runs:
                number = (taken[run.modality] + run.row) * 64 + m.modalities.index(run.modality)
                want.append((start + run.start, run.length, number))
        for name in taken:
            taken[name] += r.rows(name)
    assert rows == tuple(taken.values())
    got = zip(columns[0, :-1], np.diff(columns[1]), columns[2, :-1], strict=True)
    assert [tuple(map(int, row)) for row in got] == [tuple(map(int, row)) for row in want]


def test_nothing(m):
    for scanned in (m.scan([]), m.scan_batch([]), m.scan_batch([[], []])):
        assert _core._plan_size(scanned) == (0, 0)
        assert table(scanned)[2].tolist() == [[NEVER], [0], [0]]


def test_few_runs_in_windows(m):
    """Each run that a window touches: two tokens of the window, and row * 4 + source."""
    r = m.scan([2, 255999, 258880, 258880, 258882, 258881, 258880])
    assert _core._plan_rows(r) == (3, 0, 1)
    every = [r.runs[k] for k in range(3)]
    assert [(run["start"], run["length"]) for run in every] == [(2, 2), (5, 1), (6, 1)]
    for start in range(8):
        for end in range(start, 8):
            rows, n, numbers = _core._plan_few(r, [2, 0], start, end)
            got = [numbers[3 * k : 3 * k + 3] for k in range(n)]
            assert numbers[3 * n :] == (0,) * (24 - 3 * n)
            where = {}
            for begin, past, add in got:
                assert begin < past
                for token in range(begin, past):
                    row, source = divmod(token * 4 + add, 4)
                    where[token + start] = row, source
            rows_of = {2: (0, 1), 3: (1, 1), 5: (0, 0), 6: (2, 1)}
            assert where == {t: w for t, w in rows_of.items() if start <= t < end}
            assert rows == len(where)


def test_runs_that_are_not_few(m):
    assert _core._plan_few(m.scan([258880, 5] * 8), [0], 0, 16)[1] == 8
    assert _core._plan_few(m.scan([258880, 5] * 9), [0], 0, 18) is None
    assert _core._plan_few(m.scan([258880]), [0, 1, 2, 0, 1], 0, 1) is None
    assert _core._plan_few(m.scan([]), [], 0, 0) == (0, 0, (0,) * 24)


def test_what_does_not_fit(m):
    r = m.scan([258880, 5])
    for bad in (
        np.zeros((3, 1), np.int64),
        np.zeros((2, 2), np.int64),
        np.zeros((3, 2), np.int32),
        np.zeros((3, 2), np.uint64),
        np.zeros((3, 2), np.float64),
        np.zeros((3, 4), np.int64)[:, :2],
    ):
        with pytest.raises(ValueError, match="columns is not a matrix of int64, 3 x 2"):
            _core._plan_fill(r, bad)
        assert not bad.any()
    frozen = np.zeros((3, 2), np.int64)
    frozen.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        _core._plan_fill(r, frozen)
    with pytest.raises(TypeError, match="result is a list, not a Result or a Batch"):
        _core._plan_size([1])
    with pytest.raises(TypeError, match="result is an int, not a Result or a Batch"):
        _core._plan_fill(3, np.zeros((3, 2), np.int64))
    with pytest.raises(TypeError, match="result is an int, not a Result or a Batch"):
        _core._plan_rows(3)
    with pytest.raises(TypeError, match="result is an int, not a Result or a Batch"):
        _core._plan_few(3, [0], 0, 1)
    with pytest.raises(TypeError, match="_plan_few takes a result, a list, start and end"):
        _core._plan_few(r, (0,), 0, 1)
    with pytest.raises(TypeError, match="str"):
        _core._plan_few(r, ["image"], 0, 1)
    with pytest.raises(TypeError, match="_plan_fill takes 2 arguments, not 1"):
        _core._plan_fill(r)
