"""The plan: where the rows of a prompt go, on the host and on the device."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

import torch

from mmspan import _core

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    import mmspan

    _Scanned = mmspan.Result | mmspan.Batch


def _raw_stream(index: int) -> int:
    """The current stream of a GPU as a number: to make the object takes ten times as long."""
    return int(torch._C._cuda_getCurrentRawStream(index))


def on_device(device: torch.device) -> bool:
    """Whether the kernels run there: on a GPU, or on the CPU under Triton's interpreter."""
    return device.type == "cuda" or (
        device.type == "cpu" and os.environ.get("TRITON_INTERPRET") == "1"
    )


class Span(NamedTuple):
    """The part of a plan that a window needs.

    The tokens ``[start, start + length)``; the runs ``[low, high)`` that touch them; of all
    rows those from `first` to before `first + rows`.
    """

    start: int
    length: int
    low: int
    high: int
    first: int
    rows: int


class Plan:
    """Where the rows of a prompt or a batch go, on a device; `plan` makes it.

    A plan is made once for a prompt and used for each of its windows, from any stream. A
    CUDA graph reads it when it is replayed, so keep it as long.

    Attributes
    ----------
    device : torch.device
    modalities : tuple of str
        Of the config, in its order.
    rows : dict of str to int
        How many rows of each modality the prompt takes.
    n_tokens : int
        A batch is the tokens of its sequences one after the other.
    n_runs : int
    capacity : int or None
        Room for so many runs, for `update_`.
    """

    __slots__ = (
        "_columns",
        "_limits",
        "_needed",
        "_runs",
        "_source",
        "_stream",
        "_whole",
        "capacity",
        "device",
        "modalities",
        "n_runs",
        "n_tokens",
        "rows",
    )

    def __init__(
        self, source: _Scanned, table: _Table, device: torch.device, capacity: int | None
    ) -> None:
        self.device = device
        self.modalities = table.modalities
        self.capacity = capacity
        self._limits: tuple[int, dict[str, int]] | None = None
        self._stream: int | None = None
        self._set(source, table)
        if device.type == "cuda":
            self._stream = _raw_stream(device.index)
            self._runs = table.host.to(device, non_blocking=True)
        else:
            self._runs = table.host

    def _set(self, source: _Scanned, table: _Table) -> None:
        self._source = source
        self._columns = table.columns
        self.rows = rows = table.rows
        self.n_tokens = table.n_tokens
        self.n_runs = n = table.n_runs
        self._needed = tuple(m for m, count in enumerate(rows.values()) if count)
        # With room for more, the device says how much of it is used.
        used = n if self.capacity is None else self.capacity
        self._whole = Span(0, table.n_tokens, 0, used, 0, sum(rows.values()))

    def __repr__(self) -> str:
        rows = ", ".join(f"{n} rows of {name}" for name, n in self.rows.items() if n)
        return (
            f"<mmspan.torch.Plan on {self.device}: {self.n_tokens} tokens, "
            f"{self.n_runs} runs{', ' if rows else ''}{rows}>"
        )

    def _ready(self) -> torch.Tensor:
        """The matrix on the device, for the current stream."""
        if torch.compiler.is_compiling() or self._stream is None:
            return self._runs
        if _raw_stream(self.device.index) != self._stream:
            self._wait()
        return self._runs

    def _wait(self) -> None:
        """Another stream has made the copy. What a graph is captured from was waited for."""
        if torch.cuda.is_current_stream_capturing():
            return
        stream = torch.cuda.current_stream(self.device)
        maker = (
            torch.cuda.ExternalStream(self._stream, self.device)
            if self._stream
            else torch.cuda.default_stream(self.device)
        )
        stream.wait_stream(maker)
        self._runs.record_stream(stream)

    def _span(self, window: tuple[int, int]) -> tuple[Span, tuple[int, ...]]:
        """What the tokens of a window need, and of which modalities."""
        start, end = window
        if not 0 <= start <= end <= self.n_tokens:
            raise ValueError(
                f"window [{start}, {end}) is not inside the {self.n_tokens} tokens"
            )
        if self.capacity is not None:
            raise ValueError(
                "a plan with a capacity takes no window: it is for the whole prompt"
            )
        n = self.n_runs
        starts, firsts = self._columns[0, :n], self._columns[1]
        low = int(starts.searchsorted(start, "right")) - 1
        if low < 0 or int(starts[low] + firsts[low + 1] - firsts[low]) <= start:
            low += 1
        high = int(starts.searchsorted(end, "left"))
        if low >= high:
            return Span(start, end - start, 0, 0, 0, 0), ()
        first = int(firsts[low]) + max(0, start - int(starts[low]))
        past = int(starts[high - 1]) + int(firsts[high] - firsts[high - 1]) - end
        count = int(firsts[high]) - max(0, past) - first
        needed = tuple(sorted(set((self._columns[2, low:high] & 63).tolist())))
        return Span(start, end - start, low, high, first, count), needed

    def update_(self, result: _Scanned, /) -> None:
        """Puts another prompt into the same memory, for a CUDA graph that reads it.

        The plan must have been made with a `capacity`. Once it has been captured, the new
        prompt must fit what was captured: not more tokens, not more rows.

        Parameters
        ----------
        result : Result or Batch
        """
        if self.capacity is None:
            raise ValueError("this plan has no capacity: plan(result, device, capacity=runs)")
        table = _table(result, self.device, self.capacity)
        if table.modalities != self.modalities:
            raise ValueError(
                f"the plan is for {self.modalities}, the result for {table.modalities}"
            )
        if self._limits is not None:
            tokens, rows = self._limits
            _fits("tokens", table.n_tokens, tokens)
            for name, n in table.rows.items():
                _fits(f"rows of {name}", n, rows.get(name, 0))
        self._set(result, table)
        if self._stream is None:
            self._runs.copy_(table.host)
        else:
            self._stream = _raw_stream(self.device.index)
            self._runs.copy_(table.host, non_blocking=True)

    def _captured(self, tokens: int, rows: dict[str, int]) -> None:
        """A graph reads this plan now, for so many tokens and rows."""
        if self._limits is not None:
            before, had = self._limits
            tokens = min(tokens, before)
            rows = {name: min(rows.get(name, 0), n) for name, n in had.items()}
        self._limits = (tokens, rows)


