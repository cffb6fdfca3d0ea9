"""One shard of a data set: what one process of many audits."""

from __future__ import annotations

import os
from array import array
from collections.abc import Callable
from typing import NamedTuple

from mmspan import _audit, _core
from mmspan._arrow_columns import Names
from mmspan._arrow_files import is_arrow
from mmspan._finished import share
from mmspan._report import Report
from mmspan._shards import add_shard, is_divided, is_shard


class OneShard(NamedTuple):
    """Shard `i` of n; `auditor` makes an audit, `stop` holds an int that ends it."""

    i: int
    n: int
    auditor: Callable[[], _core._Auditor]
    names: Names
    roles: tuple[tuple[str, str], ...] = ()
    dtype: str | None = None
    window: int = 0
    stop: array[int] = array("i", [0])

    def read(self, files: list[str]) -> tuple[Report, bool]:
        """The report, and whether it was stopped before the end.

        Every file is in it, also one of which another shard gets everything: else who merges
        could not tell that that shard is missing. A run that is stopped goes on to the first
        file of which something is left, which says that the report is not complete.
        """
        audit = self.auditor()
        parts: list[Report] = []
        stopped = False
        for ordinal, path in enumerate(files):
            if is_arrow(path):
                done = self._arrow(audit, path, ordinal)
            elif not is_shard(path):
                shard = (self.i, self.n)
                done = audit.read(path, *shard, ordinal, self.dtype, self.roles, self.stop)
            elif is_divided(path):
                done = self._add(audit, path, (self.i, self.n))
            else:
                done = self._whole(audit, path, ordinal, parts)
            if not done and self._is_stopped():
                stopped = True
                break
        parts.append(Report(audit.json(), audit.findings()))
        return Report.merge(parts) if len(parts) > 1 else parts[0], stopped

    def _is_stopped(self) -> int:
        return self.stop[0]

    def _arrow(self, audit: _core._Auditor, path: str, ordinal: int) -> bool:
        part = share(_audit._number_of_parts(path), self.i, self.n, ordinal)
        is_first = ordinal % self.n == self.i
        return _audit.add_arrow(
            audit, path, part, self.names, self.window, self._is_stopped, is_first
        )

    def _add(self, audit: _core._Auditor, path: str, part: tuple[int, int]) -> bool:
        return add_shard(
            audit, path, part, self.names, self.dtype, self.window, self._is_stopped
        )

    def _whole(
        self, audit: _core._Auditor, path: str, ordinal: int, parts: list[Report]
    ) -> bool:
        """A file counts when it was read to its end, or not at all."""
        if ordinal % self.n == self.i:
            own = self.auditor()
            if self._add(own, path, (0, 1)):
                parts.append(Report(own.json(), own.findings()))
                return True
        audit.file(path, os.path.getsize(path) if os.path.exists(path) else 0, 1)
        return ordinal % self.n != self.i
