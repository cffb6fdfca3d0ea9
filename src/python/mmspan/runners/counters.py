"""Counts of requests and refusals, and the time spent."""

from __future__ import annotations

import threading
from collections import Counter as _Counter
from typing import Any


class Counters:
    """Of one model in one process; any number of threads may add to it.

    Where prometheus_client is installed, an engine's ``/metrics`` shows them as
    ``mmspan_requests_total``, ``mmspan_refused_total`` by kind, and ``mmspan_seconds_total``.
    """

    def __init__(self, engine: str, model: str, mode: str) -> None:
        self.requests = 0
        self.seconds = 0.0
        self.refused: _Counter[str] = _Counter()
        self._lock = threading.Lock()
        self._labels = {"engine": engine, "model": model, "mode": mode}
        self._metrics = _metrics()

    def add(self, seconds: float, refused: str | None = None, requests: int = 1) -> None:
        """Count requests, with the kind of finding that one was refused for.

        Raises what prometheus_client does, say where its folder is full.
        """
        with self._lock:
            self.requests += requests
            self.seconds += seconds
            if refused:
                self.refused[refused] += 1
        if self._metrics:
            total, refusals, time = self._metrics
            total.labels(**self._labels).inc(requests)
            time.labels(**self._labels).inc(seconds)
            if refused:
                refusals.labels(**self._labels, kind=refused).inc()


_lock = threading.Lock()
_made: list[tuple[Any, ...]] = []


def _metrics() -> tuple[Any, ...]:
    """The process's three metrics, made once; empty without prometheus_client."""
    with _lock:
        if not _made:
            try:
                from prometheus_client import Counter
            except ImportError:
                _made.append(())
            else:
                names = ("engine", "model", "mode")
                _made.append(
                    (
                        Counter("mmspan_requests", "Prompts that were checked.", names),
                        Counter(
                            "mmspan_refused",
                            "Prompts that were refused, or in mode log would have been.",
                            (*names, "kind"),
                        ),
                        Counter("mmspan_seconds", "CPU time that checking took.", names),
                    )
                )
        return _made[0]
