"""Arrays for each token, windows, cuts, and embeddings in place."""

import array

import mmspan
import numpy as np
import pytest

IDS = [2, 255999, 258880, 258880, 258882, 9, 258881, 258880]


@pytest.fixture
def r(m):
    return m.scan(IDS)


WANTED = {
    "mask": (bool, [0, 0, 1, 1, 0, 0, 1, 1]),
    "type_ids": ("i4", [0, 0, 1, 1, 0, 0, 3, 1]),
    "cumsum": ("i8", [0, 0, 1, 2, 2, 2, 3, 4]),
    "item_index": ("i4", [-1, 0, 0, 0, 0, -1, 1, 2]),
}


@pytest.mark.parametrize("name", WANTED)
def test_arrays(r, name):
    kind, wanted = WANTED[name]
    got = getattr(r, name)()
    assert got.dtype == np.dtype(kind)
    assert got.tolist() == wanted
    got[0] = 1  # the caller's own
    out = np.full(len(IDS), 7, kind)
    assert getattr(r, name)(out=out) is out
    assert out.tolist() == wanted
    empty = r.matcher.scan([])
    assert getattr(empty, name)().shape == (0,)
    assert getattr(empty, name)(out=np.zeros(0, kind)).shape == (0,)


@pytest.mark.parametrize("name", WANTED)
def test_bad_out(r, name):
    kind, _ = WANTED[name]
    call = getattr(r, name)
    n = len(IDS)
    read_only = np.zeros(n, kind)
    read_only.flags.writeable = False
    for bad, error in (
        (np.zeros(n - 1, kind), ValueError),
        (np.zeros(n + 1, kind), ValueError),
        (np.zeros((1, n), kind), ValueError),
        (np.zeros(2 * n, kind)[::2], ValueError),
        (np.zeros(n, "f8"), TypeError),
        (np.zeros(n, "i2"), TypeError),
        (np.zeros(n, ">i4"), TypeError),
        (np.zeros(n, ">i8"), TypeError),
        (read_only, ValueError),
        ([0] * n, TypeError),
        (bytes(n), (BufferError, TypeError, ValueError)),
        (5, TypeError),
        ("text", TypeError),
    ):
        with pytest.raises(error):
            call(out=bad)
    size = np.dtype(kind).itemsize
    if size > 1:
        raw = np.zeros(n * size + 1, "u1")
        with pytest.raises(ValueError, match="not aligned"):
            call(out=raw[1:].view(kind))


def test_mask_as_bytes(r):
    for out in (np.zeros(8, "u1"), array.array("B", bytes(8)), bytearray(8)):
        assert list(r.mask(out=out)) == WANTED["mask"][1]


def test_numbers(r):
    numbers = {"image": 10, "video": 20, "audio": -30}
    assert r.type_ids(numbers).tolist() == [0, 0, 10, 10, 0, 0, -30, 10]
    assert r.type_ids([10, 20, -30]).tolist() == r.type_ids(numbers).tolist()
    assert r.type_ids((1, 2, 3)).tolist() == r.type_ids().tolist()
    assert r.type_ids(numbers=numbers, out=np.zeros(8, "i4")).tolist()[6] == -30
    for bad, error in (
        ({"image": 1}, ValueError),
        ({}, ValueError),
        ([1, 2], ValueError),
        ([], ValueError),
        ([1, 2, 2.5], TypeError),
        ([1, 2, True], TypeError),
        (5, TypeError),
        ({**numbers, "image": "1"}, TypeError),
        ({**numbers, "image": 2**31}, OverflowError),
    ):
        with pytest.raises(error):
            r.type_ids(bad)


def test_window(r):
    runs = r.window(3, 7)
    assert runs[["start", "length", "row"]].tolist() == [(3, 1, 1), (6, 1, 0)]
    tiles = np.concatenate([r.window(a, a + 2) for a in range(0, 8, 2)])
    assert tiles["length"].sum() == 4
    assert r.window(0, 0).shape == (0,)
    for a, b in ((-1, 2), (3, 2), (0, 9)):
        with pytest.raises(mmspan.Error):
            r.window(a, b)
    for a, b in ((None, 2), (0, 1.5), (True, 2)):
        with pytest.raises(TypeError):
            r.window(a, b)
    with pytest.raises(OverflowError):
        r.window(0, 2**64)


def test_cuts(r):
    assert [r.cut_before(p) for p in (-5, 0, 1, 2, 4, 5, 99)] == [0, 0, 1, 1, 1, 5, 8]
    assert [r.cut_after(p) for p in (-5, 0, 1, 2, 4, 5, 99)] == [0, 0, 1, 5, 5, 5, 8]
    assert r.cut_before(position=np.int64(3)) == 1
    with pytest.raises(TypeError):
        r.cut_before("3")


def test_rows_and_segments(r):
    assert (r.rows("image"), r.rows("video"), r.rows("audio")) == (3, 0, 1)
    with pytest.raises(ValueError, match="no modality 'sound': the config has"):
        r.rows("sound")
    with pytest.raises(TypeError, match="a modality's name is an int"):
        r.rows(5)
    assert r.segments().tolist() == [(0, 1, -1), (1, 5, 0), (5, 6, -1), (6, 7, 1), (7, 8, 2)]


def test_fill(r):
    assert r.fill([-1, -2, -3]).tolist() == [2, 255999, -1, -1, 258882, 9, -2, -3]
    assert r.fill_runs(np.array([4, 5, 6])).tolist() == [2, 255999, 4, 4, 258882, 9, 5, 6]
    assert r.ids.tolist() == IDS
    with pytest.raises(mmspan.MismatchError):
        r.fill([1])
    with pytest.raises(OverflowError, match=r"values\[0\]"):
        r.fill([2**31, 1, 1])


