"""Writes a generated corpus in the formats that the program reads: audit_corpus.py CORPUS OUT."""
import gzip
import json
import os
import shutil
import struct
import sys

import numpy as np

corpus, out = sys.argv[1:]
ids, labels, grid, offsets, grid_offsets = (
    np.load(f"{corpus}/{k}.npy") for k in ("ids", "labels", "grid", "offsets", "grid_offsets"))
n = len(offsets) - 1
os.makedirs(out)

with open(f"{out}/all.jsonl", "w") as every, open(f"{out}/ids.jsonl", "w") as only:
    for i in range(n):
        span = slice(offsets[i], offsets[i + 1])
        row = {"input_ids": ids[span].tolist()}
        only.write(json.dumps(row) + "\n")
        row["labels"] = labels[span].tolist()
        row["attention_mask"] = [1] * len(row["input_ids"])
        row["image_grid_thw"] = grid[grid_offsets[i]:grid_offsets[i + 1]].tolist()
        every.write(json.dumps(row) + "\n")
with open(f"{out}/all.jsonl", "rb") as f, gzip.open(f"{out}/all.jsonl.gz", "wb", 1) as g:
    shutil.copyfileobj(f, g)

# An index of Megatron: magic, version, code of int32, sequences, documents and their arrays.
ids.astype("<i4").tofile(f"{out}/m.bin")
with open(f"{out}/m.idx", "wb") as f:
    f.write(b"MMIDIDX\0\0" + struct.pack("<QBQQ", 1, 4, n, n + 1))
    f.write(np.diff(offsets).astype("<i4").tobytes())
    f.write((4 * offsets[:-1]).astype("<i8").tobytes())
    f.write(np.arange(n + 1, dtype="<i8").tobytes())

np.save(f"{out}/windows.npy", ids[:len(ids) // 2048 * 2048].reshape(-1, 2048))
