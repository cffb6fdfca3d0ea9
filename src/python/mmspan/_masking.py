"""What becomes of a sequence with findings in a copy: it is left out, or trains nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mmspan import _core, _samples
from mmspan._arrow_columns import Column, Names

if TYPE_CHECKING:
    import pyarrow as pa

#: What masks a token, by the role of its column.
MASKS = {"labels": -100, "loss_mask": 0}
_ONLY_LABELS = {"label-on-media"}


class Bad(NamedTuple):
    """A sequence with findings: its line from 1, 0 without lines, and their kinds."""

    line: int
    kinds: set[str]


def _row(column: tuple[Any, ...]) -> NDArray[np.int64] | None:
    """The values of a column of one row; None for null."""
    values, _, offsets, validity = column
    if validity is not None and not validity[0] & 1:
        return None
    if values is None:
        return np.zeros(0, np.int64)
    row: NDArray[np.int64] = values[offsets[0] : offsets[1]].astype(np.int64)
    return row


def _on_media(
    matcher: _core.Matcher, plain: dict[str, tuple[Any, ...]]
) -> Iterator[tuple[int, int]]:
    """Stretches of items on which something is trained."""
    audit = _core._Auditor(matcher, keep_findings=True)
    audit.add(audit.file("row", 0, 0), 0, 0, 1, plain, ())
    for line in audit.findings().splitlines():
        finding = json.loads(line)
        if finding["kind"] in _ONLY_LABELS:
            yield finding["token"], finding["end"]


class Editor:
    """Changes the rows of a file that have findings.

    Without a matcher they are left out. With one they stay, and nothing is trained on them: if
    labels on media were all that was wrong, on these tokens, else on the whole sequence.
    """

    def __init__(
        self, bad: dict[int, Bad], names: Names, matcher: _core.Matcher | None
    ) -> None:
        self._bad = bad
        self._names = names
        self._matcher = matcher
        self._lines = {b.line: row for row, b in bad.items()}
        self._rows = np.array(sorted(bad), np.int64)

    @property
    def drops(self) -> bool:
        """Are rows left out?"""
        return self._matcher is None

    def kept(self, first: int, n: int) -> NDArray[np.bool_]:
        """Which of n rows from `first` on are not left out."""
        kept = np.ones(n, np.bool_)
        if self.drops:
            kept[self._among(first, n) - first] = False
        return kept

    def _among(self, first: int, n: int) -> NDArray[np.int64]:
        low, high = np.searchsorted(self._rows, (first, first + n))
        return self._rows[low:high]

    def _masked(self, row: int, plain: dict[str, tuple[Any, ...]]) -> dict[str, list[int]]:
        """The new values of a row's masks, by role."""
        assert self._matcher is not None
        found = {role: _row(plain[role]) for role in MASKS if role in plain}
        masks = {role: values for role, values in found.items() if values is not None}
        if self._bad[row].kinds != _ONLY_LABELS:
            return {role: [MASKS[role]] * len(values) for role, values in masks.items()}
        while True:
            for role, values in masks.items():
                plain[role] = Column(values, 1, np.array([0, len(values)]), None)
            spans = list(_on_media(self._matcher, plain))
            if not spans:
                return {role: values.tolist() for role, values in masks.items()}
            for role, values in masks.items():
                for start, end in spans:
                    values[start:end] = MASKS[role]

    def batch(self, batch: pa.RecordBatch, first: int) -> pa.RecordBatch:
        """A batch of which the first row is number `first` of the file."""
        import pyarrow as pa

        if self.drops:
            return batch.filter(pa.array(self.kept(first, batch.num_rows)))
        rows = self._among(first, batch.num_rows).tolist()
        new: dict[str, list[list[int] | None]] = {role: [] for role in MASKS}
        for row in rows:
            plain, _ = self._names.batch(batch.slice(row - first, 1))
            masked = self._masked(row, plain)
            for role, values in new.items():
                values.append(masked.get(role))
        for role, values in new.items():
            name = self._names.plain[role]
            if name in batch.schema.names and rows:
                at = [row - first for row in rows]
                column = _replaced(batch.column(name), at, values)
                batch = batch.set_column(
                    batch.schema.get_field_index(name), batch.schema.field(name), column
                )
        return batch

    def line(self, text: bytes, number: int) -> bytes:
        """A line of JSON Lines, or nothing."""
        row = self._lines.get(number)
        if row is None:
            return text
        if self.drops:
            return b""
        sample = json.loads(text)
        plain, _ = _samples.columns(self._names, [sample])
        for role, values in self._masked(row, plain).items():
            sample[self._names.plain[role]] = values
        return (json.dumps(sample, ensure_ascii=False) + "\n").encode()


def _replaced(array: pa.Array, at: list[int], values: list[list[int] | None]) -> pa.Array:
    """An array with other values at some places, of the same type."""
    import pyarrow as pa

    order = np.arange(len(array))
    order[at] = len(array) + np.arange(len(at))
    return pa.concat_arrays([array, pa.array(values, array.type)]).take(pa.array(order))
