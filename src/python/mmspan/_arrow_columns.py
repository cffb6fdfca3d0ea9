"""Arrow columns as the audit takes them: values, their type, offsets, validity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

# mmspan_column_type, by the name of the Arrow type.
TYPES = {"int32": 0, "int64": 1, "uint32": 2, "uint16": 3, "int8": 4, "int16": 5}
# What has no such type is widened to one that holds its values, or fails where one does not.
_CASTS = {"bool": "int8", "uint8": "int16", "uint64": "int64"}

# The forms of a column of media, mmspan_media_form.
GRID, ROWS, COUNT = 0, 1, 2


class Column(NamedTuple):
    """A list for each row, as ``_core._Auditor.add`` takes it."""

    values: Any
    type: int
    offsets: Any
    validity: Any


def _storage(array: pa.Array) -> pa.Array:
    while hasattr(array, "storage"):
        array = array.storage
    return array


def _validity(array: pa.Array) -> Any:
    if not array.null_count:
        return None
    valid = array.is_valid().to_numpy(zero_copy_only=False)
    return np.packbits(valid, bitorder="little")


def _flat(array: pa.Array, name: str) -> tuple[Any, int]:
    """The values of an array of numbers, without a copy where there is a type for them."""
    array = _storage(array)
    kind = str(array.type)
    if kind == "null":  # every list is empty or null
        return None, 0
    if kind in _CASTS:
        array = array.cast(_CASTS[kind])
        kind = _CASTS[kind]
    if kind not in TYPES:
        raise TypeError(f"{name} holds {kind}, no integers")
    buffer = array.buffers()[1]
    if buffer is None or not len(array):
        return None, TYPES[kind]
    dtype = np.dtype(kind)
    values = np.frombuffer(buffer, dtype, len(array), array.offset * dtype.itemsize)
    return values, TYPES[kind]


def _lists(array: pa.Array, name: str) -> tuple[pa.Array, Any]:
    """The child of an array of lists as it is, and the offsets of these rows in it."""
    kind = str(array.type)
    if kind.startswith("fixed_size_list"):
        size = array.type.list_size
        offsets = np.arange(array.offset, array.offset + len(array) + 1, dtype=np.int64) * size
        return _storage(array.values), offsets
    if kind.startswith(("list<", "large_list<")):
        offsets = array.offsets.to_numpy(zero_copy_only=False).astype(np.int64, copy=False)
        return _storage(array.values), np.ascontiguousarray(offsets)
    raise TypeError(f"{name} is {kind}, not a list for each row")


def _refuse_nulls(array: pa.Array, child: pa.Array, name: str) -> None:
    """Refuses nulls in rows of these; below a null row there may be anything."""
    if not child.null_count or str(child.type) == "null":
        return
    used = array.flatten()
    while used.null_count == 0 and "list" in str(used.type):
        used = _storage(used).flatten()
    if used.null_count:
        raise ValueError(f"{name} has a null inside a list")


def lists(array: pa.Array, name: str) -> Column:
    """A column of lists of numbers."""
    array = _storage(array)
    child, offsets = _lists(array, name)
    _refuse_nulls(array, child, name)
    return Column(*_flat(child, name), offsets, _validity(array))


def media(array: pa.Array, name: str, form: int, modality: int) -> tuple[int, int, Any, Any]:
    """A column of media: grids, nested or three numbers after each other; rows; counts."""
    array = _storage(array)
    if form == COUNT:
        offsets = np.arange(len(array) + 1, dtype=np.int64)
        return (
            modality,
            form,
            tuple(Column(*_flat(array, name), offsets, _validity(array))),
            None,
        )
    child, offsets = _lists(array, name)
    if form == GRID and "list" in str(child.type):
        inner, inner_offsets = _lists(child, name)
        _refuse_nulls(array, child, name)
        _refuse_nulls(array, inner, name)
        column = Column(*_flat(inner, name), offsets, _validity(array))
        return modality, form, tuple(column), inner_offsets
    return modality, form, tuple(lists(array, name)), None


# The names that columns usually have, by their role.
USUAL = {
    "ids": "input_ids",
    "labels": "labels",
    "attention_mask": "attention_mask",
    "loss_mask": "loss_mask",
    "type_ids": "mm_token_type_ids",
    "cu_seqlens": "cu_seqlens",
    "seq_lens": "seq_lens",
    "position_ids": "position_ids",
}


class Names:
    """Which column of a schema has which role."""

    def __init__(self, modalities: tuple[str, ...], columns: dict[str, str] | None) -> None:
        self._plain = dict(USUAL)
        self._media: dict[str, tuple[str, int, int]] = {}
        for index, modality in enumerate(modalities):
            self._media[f"{modality}_grid"] = (f"{modality}_grid_thw", index, GRID)
            self._media[f"{modality}_rows"] = (f"{modality}_rows", index, ROWS)
            self._media[f"{modality}_count"] = (f"num_{modality}s", index, COUNT)
        for role, name in (columns or {}).items():
            if role in self._plain:
                self._plain[role] = name
            elif role in self._media:
                self._media[role] = (name, *self._media[role][1:])
            else:
                known = ", ".join([*self._plain, *self._media])
                raise ValueError(f"no column has the role {role!r}; there are {known}")

    @property
    def ids(self) -> str:
        """The name of the column of IDs."""
        return self._plain["ids"]

    @property
    def plain(self) -> dict[str, str]:
        """The columns that belong to tokens: role and name."""
        return self._plain

    @property
    def media(self) -> list[tuple[str, int, int]]:
        """The columns of media: name, modality and form."""
        return list(self._media.values())

    def wanted(self, names: list[str]) -> list[str]:
        """Those of a file's columns that are read."""
        roles = {*self._plain.values(), *(name for name, _, _ in self._media.values())}
        return [name for name in names if name in roles]

    def batch(
        self, batch: pa.RecordBatch
    ) -> tuple[dict[str, tuple[Any, ...]], tuple[Any, ...]]:
        """The columns and the media of a batch, as ``_core._Auditor.add`` takes them."""
        there = set(batch.schema.names)
        plain = {
            role: tuple(lists(batch.column(name), name))
            for role, name in self._plain.items()
            if name in there and (role != "position_ids" or _is_flat(batch.column(name)))
        }
        all_media = tuple(
            media(batch.column(name), name, form, index)
            for name, index, form in self._media.values()
            if name in there
        )
        return plain, all_media


def _is_flat(array: pa.Array) -> bool:
    """Positions of M-RoPE are lists of lists, and do not count tokens."""
    return "list" not in str(_storage(array).type.value_type)
