"""The audit of a data set on a Ray cluster.

    import mmspan.ray

    report = mmspan.ray.audit("/data/train", "qwen2.5-vl")
    report.to_html("report.html")

Tasks get names of files, which every node must be able to open, and send reports back: no
tokens move between processes. The report has the same bytes as that of `mmspan.audit`, and a
task that Ray runs again, because its worker was killed or its node was lost, counts once.

``pip install "mmspan[ray]"``, on the nodes too.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from mmspan import _tasks

if TYPE_CHECKING:
    from mmspan import Matcher, Report

__all__ = ["audit"]

#: Tasks for each CPU: enough to even out what takes longer.
_TASKS_PER_CPU = 4


def audit(
    data: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    config: str | Matcher,
    *,
    columns: dict[str, str] | None = None,
    findings: bool = True,
    dtype: str | None = None,
    tasks: int | None = None,
    ray_remote_args: dict[str, Any] | None = None,
    **options: int,
) -> Report:
    """Audits files and folders in Ray tasks; `mmspan.audit` on many machines.

    Parameters
    ----------
    data : str, path, or several
        As for `mmspan.audit`, under names that every node can open.
    config : str or Matcher
        As for `load`. Its YAML text is sent to the workers.
    columns, findings, dtype, **options
        As for `mmspan.audit`.
    tasks : int, optional
        About how many tasks are made; by default four for each CPU of the cluster.
    ray_remote_args : dict, optional
        Options of the tasks, as for ``ray.remote``: ``num_cpus``, ``max_retries``, ...

    Returns
    -------
    Report
        With the bytes of that of `mmspan.audit`.

    Raises
    ------
    Error
        As `mmspan.audit` does. A file that is not there, or cannot be read, is no error:
        `Report.unread` names it.
    ImportError
        Ray is not installed.
    """
    try:
        import ray
    except ImportError as error:
        raise ImportError('mmspan.ray needs Ray: pip install "mmspan[ray]"') from error
    work = _tasks.prepare(config, columns, findings, dtype, options)
    if not ray.is_initialized():
        ray.init()
    cpus = int(ray.cluster_resources().get("CPU", 1))
    groups = _tasks.divide(
        data, tasks or _TASKS_PER_CPU * cpus, whole=bool(options.get("window"))
    )
    task = ray.remote(num_cpus=1)(_run).options(**(ray_remote_args or {}))
    shared = ray.put(work)
    parts = [task.remote(shared, group) for group in groups]
    total = _tasks.Adder()
    try:
        for part in parts:
            total.add(ray.get(part))
    except BaseException:
        for part in parts:
            ray.cancel(part)
        raise
    return total.report()


def _run(work: _tasks.Work, shares: list[_tasks.Share]) -> _tasks.Sum | Exception:
    return work.run(shares)
