"""The entry points' way in; it imports little, and never raises."""

from __future__ import annotations

import importlib
import logging

_started: set[str] = set()


def start(module: str, log: logging.Logger) -> None:
    """Call ``register`` of a plugin's module, once in a process.

    What is wrong with the module, or with what it imports, is one line: an engine may end with
    an exception that leaves a plugin.
    """
    if module in _started:
        return
    _started.add(module)
    try:
        importlib.import_module(module).register(log)
    except Exception as error:
        log.warning("mmspan: off, the plugin cannot be set up: %r", error)
