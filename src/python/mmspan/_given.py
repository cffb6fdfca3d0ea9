"""Columns that somebody has named: are they in the data?"""

from __future__ import annotations

from collections.abc import Mapping

from mmspan._arrow_files import is_arrow, open_arrow
from mmspan._errors import Error


class NoColumnError(Error):
    """None of the data has a column that was named."""


def _names(path: str) -> list[str] | None:
    """The columns of a file; None when it cannot be read, which its audit notes."""
    try:
        file = open_arrow(path)
    except (OSError, ValueError):
        return None
    names = file.names
    file.close()
    return names


def notes_on_columns(columns: Mapping[str, str] | None, schemas: list[list[str]]) -> list[str]:
    """A sentence for each column that only some of the schemas have.

    Raises
    ------
    NoColumnError
        None of them has it.
    """
    notes = []
    for role, name in (columns or {}).items():
        n = sum(name in schema for schema in schemas)
        if schemas and not n:
            there = ", ".join(dict.fromkeys(c for schema in schemas for c in schema)) or "none"
            raise NoColumnError(f"no column {name}; the columns are {there}")
        if n < len(schemas) and role != "ids":  # without IDs a file is unread
            notes.append(
                f"the column {name} is in {n} of {len(schemas)} files; "
                f"the others are not checked for {role}"
            )
    return notes


def notes_on_files(columns: Mapping[str, str] | None, files: list[str]) -> list[str]:
    """`notes_on_columns` of files, if all are such that have a schema.

    Raises
    ------
    NoColumnError
        None of them has a column.
    """
    if not columns or not all(map(is_arrow, files)):
        return []
    schemas = map(_names, files)
    return notes_on_columns(columns, [schema for schema in schemas if schema is not None])
