"""Arrow arrays in and out through capsules, without pyarrow and with it."""

import ctypes
import gc

import numpy as np
import pytest

IDS = [2, 255999, 258880, 258880, 258882]


class Schema(ctypes.Structure):
    pass


class Array(ctypes.Structure):
    pass


RELEASE = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
Schema._fields_ = (
    ("format", ctypes.c_char_p),
    ("name", ctypes.c_char_p),
    ("metadata", ctypes.c_char_p),
    ("flags", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("children", ctypes.POINTER(ctypes.POINTER(Schema))),
    ("dictionary", ctypes.POINTER(Schema)),
    ("release", RELEASE),
    ("private", ctypes.c_void_p),
)
Array._fields_ = (
    ("length", ctypes.c_int64),
    ("null_count", ctypes.c_int64),
    ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(ctypes.POINTER(Array))),
    ("dictionary", ctypes.POINTER(Array)),
    ("release", RELEASE),
    ("private", ctypes.c_void_p),
)

capsule_new = ctypes.pythonapi.PyCapsule_New
capsule_new.restype = ctypes.py_object
capsule_new.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)
capsule_pointer = ctypes.pythonapi.PyCapsule_GetPointer
capsule_pointer.restype = ctypes.c_void_p
capsule_pointer.argtypes = (ctypes.py_object, ctypes.c_char_p)


class Fake:
    """An array that counts how often its parts are released, and can be wrong."""

    def __init__(self, values, kind="i4", *, offset=0, valid=None, null_count=0, **wrong):
        self.values = np.array(values, kind)
        letters = {"i1": b"c", "u1": b"C", "i2": b"s", "u2": b"S", "i4": b"i", "u4": b"I"}
        letters |= {"i8": b"l", "u8": b"L", "f4": b"f"}
        self.releases = []
        self.schema_release = RELEASE(lambda p: self.release(Schema, p))
        self.array_release = RELEASE(lambda p: self.release(Array, p))
        self.schema = Schema(format=letters[kind], name=b"", release=self.schema_release)
        self.valid = None if valid is None else np.packbits(valid, bitorder="little")
        pointers = (None if valid is None else self.valid.ctypes.data, self.values.ctypes.data)
        self.buffers = (ctypes.c_void_p * 2)(*pointers)
        self.array = Array(
            length=len(values) - offset,
            null_count=null_count,
            offset=offset,
            n_buffers=2,
            buffers=self.buffers,
            release=self.array_release,
        )
        for name, value in wrong.items():
            setattr(self.schema if name == "format" else self.array, name, value)

    def release(self, kind, pointer):
        kind.from_address(pointer).release = RELEASE()
        self.releases.append(kind.__name__)

    def __arrow_c_array__(self, requested_schema=None):
        return (
            capsule_new(ctypes.addressof(self.schema), b"arrow_schema", None),
            capsule_new(ctypes.addressof(self.array), b"arrow_array", None),
        )


class FakeList(Fake):
    """A list array around another one."""

    def __init__(self, offsets, child, **wrong):
        kind = "i8" if wrong.get("format") == b"+L" else "i4"
        super().__init__(offsets, kind, **{"format": b"+l", **wrong})
        self.child = child
        self.array.length = wrong.get("length", len(offsets) - 1 - self.array.offset)
        self.child_schema = (ctypes.POINTER(Schema) * 1)(ctypes.pointer(child.schema))
        self.child_array = (ctypes.POINTER(Array) * 1)(ctypes.pointer(child.array))
        self.schema.children, self.schema.n_children = self.child_schema, 1
        self.array.children, self.array.n_children = self.child_array, 1


@pytest.mark.parametrize("kind", ["i4", "i8", "u4", "u8"])
def test_in(m, kind):
    fake = Fake(IDS, kind)
    r = m.scan(fake)
    assert sorted(fake.releases) == ["Array", "Schema"]
    fake.values[:] = 0
    assert r.ids.tolist() == IDS


