#!/usr/bin/env python3
"""What an engine adds to an audit of Parquet files, beside a pool of processes.

    engines.py [--tokens MILLIONS] [--rounds N]

Needs what tests/audit/requirements.txt lists, and two CPUs. Every way is run once before it is
timed, so that the start of the engine and of its workers does not count; then all take turns.
The report of each is compared with that of one process first. Prints the median seconds and the
median ratio to the pool of the same round.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import mmspan
import mmspan.ray
import mmspan.spark
import pyarrow.parquet as pq

sys.path.append(str(Path(__file__).parents[1] / "audit"))
from conftest import table
from corpus import MODEL, Corpus

FILES, WORKERS = 8, 2


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


def ways(folder: Path) -> dict[str, Callable[[], mmspan.Report]]:
    import ray
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    ray.init(num_cpus=WORKERS, object_store_memory=80_000_000, include_dashboard=False)
    spark = (
        SparkSession.builder.master(f"local[{WORKERS}]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.memory", "1g")
        .getOrCreate()
    )
    pool = ProcessPoolExecutor(WORKERS, get_context("spawn"))

    def in_pool() -> mmspan.Report:
        pieces = list(mmspan.units(folder))
        return mmspan.Report.merge(pool.map(unit, pieces))

    return {
        "pool of 2 processes": in_pool,
        "one process": lambda: mmspan.audit(folder, MODEL, findings=False),
        "2 threads": lambda: mmspan.audit(folder, MODEL, findings=False, threads=2),
        "Ray": lambda: mmspan.ray.audit(folder, MODEL, findings=False),
        "Spark": lambda: mmspan.spark.audit(spark, folder, MODEL, findings=False),
    }


def timed(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--tokens", type=float, default=100, help="millions (100)")
    p.add_argument("--rounds", type=int, default=7)
    options = p.parse_args()
    with tempfile.TemporaryDirectory() as name:
        n = write(Path(name), int(options.tokens * 1e6))
        every = ways(Path(name))
        whole = every["one process"]()
        for way, run in every.items():
            if run() != whole:
                sys.exit(f"{way}: another report")
        seconds: dict[str, list[float]] = {way: [] for way in every}
        for _ in range(options.rounds):
            for way, run in every.items():
                seconds[way].append(timed(run))
        pool = seconds["pool of 2 processes"]
        print(f"{n / 1e6:.0f} million tokens, load {os.getloadavg()[0]:.1f}")
        for way, times in seconds.items():
            ratio = statistics.median(a / b for a, b in zip(times, pool, strict=True))
            print(f"{way:20} {statistics.median(times):7.2f} s  {ratio:5.2f} x the pool")


if __name__ == "__main__":
    main()
