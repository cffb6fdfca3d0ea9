"""Examples: every docstring has one that runs, and so have the README and docs/python.md."""

import doctest
import inspect
import re
from pathlib import Path

import mmspan
import pytest
from mmspan import _core, _errors, _items

TOP = Path(__file__).parents[2]
FLAGS = doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL | doctest.NORMALIZE_WHITESPACE
#: What a method or class has no need of: its class or its sentence says it all.
WITHOUT_EXAMPLE = {
    "ArrowColumn", "Batch", "Expansion", "Matcher", "Result", "Stream",
    "Finding", "Fit", "Item", "Run", "Truncation", "Neutralised",
    "ConfigError", "LimitError", "MismatchError", "UnknownModelError",
}  # fmt: skip


def public():
    for name in mmspan.__all__:
        value = getattr(mmspan, name)
        if callable(value):
            yield name, value
        if inspect.isclass(value) and value.__module__ == "mmspan":
            for method, function in vars(value).items():
                if not method.startswith("_") and callable(function):
                    yield f"{name}.{method}", function


@pytest.mark.parametrize(("name", "value"), list(public()), ids=lambda v: str(v)[:30])
def test_every_docstring_runs(name, value):
    text = inspect.getdoc(value)
    if name.split(".")[0] in (
        "Item",
        "Run",
        "Finding",
        "Fit",
        "Truncation",
        "Neutralised",
    ) and ("." in name):
        return  # a tuple's
    assert text, name
    if "pyarrow" in text:
        pytest.importorskip("pyarrow")
    test = doctest.DocTestParser().get_doctest(text, {}, name, None, 0)
    needs_one = name not in WITHOUT_EXAMPLE and name.split(".")[0] in ("Result", "Matcher")
    if needs_one and name not in ("Result.index", "Result.count"):
        assert test.examples, f"{name} has no example"
    runner = doctest.DocTestRunner(optionflags=FLAGS)
    runner.run(test)
    assert runner.summarize(verbose=False).failed == 0


def test_examples_were_run():
    finder = doctest.DocTestFinder(exclude_empty=True)
    found = [t for module in (mmspan, _errors, _items) for t in finder.find(module)]
    assert sum(len(t.examples) for t in found) >= 5
    texts = [inspect.getdoc(v) or "" for _, v in public()]
    assert sum(t.count(">>> ") for t in texts) >= 60
    assert doctest.testmod(mmspan, optionflags=FLAGS).failed == 0
    assert doctest.testmod(_errors, optionflags=FLAGS).failed == 0


def test_signatures_can_be_read():
    for name, value in public():
        if inspect.isclass(value):
            continue
        assert inspect.signature(value) is not None, name


def blocks(path):
    return re.findall(r"```python\n(.*?)```", path.read_text(), re.DOTALL)


def test_readme():
    """The package's snippet on the first page, as it stands there."""
    (snippet,) = [b for b in blocks(TOP / "README.md") if "import mmspan" in b]
    lines = [line for line in snippet.splitlines() if line.strip()]
    assert len(lines) <= 12
    names: dict = {}
    exec(compile(snippet, "README.md", "exec"), names)
    assert names["e"].result[0].rows == 256


def test_guide():
    page = TOP / "docs/python.md"
    found = doctest.testfile(str(page), module_relative=False, optionflags=FLAGS)
    assert found.failed == 0
    assert found.attempted > 40


def test_constants():
    assert _core.FORMS == mmspan.FORMS == ("block", "bare")
    assert tuple(sorted(mmspan.FINDING_KINDS)) == mmspan.FINDING_KINDS
    for kind in mmspan.FINDING_KINDS:
        assert kind in (TOP / "README.md").read_text()


def test_runners_page():
    page = TOP / "docs/runners.md"
    found = doctest.testfile(str(page), module_relative=False, optionflags=FLAGS)
    assert (found.failed, found.attempted) == (0, 4)
