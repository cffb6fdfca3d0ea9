"""Gradients, and what `torch.compile` makes of it."""

import mmspan.torch as mt
import pytest
import torch
from conftest import AUDIO, DEVICE, IMAGE, prompt, squeezed, today

IDS = [2, IMAGE, IMAGE, 2, AUDIO, 7, IMAGE]


def leaf(*shape, dtype=torch.float64, seed=0):
    generator = torch.Generator().manual_seed(seed + sum(shape))
    tensor = torch.randn(*shape, generator=generator, dtype=dtype)
    return tensor.to(DEVICE).requires_grad_()


@pytest.fixture
def where(m):
    return mt.plan(m.scan(IDS), DEVICE)


@pytest.mark.parametrize("window", [None, (0, 7), (2, 5), (3, 4), (5, 7)])
def test_gradcheck_embed(where, window):
    start, end = window or (0, 7)
    ids = squeezed(IDS)[start:end]

    def run(weight, image, audio):
        return mt.embed(weight, ids, where, window=window, image=image, audio=audio)

    torch.autograd.gradcheck(run, (leaf(10, 2), leaf(3, 2), leaf(1, 2, seed=1)))


@pytest.mark.parametrize("window", [None, (2, 5)])
def test_gradcheck_splice(where, window):
    start, end = window or (0, 7)

    def run(embeds, image, audio):
        return mt.splice_(embeds.clone(), where, window=window, image=image, audio=audio)

    torch.autograd.gradcheck(run, (leaf(end - start, 2), leaf(3, 2), leaf(1, 2, seed=1)))


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
def test_the_gradients_of_today(m, dtype):
    ids = prompt(12, rows=6)
    result = m.scan(ids)
    tokens = squeezed(ids)
    grads = []
    for way in (mt.embed, today):
        weight = leaf(1000, 8, dtype=dtype)
        rows = {
            name: leaf(n, 8, dtype=dtype, seed=3) for name, n in mt.plan(result).rows.items()
        }
        by = mt.plan(result, DEVICE) if way is mt.embed else result
        out = (
            way(weight, tokens, by, **rows)
            if way is mt.embed
            else way(weight, tokens, by, rows)
        )
        (out * torch.linspace(-1, 1, 8, device=DEVICE, dtype=dtype)).sum().backward()
        grads.append([weight.grad, *[row.grad for row in rows.values()]])
    for got, want in zip(*grads, strict=True):
        assert torch.equal(got, torch.zeros_like(got) if want is None else want)


@pytest.mark.parametrize("n", [2, 20])
def test_gradients_by_the_result_itself(m, n):
    ids = [2, *[token for _ in range(n) for token in (IMAGE, 5)]]
    result = m.scan(ids)
    grads = []
    for by in (result, mt.plan(result, DEVICE)):
        weight, image = leaf(10, 2), leaf(n, 2)
        out = mt.embed(weight, squeezed(ids), by, image=image)
        # Another plan for a call must not overwrite what the gradient needs.
        mt.embed(weight.detach(), squeezed(ids), result, image=image.detach())
        (out * out).sum().backward()
        grads.append((weight.grad, image.grad))
    for got, want in zip(*grads, strict=True):
        assert torch.equal(got, want)
        assert got.any()


def test_only_what_is_asked_for(where):
    image = leaf(3, 2)
    weight, audio = leaf(10, 2).detach(), leaf(1, 2).detach()
    mt.embed(weight, squeezed(IDS), where, image=image, audio=audio).sum().backward()
    assert torch.equal(image.grad, torch.ones_like(image))
    weight.requires_grad_()
    with torch.no_grad():
        out = mt.embed(weight, squeezed(IDS), where, image=image, audio=audio)
    assert not out.requires_grad


def test_a_write_in_place_is_noticed(where):
    """What another operation has kept for its gradient must not change unseen."""
    embeds, factor = torch.ones(7, 2, device=DEVICE), torch.ones(7, 2, device=DEVICE)
    product = embeds * factor.requires_grad_()
    rows = {"image": torch.ones(3, 2, device=DEVICE), "audio": torch.ones(1, 2, device=DEVICE)}
    mt.splice_(embeds, where, **rows)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        product.sum().backward()


def test_operators(where):
    """torch's own check: the schema, the fake, the gradient, with dynamic shapes."""
    span = list(where._whole)
    image, audio = leaf(3, 2), leaf(1, 2)
    given = ([image, audio], [0, 2], span)
    ops = torch.ops.mmspan
    runs = where._runs
    torch.library.opcheck(ops.embed, (leaf(10, 2), squeezed(IDS), runs, *given))
    torch.library.opcheck(ops.splice, (leaf(7, 2), runs, *given))
    torch.library.opcheck(ops.take, (leaf(7, 2).detach(), runs, 0, 3, span))
    plain = ([image.detach(), audio.detach()], [0, 2], span)
    torch.library.opcheck(ops.splice_, (leaf(7, 2).detach(), runs, *plain))


@pytest.mark.parametrize("gradients", [False, True])
def test_compiled_without_a_break(m, gradients):
    torch._dynamo.reset()
    backend = "inductor" if DEVICE.type == "cuda" else "aot_eager"

    def model(weight, ids, where, image, audio):
        return mt.embed(weight * 2, ids, where, image=image + 1, audio=audio) * 3

    def in_place(embeds, where, image, audio):
        return mt.splice_(embeds * 2, where, image=image, audio=audio) + 1

    compiled = torch.compile(model, fullgraph=True, backend=backend)
    compiled_in_place = torch.compile(in_place, fullgraph=True, backend=backend)
    for n in (1, 4, 9):
        ids = [2, *[IMAGE] * n, 5, AUDIO, IMAGE]
        where = mt.plan(m.scan(ids), DEVICE)
        inputs = [leaf(10, 4), leaf(n + 1, 4), leaf(1, 4, seed=2), leaf(len(ids), 4)]
        weight, image, audio, embeds = [t.requires_grad_(gradients) for t in inputs]
        for way, plain, first in (
            (compiled, model, (weight, squeezed(ids))),
            (compiled_in_place, in_place, (embeds,)),
        ):
            got = way(*first, where, image, audio)
            want = plain(*first, where, image, audio)
            assert torch.equal(got, want)
            if gradients:
                leaves = (first[0], image, audio)
                for a, b in zip(
                    torch.autograd.grad(got.sum(), leaves),
                    torch.autograd.grad(want.sum(), leaves),
                    strict=True,
                ):
                    assert torch.equal(a, b)


def test_compiled_code_makes_no_plan(m):
    torch._dynamo.reset()
    result = m.scan(IDS)

    def model(weight, ids):
        return mt.embed(weight, ids, result)

    with pytest.raises(Exception, match="make the plan outside of the compiled function"):
        torch.compile(model, fullgraph=True, backend="eager")(leaf(10, 2), squeezed(IDS))
