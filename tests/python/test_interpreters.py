"""Sub-interpreters, each with its own GIL where Python has that, two at once, and the end."""

import sys

import pytest

USE = """
import mmspan
m = mmspan.load("gemma-4")
for _ in range(20):
    r = m.scan([2, 255999, 258880, 258880, 258882] * 5)
    assert len(r) == 5 and r[0].rows == 2, r
    assert len(r.collapse().result) == 5
    b = m.scan_batch([[258880]] * 10, threads=2)
    assert len(b[3]) == 1
    try:
        m.scan([True])
    except TypeError as error:
        assert "bool" in str(error)
    else:
        raise AssertionError
    try:
        mmspan.load("nothing")
    except mmspan.UnknownModelError:
        pass
"""

CHILD = """
import sys, threading
try:
    import _interpreters as x
except ImportError:
    import _xxsubinterpreters as x
import mmspan
code = sys.argv[1]
def run():
    for _ in range(3):
        i = x.create()
        done = x.run_string(i, code)
        assert done is None, done
        x.destroy(i)
threads = [threading.Thread(target=run) for _ in range(2)]
for t in threads: t.start()
for t in threads: t.join()
m = mmspan.load("gemma-4")
assert len(m.scan([258880])) == 1
print("done")
"""


@pytest.mark.skipif(sys.version_info < (3, 12), reason="interpreters share one GIL")
def test_two_interpreters_at_once(child):
    assert child(CHILD, USE).stdout == "done\n"


def test_import_is_light(child):
    code = (
        "import sys, mmspan; m = mmspan.load('gemma-4'); m.scan([2]).to_json();"
        "print([n for n in ('numpy', 'torch', 'pyarrow', 'json', 'html') if n in sys.modules])"
    )
    assert child(code).stdout == "[]\n"


SHUTDOWN = """
import atexit, gc, sys, mmspan, weakref
m = mmspan.load("gemma-4")
ids = [2, 255999, 258880, 258880, 258882]
class Late:
    def __init__(self, *held): self.held = held
    def __del__(self):
        for use in (lambda: m.scan(ids), lambda: self.held[0].scan(ids),
                    lambda: self.held[1][0],
                    lambda: self.held[1].collapse(), lambda: self.held[1].items,
                    lambda: self.held[1].findings, lambda: str(self.held[1]),
                    lambda: self.held[0].scan([True]), lambda: mmspan.load("nothing"),
                    lambda: self.held[2].push(ids), lambda: self.held[2].result,
                    lambda: self.held[3][0], lambda: self.held[4].result):
            try:
                use()
            except BaseException as error:
                pass
r = m.scan(ids)
s = m.stream()
late = Late(m, r, s, m.scan_batch([ids]), r.collapse())
late.myself = late
sys.modules["kept"] = Late(m, r, s, m.scan_batch([ids]), r.collapse())
module = type(sys)("another")
module.late = Late(m, r, s, m.scan_batch([ids]), r.collapse())
sys.modules["another"] = module
import builtins
builtins.late = Late(m, r, s, m.scan_batch([ids]), r.collapse())
mmspan._core.late = Late(m, r, s, m.scan_batch([ids]), r.collapse())
atexit.register(lambda: print(len(m.scan(ids)), flush=True))
"""


def test_use_after_shutdown(child):
    assert child(SHUTDOWN).stdout == "1\n"


RELOAD = """
import gc, sys, mmspan
first = mmspan.load("gemma-4")
for _ in range(3):
    for name in [n for n in sys.modules if n.split(".")[0] == "mmspan"]:
        del sys.modules[name]
    gc.collect()
    import mmspan
    second = mmspan.load("gemma-4")
    assert type(first) is not type(second)
    assert len(first.scan([258880])) == len(second.scan([258880])) == 1
    assert first.scan([258880]).items.shape == (1,)
del mmspan, second
gc.collect()
print(len(first.scan([258880])))
"""


def test_two_copies_of_the_module(child):
    assert child(RELOAD).stdout == "1\n"
