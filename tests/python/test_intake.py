"""Token IDs in every shape that callers have them, and what is none."""

import array
import collections
import ctypes
import random
import sys

import mmspan
import numpy as np
import pytest

TYPE_OF_BOOL = f"numpy.{np.bool_.__name__}"
EDGES = (0, 1, -1, -200, 2**30 - 1, 2**30, -(2**30), 2**31 - 1, -(2**31), 300)


class Index:
    def __init__(self, value):
        self.value = value

    def __index__(self):
        return self.value


class Ids(list):
    """A list that says something else of itself than what it holds."""

    def __len__(self):
        return 3

    def __getitem__(self, i):
        return 7

    def __iter__(self):
        return iter([9])


def test_lists_of_every_length(m):
    rng = random.Random(7)
    for n in range(200):
        ids = [rng.choice((*EDGES, rng.randrange(250000))) for _ in range(n)]
        assert m.scan(ids).ids.tolist() == ids
        assert m.scan(tuple(ids)).ids.tolist() == ids
        assert m.scan(iter(ids)).ids.tolist() == ids


@pytest.mark.parametrize("k", [0, 1, 15, 16, 31, 47, 48, 319])
@pytest.mark.parametrize(
    ("bad", "kind", "text"),
    [
        (2**31, OverflowError, "ids[{k}] is 2147483648, which does not fit an int32"),
        (-(2**31) - 1, OverflowError, "ids[{k}] is -2147483649, which does not fit an int32"),
        pytest.param(10**5000, OverflowError, "ids[{k}] does not fit an int32", id="huge"),
        (True, TypeError, "ids[{k}] is a bool, not an int"),
        (1.0, TypeError, "ids[{k}] is a float, not an int"),
        ("7", TypeError, "ids[{k}] is a str, not an int"),
        (None, TypeError, "ids[{k}] is a NoneType, not an int"),
        (np.bool_(True), TypeError, f"ids[{{k}}] is a {TYPE_OF_BOOL}, not an int"),
        (np.float32(1), TypeError, "ids[{k}] is a numpy.float32, not an int"),
        ([1], TypeError, "ids[{k}] is a list, not an int"),
    ],
)
def test_bad_items(m, k, bad, kind, text):
    ids = list(range(320))
    ids[k:k] = [bad]
    for given in (ids, tuple(ids), iter(ids)):
        with pytest.raises(kind) as caught:
            m.scan(given)
        assert str(caught.value) == text.format(k=k)


def test_index(m):
    ids = [1, Index(258880), np.int64(5), np.uint8(7), np.int16(-3)]
    assert m.scan(ids).ids.tolist() == [1, 258880, 5, 7, -3]
    with pytest.raises(TypeError):
        m.scan([1, Index("a")])

    class Fails:
        def __index__(self):
            raise KeyError("mine")

    for given in ([1, Fails()], (1, Fails())):
        with pytest.raises(KeyError, match="mine"):
            m.scan(given)


@pytest.mark.parametrize("change", ["clear", "pop", "append", "extend"])
def test_list_that_changes_in_index(m, change):
    for k in (0, 3, 40, 99):
        ids = list(range(100))

        class Changes:
            def __index__(self, ids=ids):
                if change == "clear":
                    ids.clear()
                elif change == "pop":
                    ids.pop()
                else:
                    getattr(ids, change)([5] if change == "extend" else 5)
                return 1

        ids[k] = Changes()
        with pytest.raises(RuntimeError, match="ids changed while it was read"):
            m.scan(ids)


def test_list_whose_items_change_in_index(m):
    ids = list(range(64))

    class Swaps:
        def __index__(self):
            ids[10:] = [10**6 + i for i in range(54)]
            return 5

    ids[9] = Swaps()
    got = m.scan(ids).ids.tolist()
    assert got[:9] == list(range(9))
    assert got[9] == 5
    assert got[10:] == [10**6 + i for i in range(54)]


def test_subclasses(m):
    assert m.scan(Ids([1, 2])).ids.tolist() == [1, 2]

    class MyInt(int):
        pass

    assert m.scan([MyInt(4), 5]).ids.tolist() == [4, 5]
    pair = collections.namedtuple("pair", "a b")
    assert m.scan(pair(3, 4)).ids.tolist() == [3, 4]


