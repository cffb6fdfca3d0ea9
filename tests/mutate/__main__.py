"""
Measures the tests: changes one operator in the sources, builds, runs the tests, and says
which changes no test has noticed.

    python3 tests/mutate [-n COUNT] [--seed WORD] [--least PERCENT] [FILE or FOLDER...]

It works on a copy, in a directory of its own; the sources are never written to. Changes
that do not compile or give the same object code are not counted. The sample depends on
the lines of the sources and on the seed alone: it stays as it is where the sources do.

What is not built here is left out, which is said. src/python is built where the
interpreter that runs this has numpy and pytest.

A change that no test can notice is explained in equivalents.txt, beside this file; it is
not counted either. An explanation of a change that does not exist any more is an error.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

import changes
import trial

HERE = Path(__file__).resolve().parent
TOP = HERE.parent.parent


def read_arguments():
    parser = argparse.ArgumentParser(
        prog="mutate", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("files", nargs="*", default=["src"], help="what to change (src)")
    parser.add_argument("-n", "--count", type=int, default=20, help="how many changes (20)")
    parser.add_argument("--seed", default="1", help="another seed, another sample (1)")
    parser.add_argument(
        "--least", type=float, default=0, help="percent that must be killed (0)"
    )
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes at a time")
    parser.add_argument("--work", type=Path, help="keep the copy and its build here")
    parser.add_argument("--skip", action="append", default=[], help="a test to leave out")
    parser.add_argument(
        "--match", action="append", help="only changes with this text in their name"
    )
    parser.add_argument("--list", action="store_true", help="print the sample and do nothing")
    parser.add_argument("-v", "--verbose", action="store_true", help="print every change")
    return parser.parse_args()


def list_sources(names):
    """The C and C++ files among what was named, as paths below the top."""
    paths = set()
    for name in names:
        path = (TOP / name).resolve()
        if not path.exists():
            sys.exit(f"mutate: no {name} below {TOP}")
        found = path.rglob("*") if path.is_dir() else [path]
        paths |= {str(p.relative_to(TOP)) for p in found if p.suffix in (".c", ".h", ".cc")}
    return sorted(paths)


def read_equivalents():
    """The names of the changes that are explained: lines that are not indented."""
    lines = (HERE / "equivalents.txt").read_text(encoding="utf-8").splitlines()
    return {line for line in lines if line and not line.startswith((" ", "#"))}


def list_candidates(arguments):
    """All changes in the files, those of the sample first."""
    candidates = []
    for path in list_sources(arguments.files):
        text = (TOP / path).read_text(encoding="utf-8")
        if arguments.match:
            found = changes.find_all(path, text)
            candidates += [c for c in found if any(m in c.name for m in arguments.match)]
        else:
            candidates += changes.find_changes(path, text, arguments.seed)
    return sorted(candidates, key=lambda change: change.key)


def check_equivalents(equivalents):
    """Ends with an error when an explanation has lost its change."""
    files = {name.split(": ", 1)[0] for name in equivalents}
    existing = set()
    for path in files:
        if (TOP / path).is_file():
            text = (TOP / path).read_text(encoding="utf-8")
            existing |= {change.name for change in changes.find_all(path, text)}
    lost = sorted(equivalents - existing)
    if lost:
        sys.exit(
            "mutate: equivalents.txt explains what does not exist:\n  " + "\n  ".join(lost)
        )


def describe(change):
    return f"{change.path}:{change.line}: {change.what} in: {change.context}"


def try_all(candidates, copy, count, verbose):
    """Tries changes until `count` have told something; returns those that survived."""
    survivors = []
    n_tried = 0
    for change in candidates:
        if n_tried == count:
            break
        start = time.monotonic()
        outcome = copy.try_change(change)
        if outcome.startswith("killed") or outcome == "survived":
            n_tried += 1
        if outcome == "survived":
            survivors.append(change)
        if verbose or outcome == "survived":
            seconds = time.monotonic() - start
            print(f"[{n_tried}] {seconds:.1f} s, {outcome}: {describe(change)}", flush=True)
    return survivors, n_tried


def leave_out(candidates, compiled):
    """Drops the changes in files that nothing here is built of, and says which files."""
    if compiled is None:
        return candidates
    files = sorted({change.path for change in candidates} - compiled)
    if files:
        print("left out, since it is not built here: " + " ".join(files), flush=True)
    return [change for change in candidates if change.path in compiled]


def main():
    arguments = read_arguments()
    equivalents = read_equivalents()
    check_equivalents(equivalents)
    candidates = [c for c in list_candidates(arguments) if c.name not in equivalents]
    if arguments.list:
        print("\n".join(describe(change) for change in candidates[: arguments.count]))
        return 0
    with tempfile.TemporaryDirectory() as temporary:
        work = (arguments.work or Path(temporary)).resolve()
        work.mkdir(parents=True, exist_ok=True)
        try:
            copy = trial.Trial(TOP, work, arguments.jobs, arguments.skip)
        except trial.BuildError as error:
            print(f"mutate: {error}", file=sys.stderr)
            return 2
        candidates = leave_out(candidates, copy.compiled)
        slowest = sorted(copy.tests, key=lambda test: -test.cpu)[:3]
        print(
            f"{len(candidates)} places, {len(copy.tests)} tests that take "
            f"{sum(test.cpu for test in copy.tests):.0f} s, most of it "
            + ", ".join(f"{test.name} {test.cpu:.0f} s" for test in slowest),
            flush=True,
        )
        survivors, n_tried = try_all(candidates, copy, arguments.count, arguments.verbose)
    n_killed = n_tried - len(survivors)
    print(f"killed {n_killed} of {n_tried}")
    return 1 if n_killed * 100 < arguments.least * n_tried else 0


sys.exit(main())
