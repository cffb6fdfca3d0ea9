"""Threads: lists that change while they are read, and one result read by many."""

import sys
import threading
import time

import mmspan
import numpy as np
import pytest

SECONDS = 1.0


def run_all(*functions):
    failed = []

    def run(function):
        try:
            function()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(f,)) for f in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    if failed:
        raise failed[0]


@pytest.fixture
def often():
    """Threads take turns every few microseconds."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("often")
def test_list_that_changes(m):
    ids = list(range(1000, 1300))
    stop = time.monotonic() + SECONDS
    count = {"read": 0, "changed": 0}

    class Slow(int):
        """Goes through Python code, so that others get their turn."""

        def __index__(self):
            return int(self)

    def change():
        while time.monotonic() < stop:
            ids.append(2**31 - 1)
            ids[5] = 10**9
            ids[7] = Slow(9)
            ids.pop()
            ids[:100] = [5] * 100
            ids.pop()
            ids.append(300)

    def read():
        while time.monotonic() < stop:
            try:
                r = m.scan(ids)
            except RuntimeError as error:
                assert "ids changed while it was read" in str(error)
                count["changed"] += 1
            else:
                assert r.n_tokens in range(295, 306)
                count["read"] += 1

    run_all(change, change, read, read)
    assert count["read"] > 0


@pytest.mark.usefixtures("often")
def test_array_that_is_written(m):
    ids = np.tile(np.array([2, 255999, 258880, 258880, 258882, 9], np.int32), 20000)
    stop = time.monotonic() + SECONDS

    def write():
        while time.monotonic() < stop:
            ids[::3] = 258880
            ids[::5] = 7

    def read():
        while time.monotonic() < stop:
            r = m.scan(ids)
            assert m.scan(r.ids).to_dict() == r.to_dict() if len(r) < 10 else True
            assert r.mask().sum() == r.runs["length"].sum()

    run_all(write, read, read)


def test_one_result_for_all(m):
    prompt = [2, 255999, *[258880] * 40, 258882, 7] * 50
    r = m.scan(prompt)
    wanted = r.to_dict()
    e = r.collapse()

    def use():
        for _ in range(30):
            assert r.to_dict() == wanted
            assert len(r.collapse().ids) == 150
            assert len(e.result) == 50
            assert e.plan.shape == (50,)
            assert len(r.assign(image=[40] * 50).findings) == 0

    run_all(*[use] * 4)


def test_one_stream_for_all(m):
    s = m.stream()

    def push():
        for _ in range(300):
            s.push([5, 6, 7])
            assert s.result.n_tokens % 3 == 0

    run_all(*[push] * 4)
    s.finish()
    assert s.result.ids.tolist() == [5, 6, 7] * 1200


def test_gil_is_let_go(m):
    n = mmspan._core._GIL_MIN_TOKENS
    for length in (n - 1, n, n + 1):
        ids = np.full(length, 5, np.int32)
        ids[-1] = 258880
        assert m.scan(ids)[0].start == length - 1
        assert m.scan(ids.astype(np.int64))[0].start == length - 1


def test_batch_in_threads(m):
    sequences = [[2, 255999, 258880, 258882, i] for i in range(500)]
    wanted = m.scan_batch(sequences).items.tobytes()

    def use():
        for _ in range(10):
            assert m.scan_batch(sequences, threads=2).items.tobytes() == wanted

    run_all(*[use] * 3)