def test_iterables(m):
    assert m.scan(range(5)).ids.tolist() == [0, 1, 2, 3, 4]
    assert m.scan(i * 2 for i in range(1000)).ids.tolist() == [i * 2 for i in range(1000)]
    assert m.scan(collections.deque([4, 5])).ids.tolist() == [4, 5]
    assert m.scan([]).n_tokens == 0

    class Old:
        def __getitem__(self, i):
            if i < 3:
                return i
            raise IndexError

    assert m.scan(Old()).ids.tolist() == [0, 1, 2]

    def fails():
        yield 1
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        m.scan(fails())


@pytest.mark.parametrize("kind", ["i4", "i8", "u4", "u8"])
def test_widths(m, prompt, kind):
    ids = np.array(prompt, kind)
    assert m.scan(ids).to_dict() == m.scan(prompt).to_dict()
    assert m.scan(ids).ids.dtype == np.int32
    assert m.scan(ids[::-1]).ids.tolist() == prompt[::-1]
    assert m.scan(ids[::3]).ids.tolist() == prompt[::3]
    assert m.scan(ids[:0]).n_tokens == 0
    ids.flags.writeable = False
    assert m.scan(ids).ids.tolist() == prompt


def test_unaligned(m, prompt):
    for kind in ("i4", "i8"):
        raw = np.zeros(len(prompt) * np.dtype(kind).itemsize + 1, "u1")
        ids = raw[1:].view(kind)
        ids[:] = prompt
        assert m.scan(ids).ids.tolist() == prompt


def test_array_and_memoryview(m, prompt):
    for letter in "iIlLqQ":
        ids = array.array(letter, prompt)
        assert m.scan(ids).ids.tolist() == prompt
        assert m.scan(memoryview(ids)).ids.tolist() == prompt
        assert m.scan(memoryview(ids)[::2]).ids.tolist() == prompt[::2]


def test_small_types_that_hold_the_config():
    small = mmspan.loads(
        "mmspan: 1\nmodel: s\ntokens: {p: -100}\nmodalities: {image: {patch: p}}\n"
    )
    for kind in ("i1", "i2"):
        assert small.scan(np.array([5, -100, -100, 7], kind))[0].rows == 2
    for kind in ("u1", "u2"):
        with pytest.raises(mmspan.MismatchError, match="wrapped"):
            small.scan(np.array([5, 156], kind))


@pytest.mark.parametrize("kind", ["u1", "i1", "u2", "i2"])
def test_small_types_that_have_wrapped(m, kind):
    for use in (m.scan, m.stream().push, lambda ids: m.scan_batch(ids, [0, 1])):
        with pytest.raises(mmspan.MismatchError, match="wrapped"):
            use(np.array([5], kind))


def test_values_beyond_int32_of_a_buffer_are_findings(m):
    r = m.scan(np.array([2, 2**40, -(2**40), 5], "i8"))
    assert [(f.kind, f.start, f.found) for f in r.findings] == [
        ("out-of-vocabulary", 1, 2**40),
        ("out-of-vocabulary", 2, -(2**40)),
    ]
    with pytest.raises(OverflowError, match=r"ids\[1\] is 18446744073709551615"):
        m.scan(np.array([2, 2**64 - 1], "u8"))


BAD = [
    (5, TypeError, "ids is an int, not token IDs"),
    (5.0, TypeError, "ids is a float"),
    (None, TypeError, "ids is a NoneType"),
    ("text", TypeError, "ids is a str, not token IDs: tokenise it first"),
    (b"text", TypeError, "ids is a bytes"),
    (bytearray(b"text"), TypeError, "ids is a bytearray"),
    ({"input_ids": [1]}, TypeError, 'ids is a dict, .* give its "input_ids"'),
    ({1, 2}, TypeError, "ids is a set"),
    (object(), TypeError, "ids is an object"),
    (np.zeros(3), TypeError, "ids holds floats, not ints"),
    (np.zeros(3, bool), TypeError, "ids holds bools, not ints"),
    (np.zeros(3, complex), TypeError, "ids holds elements of format 'Zd'"),
    (np.array([1, "a"], object), TypeError, "ids holds objects"),
    (np.zeros(3, "i4,i4"), TypeError, "ids holds structures"),
    (np.zeros(3, "S4"), TypeError, "ids holds elements of format '4s'"),
    (np.zeros((1, 3), int), ValueError, "ids has 2 dimensions, not one"),
    (np.zeros((1, 2, 3), int), ValueError, "ids has 3 dimensions"),
    (np.array(7), ValueError, "ids is one number"),
    (np.zeros(3, ">i4"), TypeError, "ids has the byte order of another machine"),
    (np.zeros(3, ">i8"), TypeError, "byte order"),
]


