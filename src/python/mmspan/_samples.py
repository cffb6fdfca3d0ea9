"""Samples, dicts of lists or arrays, as the columns that the audit takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mmspan._arrow_columns import COUNT, GRID, TYPES, Column, Names

Sample = Mapping[str, Any]


def _integers(value: Any, name: str, is_grid: bool = False) -> NDArray[Any]:
    """A value as an array of integers of one dimension; a batch of one list is that list."""
    try:
        array = np.asarray(value)
    except ValueError as e:  # lists of different lengths
        raise ValueError(f"{name} is no list of integers") from e
    if array.size == 0:
        return np.zeros(0, np.int32)
    if is_grid and array.ndim > 1 and array.shape[-1] != 3:
        raise ValueError(f"{name} is no list of t, h, w")
    if not array.ndim or (not is_grid and array.size != array.shape[-1]):
        raise ValueError(f"{name} has the shape {array.shape}, and is no list")
    if array.dtype.kind == "b":
        return array.ravel().view(np.int8)
    if array.dtype.kind not in "iu":
        raise TypeError(f"{name} holds {array.dtype}, no integers")
    return array.ravel()


def _joined(parts: list[NDArray[Any]], name: str) -> tuple[NDArray[Any], int]:
    """The parts one after the other, in a type that the audit has."""
    values = np.concatenate(parts) if parts else np.zeros(0, np.int32)
    if str(values.dtype) == "uint8":
        values = values.astype(np.int16)
    if values.dtype.byteorder not in "=|":
        values = values.astype(values.dtype.newbyteorder("="))
    if str(values.dtype) not in TYPES:  # uint64, or what holds it beside a signed type
        if any(part.size and part.max() > np.iinfo(np.int64).max for part in parts):
            raise ValueError(f"{name} has a value that does not fit 64 bits with a sign")
        values = np.concatenate([part.astype(np.int64) for part in parts])
    return np.ascontiguousarray(values), TYPES[str(values.dtype)]


def _column(values: Iterable[Any], name: str, is_grid: bool = False) -> Column:
    """A list for each sample; None is null."""
    parts, valid = [], []
    for value in values:
        valid.append(value is not None)
        empty = np.zeros(0, np.int32)
        parts.append(empty if value is None else _integers(value, name, is_grid))
    offsets = np.zeros(len(parts) + 1, np.int64)
    np.cumsum([len(part) for part in parts], out=offsets[1:])
    flat, kind = _joined([part for part in parts if part.size], name)
    bits = None if all(valid) else np.packbits(valid, bitorder="little")
    return Column(flat, kind, offsets, bits)


def _is_flat(values: list[Any]) -> bool:
    """Positions of M-RoPE have several dimensions, and do not count tokens."""
    return all(value is None or np.ndim(value) == 1 for value in values)


def columns(
    names: Names, samples: list[Sample]
) -> tuple[dict[str, tuple[Any, ...]], tuple[Any, ...]]:
    """The columns and the media of samples, as ``_core._Auditor.add`` takes them.

    Raises
    ------
    TypeError, ValueError
        A value is none that belongs in its column; the message has the column's name.
    """
    there = {key for sample in samples for key in sample}
    plain = {}
    for role, name in names.plain.items():
        values = [sample.get(name) for sample in samples]
        if name in there and (role != "position_ids" or _is_flat(values)):
            plain[role] = tuple(_column(values, name))
    media = []
    for name, modality, form in names.media:
        values = [sample.get(name) for sample in samples]
        if name not in there:
            continue
        if form == COUNT:
            values = [None if value is None else [value] for value in values]
        media.append((modality, form, tuple(_column(values, name, form == GRID)), None))
    return plain, tuple(media)
