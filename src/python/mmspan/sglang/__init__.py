"""The plugin for SGLang: entry point ``mmspan`` of the group ``sglang.srt.plugins``.

``MMSPAN`` is off, log, check or replace; see docs/runners.md.
"""

from __future__ import annotations

import logging

from mmspan.runners.start import start


def register() -> None:
    """Put the hooks in; SGLang calls this in its processes, and it never raises."""
    start("mmspan.sglang.hooks", logging.getLogger("mmspan.sglang"))
