"""Kills the worker that audits a file, in the middle of the first attempt.

Python imports this at its start in workers of the tests, by PYTHONPATH. A file ``armed`` in the
folder MMSPAN_KILLER holds the path of the file to die over; who takes it away dies.
"""

import os
import signal
import threading
from pathlib import Path


def _arm(folder: Path) -> None:
    from mmspan import _audit

    audit_unit = _audit.audit_unit

    def dying(path, *arguments, **options):
        armed = folder / "armed"
        if armed.exists() and armed.read_text() == os.fspath(path):
            armed.rename(folder / f"killed-{os.getpid()}-{threading.get_native_id()}")
            audit_unit(path, *arguments, **options)
            os.kill(os.getpid(), signal.SIGKILL)
        return audit_unit(path, *arguments, **options)

    _audit.audit_unit = dying


if "MMSPAN_KILLER" in os.environ:
    _arm(Path(os.environ["MMSPAN_KILLER"]))
