"""Names of outputs that would destroy what is read, or each other."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from mmspan._arrow_files import is_arrow
from mmspan._errors import Error
from mmspan._shards import is_shard


def _with_companions(path: str) -> list[Path]:
    """A file of the data, and what its format keeps beside it."""
    file = Path(path)
    if file.suffix in (".idx", ".bin") and not is_shard(path):
        return [file, file.with_suffix(".idx"), file.with_suffix(".bin")]
    if is_shard(path):
        return [file, file.with_name("index.json")]
    if is_arrow(path):
        info, splits = "dataset_info.json", file.parent.parent / "dataset_dict.json"
        return [file, file.with_name("state.json"), file.with_name(info), splits]
    return [file]


def _identity(path: str | Path) -> tuple[int, int] | None:
    """What links to one file share; None for devices and pipes, which nothing replaces."""
    if not os.path.isfile(path):
        return None
    found = os.stat(path)
    return found.st_dev, found.st_ino


def refuse_inputs(outputs: Iterable[str], inputs: Iterable[str], what: str) -> None:
    """Raises if one of the outputs is one of the inputs, under whatever name.

    Raises
    ------
    Error
        It is: writing it would destroy what was read.
    """
    there = {_identity(name): name for name in outputs}
    there.pop(None, None)
    if not there:
        return
    for path in inputs:
        for part in _with_companions(path):
            name = there.get(_identity(part))
            if name is not None:
                raise Error(f"is {what}; give another name", name)


def refuse_among_data(
    outputs: Iterable[str], words: Iterable[str], suffixes: tuple[str, ...]
) -> None:
    """Raises if one of the outputs would be part of the data of the next run.

    Raises
    ------
    Error
        It is in or below a folder that is audited, under a name that is taken there.
    """
    folders = {word: os.path.realpath(word) for word in words if os.path.isdir(word)}
    for name in outputs:
        file = Path(name).name
        if file.startswith((".", "_")) or not file.endswith(suffixes):
            continue
        here = Path(os.path.realpath(os.path.dirname(name) or "."))
        for word, folder in folders.items():
            if here.is_relative_to(folder):
                said = f"would be part of the data next time; give a name outside of {word}"
                raise Error(said, name)


def refuse_twins(outputs: Iterable[str]) -> None:
    """Raises if two outputs are one file.

    Raises
    ------
    Error
        They are: the second would replace the first.
    """
    seen: set[tuple[int, int] | str] = set()
    for name in outputs:
        if os.path.exists(name) and not os.path.isfile(name):
            continue
        key = _identity(name) or os.path.realpath(name)
        if key in seen:
            raise Error("is given for two outputs; give each a name of its own", name)
        seen.add(key)
