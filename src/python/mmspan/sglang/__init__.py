"""The plugin for SGLang: entry point ``mmspan`` of the group ``sglang.srt.plugins``.

``MMSPAN`` is off, log, check or replace; see docs/runners.md.
"""

from __future__ import annotations

import logging

_log = logging.getLogger("mmspan.sglang")


def register() -> None:
    """Put the hooks in; SGLang calls this in its processes, and it never raises."""
    try:
        from mmspan.sglang import hooks

        hooks.register(_log)
    except Exception as error:
        _log.warning("mmspan: off, the plugin cannot be set up: %r", error)
