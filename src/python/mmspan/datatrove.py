"""The audit of a data set as a step of datatrove.

    from datatrove.executor import LocalPipelineExecutor
    from mmspan.datatrove import Audit, merge

    if __name__ == "__main__":
        step = Audit("/data/train", "qwen2.5-vl", "/data/audit")
        LocalPipelineExecutor([step], tasks=8, workers=2).run()
        merge("/data/audit").to_html("report.html")

Each task audits its shard of every file, as ``mmspan audit --shard`` does, and writes a report.
``pip install "mmspan[datatrove]"``.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Any

try:
    from datatrove.io import get_datafolder
    from datatrove.pipeline.base import PipelineStep
except ImportError as error:
    raise ImportError(
        'mmspan.datatrove needs datatrove: pip install "mmspan[datatrove]"'
    ) from error

from mmspan import Matcher, Report, _audit, _core, _tasks
from mmspan._arrow_columns import Names
from mmspan._one_shard import OneShard

__all__ = ["Audit", "merge"]


class Audit(PipelineStep):
    """A step that audits files: ``NNNNN.json`` in the output folder is the report of task N.

    Documents that come from a step before it are passed on. A task that is run again replaces
    its report.

    Parameters
    ----------
    data : str, path, or several
        As for `mmspan.audit`.
    config : str or Matcher
        As for `load`.
    output_folder : str or DataFolder
        Where reports are written; anything that datatrove takes.
    columns, dtype, **options
        As for `mmspan.audit`.
    """

    type = "AUDIT"
    name = "mmspan"

    def __init__(
        self,
        data: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
        config: str | Matcher,
        output_folder: Any,
        *,
        columns: dict[str, str] | None = None,
        dtype: str | None = None,
        **options: int,
    ) -> None:
        super().__init__()
        self._data = data if isinstance(data, (str, os.PathLike)) else list(data)
        self._work = _tasks.prepare(config, columns, False, dtype, options)
        self._output = get_datafolder(output_folder)

    def run(self, data: Any = None, rank: int = 0, world_size: int = 1) -> Iterator[Any]:
        """Audits the shard ``rank`` of ``world_size``, then passes documents on."""
        with self.track_time("task"):
            report = self._report(rank, world_size)
            self.stat_update("sequences", value=report.totals["sequences"], unit="task")
            self.stat_update("findings", value=report.totals["findings"], unit="task")
            name = f"{rank:05d}.json"
            with self._output.open(f"{name}.tmp", "wb") as file:
                file.write(report.to_bytes())
            self._output.mv(f"{name}.tmp", name)
        if data:
            yield from data

    def _report(self, rank: int, world_size: int) -> Report:
        work = self._work
        matcher = _core.loads(work.yaml)
        shard = OneShard(
            rank,
            world_size,
            lambda: _core._Auditor(matcher, keep_findings=False, **work.options),
            Names(matcher.modalities, work.columns),
            tuple((work.columns or {}).items()),
            work.dtype,
            work.options.get("window", 0),
        )
        with _tasks.in_folder(work.folder):
            return shard.read(sorted(set(_audit._files(self._data))))[0]


def merge(output_folder: Any) -> Report:
    """Adds up the reports that the tasks of an `Audit` have written.

    Raises
    ------
    MismatchError
        The reports are of different runs: a part is in two of them, or the configs differ.
    FileNotFoundError
        There is no report.

    Notes
    -----
    `Report.complete` says whether every task has written its report.
    """
    folder = get_datafolder(output_folder)
    total = _tasks.Adder()
    names = sorted(folder.glob("[0-9][0-9][0-9][0-9][0-9].json"))
    if not names:
        raise FileNotFoundError(f"no reports of mmspan.datatrove.Audit in {output_folder}")
    for name in names:
        with folder.open(name, "rb") as file:
            total.add(_tasks.Sum(file.read(), b""))
    return total.report()
