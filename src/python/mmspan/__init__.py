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
    from mmspan._audit import Report, Unit, audit, audit_unit, units

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
    "audit_unit",
    "detect",
    "load",
    "loads",
    "models",
    "onboard",
    "units",
]

_Sequence.register(Result)
_Sequence.register(Batch)

_LATER = frozenset({"Report", "Unit", "audit", "audit_unit", "units"})


def __getattr__(name: str) -> _typing.Any:
    # What only an audit needs is not imported by who serves prompts.
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from mmspan import _audit

    globals().update((later, getattr(_audit, later)) for later in _LATER)
    return globals()[name]
