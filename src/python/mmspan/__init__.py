"""Finds the multimodal blocks of a tokenised prompt, on the token IDs themselves.

    >>> import mmspan
    >>> m = mmspan.load("gemma-4")
    >>> r = m.scan([2, 255999, 258880, 258880, 258882, 107])
    >>> r[0].modality, r[0].start, r[0].end, r[0].rows
    ('image', 1, 5, 2)

Spans are half-open: ``[start, end)`` counts tokens from 0.
"""

from collections.abc import Sequence as _Sequence

from mmspan._core import (
    FINDING_KINDS,
    FORMS,
    ArrowColumn,
    Batch,
    Expansion,
    Matcher,
    Result,
    Stream,
    __version__,
    detect,
    load,
    loads,
    models,
    onboard,
)
from mmspan._errors import (
    ConfigError,
    Error,
    LimitError,
    MismatchError,
    UnknownModelError,
)
from mmspan._items import Finding, Fit, Item, Media, Neutralised, Run, Truncation

__all__ = [
    "FINDING_KINDS",
    "FORMS",
    "ArrowColumn",
    "Batch",
    "ConfigError",
    "Error",
    "Expansion",
    "Finding",
    "Fit",
    "Item",
    "LimitError",
    "Matcher",
    "Media",
    "MismatchError",
    "Neutralised",
    "Result",
    "Run",
    "Stream",
    "Truncation",
    "UnknownModelError",
    "__version__",
    "detect",
    "load",
    "loads",
    "models",
    "onboard",
]

_Sequence.register(Result)
_Sequence.register(Batch)
