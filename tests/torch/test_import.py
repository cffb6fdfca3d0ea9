"""What is imported when, and what is said where torch or Triton is missing."""

import os
import subprocess
import sys
from pathlib import Path

import mmspan
import pytest


def child(code, check=True, **environment):
    where = str(Path(mmspan.__file__).parent.parent)
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "PYTHONPATH": where, "PYTHONDONTWRITEBYTECODE": "1", **environment},
    )
    assert done.returncode == 0 or not check, done.stderr
    return done


def test_mmspan_imports_no_torch():
    code = """
import mmspan, sys
mmspan.load('gemma-4').scan([1]).runs
print('torch' in sys.modules)
"""
    assert child(code).stdout == "False\n"


def test_without_torch():
    code = "import sys; sys.modules['torch'] = None; import mmspan; import mmspan.torch"
    done = child(code, check=False)
    assert done.returncode == 1
    assert done.stderr.endswith(
        "ImportError: mmspan.torch needs torch: pip install 'mmspan[torch]'\n"
    )


def test_the_cpu_needs_no_triton():
    code = """
import sys
sys.modules['triton'] = None
import mmspan, mmspan.torch, torch
r = mmspan.load('gemma-4').scan([2, 258880])
ids, image = torch.tensor([2, 0]), torch.ones(1, 1)
print(mmspan.torch.embed(torch.zeros(3, 1), ids, r, image=image).tolist())
"""
    assert child(code, TRITON_INTERPRET="0").stdout == "[[0.0], [1.0]]\n"


def test_examples():
    import doctest

    import mmspan.torch as mt

    finder = doctest.DocTestFinder(exclude_empty=True)
    flags = doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL | doctest.NORMALIZE_WHITESPACE
    attempted = 0
    for value in [mt, *(getattr(mt, name) for name in mt.__all__)]:
        for test in finder.find(value, getattr(value, "__name__", "mmspan.torch")):
            runner = doctest.DocTestRunner(optionflags=flags)
            runner.run(test)
            assert runner.summarize(verbose=False).failed == 0
            attempted += len(test.examples)
    assert attempted >= 15


def test_guide():
    import doctest

    page = Path(__file__).parents[2] / "docs/gpu.md"
    if not page.exists():
        pytest.fail("docs/gpu.md is missing")
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    found = doctest.testfile(str(page), module_relative=False, optionflags=flags)
    assert found.failed == 0
    assert found.attempted >= 8
