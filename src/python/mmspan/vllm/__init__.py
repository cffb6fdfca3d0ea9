"""The plugin for vLLM: entry point ``mmspan`` of the group ``vllm.general_plugins``.

``MMSPAN`` is off, log, check or replace; see docs/runners.md.
"""

from __future__ import annotations

import logging

_log = logging.getLogger("vllm.mmspan")


def register() -> None:
    """Put the hooks in; vLLM calls this in each of its processes, and it never raises."""
    try:
        from mmspan.vllm import hooks

        hooks.register(_log)
    except Exception as error:
        _log.warning("mmspan: off, the plugin cannot be set up: %r", error)
