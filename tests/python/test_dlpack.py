"""DLPack: both forms of capsule, the exchange table, and tensors that lie."""

import ctypes
import gc

import numpy as np
import pytest

IDS = [2, 255999, 258880, 258880, 258882]
CPU, CUDA, CUDA_HOST, ROCM, METAL = 1, 2, 3, 10, 8
INT, UINT, FLOAT, BOOL = 0, 1, 2, 6


class Tensor(ctypes.Structure):
    _fields_ = (
        ("data", ctypes.c_void_p),
        ("device_type", ctypes.c_int32),
        ("device_id", ctypes.c_int32),
        ("ndim", ctypes.c_int32),
        ("code", ctypes.c_uint8),
        ("bits", ctypes.c_uint8),
        ("lanes", ctypes.c_uint16),
        ("shape", ctypes.POINTER(ctypes.c_int64)),
        ("strides", ctypes.POINTER(ctypes.c_int64)),
        ("byte_offset", ctypes.c_uint64),
    )


DELETER = ctypes.CFUNCTYPE(None, ctypes.c_void_p)


class Old(ctypes.Structure):
    _fields_ = (("tensor", Tensor), ("context", ctypes.c_void_p), ("deleter", DELETER))


class Versioned(ctypes.Structure):
    _fields_ = (
        ("major", ctypes.c_uint32),
        ("minor", ctypes.c_uint32),
        ("context", ctypes.c_void_p),
        ("deleter", DELETER),
        ("flags", ctypes.c_uint64),
        ("tensor", Tensor),
    )


FROM_OBJECT = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.py_object, ctypes.POINTER(Tensor))


class Table(ctypes.Structure):
    _fields_ = (
        ("major", ctypes.c_uint32),
        ("minor", ctypes.c_uint32),
        ("previous", ctypes.c_void_p),
        ("allocate", ctypes.c_void_p),
        ("managed_from", ctypes.c_void_p),
        ("managed_to", ctypes.c_void_p),
        ("tensor_from", FROM_OBJECT),
        ("work_stream", ctypes.c_void_p),
    )


capsule_new = ctypes.pythonapi.PyCapsule_New
capsule_new.restype = ctypes.py_object
capsule_new.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)


