"""Finds the multimodal blocks of a tokenised prompt, on the token IDs themselves.

    >>> import mmspan
    >>> m = mmspan.load("gemma-4")
    >>> r = m.scan([2, 255999, 258880, 258880, 258882, 107])
    >>> r[0].modality, r[0].start, r[0].end, r[0].rows
    ('image', 1, 5, 2)

Spans are half-open: ``[start, end)`` counts tokens from 0.
"""

import typing as _typing
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

if _typing.TYPE_CHECKING:
    from mmspan._audit import Unit, audit, audit_unit, units
    from mmspan._batches import audit_batches
    from mmspan._fix import fix
    from mmspan._report import Report

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
    "Report",
    "Result",
    "Run",
    "Stream",
    "Truncation",
    "Unit",
    "UnknownModelError",
    "__version__",
    "audit",
    "audit_batches",
    "audit_unit",
    "detect",
    "fix",
    "load",
    "loads",
    "models",
    "onboard",
    "units",
]

_Sequence.register(Result)
_Sequence.register(Batch)

# What only an audit needs is not imported by who serves prompts.
_LATER = {
    "Report": "_report",
    "Unit": "_audit",
    "audit": "_audit",
    "audit_batches": "_batches",
    "audit_unit": "_audit",
    "fix": "_fix",
    "units": "_audit",
}


def __getattr__(name: str) -> _typing.Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    value = getattr(importlib.import_module(f"mmspan.{_LATER[name]}"), name)
    globals()[name] = value
    return value
