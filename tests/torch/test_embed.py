"""The numbers: bit for bit those of a gather and masked_scatter, for every shape and type."""

import itertools

import mmspan
import mmspan.torch as mt
import pytest
import torch
from conftest import (
    AUDIO,
    DEVICE,
    FLOATS,
    IMAGE,
    INTERPRETED,
    bitwise,
    numbers,
    prompt,
    rows_for,
    same,
    squeezed,
)

pytestmark = pytest.mark.usefixtures("poison")
WIDTHS = [1, 2, 3, 5, 8, 17, 64, 100, 129, 1000, 1024, 2049, 3584, 4096, 5120, 8192, 16384]
if INTERPRETED:
    WIDTHS = [1, 3, 129, 1024, 16384]


def check(result, ids, weight, rows):
    where = mt.plan(result, DEVICE)
    want = bitwise(weight, ids, result, rows)
    same(mt.embed(weight, ids, where, **rows), want)
    out = numbers(*want.shape, dtype=weight.dtype, seed=9)
    assert mt.embed(weight, ids, where, out=out, **rows) is out
    same(out, want)
    embeds = bitwise(weight, ids, result, {})
    mt.splice_(embeds, where, **rows)
    same(embeds, want)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("dtype", FLOATS, ids=str)
@pytest.mark.parametrize("blocks", [4, 16])
def test_every_type_and_width(m, dtype, width, blocks):
    """Few runs, which are arguments of the kernel, and more, which are searched."""
    ids = prompt(blocks, seed=width)
    result = m.scan(ids)
    assert (len(result.runs) > 8) == (blocks > 8)
    check(
        result,
        squeezed(ids),
        numbers(1000, width, dtype=dtype),
        rows_for(result, width, dtype),
    )


@pytest.mark.parametrize("dtype", [torch.float64, torch.int32, torch.complex64], ids=str)
def test_other_types_of_number(m, dtype):
    ids = prompt(4)
    result = m.scan(ids)
    check(result, squeezed(ids), numbers(1000, 7, dtype=dtype), rows_for(result, 7, dtype))


