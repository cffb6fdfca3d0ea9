"""The audit of a data set on a Spark cluster.

    import mmspan.spark

    report = mmspan.spark.audit(spark, "/data/train", "qwen2.5-vl")
    report.to_html("report.html")

Tasks get names of files, which every executor must be able to open, and send reports back: no
tokens pass through the JVM. The report has the same bytes as that of `mmspan.audit`, and a task
that Spark runs again, or twice for speed, counts once.

``pip install "mmspan[spark]"``, for the executors too.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from mmspan import _tasks

if TYPE_CHECKING:
    import pyarrow as pa

    from mmspan import Matcher, Report

__all__ = ["audit"]

#: Tasks for each CPU: enough to even out what takes longer.
_TASKS_PER_CPU = 4


def audit(
    spark: Any,
    data: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    config: str | Matcher,
    *,
    columns: dict[str, str] | None = None,
    findings: bool = True,
    dtype: str | None = None,
    tasks: int | None = None,
    **options: int,
) -> Report:
    """Audits files and folders in Spark tasks; `mmspan.audit` on many machines.

    Parameters
    ----------
    spark : SparkSession
        The session whose executors do the work.
    data : str, path, or several
        As for `mmspan.audit`, under names that every executor can open.
    config : str or Matcher
        As for `load`. Its YAML text is sent to the executors.
    columns, findings, dtype, **options
        As for `mmspan.audit`.
    tasks : int, optional
        About how many tasks are made; by default four for each of the session's CPUs.

    Returns
    -------
    Report
        With the bytes of that of `mmspan.audit`.

    Raises
    ------
    Error
        As `mmspan.audit` does. A file that is not there, or cannot be read, is no error:
        `Report.unread` names it.
    """
    work = _tasks.prepare(config, columns, findings, dtype, options)
    wanted = tasks or _TASKS_PER_CPU * spark.sparkContext.defaultParallelism
    groups = _tasks.divide(data, wanted, whole=bool(options.get("window")))

    def run(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa

        for batch in batches:
            numbers = batch.column(0).to_pylist()
            parts = [pickle.dumps(work.run(groups[i])) for i in numbers]
            yield pa.record_batch({"part": pa.array(parts, pa.binary())})

    # One number for each task, in a partition of its own.
    frame = spark.range(0, len(groups), 1, len(groups)).mapInArrow(run, "part binary")
    total = _tasks.Adder()
    for row in frame.collect():
        total.add(pickle.loads(row.part))
    return total.report()
