"""The plugin for vLLM: entry point ``mmspan`` of the group ``vllm.general_plugins``.

``MMSPAN`` is off, log, check or replace; see docs/runners.md.
"""

from __future__ import annotations

import logging

from mmspan.runners.start import start


def register() -> None:
    """Put the hooks in; vLLM calls this in each of its processes, and it never raises."""
    start("mmspan.vllm.hooks", logging.getLogger("vllm.mmspan"))