def _fits(what: str, found: int, room: int) -> None:
    if found > room:
        raise ValueError(
            f"the prompt has {found} {what}, and the graph was captured with {room}"
        )


class _Table(NamedTuple):
    columns: NDArray[np.int64]
    host: torch.Tensor
    modalities: tuple[str, ...]
    rows: dict[str, int]
    n_tokens: int
    n_runs: int


def _table(source: _Scanned, device: torch.device, capacity: int | None) -> _Table:
    n_tokens, n = _core._plan_size(source)
    room = n if capacity is None else capacity
    if n > room:
        raise ValueError(f"the prompt has {n} runs, and the plan has room for {room}")
    # Memory that a GPU can read while the host goes on.
    host = torch.empty((3, room + 1), dtype=torch.int64, pin_memory=device.type == "cuda")
    columns = host.numpy()
    taken = _core._plan_fill(source, columns)
    names = source.matcher.modalities
    return _Table(columns, host, names, dict(zip(names, taken, strict=True)), n_tokens, n)


def _device(device: torch.device | str | None) -> torch.device:
    to = torch.device("cpu" if device is None else device)
    if to.type == "cuda" and to.index is None:
        return torch.device("cuda", torch.cuda.current_device())
    if to.type not in ("cpu", "cuda"):
        raise ValueError(f"device is {to}: plans are for cpu and cuda")
    return to


def plan(
    result: _Scanned,
    device: torch.device | str | None = None,
    *,
    capacity: int | None = None,
) -> Plan:
    """Says a device where the rows of a prompt or a batch go.

    That is 24 bytes for each run, from pinned memory, without waiting for the device.

    Parameters
    ----------
    result : Result or Batch
    device : torch.device or str, optional
        The CPU by default.
    capacity : int, optional
        Room for so many runs, for a CUDA graph of fixed shape: `Plan.update_` puts another
        prompt into the same memory. `embed` then takes more tokens and more rows than the
        prompt has; tokens behind the prompt are text.

    Returns
    -------
    Plan

    Examples
    --------
    >>> import mmspan, mmspan.torch
    >>> r = mmspan.load("gemma-4").scan([2, 255999, 258880, 258880, 258882, 107])
    >>> mmspan.torch.plan(r)
    <mmspan.torch.Plan on cpu: 6 tokens, 1 runs, 2 rows of image>
    """
    to = _device(device)
    if to.type == "cuda" and torch.cuda.is_current_stream_capturing():
        raise RuntimeError(
            "make the plan before the capture: the graph would copy this one again"
        )
    table = _table(result, to, capacity)
    return Plan(result, table, to, capacity)
