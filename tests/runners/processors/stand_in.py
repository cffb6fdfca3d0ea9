"""Makes tokenizers: words of the samples below, and a config's special tokens at their IDs.

A processor asks its tokenizer for IDs of pieces and to turn text into IDs. Which IDs the text
gets does not matter, so the vocabulary is small and sparse. That words are single tokens does:
a time stamp of as many tokens as it has letters is none that a real tokenizer makes.
"""

import re
from functools import lru_cache

from tokenizers import (
    AddedToken,
    Regex,
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    trainers,
)
from transformers import PreTrainedTokenizerFast

SAMPLES = (
    ["What is in these pictures, and how do they differ? Please describe each.\n"] * 40
    + ["Here is the original image and here are some crops to help you see better.\n"] * 40
    + ["Frame 1 sampled at 0.00 seconds and frame 2 sampled at 0.50 seconds: \n"] * 40
    + ["<0.5 seconds> <12.0 seconds> Time: 0.5s Time 1.0s: Frame from 00:01: Frame1: \n"] * 40
    + ["You are provided the following series of frames from a video. Transcribe the speech.\n"]
    * 20
    + ["<row_1_col_2> <global-img> <tile_1> TILE_1 TILE_GLOBAL image video audio user\n"] * 40
)
STANDARD = {
    "bos_token": "<stand-in-bos>",
    "eos_token": "<stand-in-eos>",
    "pad_token": "<stand-in-pad>",
}
# Where the words may stand; the first range that none of a config's tokens is in.
BASES = (1000, 3000, 7000, 20000, 40000, 110000)


@lru_cache(maxsize=1)
def _trained():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=900,
        min_frequency=2,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(SAMPLES, trainer)
    import json

    model = json.loads(tokenizer.to_str())["model"]
    merges = [tuple(m) if isinstance(m, list) else tuple(m.split(" ")) for m in model["merges"]]
    return model["vocab"], merges


def _base(taken, ranges, size):
    for base in BASES:
        ids = range(base, base + size)
        if not any(i in taken for i in ids) and not any(
            low < base + size and base <= high for low, high in ranges
        ):
            return base
    raise ValueError("no room for the words of the stand-in tokenizer")


def _splitter(words):
    """What splits a text into words, with these among them."""
    if not words:
        return pre_tokenizers.ByteLevel(add_prefix_space=False)
    pattern = "|".join([*map(re.escape, words), r" ?\w+", r"[^\s\w]", r"\s"])
    return pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(pattern), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )


def make(special, ranges=(), roles=None, more=(), words=(), prefix=""):
    """Returns a tokenizer.

    special  maps pieces to IDs, or to None for one that the config does not know
    ranges   of IDs that stand for more pieces, in which no word may stand
    roles    attributes that the processor reads from it, such as image_token
    more     pieces without a known ID that the processor needs
    words    pieces that are words of the vocabulary and no special tokens
    prefix   what is put before each text, and behind each special token
    """
    learnt, merges = _trained()
    known = {piece: i for piece, i in special.items() if i is not None}
    new = [piece for piece in [*special, *more] if piece not in known]
    size = len(learnt) + len(new) + 8
    base = _base(set(known.values()), ranges, size)
    vocab = {word: base + i for word, i in learnt.items()}
    for i, piece in enumerate([*STANDARD.values(), *new]):
        vocab.setdefault(piece, base + len(learnt) + i)
    vocab.update(known)
    tokenizer = Tokenizer(models.BPE(vocab=vocab, merges=merges, ignore_merges=bool(words)))
    tokenizer.pre_tokenizer = _splitter(words)
    tokenizer.decoder = decoders.ByteLevel()
    if prefix:
        tokenizer.normalizer = normalizers.Prepend(prefix)
    tokenizer.add_special_tokens(
        [AddedToken(p, special=True, normalized=False) for p in [*known, *new] if p not in words]
    )
    for piece, i in known.items():
        if tokenizer.token_to_id(piece) != i:
            raise ValueError(f"{piece} is at {tokenizer.token_to_id(piece)}, not at {i}")
    roles = {**STANDARD, **(roles or {})}
    named = {k: roles.pop(k) for k in [*STANDARD, "unk_token"] if k in roles}
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        **named,
        extra_special_tokens=roles,
        model_max_length=10**7,
        clean_up_tokenization_spaces=False,
    )
