"""The plan: where the rows of a prompt go, on the host and on the device."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import torch

from mmspan import _core
from mmspan.torch import staging

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    import mmspan

    _Scanned = mmspan.Result | mmspan.Batch


def raw_stream(index: int) -> int:
    """The current stream of a GPU as a number: to make the object takes ten times as long."""
    return int(torch._C._cuda_getCurrentRawStream(index))


def on_device(device: torch.device) -> bool:
    """Whether the kernels run there: on a GPU, or on the CPU under Triton's interpreter."""
    return device.type == "cuda" or (
        device.type == "cpu" and os.environ.get("TRITON_INTERPRET") == "1"
    )


#: So many sources one launch reads from.
SOURCES = 4
#: So many runs may be arguments of a kernel, which then reads no plan; see kernel_few.py.
FEW = 8
#: And below so many tokens.
_FEW_TOKENS = 1 << 24
_MODALITY = 63
#: How many rows and runs a window takes, and three numbers for each of FEW runs.
Few: TypeAlias = tuple[int, int, tuple[int, ...]]


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
        "_counts",
        "_few",
        "_last_few",
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
    )

    def __init__(self, source: _Scanned, device: torch.device, capacity: int | None) -> None:
        self.n_tokens, self.n_runs = _core._plan_size(source)
        self._source = source
        self.modalities = source.matcher.modalities
        self.device = device
        self.capacity = capacity
        self._limits: tuple[int, dict[str, int]] | None = None
        self._stream: int | None = None
        self._columns: NDArray[np.int64] | None = None
        self._runs: torch.Tensor | None = None
        few = self.n_runs <= FEW and self.n_tokens < _FEW_TOKENS and capacity is None
        self._few = few and on_device(device)
        self._last_few: tuple[tuple[int, int] | None, list[int], Few | None] | None = None

    def _count(self, counts: tuple[int, ...]) -> None:
        """What is known once the rows of each modality are."""
        self._counts = counts
        self._needed = tuple([m for m, count in enumerate(counts) if count])
        # With room for more, the device says how much of it is used.
        used = self.n_runs if self.capacity is None else self.capacity
        self._whole = Span(0, self.n_tokens, 0, used, 0, sum(counts))

    @property
    def rows(self) -> dict[str, int]:
        """How many rows of each modality the prompt takes."""
        return dict(zip(self.modalities, self._counts, strict=True))

    def _copy(self) -> torch.Tensor:
        """Makes the table, and sends it to the device from where it can be read any time."""
        room = self.n_runs if self.capacity is None else self.capacity
        if self.n_runs > room:
            raise ValueError(_no_room(self.n_runs, room))
        on_gpu = self.device.type == "cuda"
        # Memory that a GPU can read while the host goes on.
        host = torch.empty((3, room + 1), dtype=torch.int64, pin_memory=on_gpu)
        self._columns = host.numpy()
        self._count(_core._plan_fill(self._source, self._columns))
        if on_gpu:
            self._stream = raw_stream(self.device.index)
        if self._runs is not None:
            self._runs.copy_(host, non_blocking=on_gpu)
        else:
            self._runs = host.to(self.device, non_blocking=True) if on_gpu else host
        return self._runs

    def __repr__(self) -> str:
        rows = ", ".join(f"{n} rows of {name}" for name, n in self.rows.items() if n)
        return (
            f"<mmspan.torch.Plan on {self.device}: {self.n_tokens} tokens, "
            f"{self.n_runs} runs{', ' if rows else ''}{rows}>"
        )

    def _ready(self) -> torch.Tensor:
        """The matrix on the device, for the current stream."""
        if self._runs is None:
            return self._copy()
        if torch.compiler.is_compiling() or self._stream is None:
            return self._runs
        if raw_stream(self.device.index) != self._stream:
            self._wait()
        return self._runs

    def _ready_once(self) -> torch.Tensor:
        """The same for one launch."""
        if self._runs is None and self.device.type == "cuda":
            stream = raw_stream(self.device.index)
            staged = staging.copy(self._source, self.n_runs, self.device, stream)
            if staged is not None:
                return staged
        return self._ready()

    def _as_few(self, modalities: list[int], window: tuple[int, int] | None) -> Few | None:
        """The runs of a window as arguments of a kernel, where they can be."""
        if not self._few:
            return None
        last = self._last_few
        if last is not None and last[0] == window and last[1] == modalities:
            return last[2]
        start, end = window or (0, self.n_tokens)
        few = _core._plan_few(self._source, modalities, start, end)
        self._last_few = (window, modalities, few)
        return few

    def _wait(self) -> None:
        """Another stream has made the copy. What a graph is captured from was waited for."""
        assert self._runs is not None
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

    def _table(self) -> NDArray[np.int64]:
        """The matrix on the host, pinned or not."""
        if self._columns is None:
            host = torch.empty((3, self.n_runs + 1), dtype=torch.int64)
            self._columns = host.numpy()
            _core._plan_fill(self._source, self._columns)
        return self._columns

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
        n, columns = self.n_runs, self._table()
        starts, firsts = columns[0, :n], columns[1]
        low = int(starts.searchsorted(start, "right")) - 1
        if low < 0 or int(starts[low] + firsts[low + 1] - firsts[low]) <= start:
            low += 1
        high = int(starts.searchsorted(end, "left"))
        if low >= high:
            return Span(start, end - start, 0, 0, 0, 0), ()
        first = int(firsts[low]) + max(0, start - int(starts[low]))
        past = int(starts[high - 1]) + int(firsts[high] - firsts[high - 1]) - end
        count = int(firsts[high]) - max(0, past) - first
        needed = tuple(sorted(set((columns[2, low:high] & _MODALITY).tolist())))
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
        new = Plan(result, self.device, self.capacity)
        if new.modalities != self.modalities:
            raise ValueError(
                f"the plan is for {self.modalities}, the result for {new.modalities}"
            )
        if self._limits is not None:
            new._count(_core._plan_rows(result))
            tokens, rows = self._limits
            _fits("tokens", new.n_tokens, tokens)
            for name, n in new.rows.items():
                _fits(f"rows of {name}", n, rows.get(name, 0))
        if new.n_runs > self.capacity:
            raise ValueError(_no_room(new.n_runs, self.capacity))
        self._source, self.n_tokens, self.n_runs = result, new.n_tokens, new.n_runs
        self._copy()

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


def _no_room(runs: int, room: int) -> str:
    return f"the prompt has {runs} runs, and the plan has room for {room}"


def _device(device: torch.device | str | None) -> torch.device:
    to = torch.device("cpu" if device is None else device)
    if to.type == "cuda" and to.index is None:
        return torch.device("cuda", torch.cuda.current_device())
    return to


def _check_device(device: torch.device) -> None:
    if device.type == "cuda":
        if torch.cuda.is_current_stream_capturing():
            raise RuntimeError(
                "make the plan before the capture: the graph would copy this one again"
            )
    elif device.type != "cpu":
        raise ValueError(f"device is {device}: plans are for cpu and cuda")


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
    _check_device(to)
    made = Plan(result, to, capacity)
    made._copy()
    return made


def plan_for_a_call(result: _Scanned, device: torch.device) -> Plan:
    """A plan that sends to the device what one call needs, and no sooner."""
    _check_device(device)
    made = Plan(result, device, None)
    if not on_device(device) or made.n_runs > staging.MOST:
        made._copy()
    else:
        made._count(_core._plan_rows(result))
    return made