@pytest.mark.parametrize("seed", range(8 if INTERPRETED else 30))
def test_random_prompts_and_windows(m, seed):
    ids = prompt(seed, rows=1 + seed % 5, gap=seed % 4, seed=seed)
    result = m.scan(ids)
    weight, rows, tokens = numbers(1000, 6), rows_for(result, 6), squeezed(ids)
    check(result, tokens, weight, rows)
    want = bitwise(weight, tokens, result, rows)
    where = mt.plan(result, DEVICE)
    n = len(ids)
    cuts = sorted(
        {0, n, n // 2, n // 3, *[p for item in result for p in (item.start, item.end)]}
    )
    for start, end in [*itertools.pairwise(cuts), (0, 0), (n, n), (n // 3, n - 1)]:
        part = tokens[start:end]
        same(mt.embed(weight, part, where, window=(start, end), **rows), want[start:end])
        embeds = bitwise(weight, tokens, result, {})[start:end].clone()
        mt.splice_(embeds, where, window=(start, end), **rows)
        same(embeds, want[start:end])


def test_every_window_of_a_small_prompt(m):
    ids = [2, 255999, IMAGE, IMAGE, 258882, AUDIO, IMAGE, 7, 255999, IMAGE, 258882]
    result = m.scan(ids)
    weight, rows, tokens = numbers(1000, 2), rows_for(result, 2), squeezed(ids)
    want = bitwise(weight, tokens, result, rows)
    where = mt.plan(result, DEVICE)
    for start in range(len(ids) + 1):
        for end in range(start, len(ids) + 1):
            got = mt.embed(weight, tokens[start:end], where, window=(start, end), **rows)
            same(got, want[start:end])


def test_a_window_needs_only_its_modalities(m):
    ids = [2, IMAGE, 3, AUDIO]
    where = mt.plan(m.scan(ids), DEVICE)
    weight, tokens = numbers(10, 2), squeezed([2, IMAGE, 3, 5])
    image, audio = numbers(1, 2), numbers(1, 2, seed=1)
    same(mt.embed(weight, tokens[:2], where, window=(0, 2), image=image)[1], image[0])
    embeds = torch.zeros(2, 2, device=DEVICE)
    same(mt.splice_(embeds, where, window=(2, 4), audio=audio)[1], audio[0])


@pytest.mark.parametrize("n", [0, 1, 2, 8, 9, 31, 32, 33, 40 if INTERPRETED else 1100])
def test_numbers_of_runs(m, n):
    ids = [5, *[t for i in range(n) for t in (IMAGE if i % 3 else AUDIO, 4 + i % 7)]]
    result = m.scan(ids)
    assert len(result.runs) == n
    check(result, squeezed(ids), numbers(100, 3), rows_for(result, 3))


def test_100_000_runs(m):
    ids = [token for i in range(100_000) for token in (IMAGE, 3 + i % 50)]
    result = m.scan(ids)
    assert len(result.runs) == 100_000
    weight, rows, tokens = numbers(60, 2), rows_for(result, 2), squeezed(ids)
    want = bitwise(weight, tokens, result, rows)
    where = mt.plan(result, DEVICE)
    windows = [(0, 64), (99_990, 100_050), (199_937, 200_000)]
    for start, end in windows if INTERPRETED else [*windows, (0, 200_000)]:
        got = mt.embed(weight, tokens[start:end], where, window=(start, end), **rows)
        same(got, want[start:end])


def test_more_modalities_than_one_launch_takes(six):
    ids = [9, 1, 2, 3, 4, 5, 6, 9, 6, 6, 1, 3, 9, 5]
    result = six.scan(ids)
    tokens = torch.tensor(ids, device=DEVICE)
    check(result, tokens, numbers(10, 4), rows_for(result, 4))
    rows = rows_for(result, 4)
    backwards = dict(reversed(rows.items()))
    want = bitwise(numbers(10, 4), tokens, result, rows)
    same(mt.embed(numbers(10, 4), tokens, mt.plan(result, DEVICE), **backwards), want)


@pytest.mark.parametrize("blocks", [6, 14])
def test_memory_that_is_not_contiguous(m, blocks):
    ids = prompt(blocks)
    result = m.scan(ids)
    tokens = squeezed(ids)
    rows = rows_for(result, 12)
    weight = numbers(1000, 12)
    strided = {
        "every second row": lambda t: t.repeat_interleave(2, 0)[::2],
        "part of a row": lambda t: torch.cat([t, t], 1)[:, : t.shape[1]],
        "every second number": lambda t: t.repeat_interleave(2, 1)[:, ::2],
        "columns": lambda t: t.t().contiguous().t(),
        "an odd start": lambda t: torch.cat([t.new_zeros(1), t.reshape(-1)])[1:].view(t.shape),
    }
    want = bitwise(weight, tokens, result, rows)
    for how in strided.values():
        given = {name: how(row) for name, row in rows.items()}
        where = mt.plan(result, DEVICE)
        same(mt.embed(how(weight), tokens, where, **given), want)
        out = how(numbers(len(ids), 12, seed=5))
        mt.embed(weight, tokens, where, out=out, **given)
        same(out, want)
        embeds = how(bitwise(weight, tokens, result, {}))
        mt.splice_(embeds, where, **given)
        same(embeds, want)
    two = torch.stack([tokens, tokens * 0], 1)
    same(mt.embed(weight, two[:, 0], mt.plan(result, DEVICE), **rows), want)
    same(mt.embed(weight, tokens.int(), mt.plan(result, DEVICE), **rows), want)


@pytest.mark.parametrize("blocks", [3, 14])
def test_inference_mode(m, blocks):
    """As runners call it: tensors of this mode have no version to count up."""
    ids = prompt(blocks)
    result = m.scan(ids)
    with torch.inference_mode():
        check(result, squeezed(ids), numbers(1000, 5), rows_for(result, 5))


@pytest.mark.parametrize("n", [1, 8, 9, 100])
def test_the_result_itself(m, n):
    """A plan for one call, of the whole prompt and of windows."""
    ids = [5, *[t for i in range(n) for t in (IMAGE if i % 3 else AUDIO, 4 + i % 7)]]
    result = m.scan(ids)
    weight, rows, tokens = numbers(100, 3), rows_for(result, 3), squeezed(ids)
    want = bitwise(weight, tokens, result, rows)
    same(mt.embed(weight, tokens, result, **rows), want)
    embeds = bitwise(weight, tokens, result, {})
    same(mt.splice_(embeds, result, **rows), want)
    for window in [(0, 2), (1, 3), (2, len(ids)), (len(ids) // 2, len(ids) - 1)]:
        part = slice(*window)
        same(mt.embed(weight, tokens[part], result, window=window, **rows), want[part])


def test_expanded_rows_are_read(m):
    result = m.scan([IMAGE, 5, IMAGE])
    row = numbers(1, 3).expand(2, 3)
    got = mt.embed(
        numbers(10, 3), squeezed([IMAGE, 5, IMAGE]), mt.plan(result, DEVICE), image=row
    )
    same(got[[0, 2]], row)


def test_what_is_around_is_not_touched(m):
    ids = [5, IMAGE, IMAGE, 6]
    where = mt.plan(m.scan(ids), DEVICE)
    image = numbers(2, 3)
    big = numbers(6, 5, seed=3)
    before = big.clone()
    mt.embed(numbers(10, 3), squeezed(ids), where, out=big[1:5, 1:4], image=image)
    same(big[[0, 5]], before[[0, 5]])
    same(big[:, [0, 4]], before[:, [0, 4]])
    big = before.clone()
    mt.splice_(big[1:5, 1:4], where, image=image)
    same(big[[0, 1, 4, 5]], before[[0, 1, 4, 5]])
    same(big[2:4, 1:4], image)


SEQUENCES = [[2, IMAGE, IMAGE, 3, AUDIO], [4, 5, 6, 7, 8], [AUDIO, 9, IMAGE, IMAGE, IMAGE]]


def test_a_matrix_of_prompts(m):
    batch = m.scan_batch(SEQUENCES)
    tokens = squeezed([t for ids in SEQUENCES for t in ids]).view(3, 5)
    weight, rows = numbers(100, 4), rows_for(batch, 4)
    where = mt.plan(batch, DEVICE)
    want = bitwise(weight, tokens, batch, rows)
    assert want.shape == (3, 5, 4)
    same(mt.embed(weight, tokens, where, **rows), want)
    same(mt.embed(weight, tokens, batch, **rows), want)
    same(mt.embed(weight, tokens.t().contiguous().t(), where, **rows), want)
    embeds = bitwise(weight, tokens, batch, {})
    mt.splice_(embeds, where, **rows)
    same(embeds, want)
    flat = tokens.reshape(-1)
    for start, end in [(0, 15), (3, 4), (4, 11), (5, 10), (7, 7), (2, 14)]:
        got = mt.embed(weight, flat[start:end], where, window=(start, end), **rows)
        same(got, want.view(-1, 4)[start:end])


def test_a_batch_of_other_lengths(m):
    sequences = [[], *SEQUENCES[:1], [], [IMAGE], [3], []]
    values = [9, 9, *[t for ids in sequences for t in ids], 9]
    offsets = [2]
    for ids in sequences:
        offsets.append(offsets[-1] + len(ids))
    batch = m.scan_batch(values, offsets)
    tokens = squeezed(values[2:-1])
    check(batch, tokens, numbers(100, 4), rows_for(batch, 4))
    none = m.scan_batch([])
    assert mt.embed(numbers(100, 4), tokens[:0], none).shape == (0, 4)


def test_rows_in_more_than_one_tensor(m):
    where = mt.plan(m.scan([IMAGE, 5, IMAGE, IMAGE, IMAGE]), DEVICE)
    image = numbers(4, 3)
    tokens = squeezed([IMAGE, 5, IMAGE, IMAGE, IMAGE])
    weight = numbers(10, 3)
    want = mt.embed(weight, tokens, where, image=image)
    same(mt.embed(weight, tokens, where, image=[image[:1], image[1:]]), want)
    same(mt.embed(weight, tokens, where, image=image.view(2, 2, 3)), want)
    same(mt.embed(weight, tokens, where, image=(image.view(2, 2, 3),), audio=None), want)


def test_placeholders_may_lie_outside_of_the_table(m):
    ids = [5, IMAGE, AUDIO]
    weight = numbers(6, 3)
    image, audio = numbers(1, 3), numbers(1, 3, seed=2)
    got = mt.embed(
        weight, torch.tensor([5, -200, 1 << 40], device=DEVICE), mt.plan(m.scan(ids), DEVICE),
        image=image, audio=audio,
    )  # fmt: skip
    same(got, torch.cat([weight[5:6], image, audio]))


@pytest.mark.parametrize("bad", [-1, 6, 1 << 40, -(1 << 40)])
@pytest.mark.parametrize("dtype", FLOATS, ids=str)
def test_other_ids_outside_of_the_table(m, bad, dtype):
    where = mt.plan(m.scan([5, IMAGE, 7]), DEVICE)
    weight, image = numbers(6, 3, dtype=dtype), numbers(1, 3, dtype=dtype)
    tokens = torch.tensor([5, 0, bad], device=DEVICE)
    if DEVICE.type == "cpu" and not INTERPRETED:
        with pytest.raises(IndexError, match=rf"ids\[2\] is {bad}, and weight has 6 rows"):
            mt.embed(weight, tokens, where, image=image)
    else:
        got = mt.embed(weight, tokens, where, image=image)
        same(got[:2], torch.cat([weight[5:6], image]))
        assert got[2].float().isnan().all()


def test_a_table_in_two_halves(m):
    """As tensor-parallel runners have it: each looks up its part, all add, then rows go in."""
    ids = prompt(8)
    result = m.scan(ids)
    tokens = squeezed(ids)
    weight = torch.randn(1000, 6, device=DEVICE)
    rows = {name: torch.randn(n, 6, device=DEVICE) for name, n in mt.plan(result).rows.items()}
    total = torch.zeros(len(ids), 6, device=DEVICE)
    for first in (0, 500):
        local = tokens - first
        outside = (local < 0) | (local >= 500)
        part = torch.nn.functional.embedding(
            local.masked_fill(outside, 0), weight[first : first + 500]
        )
        total += part.masked_fill(outside[:, None], 0)
    mt.splice_(total, mt.plan(result, DEVICE), **rows)
    same(total, mt.embed(weight, tokens, mt.plan(result, DEVICE), **rows))


def test_results_after_other_operations(m):
    """Expanded, assigned, truncated: what gives a result gives a plan."""
    expanded = m.scan([2, IMAGE, 107, IMAGE, 9]).expand(image=[2, 3])
    assert isinstance(expanded.result, mmspan.Result)
    tokens = squeezed(expanded.ids.tolist())
    check(expanded.result, tokens, numbers(1000, 3), rows_for(expanded.result, 3))


def test_room_for_other_prompts(m):
    """One plan, one buffer for IDs and for rows, for whatever fits."""
    weight, room = numbers(1000, 3), {"image": 9, "video": 9, "audio": 9}
    buffers = {name: numbers(n, 3, seed=n) for name, n in room.items()}
    where = mt.plan(m.scan([]), DEVICE, capacity=6)
    address = where._runs.data_ptr()
    for seed in range(5):
        ids = prompt(seed, seed=seed + 1)
        result = m.scan(ids)
        where.update_(result)
        assert where._runs.data_ptr() == address
        tokens = torch.cat([squeezed(ids), torch.zeros(4, dtype=torch.int64, device=DEVICE)])
        taken = {name: row[: where.rows[name]] for name, row in buffers.items()}
        want = torch.cat([bitwise(weight, tokens[:-4], result, taken), weight[:1].expand(4, 3)])
        same(mt.embed(weight, tokens, where, **buffers), want)
        embeds = torch.cat([bitwise(weight, tokens[:-4], result, {}), weight[:1].expand(4, 3)])
        mt.splice_(embeds, where, **buffers)
        same(embeds, want)
