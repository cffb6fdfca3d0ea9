"""What the command does in Python: audits of Parquet and Arrow files, and pages.

The rest of it is the C program, also the verdict on a report that was made here.
"""

from __future__ import annotations

import argparse
import errno
import os
import signal
import sys
import tempfile
from array import array
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NoReturn

from mmspan import _audit, _core
from mmspan import _fix as _fix_data
from mmspan._arrow_columns import Names
from mmspan._arrow_files import is_arrow
from mmspan._errors import Error
from mmspan._finished import fitting, is_finished
from mmspan._given import NoColumnError, notes_on_files
from mmspan._one_shard import OneShard
from mmspan._outputs import refuse_among_data, refuse_inputs, refuse_twins
from mmspan._report import Report
from mmspan._shards import is_shard

USAGE, CORRUPT, TRY_AGAIN = 2, 3, 75

#: What may be over when the command runs again; the rest is a name or a right that is wrong.
_PASSING = {
    getattr(errno, name)
    for name in (
        *("EAGAIN", "EINTR", "ENOMEM", "EMFILE", "ENFILE", "ENOBUFS"),
        *("ENOSPC", "EDQUOT", "EIO", "ESTALE", "ETIMEDOUT"),
    )
    if hasattr(errno, name)
}


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        sys.stderr.write(f"mmspan: error: {message}\n")
        sys.exit(USAGE)


def _parser() -> _Parser:
    p = _Parser(prog="mmspan audit", add_help=False, allow_abbrev=False)
    p.add_argument("data", nargs="*")
    p.add_argument("-m", "--model")
    p.add_argument("-c", "--config")
    p.add_argument("-o", "--output")
    p.add_argument("-f", "--format", choices=["text", "json"], default="text")
    for name in ("--html", "--findings", "--bad", "--shard", "--dtype"):
        p.add_argument(name)
    for name in ("--window", "--max-length", "--merge-size", "--examples"):
        p.add_argument(name, type=int, default=0)
    p.add_argument("--fail-on", action="append", default=[])
    p.add_argument("--column", action="append", default=[])
    p.add_argument("--exit-zero", action="store_true")
    return p


def _column(word: str) -> tuple[str, str]:
    role, _, name = word.partition("=")
    if not role or not name:
        _parser().error(
            f"--column '{word}' is not like labels=NAME: what the column is for, and its name "
            "in the data"
        )
    return role, name


def _is_ours(path: str) -> bool:
    return is_arrow(path) or is_shard(path)


def _holds_ours(word: str) -> bool:
    if os.path.isdir(word):
        return any(_is_ours(str(path)) for path in Path(word).rglob("*"))
    return _is_ours(word)


def is_wanted(words: list[str]) -> bool:
    """Is this for Python? Help and what is wrongly used are not."""
    if "-h" in words or "--help" in words:
        return False
    if words[0] in ("report", "fix"):
        return True
    if any(word.split("=")[0] == "--html" for word in words):
        return True
    return any(
        map(_holds_ours, _audit.expanded([w for w in words[1:] if not w.startswith("-")]))
    )


def run(words: list[str]) -> int:
    """Runs ``mmspan audit``, ``report`` or ``fix``; the exit status."""
    try:
        if words[0] == "report":
            return _report(words[1:])
        return _fix(words[1:]) if words[0] == "fix" else _Job(words[1:]).run()
    except ImportError as e:
        if e.name != "pyarrow":
            return _fail(USAGE, str(e))
        return _fail(USAGE, 'Parquet and Arrow files need pyarrow: pip install "mmspan[arrow]"')
    except OSError as e:
        status = TRY_AGAIN if e.errno in _PASSING else USAGE
        return _fail(status, e.strerror or str(e), e.filename)
    except Error as e:
        return _fail_of(USAGE, e)


def _fail(status: int, message: str, place: str | None = None) -> int:
    sys.stderr.write(f"{place or 'mmspan'}: error: {message}\n")
    return status


