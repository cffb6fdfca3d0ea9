"""The mmspan command: ``mmspan``, or ``python -m mmspan``."""

from __future__ import annotations

import signal
import sys

from mmspan import _core


def main() -> int:
    """Runs the command with the arguments of the process; its exit status."""
    words = sys.argv[1:]
    if words and words[0] in ("audit", "report", "fix"):
        from mmspan import _command

        if _command.is_wanted(words):
            return _command.run(words)
    # It runs in C without a look at Python: an interrupt must end it by itself.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return _core._run_program(["mmspan", *words])


if __name__ == "__main__":
    sys.exit(main())
