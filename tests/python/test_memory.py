"""Memory: nothing leaks, whatever fails, and running out of it is an exception."""

import gc
import sys

import mmspan
import numpy as np
import pytest

IDS = [2, 255999, 258880, 258880, 258882, 107, 255999, 258880, 5]


def good(m):
    r = m.scan(IDS)
    _ = r[0], r[:], r.ids, r.items, r.runs, r.findings, r.literal, str(r), repr(r)
    _ = r.to_dict(), r.mask(), r.type_ids({"image": 1, "video": 2, "audio": 3}), r.cumsum()
    _ = r.item_index(), r.window(0, 5), r.segments(), r.fill([1]), r.fill_runs([1])
    _ = r.assign(image=[2]), r.truncate(3), r.rows("image"), r._repr_html_()
    e = r.expand(image=[mmspan.Media(2, IDS[1:5])])
    _ = e.ids, e.result, e.plan, e.tolist(), e.tolist(IDS), e.to_dict(), e.findings
    _ = r.collapse().result, m.neutralise(IDS, [(0, 9)], [5]), m.__reduce__(), hash(m)
    r.splice_(np.zeros((9, 2), "f4"), image=np.zeros((2, 2), "f4"))
    b = m.scan_batch([IDS, tuple(IDS), np.array(IDS)], literal=[None, [(0, 1)], []], threads=2)
    _ = b[0], b.items, b.item_offsets, b.to_arrow().__arrow_c_array__(), list(b)
    s = m.stream()
    s.push(IDS, literal=True)
    _ = s.result, s.copy()
    _ = m.scan(np.array(IDS)), m.scan(iter(IDS)), m.scan(np.array(IDS)[::2])
    _ = m.scan_batch(np.array([IDS])), m.scan_batch(np.array(IDS), [0, 3])


def bad(m):
    r = m.scan(IDS)
    fails = (
        lambda: m.scan([1, True]),
        lambda: m.scan(np.zeros(3)),
        lambda: m.scan(IDS, literal=[(2, 1)]),
        lambda: m.scan(IDS, literal=[(0, 1), 5]),
        lambda: m.scan(IDS, nonsense=1),
        lambda: m.scan_batch([IDS, ["a"]]),
        lambda: m.scan_batch(IDS, [0, 99]),
        lambda: m.scan_batch([IDS], literal=[5]),
        lambda: r.assign(image=[2, "a"]),
        lambda: r.assign(image=[mmspan.Media(2, ["a"])]),
        lambda: r.expand(image=[mmspan.Media(2, IDS)], sound=[1]),
        lambda: r.expand(image=[0]),
        lambda: r.mask(out=np.zeros(3)),
        lambda: r.type_ids({"image": 1}),
        lambda: r.fill([1, 2, 3]),
        lambda: r.window(5, 99),
        lambda: r.truncate(-1),
        lambda: r.splice_(np.zeros((9, 2), "f4"), image=np.zeros((1, 2), "f4")),
        lambda: r[99],
        lambda: r.check(),
        lambda: r.collapse().new_position(99),
        lambda: m.stream().push([2**40]),
        lambda: m.neutralise(IDS, [], [258880]),
        lambda: mmspan.load("nothing"),
        lambda: mmspan.loads("nothing: 1"),
        lambda: mmspan.loads(m.yaml, tokenizer=5),
    )
    for fail in fails:
        with pytest.raises((TypeError, ValueError, LookupError, OverflowError)):
            fail()


@pytest.mark.parametrize("calls", [good, bad])
def test_no_reference_leaks(m, calls):
    from mmspan import _core, _errors, _items

    watched = [None, True, m, *(getattr(_core, n) for n in dir(_core))]
    watched += [_items.Item, _items.Finding, _items.Run, _errors.Error, np.dtype("i4")]
    watched += ["image", IDS, *IDS]
    for _ in range(300):
        calls(m)

    def measure():
        gc.collect()
        return [sys.getrefcount(x) for x in watched], sys.getallocatedblocks()

    # What is kept for later comes and goes in steps; a leak is in every round.
    growth = []
    for _ in range(3):
        before, blocks = measure()
        for _ in range(300):
            calls(m)
        after, blocks_after = measure()
        growth.append(blocks_after - blocks)
    for x, a, b in zip(watched, before, after, strict=True):
        assert b - a < 150, f"{x!r}: {a} references, then {b}"
    assert min(growth) < 150, growth


