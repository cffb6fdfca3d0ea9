#!/usr/bin/env python3
"""Measures what programs do without mmspan: NumPy on the IDs, Python's re on the text.

Usage: compare.py PROMPT   where PROMPT is raw int32, from mmspan_bench --write-prompt

The text is made with a synthetic vocabulary of English-like words, as no tokenizer is at
hand; decoding is one list lookup per token and one join, which is faster than any real
tokenizer decodes.
"""

import array
import re
import statistics
import sys
import time

try:
    import numpy
except ImportError:
    numpy = None

BOI, IMAGE, EOI = 255999, 258880, 258882
VOCABULARY_SIZE = 262144
ROUNDS = 15
BATCH_SECONDS = 0.002

# The pattern that SGLang registers for images of Gemma 4.
BLOCK = re.compile(r"<\|image>(?:<\|image\|>)+<image\|>|<\|image\|>")


def make_vocabulary():
    syllables = ["an", "be", "cor", "di", "en", "fa", "gri", "ho", "in", "ka", "lo", "mer"]
    pieces = []
    for i in range(VOCABULARY_SIZE):
        n = len(syllables)
        pieces.append(" " + syllables[i % n] + syllables[i // n % n] * (i % 2))
    pieces[BOI], pieces[IMAGE], pieces[EOI] = "<|image>", "<|image|>", "<image|>"
    return pieces


def find_runs_with_numpy(ids):
    mask = numpy.zeros(len(ids) + 2, dtype=numpy.int8)
    mask[1:-1] = ids == IMAGE
    edges = numpy.diff(mask)
    return numpy.flatnonzero(edges == 1), numpy.flatnonzero(edges == -1)


def find_blocks_in_list(ids):
    blocks = []
    begin = None
    for position, token in enumerate(ids):
        if token == BOI:
            begin = position
        elif token == EOI:
            if begin is not None:
                blocks.append((begin, position + 1))
            begin = None
        elif token != IMAGE:
            begin = None
    return blocks


def find_blocks_in_text(text):
    return [match.span() for match in BLOCK.finditer(text)]


def time_call(call):
    """The median time of one call, in seconds."""
    repeats = 1
    while True:
        start = time.perf_counter()
        for _ in range(repeats):
            call()
        if time.perf_counter() - start >= BATCH_SECONDS:
            break
        repeats *= 2
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for _ in range(repeats):
            call()
        times.append((time.perf_counter() - start) / repeats)
    return statistics.median(times)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    ids = array.array("i")
    with open(sys.argv[1], "rb") as file:
        ids.frombytes(file.read())
    ids = ids.tolist()
    pieces = make_vocabulary()
    text = "".join([pieces[i] for i in ids])
    n_blocks = ids.count(BOI)
    if len(find_blocks_in_text(text)) != n_blocks or len(find_blocks_in_list(ids)) != n_blocks:
        sys.exit("compare.py: the methods disagree")

    rows = []
    if numpy is not None:
        vector = numpy.array(ids, dtype=numpy.int32)
        if len(find_runs_with_numpy(vector)[0]) != n_blocks:
            sys.exit("compare.py: NumPy disagrees")
        rows.append((f"NumPy {numpy.__version__}, mask and diff, runs of one ID only",
                     lambda: find_runs_with_numpy(vector)))
    rows.append(("Python loop over a list of IDs", lambda: find_blocks_in_list(ids)))
    rows.append(("Python re on the decoded text, without decoding",
                 lambda: find_blocks_in_text(text)))
    rows.append(("decoding by table, then Python re",
                 lambda: find_blocks_in_text("".join([pieces[i] for i in ids]))))

    print(f"| work, Python {sys.version.split()[0]} | ns/token |\n|---|---:|")
    for name, call in rows:
        print(f"| {name} | {1e9 * time_call(call) / len(ids):.2f} |")
    if numpy is None:
        print("\nNumPy is not installed; its row is missing.")


main()