def test_offset_and_validity(m):
    assert m.scan(Fake([9, 9, *IDS], offset=2)).ids.tolist() == IDS
    good = [0, 0, 1, 1, 1, 1, 1]
    assert m.scan(Fake([9, 9, *IDS], offset=2, valid=good, null_count=-1)).ids.tolist() == IDS
    with pytest.raises(ValueError, match="ids has nulls"):
        m.scan(Fake(IDS, valid=[1, 1, 0, 1, 1], null_count=-1))
    assert m.scan(Fake([])).n_tokens == 0


@pytest.mark.parametrize(
    ("wrong", "kind", "text"),
    [
        ({"format": b"f"}, TypeError, "of type 'f', not of ints"),
        ({"format": b"u"}, TypeError, "of type 'u'"),
        ({"format": b""}, TypeError, "of type ''"),
        ({"format": b"tdD"}, TypeError, "of type 'tdD'"),
        ({"length": -1}, ValueError, "impossible extent"),
        ({"length": 2**62}, ValueError, "impossible extent"),
        ({"offset": 2**62, "null_count": 0}, ValueError, "impossible extent"),
        ({"n_buffers": 1}, ValueError, "without its values"),
        ({"n_buffers": 0}, ValueError, "without its values"),
    ],
)
def test_arrays_that_lie(m, wrong, kind, text):
    fake = Fake(IDS)
    for name, value in wrong.items():
        setattr(fake.schema if name == "format" else fake.array, name, value)
    with pytest.raises(kind, match=text):
        m.scan(fake)
    assert sorted(fake.releases) == ["Array", "Schema"]


def test_bad_capsules(m):
    def producer(answer):
        return type("Bad", (), {"__arrow_c_array__": lambda self: answer})()

    good = Fake(IDS).__arrow_c_array__()
    for answer in (None, 5, (), (1, 2), good[::-1], (good[0],)):
        with pytest.raises((TypeError, ValueError)):
            m.scan(producer(answer))
    fake = Fake(IDS)
    pair = fake.__arrow_c_array__()
    assert m.scan(producer(pair)).n_tokens == 5
    with pytest.raises(ValueError, match="taken over already"):
        m.scan(producer(pair))
    assert sorted(fake.releases) == ["Array", "Schema"]


@pytest.mark.parametrize("form", [b"+l", b"+L"])
def test_lists_in(m, form):
    child = Fake([9, *IDS, 7, 8], "i8")
    fake = FakeList([1, 6, 6, 8], child, format=form)
    b = m.scan_batch(fake)
    assert fake.releases == ["Schema"]
    assert [x.ids.tolist() for x in b] == [IDS, [], [7, 8]]
    del b
    gc.collect()
    assert sorted(fake.releases) == ["Array", "Schema"]


def test_fixed_lists_in(m):
    child = Fake([9, 9, *IDS, 7])
    fake = FakeList([0] * 4, child, format=b"+w:2", offset=1, n_buffers=1, length=3)
    assert [x.ids.tolist() for x in m.scan_batch(fake)] == [IDS[:2], IDS[2:4], [IDS[4], 7]]


@pytest.mark.parametrize(
    ("offsets", "wrong", "kind"),
    [
        ([0, 99], {}, ValueError),
        ([5, 2], {}, ValueError),
        ([-3, 2], {}, ValueError),
        ([0, 2], {"format": b"+s"}, TypeError),
        ([0, 2], {"format": b"+vl"}, TypeError),
        ([0, 2], {"format": b"+w:x"}, ValueError),
        ([0, 2], {"format": b"+w:-1"}, ValueError),
        ([0, 2], {"format": b"+w:9223372036854775807"}, ValueError),
        ([0, 2], {"format": b"i"}, TypeError),
        ([0, 2], {"n_buffers": 1}, ValueError),
        ([0, 2], {"length": 2**62}, ValueError),
    ],
)
def test_lists_that_lie(m, offsets, wrong, kind):
    fake = FakeList(offsets, Fake(IDS), **wrong)
    with pytest.raises(kind):
        m.scan_batch(fake)
    assert sorted(fake.releases) == ["Array", "Schema"]