def rss():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_no_memory_leaks(m):
    ids = IDS * 1000
    wide = np.array(ids)

    def use():
        r = m.scan(ids)
        m.scan(wide).collapse()
        r.assign(image=[2] * 1000)
        m.scan_batch([ids, ids]).to_arrow().__arrow_c_array__()
        mmspan.loads(m.yaml)

    for _ in range(100):
        use()
    before = rss()
    for _ in range(400):
        use()
    assert rss() - before < 8 * 2**20


NO_MEMORY = """
import sys, _testcapi, mmspan
import numpy as np
import mmspan._html
m = mmspan.load("gemma-4")
ids = [2, 255999, 258880, 258880, 258882, 107, 255999, 258880, 5]
r = m.scan(ids)
r.items
e = r.expand(image=[2])
media = {"image": [mmspan.Media(2, ids[1:5]), 3]}
array = np.array(ids)
b = m.scan_batch([ids])
calls = [
    lambda: m.scan(ids), lambda: m.scan(tuple(ids)), lambda: m.scan(iter(ids)),
    lambda: m.scan(array), lambda: m.scan(array[::2]), lambda: m.scan(ids, literal=[(0, 1)]),
    lambda: m.scan([1, 2**31]), lambda: m.scan(["a"]),
    lambda: r[0], lambda: r[:], lambda: r.ids, lambda: r.items, lambda: r.findings,
    lambda: str(r), lambda: r.to_json(), lambda: r.literal, lambda: r.check(),
    lambda: r.mask(), lambda: r.window(0, 9), lambda: r.segments(), lambda: r.fill([1]),
    lambda: r.assign(media), lambda: r.expand(media), lambda: r.collapse(),
    lambda: r.truncate(5), lambda: m.neutralise(ids, [(0, 9)], [5]),
    lambda: r.collapse().result, lambda: r.expand(image=[2]).plan, lambda: e.tolist(ids),
    lambda: e.tolist(), lambda: m.scan_batch([ids, ids], literal=[None, [(0, 1)]]),
    lambda: m.scan_batch(array, [0, 2, 5]), lambda: b[0], lambda: b.items,
    lambda: b.to_arrow().__arrow_c_array__(), lambda: m.stream().push(ids),
    lambda: m.stream().copy(), lambda: m.stream().result, lambda: mmspan.load("gemma-4"),
    lambda: mmspan.load("nothing"), lambda: m.__reduce__(), lambda: m.modalities,
    lambda: mmspan.models(),
]
failed = 0
for call in calls:
    for n in range(200):
        _testcapi.set_nomemory(n, n + 1)
        try:
            call()
        except MemoryError:
            failed += 1
        except (ValueError, TypeError, OverflowError):
            if n > 60:
                break
        else:
            if n > 60:
                break
        finally:
            _testcapi.remove_mem_hooks()
assert len(m.scan(ids)) == 1
print(failed > 100)
"""


def test_every_allocation_of_python_fails_once(child):
    pytest.importorskip("_testcapi")
    done = child(NO_MEMORY, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout == "True\n"


LIMIT = """
import resource, mmspan, numpy as np
m = mmspan.load("gemma-4")
ids = np.zeros(50_000_000, np.int32)
used = int(open("/proc/self/statm").read().split()[0]) * 4096
resource.setrlimit(resource.RLIMIT_AS, (used + 100 * 2**20,) * 2)
for use in (lambda: m.scan(ids), lambda: m.scan([258880] * 20_000_000),
            lambda: m.scan([258880, 5]).expand(image=[10**9])):
    try:
        use()
    except MemoryError:
        print("MemoryError")
print(len(m.scan([258880])))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_out_of_memory(child):
    assert child(LIMIT).stdout == "MemoryError\nMemoryError\nMemoryError\n1\n"
