"""What the tests share: a device, prompts, and how the embeddings are made today.

The tests run three times: on the CPU, with TRITON_INTERPRET=1 on the CPU through the kernels,
and on a GPU where there is one.
"""

import os
import random

import mmspan
import pytest
import torch
from torch.overrides import TorchFunctionMode

DEVICE = torch.device("cuda", 0) if torch.cuda.is_available() else torch.device("cpu")
INTERPRETED = os.environ.get("TRITON_INTERPRET") == "1"
FLOATS = [torch.float32, torch.float16, torch.bfloat16, torch.float8_e4m3fn, torch.float8_e5m2]
IMAGE, VIDEO, AUDIO, BEGIN, END = 258880, 258884, 258881, 255999, 258882
#: Six modalities of one token each: more than one launch takes.
SIX = "mmspan: 1\nmodel: six\ntokens:\n" + "".join(
    f"  t{i}: {{id: {i + 1}, piece: '<{i}>'}}\n" for i in range(6)
)
SIX += "modalities:\n" + "".join(f"  m{i}: {{bare: t{i}}}\n" for i in range(6))


class Poison(TorchFunctionMode):
    """What is allocated and never written is NaN, and shows."""

    def __torch_function__(self, func, types, args=(), kwargs=None):
        out = func(*args, **(kwargs or {}))
        empty = (torch.Tensor.new_empty, torch.empty_like)
        if func in empty and out.dtype.is_floating_point and out.numel():
            out.view(
                {1: torch.int8, 2: torch.int16, 4: torch.int32, 8: torch.int64}[
                    out.element_size()
                ]
            ).fill_(-1)
        return out


@pytest.fixture
def poison():
    with Poison():
        yield


@pytest.fixture(scope="session")
def m() -> mmspan.Matcher:
    return mmspan.load("gemma-4")


@pytest.fixture(scope="session")
def six() -> mmspan.Matcher:
    return mmspan.loads(SIX)


def numbers(*shape, dtype=torch.float32, device=DEVICE, seed=0):
    """Random bits that no arithmetic may touch: they include NaN, denormals and -0."""
    generator = torch.Generator().manual_seed(seed + sum(shape))
    size = torch.empty((), dtype=dtype).element_size()
    raw = torch.randint(-128, 128, (*shape, size), generator=generator, dtype=torch.int8)
    return raw.to(device).view(dtype).reshape(shape)


def bits(tensor):
    return tensor.detach().contiguous().view(torch.uint8).cpu()


def same(a, b):
    assert a.shape == b.shape
    assert a.dtype == b.dtype
    assert torch.equal(bits(a), bits(b))


def rows_for(result, width, dtype=torch.float32):
    """A source for each modality, also for those that take none."""
    counts = count(result)
    return {
        name: numbers(n, width, dtype=dtype, seed=i)
        for i, (name, n) in enumerate(counts.items())
    }


def results(scanned):
    return list(scanned) if isinstance(scanned, mmspan.Batch) else [scanned]


def count(scanned):
    return {
        name: sum(r.rows(name) for r in results(scanned)) for name in scanned.matcher.modalities
    }


def mask_of(scanned, name):
    """By the slow way: run by run, sequence by sequence."""
    masks = []
    for r in results(scanned):
        mask = torch.zeros(r.n_tokens, dtype=torch.bool)
        for item in r:
            for run in item.runs:
                if run.modality == name:
                    mask[run.start : run.start + run.length] = True
        masks.append(mask)
    return torch.cat(masks) if masks else torch.zeros(0, dtype=torch.bool)


def today(weight, ids, scanned, rows):
    """Gather, then masked_scatter, for the whole prompt; differentiable."""
    flat = ids.reshape(-1)
    names = scanned.matcher.modalities
    masks = {name: mask_of(scanned, name).to(weight.device) for name in names}
    # What lies outside of the table may stand where a row goes.
    taken = torch.stack(list(masks.values())).any(0)
    out = torch.nn.functional.embedding(flat.masked_fill(taken, 0), weight)
    for name, row in rows.items():
        if row.shape[0]:
            out = out.masked_scatter(masks[name][:, None].expand_as(out), row)
    return out.view(*ids.shape, weight.shape[1])


def bitwise(weight, ids, scanned, rows):
    """`today` on integers, for numbers that torch cannot gather."""
    kind = {1: torch.int8, 2: torch.int16, 4: torch.int32, 8: torch.int64}
    to = kind[weight.element_size()]
    raw = {name: row.contiguous().view(to) for name, row in rows.items()}
    return today(weight.contiguous().view(to), ids, scanned, raw).view(weight.dtype)


def prompt(n_blocks, rows=3, gap=2, seed=0, vocabulary=1000):
    """Blocks of a random modality with text between them, of gemma-4."""
    rng = random.Random(seed)
    ids = [2]
    for _ in range(n_blocks):
        ids += [rng.randrange(3, vocabulary) for _ in range(rng.randint(0, gap))]
        kind = rng.choice([IMAGE, VIDEO, AUDIO, None])
        if kind is None:
            ids.append(IMAGE)
        elif kind == AUDIO:
            ids += [256000, *[AUDIO] * rng.randint(1, rows), 258883]
        else:
            ids += [BEGIN, *[kind] * rng.randint(1, rows), END]
    return ids


def squeezed(ids):
    """The IDs for a small table: reserved ones are far behind it where they take no row."""
    small = {BEGIN: 990, END: 991, 256000: 992, 258883: 993}
    return torch.tensor([small.get(i, i) for i in ids], device=DEVICE)
