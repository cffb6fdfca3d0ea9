"""What only a GPU can show: that nobody waits, graphs, streams, sizes beyond 2^31."""

import concurrent.futures

import mmspan.torch as mt
import pytest
import torch
from conftest import AUDIO, DEVICE, IMAGE, bitwise, numbers, prompt, rows_for, same, squeezed
from mmspan.torch import staging

pytestmark = pytest.mark.skipif(DEVICE.type != "cuda", reason="no GPU")
IDS = [2, IMAGE, IMAGE, 5, AUDIO]


@pytest.fixture
def no_waiting():
    torch.cuda.set_sync_debug_mode("error")
    yield
    torch.cuda.set_sync_debug_mode("default")


def test_nobody_waits(m, no_waiting):
    ids = prompt(20)
    result = m.scan(ids)
    torch.cuda.set_sync_debug_mode("default")
    weight, rows, tokens = numbers(1000, 64), rows_for(result, 64), squeezed(ids)
    lists = {name: [row] for name, row in rows.items()}
    mask = torch.zeros(len(ids), dtype=torch.bool, device=DEVICE)
    torch.cuda.synchronize()
    torch.cuda.set_sync_debug_mode("error")
    where = mt.plan(result, DEVICE)
    out = mt.embed(weight, tokens, where, **rows)
    mt.embed(weight, tokens[3:9], where, window=(3, 9), **lists)
    mt.embed(weight, tokens, result, out=out, **rows)
    mt.splice_(out, where, **rows)
    mt.merge_multimodal_embeddings(out, rows["image"], mask)
    with mt.merging(where):
        out.masked_scatter(mask[:, None], rows["image"])
    weight.requires_grad_()
    rows = {name: row.requires_grad_() for name, row in rows.items()}
    mt.embed(weight, tokens, where, **rows).sum().backward()
    with pytest.raises(RuntimeError, match="synchroniz"):
        out.detach()[mask]


def capture(run):
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(3):
            out = run()
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        out = run()
    return graph, out


def test_a_graph(m):
    ids = prompt(9)
    result = m.scan(ids)
    where = mt.plan(result, DEVICE)
    weight, rows, tokens = numbers(1000, 32), rows_for(result, 32), squeezed(ids)
    embeds = bitwise(weight, tokens, result, {})
    graph, out = capture(lambda: mt.embed(weight, tokens, where, **rows))
    again, _ = capture(lambda: mt.splice_(embeds, where, **rows))
    for seed in range(3):
        for name, row in rows.items():
            row.copy_(numbers(*row.shape, seed=seed + len(name)))
        graph.replay()
        want = bitwise(weight, tokens, result, rows)
        same(out, want)
        again.replay()
        same(embeds, want)


def test_a_graph_of_fixed_shape_for_many_prompts(m):
    weight, tokens = numbers(1000, 8), torch.zeros(60, dtype=torch.int64, device=DEVICE)
    room = {"image": 20, "video": 20, "audio": 20}
    rows = {name: numbers(n, 8) for name, n in room.items()}
    where = mt.plan(m.scan([]), DEVICE, capacity=16)
    graph, out = capture(lambda: mt.embed(weight, tokens, where, **rows))
    embeds = numbers(60, 8, seed=7)
    again, _ = capture(lambda: mt.splice_(embeds, where, **rows))
    for seed in range(6):
        ids = prompt(seed + 1, seed=seed)[:60]
        result = m.scan(ids)
        tokens.zero_()
        tokens[: len(ids)] = squeezed(ids)
        where.update_(result)
        graph.replay()
        taken = {name: row[: where.rows[name]] for name, row in rows.items()}
        want = bitwise(weight, tokens[: len(ids)], result, taken)
        same(out[: len(ids)], want)
        same(out[len(ids) :], weight[:1].expand(60 - len(ids), 8))
        embeds[: len(ids)] = bitwise(weight, tokens[: len(ids)], result, {})
        before = embeds.clone()
        again.replay()
        same(embeds[: len(ids)], want)
        same(embeds[len(ids) :], before[len(ids) :])
    with pytest.raises(ValueError, match="has 61 tokens, and the graph was captured with 60"):
        where.update_(m.scan([5] * 61))
    many = [255999, *[IMAGE] * 21, 258882]
    with pytest.raises(
        ValueError, match="21 rows of image, and the graph was captured with 20"
    ):
        where.update_(m.scan(many))


def test_no_plan_is_made_during_a_capture(m):
    result = m.scan(IDS)
    graph = torch.cuda.CUDAGraph()
    with (
        pytest.raises(RuntimeError, match="make the plan before the capture"),
        torch.cuda.graph(graph),
    ):
        mt.plan(result, DEVICE)


def test_two_streams_at_once(m):
    """Plans of one stream, used on both while copies are under way."""
    first, second = torch.cuda.Stream(), torch.cuda.Stream()
    ids = prompt(200, rows=20)
    result = m.scan(ids)
    weight, rows, tokens = numbers(1000, 512), rows_for(result, 512), squeezed(ids)
    want = bitwise(weight, tokens, result, rows)
    busy = torch.zeros(1 << 26, device=DEVICE)
    torch.cuda.synchronize()
    outs = []
    for i in range(40):
        with torch.cuda.stream(first if i % 2 else second):
            busy.add_(1)
            where = mt.plan(result, DEVICE)
        for stream in (first, second):
            with torch.cuda.stream(stream):
                outs.append(mt.embed(weight, tokens, where, **rows))
        del where
    torch.cuda.synchronize()
    for out in outs:
        same(out, want)


