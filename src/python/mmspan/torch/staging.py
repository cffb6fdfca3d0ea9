"""Pinned memory that is used again and again, for plans that live as long as one call.

New pinned memory, new memory on the device and the event that guards both cost more of the
host's time than the copy. So each thread keeps, for each stream, a ring of slots in pinned
memory, and one matrix on the device into which the slots are copied: what is launched behind
the copy on that stream reads it before the next copy, which is behind it, overwrites it.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import torch

from mmspan import _core

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    import mmspan

#: Runs that a slot has room for.
_ROOMS = (64, 512)
MOST = _ROOMS[-1]
#: Slots of a ring. An event after each half of them says that the half can be used again.
_SLOTS = 64
_HALF = _SLOTS // 2
#: Rings that a thread keeps; a process has few streams.
_RINGS = 32


class _Ring:
    """Slots for plans of up to `room` runs, on one stream."""

    def __init__(self, room: int, device: torch.device) -> None:
        memory = torch.empty((_SLOTS, 3, room + 1), dtype=torch.int64, pin_memory=True)
        self.slots: list[tuple[torch.Tensor, NDArray[np.int64]]] = [
            (slot, slot.numpy()) for slot in memory
        ]
        self.runs = torch.empty((3, room + 1), dtype=torch.int64, device=device)
        self.stream = torch.cuda.current_stream(device)
        self.copied = (torch.cuda.Event(), torch.cuda.Event())
        self.at = 0

    def copy(self, source: mmspan.Result | mmspan.Batch) -> torch.Tensor | None:
        """The plan on the device; None while the device is too far behind."""
        at = self.at
        if at % _HALF == 0 and not self.copied[at // _HALF].query():
            return None
        host, columns = self.slots[at]
        _core._plan_fill(source, columns)
        self.runs.copy_(host, non_blocking=True)
        self.at = at = (at + 1) % _SLOTS
        if at % _HALF == 0:
            self.copied[(at // _HALF + 1) % 2].record(self.stream)
        return self.runs


class _Rings(threading.local):
    def __init__(self) -> None:
        self.of: dict[tuple[int, int, int], _Ring] = {}


_rings = _Rings()


def copy(
    source: mmspan.Result | mmspan.Batch, n_runs: int, device: torch.device, stream: int
) -> torch.Tensor | None:
    """The runs on the device, for what this thread launches next on its current stream.

    None where the caller has to bring memory of its own.
    """
    if n_runs > MOST:
        return None
    room = _ROOMS[0] if n_runs <= _ROOMS[0] else _ROOMS[1]
    key = (device.index, stream, room)
    ring = _rings.of.get(key)
    if ring is None:
        if len(_rings.of) >= _RINGS:
            _rings.of.clear()
        ring = _rings.of[key] = _Ring(room, device)
    return ring.copy(source)
