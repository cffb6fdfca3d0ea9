"""The tables of docs/runners.md, from the real processors of the engine that is installed here.

    python table.py -w
    python table.py [NAME...]

Writes the engine's table between its marks of the page, or prints the rows of some models, by
their name in the engine or the config. What fails is printed with its prompt. No model is in a
table that was not run.
"""

from __future__ import annotations

import importlib.util
import logging
import re
import sys
import tempfile
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

PAGE = Path(__file__).resolve().parents[3] / "docs" / "runners.md"


def rows(made: ModuleType, wanted: list[str]) -> Iterator[Any]:
    """What each model did; those that could not be run are printed with the error."""
    for names, group in made.groups().items():
        if wanted and not set(names) & set(wanted):
            continue
        try:
            with tempfile.TemporaryDirectory() as top:
                row = made.Row(group, Path(top))
        except Exception as error:
            print("FAILED", *names, f"{error!r:.600}", flush=True)
            if wanted:
                traceback.print_exc()
            continue
        print(row.line(), *row.notes, sep="\n    ", flush=True)
        yield row


def main(arguments: list[str]) -> None:
    engine = "vllm" if importlib.util.find_spec("vllm") else "sglang"
    made = importlib.import_module(f"table_{engine}")
    wanted = [word for word in arguments if word != "-w"]
    done = list(rows(made, wanted))
    if "-w" in arguments:
        page = re.sub(
            rf"(?s)(<!-- table of {engine} -->\n).*?(<!-- end -->)",
            lambda match: f"{match[1]}{made.table(done)}\n{match[2]}",
            PAGE.read_text(),
        )
        PAGE.write_text(page)


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    main(sys.argv[1:])