def many_runs(m, n, seed):
    """A prompt of n runs, and the embeddings that it must get."""
    rng = torch.Generator().manual_seed(seed)
    text = torch.randint(3, 900, (2 * n,), generator=rng).tolist()
    ids = [token for i in range(n) for token in (*text[2 * i : 2 * i + 1 + i % 2], IMAGE)]
    result = m.scan(ids)
    assert len(result.runs) == n
    tokens, image = squeezed(ids), numbers(n, 64, seed=seed)
    return result, tokens, image


@pytest.mark.parametrize("n", [9, 64, 65, 512, 513])
def test_plans_of_one_call_one_after_the_other(m, n):
    """Pinned memory that is used again waits for the copy out of it, however late that is."""
    weight = numbers(1000, 64)
    cases = [many_runs(m, n, seed) for seed in range(5)]
    wants = [bitwise(weight, ids, result, {"image": row}) for result, ids, row in cases]
    torch.cuda.synchronize()
    outs = []
    for i in range(150):
        if i % 50 == 0:
            torch.cuda._sleep(20_000_000)
        result, ids, image = cases[i % 5]
        outs.append(mt.embed(weight, ids, result, image=image))
    for i, out in enumerate(outs):
        same(out, wants[i % 5])


def test_pinned_memory_is_not_used_again_too_early(m):
    """The driver may read it when the copy starts: that shows in no number before it does."""
    result, _ids, _image = many_runs(m, 20, 1)
    with torch.cuda.stream(torch.cuda.Stream()):
        ring = staging._Ring(64, DEVICE)
        torch.cuda._sleep(1_000_000_000)
        made = [ring.copy(result) for _ in range(66)]
    assert [runs is None for runs in made] == [False] * 64 + [True] * 2
    torch.cuda.synchronize()
    assert all(ring.copy(result) is not None for _ in range(64))


def test_plans_of_one_call_in_threads_and_streams(m):
    weight = numbers(1000, 64)
    cases = [many_runs(m, n, n) for n in (10, 30, 64, 200)]
    wants = [bitwise(weight, ids, result, {"image": row}) for result, ids, row in cases]
    torch.cuda.synchronize()
    stream = torch.cuda.Stream()

    def work(k):
        outs = []
        with torch.cuda.stream(stream if k % 2 else torch.cuda.default_stream()):
            for i in range(60):
                result, ids, image = cases[(i + k) % 4]
                outs.append(mt.embed(weight, ids, result, image=image))
        return outs

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        all_outs = list(pool.map(work, range(4)))
    torch.cuda.synchronize()
    for k, outs in enumerate(all_outs):
        for i, out in enumerate(outs):
            same(out, wants[(i + k) % 4])


def test_columns_beyond_2_to_the_31(m):
    """A table, rows and an output that are transposed: the step to the next number is large."""
    n, width = 1 << 21, 1030
    table = torch.zeros(width, n, dtype=torch.int8, device=DEVICE).t()
    table[7, -1], table[7, 0] = 5, 4
    for ids in ([7, IMAGE, 7], [7, *[IMAGE, 7] * 9]):
        result = m.scan(ids)
        k = ids.count(IMAGE)
        # So many rows that only the last columns are far.
        image = torch.zeros(width, n, dtype=torch.int8, device=DEVICE).t()[:k]
        image[:, -1] = 3
        out = mt.embed(table, torch.tensor(ids, device=DEVICE), result, image=image)
        assert out[:, -1].tolist() == [3 if token == IMAGE else 5 for token in ids]
        assert not out[:, 1:-1].any()
        far = torch.zeros(width, n, dtype=torch.int8, device=DEVICE).t()[: len(ids)]
        same(mt.splice_(far, result, image=image)[1], image[0])
        del far, image


def test_beyond_2_to_the_31(m):
    """Offsets in the output, the table and the rows that no int32 holds."""
    width = 8192
    n = (1 << 31) // width + 5
    ids = [2, 255999, *[IMAGE] * n, 258882, 7]
    result = m.scan(ids)
    tokens = torch.full((len(ids),), n - 1, device=DEVICE)
    table = torch.zeros(n, width, dtype=torch.int8, device=DEVICE)
    table[-1] = 5
    image = torch.zeros(n, width, dtype=torch.int8, device=DEVICE)
    image[-1] = 3
    out = mt.embed(table, tokens, mt.plan(result, DEVICE), image=image)
    assert bool((out[[0, 1, n + 2, n + 3]] == 5).all())
    assert bool((out[n + 1] == 3).all())
    assert not bool(out[2 : n + 1].any())
    out.zero_()
    mt.splice_(out, mt.plan(result, DEVICE), image=image)
    assert bool((out[n + 1] == 3).all())


def test_another_device_is_current(m):
    if torch.cuda.device_count() < 2:
        pytest.skip("one GPU")
    where = mt.plan(m.scan(IDS), "cuda:1")
    to = torch.device("cuda:1")
    weight, image, audio = (numbers(n, 4, device=to) for n in (10, 2, 1))
    tokens = squeezed(IDS).to(to)
    for by in (where, m.scan(IDS)):
        same(mt.embed(weight, tokens, by, image=image, audio=audio)[1:3], image)
    result, tokens, image = many_runs(m, 20, 1)
    weight, tokens, image = numbers(1000, 64, device=to), tokens.to(to), image.to(to)
    want = bitwise(weight, tokens, result, {"image": image})
    for by in (mt.plan(result, to), result):
        same(mt.embed(weight, tokens, by, image=image), want)
        embeds = bitwise(weight, tokens, result, {})
        same(mt.splice_(embeds, by, image=image), want)
    mask = tokens == squeezed([IMAGE]).to(to)
    embeds = bitwise(weight, tokens, result, {})
    same(mt.merge_multimodal_embeddings(embeds, image, mask), want)
    assert torch.cuda.current_device() == 0