@pytest.mark.parametrize("kind", ["f2", "f4", "f8", "i1", "i8"])
def test_splice(r, kind):
    embeds = np.zeros((8, 3), kind)
    image = np.arange(1, 10).reshape(3, 3).astype(kind)
    audio = np.full((1, 3), 100).astype(kind)
    r.splice_(embeds, image=image, audio=audio)
    assert embeds[:, 0].tolist() == [0, 0, 1, 4, 0, 0, 100, 7]
    part = np.zeros((4, 3), kind)
    r.splice_(part, (3, 7), image=image, audio=audio)
    assert part.tolist() == embeds[3:7].tolist()
    wide = np.zeros((8, 6), kind)
    r.splice_(wide[:, :3], None, image=image[:, :], audio=audio)
    assert wide[:, :3].tolist() == embeds.tolist()
    assert not wide[:, 3:].any()


def test_bad_splice(r):
    image, audio = np.ones((3, 4), "f4"), np.ones((1, 4), "f4")
    good = {"image": image, "audio": audio}
    embeds = np.zeros((8, 4), "f4")
    read_only = np.zeros((8, 4), "f4")
    read_only.flags.writeable = False
    for bad, error in (
        (np.zeros((7, 4), "f4"), ValueError),
        (np.zeros((8, 5), "f4"), ValueError),
        (np.zeros((8, 4), "f8"), TypeError),
        (np.zeros((8, 4), "i4"), TypeError),
        (np.zeros(8, "f4"), ValueError),
        (np.zeros((1, 8, 4), "f4"), ValueError),
        (np.zeros((8, 8), "f4")[:, ::2], ValueError),
        (np.zeros((8, 4), "f4")[::-1], ValueError),
        (read_only, ValueError),
        ([[0.0] * 4] * 8, TypeError),
        (None, TypeError),
    ):
        with pytest.raises(error):
            r.splice_(bad, **good)
    for rows, error in (
        ({"image": image}, mmspan.MismatchError),
        ({"image": image[:2], "audio": audio}, mmspan.MismatchError),
        ({"image": image, "audio": audio, "sound": audio}, ValueError),
        ({"image": image[:, :3], "audio": audio}, ValueError),
        ({"image": image[::-1], "audio": audio}, ValueError),
        ({"image": [[1.0] * 4] * 3, "audio": audio}, TypeError),
    ):
        with pytest.raises(error):
            r.splice_(embeds, **rows)
    for window, error in (
        ((0, 9), ValueError),
        ((3, 2), ValueError),
        (5, TypeError),
        ((1, 2, 3), TypeError),
        (("a", 2), TypeError),
    ):
        with pytest.raises(error):
            r.splice_(embeds, window, **good)
        with pytest.raises(error):
            r.splice_(embeds, window=window, **good)
    for more in ({"window": (0, 8)}, {"windows": (0, 8)}):
        with pytest.raises(ValueError, match="no modality 'window"):
            r.splice_(embeds, (0, 8), **good, **more)
    with pytest.raises(ValueError, match="embeds has 1 dimension, not two"):
        r.splice_(embeds[0], **good)
    assert not embeds.any()


def test_a_modality_may_be_named_window():
    m = mmspan.loads(
        "{mmspan: 1, model: x, tokens: {a: 1}, modalities: {window: {patch: a}}}", name="x"
    )
    embeds = np.zeros((2, 1))
    m.scan([1, 5]).splice_(embeds, window=np.array([[7.0]]))
    assert embeds.tolist() == [[7.0], [0.0]]
    m.scan([5, 1]).splice_(embeds[:1], (1, 2), window=np.array([[9.0]]))
    assert embeds.tolist() == [[9.0], [0.0]]


def test_torch(r):
    torch = pytest.importorskip("torch")
    out = torch.zeros(8, dtype=torch.bool)
    assert r.mask(out=out) is out
    assert out.int().tolist() == WANTED["mask"][1]
    assert r.cumsum(out=torch.zeros(8, dtype=torch.int64)).tolist() == WANTED["cumsum"][1]
    with pytest.raises(TypeError):
        r.mask(out=torch.zeros(8))
    embeds = torch.zeros(8, 4, dtype=torch.bfloat16)
    rows = torch.arange(12, dtype=torch.bfloat16).reshape(3, 4)
    r.splice_(embeds, image=rows, audio=torch.full((1, 4), 50, dtype=torch.bfloat16))
    mask = torch.from_numpy(r.type_ids() == 1)
    assert torch.equal(embeds[mask], rows)
    with pytest.raises(TypeError, match="other numbers"):
        r.splice_(embeds, image=rows.half(), audio=rows[:1])
    with pytest.raises(TypeError, match="other numbers"):
        r.splice_(embeds, image=rows.float(), audio=rows[:1])


OTHER_VERSION = """
import mmspan, mmspan._arrays
own = mmspan._arrays.tools()
for wrong in own[:-1], [*own]:
    mmspan._arrays.tools = lambda: wrong
    try:
        mmspan.load("gemma-4").scan([2]).mask()
        print("no error")
    except ImportError as e:
        print(e)
mmspan._arrays.tools = lambda: own
print(mmspan.load("gemma-4").scan([2, 258880]).mask())
"""


def test_dtypes_of_another_version(child):
    """Half an update: the module and the extension do not belong together."""
    sentence = "mmspan._arrays does not belong to mmspan._core\n"
    assert child(OTHER_VERSION).stdout == sentence * 2 + "[False  True]\n"