class Fake:
    """A producer of which every part can be wrong, and that counts what is given back."""

    def __init__(self, ids=IDS, kind="i4", *, form="versioned", device=(CPU, 0), **wrong):
        self.array = np.array(ids, kind)
        self.form = form
        self.device = device
        self.wrong = wrong
        self.released = 0
        self.deleter = DELETER(self.release)

    def release(self, _):
        self.released += 1

    def fill(self, tensor):
        a = self.array
        n = max(a.ndim, 1)
        self.shape = (ctypes.c_int64 * n)(*a.shape)
        self.strides = (ctypes.c_int64 * n)(*(s // a.itemsize for s in a.strides))
        tensor.data = a.ctypes.data
        tensor.device_type, tensor.device_id = self.device
        tensor.ndim = a.ndim
        tensor.code = {"i": INT, "u": UINT, "f": FLOAT, "b": BOOL}[a.dtype.kind]
        tensor.bits = 8 * a.itemsize
        tensor.lanes = 1
        tensor.shape = self.shape
        tensor.strides = self.strides
        for name, value in self.wrong.items():
            if name == "dims":
                self.shape[0] = value
            elif name == "step":
                self.strides[0] = value
            elif name not in ("major", "null_deleter"):
                setattr(tensor, name, value)

    def __dlpack_device__(self):
        return self.device

    def __dlpack__(self, *, max_version=None):
        self.asked = max_version
        deleter = DELETER() if self.wrong.get("null_deleter") else self.deleter
        if self.form == "old":
            self.managed = Old(deleter=deleter)
            name = b"dltensor"
        else:
            self.managed = Versioned(major=self.wrong.get("major", 1), deleter=deleter)
            name = b"dltensor_versioned"
        self.fill(self.managed.tensor)
        return capsule_new(ctypes.addressof(self.managed), name, None)


class WithoutVersion(Fake):
    def __dlpack__(self):
        return super().__dlpack__()


@pytest.mark.parametrize("form", ["old", "versioned"])
@pytest.mark.parametrize("kind", ["i4", "i8", "u4", "u8"])
def test_both_forms(m, form, kind):
    fake = Fake(kind=kind, form=form)
    r = m.scan(fake)
    assert fake.released == 1
    assert fake.asked == (1, 0)
    fake.array[:] = 0
    assert r.ids.tolist() == IDS


def test_without_version(m):
    fake = WithoutVersion(form="old")
    assert m.scan(fake).ids.tolist() == IDS
    assert fake.released == 1


def test_layouts(m):
    fake = Fake(ids=[9, *IDS], byte_offset=4, dims=5)
    assert m.scan(fake).ids.tolist() == IDS
    fake = Fake()
    fake.array = np.array(IDS * 2, "i8")[::2]
    assert m.scan(fake).ids.tolist() == fake.array.tolist()
    fake.array = np.array(IDS, "i4")[::-1]
    assert m.scan(fake).ids.tolist() == IDS[::-1]
    assert m.scan(Fake(strides=None)).ids.tolist() == IDS
    assert m.scan(Fake(ids=[], data=None)).n_tokens == 0
    assert m.scan(Fake(null_deleter=True)).ids.tolist() == IDS
    assert m.scan(Fake(device=(CUDA_HOST, 0))).ids.tolist() == IDS


@pytest.mark.parametrize("form", ["old", "versioned"])
@pytest.mark.parametrize(
    ("wrong", "kind", "text"),
    [
        ({"dims": -1}, ValueError, "impossible extent"),
        ({"dims": 2**62}, ValueError, "impossible extent"),
        ({"dims": 2**60, "step": 2**60}, ValueError, "impossible extent"),
        ({"step": -(2**62)}, ValueError, "impossible extent"),
        ({"byte_offset": 2**63}, ValueError, "impossible extent"),
        ({"shape": None}, ValueError, "impossible extent"),
        ({"data": None}, ValueError, "impossible extent"),
        ({"lanes": 2}, TypeError, "not ints"),
        ({"bits": 24}, TypeError, "24 bits, not ints"),
        ({"bits": 4}, TypeError, "not ints"),
        ({"code": FLOAT}, TypeError, "holds floats of 32 bits, not ints"),
        ({"code": BOOL}, TypeError, "holds bools"),
        ({"code": 99}, TypeError, "holds something else"),
        ({"ndim": 0}, ValueError, "one number"),
        ({"ndim": -3}, ValueError, "dimensions"),
    ],
)
def test_tensors_that_lie(m, form, wrong, kind, text):
    fake = Fake(form=form, **wrong)
    with pytest.raises(kind, match=text):
        m.scan(fake)
    assert fake.released == 1


def test_version_that_is_not_known(m):
    fake = Fake(major=2)
    with pytest.raises(BufferError, match="version 2, not 1"):
        m.scan(fake)


@pytest.mark.parametrize(
    ("device", "text"),
    [
        ((CUDA, 1), r"is on a GPU \(cuda:1\).* ids.cpu\(\)"),
        ((ROCM, 0), r"is on a GPU \(rocm:0\)"),
        ((METAL, 0), "device 0 of type 8"),
    ],
)
def test_other_devices(m, device, text):
    fake = Fake(device=device)
    for use in (m.scan, m.scan_batch, m.stream().push, lambda x: m.scan([5]).mask(out=x)):
        with pytest.raises(TypeError, match=text):
            use(fake)
    assert fake.released == 0  # it was never asked for its memory
    # One that says so only in the capsule.
    fake = Fake()
    fake.__class__ = type("Sly", (Fake,), {"__dlpack_device__": lambda self: (CPU, 0)})
    fake.device = device
    with pytest.raises(TypeError, match=text):
        m.scan(fake)
    assert fake.released == 1


def test_bad_producers(m):
    def producer(**methods):
        return type("Bad", (), methods)()

    for bad, kind in (
        (producer(__dlpack__=lambda self, **k: 5), TypeError),
        (producer(__dlpack__=lambda self, **k: capsule_new(1, b"other", None)), TypeError),
        (producer(__dlpack__=5), TypeError),
        (producer(__dlpack__=lambda self, **k: 1 / 0), ZeroDivisionError),
        (producer(__dlpack__=None, __dlpack_device__=lambda self: 5), TypeError),
        (producer(__dlpack__=None, __dlpack_device__=lambda self: ("a", 1)), TypeError),
        (producer(__dlpack__=None, __dlpack_device__=lambda self: (2**40, 1)), OverflowError),
    ):
        with pytest.raises(kind):
            m.scan(bad)

    class Property:
        @property
        def __dlpack__(self):
            raise OSError("mine")

    with pytest.raises(OSError, match="mine"):
        m.scan(Property())


def test_capsule_is_used_once(m):
    fake = Fake()
    capsule = fake.__dlpack__()
    once = type("Once", (), {"__dlpack__": lambda self, **k: capsule})()
    m.scan(once)
    with pytest.raises(TypeError, match="no DLPack capsule"):
        m.scan(once)
    assert fake.released == 1


def with_table(fake, status=0, major=1, call=True, raises=False):
    calls = []

    def tensor_from(obj, tensor):
        calls.append(obj)
        if raises:
            # An exception of a callback is printed; a status without one must do.
            return -1
        fake.fill(tensor.contents)
        return status

    table = Table(major=major, tensor_from=FROM_OBJECT(tensor_from) if call else FROM_OBJECT())
    capsule = capsule_new(ctypes.addressof(table), b"dlpack_exchange_api", None)
    fake.table = table
    fake.calls = calls
    fake.__class__ = type("Typed", (Fake,), {"__dlpack_c_exchange_api__": capsule})
    return fake


def test_exchange_table(m):
    fake = with_table(Fake())
    assert m.scan(fake).ids.tolist() == IDS
    assert fake.calls == [fake]
    assert fake.released == 0
    for way in ({"major": 2}, {"call": False}):
        fake = with_table(Fake(), **way)
        assert m.scan(fake).ids.tolist() == IDS
        assert fake.released == 1
    with pytest.raises(ValueError, match="could not be looked at"):
        m.scan(with_table(Fake(), raises=True))
    with pytest.raises(TypeError, match="GPU"):
        m.scan(with_table(Fake(device=(CUDA, 0))))
    with pytest.raises(ValueError, match="extent"):
        m.scan(with_table(Fake(dims=-5)))


def test_batch_keeps_the_tensor(m):
    fake = Fake(ids=IDS * 2)
    b = m.scan_batch(fake, [0, 5, 10])
    assert fake.released == 0
    assert b[1].ids.tolist() == IDS
    del b
    gc.collect()
    assert fake.released == 1
    fake = Fake(ids=[IDS, IDS])
    assert len(m.scan_batch(fake)) == 2
    assert fake.released == 1
    fake = Fake(ids=[IDS, IDS])
    fake.array = np.array([[*IDS, 7]] * 2)[:, :5]
    assert [r.ids.tolist() for r in m.scan_batch(fake)] == [IDS, IDS]
    assert fake.released == 1


def test_read_only_out(m):
    fake = Fake(ids=[0] * 5, kind="i4")
    r = m.scan(IDS)
    assert r.item_index(out=fake) is fake
    assert fake.array.tolist() == [-1, 0, 0, 0, 0]
    assert fake.released == 1


def test_torch(m):
    torch = pytest.importorskip("torch")
    for kind in (torch.int32, torch.int64):
        ids = torch.tensor(IDS, dtype=kind)
        assert m.scan(ids).ids.tolist() == IDS
        assert m.scan(torch.stack([ids, ids], 1)[:, 0]).ids.tolist() == IDS
        assert len(m.scan_batch(torch.stack([ids, ids]))) == 2
    with pytest.raises(TypeError, match="floats of 32 bits"):
        m.scan(torch.tensor([1.0]))
    with pytest.raises(TypeError, match="bools"):
        m.scan(torch.tensor([True]))
    with pytest.raises(ValueError, match="2 dimensions"):
        m.scan(torch.tensor([IDS]))
    with pytest.raises((TypeError, ValueError, BufferError, RuntimeError)):
        m.scan(torch.empty(3, dtype=torch.int64, device="meta"))
