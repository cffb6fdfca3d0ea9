"""The dtypes of all arrays. Imported, and NumPy with it, when the first array is made."""

from __future__ import annotations

from typing import Any

import numpy as np


def _struct(size: int, **members: str) -> np.dtype[np.void]:
    """A dtype of the C struct: members in order, without what is reserved at its end."""
    return np.dtype(
        {"names": list(members), "formats": list(members.values()), "itemsize": size}
    )


ITEM = _struct(
    64,
    start="i8",
    end="i8",
    rows="i8",
    position="i8",
    first_run="i8",
    n_runs="i4",
    modality="i4",
    form="i4",
    media="i4",
)
RUN = _struct(32, start="i8", length="i8", row="i8", modality="i4", item="i4")
FINDING = _struct(
    64,
    start="i8",
    end="i8",
    expected="i8",
    found="i8",
    kind="i4",
    modality="i4",
    token="i4",
    id="i4",
    state="i4",
    media="i4",
)
REPLACEMENT = _struct(
    48, old_start="i8", old_end="i8", new_start="i8", new_end="i8", media="i8", kept="i8"
)
SEGMENT = _struct(24, start="i8", end="i8", item="i8")


def tools() -> tuple[Any, ...]:
    """What the extension makes arrays with, in the order of its enum."""
    return (
        np.frombuffer,
        ITEM,
        RUN,
        FINDING,
        REPLACEMENT,
        SEGMENT,
        np.dtype(np.bool_),
        np.dtype(np.int32),
        np.dtype(np.int64),
    )
