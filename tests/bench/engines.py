#!/usr/bin/env python3
"""What a second process and what an engine bring to an audit of Parquet files.

    engines.py [--tokens MILLIONS] [--rounds N]

Needs what tests/audit/requirements.txt lists, and two CPUs. Every way is run once before it is
timed, so that the start of the engine and of its workers does not count; then all of a table
take turns. The report of each is compared with that of one process first. Prints the median
seconds and the median ratio to the first way of the table, each from the same round.

pyarrow reads ahead in threads of its own, so one process takes more than one CPU by itself. The
first table, measured before any engine runs, therefore keeps each process on a CPU of its own.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.queues import SimpleQueue
from pathlib import Path

import mmspan
import mmspan.ray
import mmspan.spark
import pyarrow.parquet as pq

sys.path.append(str(Path(__file__).parents[1] / "audit"))
from conftest import table
from corpus import MODEL, Corpus

FILES, WORKERS = 8, 2

Ways = dict[str, Callable[[], mmspan.Report]]


def write(folder: Path, tokens: int) -> int:
    corpus = Corpus(broken=0.01)
    rows = table(corpus)
    copies = max(1, tokens // corpus.tokens // FILES)
    for i in range(FILES):
        with pq.ParquetWriter(folder / f"{i}.parquet", rows.schema, compression="zstd") as out:
            for _ in range(copies):
                out.write_table(rows)
    return copies * FILES * corpus.tokens


def unit(piece: tuple[str, mmspan.Unit]) -> bytes:
    return mmspan.audit_unit(*piece, mmspan.load(MODEL).yaml).to_bytes()


def in_pool(folder: Path, pool: ProcessPoolExecutor) -> mmspan.Report:
    return mmspan.Report.merge(pool.map(unit, list(mmspan.units(folder))))


def stay(cpus: SimpleQueue[int]) -> None:
    os.sched_setaffinity(0, {cpus.get()})


def pinned(n: int) -> ProcessPoolExecutor:
    """A pool of `n` processes, each of which stays on a CPU of its own."""
    context = get_context("spawn")
    cpus = context.SimpleQueue()
    for cpu in sorted(os.sched_getaffinity(0))[:n]:
        cpus.put(cpu)
    return ProcessPoolExecutor(n, context, stay, (cpus,))


@contextmanager
def processes(folder: Path) -> Iterator[Ways]:
    with pinned(1) as one, pinned(WORKERS) as two:
        yield {
            "2 processes, each on a CPU": lambda: in_pool(folder, two),
            "1 process on a CPU": lambda: in_pool(folder, one),
        }


@contextmanager
def engines(folder: Path) -> Iterator[Ways]:
    import ray
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    with ProcessPoolExecutor(WORKERS, get_context("spawn")) as pool:
        ray.init(num_cpus=WORKERS, object_store_memory=80_000_000, include_dashboard=False)
        spark = (
            SparkSession.builder.master(f"local[{WORKERS}]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.memory", "1g")
            .getOrCreate()
        )
        yield {
            "pool of 2 processes": lambda: in_pool(folder, pool),
            "one process": lambda: mmspan.audit(folder, MODEL, findings=False),
            "2 threads": lambda: mmspan.audit(folder, MODEL, findings=False, threads=2),
            "Ray": lambda: mmspan.ray.audit(folder, MODEL, findings=False),
            "Spark": lambda: mmspan.spark.audit(spark, folder, MODEL, findings=False),
        }
        spark.stop()
        ray.shutdown()


def timed(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def compare(ways: Ways, whole: mmspan.Report, rounds: int) -> None:
    for way, run in ways.items():
        if run() != whole:
            sys.exit(f"{way}: another report")
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way, run in ways.items():
            seconds[way].append(timed(run))
    base = next(iter(seconds.values()))
    print(f"load {os.getloadavg()[0]:.1f}")
    for way, times in seconds.items():
        ratio = statistics.median(a / b for a, b in zip(times, base, strict=True))
        print(f"{way:26} {statistics.median(times):7.2f} s  {ratio:5.2f} x")


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--tokens", type=float, default=100, help="millions (100)")
    p.add_argument("--rounds", type=int, default=7)
    options = p.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print(f"{write(folder, int(options.tokens * 1e6)) / 1e6:.0f} million tokens")
        whole = mmspan.audit(folder, MODEL, findings=False)
        for table_of in (processes, engines):
            with table_of(folder) as ways:
                compare(ways, whole, options.rounds)


if __name__ == "__main__":
    main()
