"""The stubs: mypy accepts what is right and nothing else, and stubtest finds no difference."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import mmspan
import pytest

TOP = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(
    not importlib.util.find_spec("mypy") or not importlib.util.find_spec("typing_extensions"),
    reason="no mypy",
)


def run(*args, cwd):
    done = subprocess.run(
        [sys.executable, "-m", *args], capture_output=True, text=True, cwd=cwd, timeout=600
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_mypy(tmp_path):
    # What should be refused and is not is an unused "ignore", which strict mypy refuses.
    run("mypy", f"--cache-dir={tmp_path}", cwd=TOP)


def test_stubtest(tmp_path):
    # By itself: what else there is in its folder is no part of a type check.
    (tmp_path / "mmspan").symlink_to(Path(mmspan.__file__).parent)
    # Python shows the buffer protocol as a method from 3.12 on; type checkers want it before.
    allowed = ["mmspan._core.Block.__buffer__"] if sys.version_info < (3, 12) else []
    # Names that only type checkers import.
    modules = (
        "arrow_columns",
        "arrow_files",
        "audit",
        "batches",
        "copies",
        "datasets",
        "masking",
        "report",
    )
    allowed += [f"mmspan._{module}.pa" for module in modules]
    # What needs torch has no stubs and cannot be imported without it.
    allowed.append(r"mmspan\.torch(\..*)?")
    allowed += [r"mmspan\.datatrove(\..*)?", "mmspan.spark.pa"]
    (tmp_path / "allowed").write_text("\n".join(allowed))
    # Engines and frameworks are imported where they are used.
    (tmp_path / "mypy.ini").write_text("[mypy]\nignore_missing_imports = True\n")
    options = [
        "--allowlist=allowed",
        "--mypy-config-file=mypy.ini",
        "--ignore-unused-allowlist",
    ]
    run("mypy.stubtest", *options, "mmspan", cwd=tmp_path)