@pytest.mark.skipif(sys.byteorder != "little", reason="the table is for little endian")
@pytest.mark.parametrize(("bad", "kind", "text"), BAD)
def test_bad_input(m, bad, kind, text):
    with pytest.raises(kind, match=text):
        m.scan(bad)
    with pytest.raises(kind):
        m.stream().push(bad)
    with pytest.raises((TypeError, ValueError)):
        m.scan_batch([[1], bad])


class Buffer(ctypes.Structure):
    """CPython's Py_buffer, to describe memory in ways that no type at hand does."""

    _fields_ = (
        *((name, ctypes.c_void_p) for name in ("buf", "obj")),
        *((name, ctypes.c_ssize_t) for name in ("len", "itemsize")),
        *((name, ctypes.c_int) for name in ("readonly", "ndim")),
        ("format", ctypes.c_char_p),
        *((name, ctypes.c_void_p) for name in ("shape", "strides", "suboffsets", "internal")),
    )


def as_memory(data, format_, itemsize):
    """A memoryview of a ctypes array with another format."""
    view = ctypes.pythonapi.PyMemoryView_FromBuffer
    view.restype = ctypes.py_object
    n = ctypes.c_ssize_t(ctypes.sizeof(data) // itemsize)
    at = ctypes.addressof(n)
    size = ctypes.sizeof(data)
    buffer = Buffer(ctypes.addressof(data), None, size, itemsize, 1, 1, format_, at)
    return view(ctypes.byref(buffer))


def test_order_of_single_bytes(m):
    data = (ctypes.c_byte * 4)(1, 2, -3, 4)
    for order in (b"", b"@", b"=", b"<", b">", b"!"):
        with pytest.raises(mmspan.MismatchError, match="int8 cannot hold"):
            m.scan(as_memory(data, order + b"b", 1))
    with pytest.raises(TypeError, match="byte order"):
        m.scan(as_memory(data, b"<h" if sys.byteorder == "big" else b">h", 2))


def test_released_buffer(m):
    view = memoryview(array.array("i", [1, 2]))
    view.release()
    with pytest.raises(ValueError, match="released"):
        m.scan(view)


def test_buffer_is_given_back(m, prompt):
    ids = array.array("i", prompt)
    result = m.scan(ids)
    ids.append(5)  # fails while somebody looks into it
    with pytest.raises(TypeError):
        m.scan(memoryview(bytes(8)).cast("d"))
    ids[0] = 99
    assert result.ids.tolist() == prompt


def test_bad_arguments(m, prompt):
    with pytest.raises(TypeError, match=r"scan\(\) missing required argument 'ids'"):
        m.scan()
    with pytest.raises(TypeError, match=r"scan\(\) takes at most 1 positional argument \(2"):
        m.scan(prompt, [])
    with pytest.raises(TypeError, match="unexpected keyword argument 'nonsense'"):
        m.scan(prompt, nonsense=1)
    with pytest.raises(TypeError, match="multiple values for argument 'ids'"):
        m.scan(prompt, ids=prompt)
    assert m.scan(ids=prompt).n_tokens == len(prompt)


@pytest.mark.parametrize(
    ("literal", "kind"),
    [
        (5, TypeError),
        ([5], TypeError),
        (["ab"], TypeError),
        ([(1,)], TypeError),
        ([(1, 2, 3)], TypeError),
        ([(True, 2)], TypeError),
        ([(1.0, 2)], TypeError),
        ([(0, 2**70)], OverflowError),
        ([(3, 2)], ValueError),
        ([(0, 2), (1, 3)], ValueError),
        ([(-1, 2)], ValueError),
        ([(0, 99)], ValueError),
    ],
)
def test_bad_literal(m, prompt, literal, kind):
    with pytest.raises(kind):
        m.scan(prompt, literal=literal)


def test_literal(m, prompt):
    for literal in ([(1, 5)], ((1, 5),), np.array([[1, 5]]), iter([[1, 5]])):
        r = m.scan(prompt, literal=literal)
        assert r.literal == ((1, 5),)
        assert "image" not in {item.modality for item in r}
        assert r.findings[0].kind == "literal-token"
    assert m.scan(prompt, literal=None).literal == ()


def test_ten_million(m):
    ids = [258880] * 5 + [7, 8] * 5_000_000
    r = m.scan(ids)
    assert r.n_tokens == len(ids)
    assert int(r.ids[-1]) == 8