def _fail_of(status: int, error: ValueError) -> int:
    """As the C program says it."""
    place, sentence = error._parts() if isinstance(error, Error) else ("", str(error))
    return _fail(status, sentence, place)


def _fix(words: list[str]) -> int:
    p = _Parser(prog="mmspan fix", add_help=False, allow_abbrev=False)
    p.add_argument("report")
    p.add_argument("data", nargs="+")
    p.add_argument("-o", "--output", required=True)
    p.add_argument("--how", choices=_fix_data.HOW, default="drop")
    p.add_argument("-m", "--model")
    p.add_argument("-c", "--config")
    p.add_argument("--column", action="append", default=[])
    o = p.parse_intermixed_args(words)
    columns = dict(map(_column, o.column))
    config = None if o.config is None else _core.loads(Path(o.config).read_text("utf-8"))
    data = _audit.expanded(o.data)
    try:
        report = Report.load(o.report)
    except Error as e:
        return _fail_of(CORRUPT, e)
    copy = _fix_data.fix(
        data[0] if len(data) == 1 else data,
        report,
        o.how,
        out=o.output,
        config=config or o.model,
        columns=columns,
    )
    totals = report.totals["sequences_with_findings"], report.totals["sequences"]
    done = "left out" if o.how == "drop" else "masked"
    sys.stdout.write(f"{o.output}: {totals[0]:,} of {totals[1]:,} sequences {done}\n")
    return _verdict(copy, ["--exit-zero"])


def _report(words: list[str]) -> int:
    p = _Parser(prog="mmspan report", add_help=False, allow_abbrev=False)
    p.add_argument("report")
    p.add_argument("-o", "--output", required=True)
    options = p.parse_args(words)
    try:
        report = Report.load(options.report)
    except Error as e:
        return _fail_of(CORRUPT, e)
    refuse_inputs([options.output], [options.report], "the report")
    report.to_html(options.output)
    return 0


