"""Copies of data sets without the sequences in which an audit has found something."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from mmspan import _copies, _core, _datasets
from mmspan._arrow_columns import Names
from mmspan._audit import Unit, _files, audit, audit_unit, named, units
from mmspan._errors import Error, MismatchError
from mmspan._masking import Bad, Editor
from mmspan._report import Report

HOW = ("drop", "mask-labels")

Data = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]


def _config_of(report: Report, config: str | _core.Matcher | None) -> _core.Matcher:
    """The config that a report was made with."""
    made = report.to_dict()["config"]
    if not made:
        raise MismatchError("the report is of no data: it names no config")
    if isinstance(config, _core.Matcher):
        matcher = config
    elif config is None and made["model"] not in _core.models():
        raise MismatchError(f"{made['model']} is no built-in config: give it with config=")
    else:
        matcher = _core.load(made["model"] if config is None else config)
    if hashlib.sha256(matcher.yaml.encode()).hexdigest() != made["sha256"]:
        raise MismatchError(
            f"the report was made with another config of {made['model']} than this one: "
            "give the one that it was made with, or audit again"
        )
    return matcher


def _check_files(report: Report, files: list[str]) -> None:
    """Is the report whole, and of these files as they are now?"""
    if not report.complete:
        raise MismatchError("the report is not complete: merge those of all shards first")
    of_report = {file["path"]: file for file in report.to_dict()["files"]}
    for path in files:
        if path not in of_report:
            names = [*list(of_report)[:3], *(["..."] if len(of_report) > 3 else [])]
            raise MismatchError(
                f"the report is not of {path}: name the data as they were named for the audit, "
                f"which was of {', '.join(names)}"
            )
    for path, file in of_report.items():
        if path not in files:
            raise MismatchError(f"the report is also of {path}, which is not in the data")
        if "unread" in file:
            unread = file["unread"]
            raise MismatchError(
                f"{path} could not be read as a whole: {unread['message']}. What is not "
                "known cannot be copied: mend it or leave it out, and audit again"
            )
        if os.path.getsize(path) != file["size"]:
            raise MismatchError(
                f"{path} has {os.path.getsize(path)} bytes, and {file['size']} in the "
                "report: it has changed; audit again"
            )


def _check_formats(report: Report, files: list[str], how: str) -> None:
    if how not in HOW:
        raise Error(f"how is {how!r}; it can be {' or '.join(HOW)}")
    for path in files:
        if _copies.suffix_of(path) is None:
            raise Error(
                f"{path} is of a format that is not copied; these are: {_copies.FORMATS}. "
                "Report.bad_rows() has the rows that its own library could leave out"
            )
    checks = {check["name"]: check for check in report.to_dict()["checks"]}
    if how == "mask-labels" and (
        not checks["label-on-media"]["sequences"]
        or not all(_copies.has_labels(path) for path in files)
    ):
        raise Error("not all of the data has labels or a loss mask to change: use how='drop'")


def _targets(data: Data, out: Path) -> dict[str, Path]:
    """Where each file goes: a file to `out`, the files of a folder below it."""
    given = [data] if isinstance(data, (str, os.PathLike)) else list(data)
    targets: dict[str, Path] = {}
    for entry in given:
        top = out if len(given) == 1 else out / Path(entry).name
        for path in _files(entry):
            below = Path(path).relative_to(entry) if os.path.isdir(entry) else ""
            targets[path] = top / below
    if len(set(targets.values())) < len(targets):
        raise Error("two of the files or folders have the same name: copy them one by one")
    return targets


def _check_out(targets: dict[str, Path], data: Data, out: Path) -> None:
    if os.path.lexists(out):
        raise Error(f"{out} exists already: copies are not written over anything")
    if not out.absolute().parent.is_dir():
        raise Error(f"there is no folder {out.absolute().parent} to write the copy to")
    given = [data] if isinstance(data, (str, os.PathLike)) else list(data)
    for entry in map(Path, given):
        if entry.is_dir() and entry.resolve() in out.resolve().parents:
            raise Error(f"{out} is inside {entry}: the copy would become part of the data")
    for path, target in targets.items():
        if _copies.suffix_of(str(target)) != _copies.suffix_of(path):
            raise Error(
                f"a copy of {path} has its format: the name {target.name} must end in "
                f"{_copies.suffix_of(path)}"
            )


def _bad_rows(found: Report, bad: dict[str, dict[int, Bad]], counted: bool) -> None:
    for f in found.rows():
        if f["kind"] != "placeholder" or counted:
            row = bad[f["file"]].setdefault(f["row"], Bad(f.get("line", 0), set()))
            row.kinds.add(f["kind"])


def _audit_again(
    report: Report,
    work: list[tuple[str, Unit]],
    yaml: str,
    columns: dict[str, str] | None,
) -> dict[str, dict[int, Bad]]:
    """All that is wrong: a report holds the first places only."""
    options = report.to_dict()["options"]
    counted = "placeholder" in report.counts
    ordinals = {path: i for i, path in enumerate(dict.fromkeys(path for path, _ in work))}
    bad: dict[str, dict[int, Bad]] = {path: {} for path in ordinals}
    parts = []
    for path, unit in work:
        found = audit_unit(
            path,
            unit,
            yaml,
            columns=columns,
            ordinal=ordinals[path],
            findings=True,
            # Whether they count depends on files that other units read.
            all_placeholders=True,
            **options,
        )
        _bad_rows(found, bad, counted)
        parts.append(found.to_bytes())
    if Report.merge(parts) != report:
        raise MismatchError(
            "an audit of the data says something else than the report: they have changed, or "
            "columns were named differently; audit again"
        )
    return bad


def _write(
    targets: dict[str, Path],
    bad: dict[str, dict[int, Bad]],
    report: Report,
    names: Names,
    matcher: _core.Matcher | None,
) -> None:
    """Writes the files, and beside them what belongs to folders of ``save_to_disk``."""
    sequences = {file["path"]: file["sequences"] for file in report.to_dict()["files"]}
    folders: dict[Path, tuple[Path, int]] = {}
    for path, target in targets.items():
        _copies.copy(Path(path), target, Editor(bad[path], names, matcher))
        source = Path(path).parent
        kept = sequences[path] - (0 if matcher else len(bad[path]))
        if (source / "state.json").is_file():
            folders[source] = (target.parent, folders.get(source, (target, 0))[1] + kept)
    why = hashlib.sha256(report.to_bytes()).hexdigest() + ("mask-labels" if matcher else "drop")
    for source, (folder, n_rows) in folders.items():
        _copies.copy_state(source, folder, n_rows, why)
        splits = source.parent / "dataset_dict.json"
        if splits.is_file() and not (folder.parent / splits.name).exists():
            shutil.copyfile(splits, folder.parent / splits.name)


def _check_copy(copy: Report, report: Report, n_dropped: int) -> None:
    """Does the copy hold what it should? Its source may have changed under our hands."""
    wanted = report.totals["sequences"] - n_dropped
    sound = not copy.totals["unread"] and copy.totals["sequences"] == wanted
    if not sound or (n_dropped and copy.totals["findings"]):
        raise MismatchError(
            f"the copy has {copy.totals['sequences']} sequences and "
            f"{copy.totals['findings']} findings instead of {wanted} and none: the data "
            "changed while it was written"
        )


def fix(
    data: Data,
    report: Report | str | os.PathLike[str],
    how: str = "drop",
    *,
    out: str | os.PathLike[str],
    config: str | _core.Matcher | None = None,
    columns: dict[str, str] | None = None,
) -> Report:
    """Writes a copy of a data set without what an audit found; the data are not touched.

    ``how="drop"`` leaves out each sequence that has findings, so that an audit of the copy
    finds nothing. ``how="mask-labels"`` keeps every sequence in its place and trains nothing on
    what is broken: a sequence of which the only fault is labels on media gets -100 there and
    keeps its other labels, any other one with findings gets -100 throughout (a loss mask: 0).
    Blocks that are broken in the IDs stay so, and an audit still finds them: drop them, or
    mask first and then drop what is left.

    Parameters
    ----------
    data : str, path, or several
        What was audited, named as it was then. Parquet, Arrow IPC, folders of
        ``Dataset.save_to_disk``, JSON Lines (also .gz), and .npy of two dimensions.
    report : Report or path
        Of all of the data. It holds the first places only, so the data is audited again, and
        the new report has to be the same.
    how : str, optional
        ``"drop"`` or ``"mask-labels"``.
    out : str or path
        A name that is free, of a file for a file and of a folder for a folder. It is written
        under a temporary name and renamed: there is a whole copy or none.
    config : str or Matcher, optional
        The config of the audit, if it is none of the built-in ones.
    columns : dict, optional
        As it was given to the audit.

    Returns
    -------
    Report
        Of the copy.

    Raises
    ------
    MismatchError
        The report is not that of the data as they are now.
    FileNotFoundError
        Nothing has a name that was given.
    Error
        The format is not copied, `out` exists already, or there are no labels to mask.
    """
    if _datasets.splits_of(data) is not None:
        raise TypeError(
            "a data set in memory is not written: keep its good rows by data.select(rows), "
            "where Report.bad_rows() has the others; or save it, audit that, and fix that"
        )
    given = report if isinstance(report, Report) else Report.load(report)
    data = named(data)
    out = Path(out)
    files = _files(data)
    _check_formats(given, files, how)
    matcher = _config_of(given, config)
    _check_files(given, files)
    _check_out(_targets(data, out), data, out)
    bad = _audit_again(given, list(units(data)), matcher.yaml, columns)
    names = Names(matcher.modalities, columns)
    beside = out.absolute().parent / f".{out.name}.{os.getpid()}.tmp"
    beside.mkdir()
    try:
        masking = matcher if how == "mask-labels" else None
        _write(_targets(data, beside / out.name), bad, given, names, masking)
        options = given.to_dict()["options"]
        copy = audit(beside / out.name, matcher, columns=columns, **options)
        n_dropped = 0 if masking else sum(map(len, bad.values()))
        _check_copy(copy, given, n_dropped)
        os.rename(beside / out.name, out)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return _renamed(copy, beside / out.name, out)


def _renamed(report: Report, old: Path, new: Path) -> Report:
    """The report of files that have other names now."""
    text, findings = report.to_bytes(), report._findings
    before, after = (json.dumps(str(p), ensure_ascii=False)[:-1].encode() for p in (old, new))
    return Report(text.replace(before, after), findings.replace(before, after))