def test_null_lists(m):
    with pytest.raises(ValueError, match="values has nulls"):
        m.scan_batch(FakeList([0, 2, 3], Fake(IDS), valid=[1, 0], null_count=1))


def test_out_without_pyarrow(m):
    b = m.scan_batch([IDS, [7]])
    schema, array = b.to_arrow().__arrow_c_array__()
    s = Schema.from_address(capsule_pointer(schema, b"arrow_schema"))
    a = Array.from_address(capsule_pointer(array, b"arrow_array"))
    assert s.format == b"+L"
    item = s.children[0].contents
    names = [item.children[i].contents.name for i in range(item.n_children)]
    assert names == [b"modality", b"form", b"start", b"end", b"rows", b"media"]
    assert (a.length, a.null_count, a.children[0].contents.length) == (2, 0, 1)
    rows = a.children[0].contents.children[4].contents
    assert ctypes.c_int64.from_address(rows.buffers[1]).value == 2
    del b  # it owns nothing of the batch
    gc.collect()
    assert ctypes.c_int64.from_address(rows.buffers[1]).value == 2
    with pytest.raises(ValueError, match="'items', 'runs' or 'findings'"):
        m.scan_batch([]).to_arrow("rows")


def test_pyarrow(m):
    pa = pytest.importorskip("pyarrow")
    for kind in (pa.int32(), pa.int64(), pa.uint32()):
        assert m.scan(pa.array(IDS, kind)).ids.tolist() == IDS
        assert m.scan(pa.array([9, *IDS], kind)[1:]).ids.tolist() == IDS
        lists = pa.array([IDS, [], [7]], pa.list_(kind))
        assert [x.n_tokens for x in m.scan_batch(lists)] == [5, 0, 1]
        assert [x.n_tokens for x in m.scan_batch(lists[1:])] == [0, 1]
        large = pa.array([IDS, [7]], pa.large_list(kind))
        assert [x.n_tokens for x in m.scan_batch(large)] == [5, 1]
        fixed = pa.array([IDS, IDS], pa.list_(kind, 5))
        assert [x.ids.tolist() for x in m.scan_batch(fixed[1:])] == [IDS]
    assert m.scan(pa.chunked_array([IDS])).ids.tolist() == IDS
    table = pa.table({"ids": [IDS, [7]]})
    assert len(m.scan_batch(table["ids"])) == 2
    with pytest.raises(ValueError, match="several chunks: combine"):
        m.scan_batch(pa.chunked_array([[IDS], [IDS]]))
    with pytest.raises(ValueError, match="nulls"):
        m.scan(pa.array([1, None]))
    with pytest.raises(ValueError, match="nulls"):
        m.scan_batch(pa.array([[1], None]))
    with pytest.raises(TypeError, match="not of ints"):
        m.scan(pa.array(["a"]))
    with pytest.raises(TypeError):
        m.scan_batch(pa.array([1, 2]))


def test_pyarrow_out(m):
    pa = pytest.importorskip("pyarrow")
    b = m.scan_batch([IDS, [7], [258882, 2, 255999]])
    items = pa.array(b.to_arrow())
    items.validate(full=True)
    assert items.to_pylist() == [
        [{"modality": "image", "form": "block", "start": 1, "end": 5, "rows": 2, "media": -1}],
        [],
        [],
    ]
    runs = pa.array(b.to_arrow("runs"))
    runs.validate(full=True)
    assert runs.to_pylist()[0] == [
        {"modality": "image", "start": 2, "length": 2, "row": 0, "item": 0}
    ]
    findings = pa.array(b.to_arrow("findings"))
    findings.validate(full=True)
    assert [f["kind"] for f in findings.to_pylist()[2]] == ["stray-token", "truncated-block"]
    del b
    gc.collect()
    assert items.to_pylist()[0][0]["rows"] == 2