def _verdict(report: Report, options: list[str]) -> int:
    """Prints a report as the C program does; the exit status that it means."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder, "report.json"))
        report.save(path)
        sys.stdout.flush()
        return _core._run_program(["mmspan", "merge", "--partial", path, *options])


class _Job:
    """An audit from the command line to the exit status."""

    def __init__(self, words: list[str]) -> None:
        self._options = o = _parser().parse_intermixed_args(words)
        if (o.model is None) == (o.config is None):
            _parser().error(
                "no config: give exactly one of -m NAME (a built-in config, see mmspan models) "
                "and -c FILE"
            )
        self._columns = dict(map(_column, o.column))
        shard = _core._find_shard(o.shard)
        if isinstance(shard, int):
            sys.exit(shard)
        self._index, self._n, self._variable, ranks = shard
        self._stop = array("i", [0])
        self._stopped = False
        self._finished = ""
        self._files: list[str] = []
        for name in (o.output, o.html, o.findings, o.bad):
            if ranks and name and "{shard}" not in name:
                _parser().error(
                    f"{self._n} processes would write to {name}; put {{shard}} into the "
                    "name, which becomes the number of each"
                )

    def _matcher(self) -> _core.Matcher:
        o = self._options
        if o.model is not None:
            return _core.load(o.model)
        return _core.loads(Path(o.config).read_text(encoding="utf-8"))

    def run(self) -> int:
        if self._variable and self._n > 1:
            sys.stderr.write(
                f"mmspan: note: shard {self._index} of {self._n}, by {self._variable}\n"
            )
        for number in (signal.SIGTERM, signal.SIGUSR1):
            signal.signal(number, self._on_stop)
        try:
            # In a thread, so that signals are seen while C reads.
            with ThreadPoolExecutor(1) as pool:
                reading = pool.submit(self._read)
                try:
                    report = reading.result()
                except KeyboardInterrupt:
                    self._on_stop(signal.SIGINT, None)
                    raise
        except NoColumnError as e:
            return _fail_of(CORRUPT, e)
        except ValueError as e:
            return _fail_of(USAGE, e)
        if self._finished:
            sys.stderr.write(
                f"{self._finished}: note: is finished; remove it to audit again "
                "(names and sizes of the data are the same, contents are not compared)\n"
            )
            return self._judge(report)
        self._write(report)
        status = self._judge(report)
        if not self._stopped:
            return status
        return _fail(
            TRY_AGAIN,
            f"stopped by signal {self._stop[0]}; what is done has been written, and the report "
            "says that it is not complete: run the same command again",
        )

    def _on_stop(self, number: int, _: object) -> None:
        self._stop[0] = number

    def _read(self) -> Report:
        o, matcher = self._options, self._matcher()
        names = Names(matcher.modalities, self._columns)
        audit = self._auditor(matcher)
        self._files = sorted(set(_audit._files(_audit.expanded(o.data))))
        self._check_outputs()
        if done := self._before(audit):
            return done
        for note in notes_on_files(self._columns, self._files):
            sys.stderr.write(f"mmspan: warning: {note}\n")
        shard = OneShard(
            self._index,
            self._n,
            lambda: self._auditor(matcher),
            names,
            tuple(self._columns.items()),
            o.dtype,
            o.window,
            self._stop,
        )
        report, self._stopped = shard.read(self._files)
        return report

    def _check_outputs(self) -> None:
        o = self._options
        outputs = [self._name(n) for n in (o.output, o.html, o.findings, o.bad) if n]
        refuse_inputs(outputs, self._files, "part of the data")
        refuse_among_data(outputs, o.data, _audit.ENDINGS)
        refuse_inputs(outputs, [o.config] if o.config else [], "the config")
        refuse_twins(outputs)

    def _auditor(self, matcher: _core.Matcher) -> _core._Auditor:
        o = self._options
        keep = bool(o.findings or o.bad)
        return _core._Auditor(matcher, o.examples, o.window, o.max_length, o.merge_size, keep)

    def _before(self, audit: _core._Auditor) -> Report | None:
        """The report of a run before this one, if that has done all of it."""
        o = self._options
        others = [self._name(name) for name in (o.findings, o.bad, o.html) if name]
        if not o.output or not all(map(os.path.isfile, others)):
            return None
        name = self._name(o.output)
        report = is_finished(name, audit, self._files, self._index, self._n)
        self._finished = name if report else ""
        return report

    def _warn_of_fits(self, report: Report) -> None:
        """Says which configs fit if this one finds nothing, not even a block that begins."""
        o, totals = self._options, report.totals
        if totals["items"] or not totals["tokens"]:
            return
        if {"broken-block", "truncated-block"} & set(report.counts):
            return
        names = Names(self._matcher().modalities, self._columns)
        fits = fitting(self._files, names, o.dtype)
        first = f" mmspan detect ranks first: {', '.join(fits)}" if fits else ""
        sys.stderr.write(
            "mmspan: warning: there is not one item in all of the data; is "
            f"{o.model or o.config} its config?{first}\n"
        )

    def _name(self, given: str) -> str:
        return given.replace("{shard}", str(self._index), 1)

    def _write(self, report: Report) -> None:
        o = self._options
        if o.output:
            report.save(self._name(o.output))
        if o.html:
            report.to_html(self._name(o.html))
        if o.findings:
            report.write_findings(self._name(o.findings))
        if o.bad:
            report.write_bad_rows(self._name(o.bad))

    def _judge(self, report: Report) -> int:
        """Prints the report, and the status that it means; workers leave that to merge."""
        o = self._options
        worker = bool(o.shard or self._variable)
        limits = [word for limit in o.fail_on for word in ("--fail-on", limit)]
        if not worker and not self._stopped:
            self._warn_of_fits(report)
        quiet = ["--exit-zero"] if worker or o.exit_zero else []
        return _verdict(report, ["-f", o.format, *(() if worker else limits), *quiet])
