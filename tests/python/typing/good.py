"""Never run: what mypy must accept, and what it must see in it."""

from __future__ import annotations

import array
from pathlib import Path

import mmspan
import numpy as np
from numpy.typing import NDArray
from typing_extensions import assert_type

m = mmspan.load("gemma-4")
mmspan.load(Path("my.yaml"), tokenizer={"<p>": 2})
mmspan.loads("mmspan: 1", name="x")
r = m.scan([1, 2, 3])
m.scan((1, 2))
m.scan(range(5))
m.scan(array.array("i", [1]))
m.scan(np.zeros(3, np.int64), literal=[(0, 1), [1, 2]])
m.scan(memoryview(b""))
m.scan([np.int64(5)])
assert_type(m, mmspan.Matcher)
assert_type(r[0], mmspan.Item)
assert_type(r[0:1], list[mmspan.Item])
assert_type(r[0].runs[0].row, int)
assert_type(r.findings, list[mmspan.Finding])
assert_type(r.mask(), NDArray[np.bool_])
assert_type(r.cumsum(), NDArray[np.int64])
assert_type(r.mask(out=bytearray(3)), bytearray)
for item in r:
    assert_type(item.media, int | None)
e = r.assign(image=[256, mmspan.Media(rows=3)], from_end=True).expand({"image": [1]}, start=3)
assert_type(e.ids, NDArray[np.int32])
assert_type(e.result, mmspan.Result)
assert_type(e.tolist([1, 2]), list[int])
assert_type(r.truncate(5, side="left").media["image"], slice)
r.splice_(np.zeros((3, 4)), (0, 3), image=np.zeros((1, 4)))
b = m.scan_batch([[1], [2, 3]], threads=2)
m.scan_batch(np.zeros((2, 2), np.int32))
m.scan_batch(np.zeros(4, np.int32), [0, 2, 4], literal=[None, [(0, 1)]])
assert_type(b[0], mmspan.Result)
assert_type(b.item_offsets, NDArray[np.int64])
with m.stream(keep_ids=False) as s:
    s.push([1], literal=True)
    assert_type(s.result, mmspan.Result)
