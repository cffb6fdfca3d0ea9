"""The mmspan command: ``mmspan``, or ``python -m mmspan``."""

from __future__ import annotations

import signal
import sys

from mmspan import _core


def main() -> int:
    """Runs the command with the arguments of the process; its exit status."""
    # It runs in C without a look at Python: an interrupt must end it by itself.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return _core._run_program(["mmspan", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
