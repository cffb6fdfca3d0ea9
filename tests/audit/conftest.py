"""What the tests of engines share: a corpus, files of it, one Ray and one Spark."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from corpus import Corpus

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    return Corpus()


def table(corpus: Corpus, first: int = 0, end: int | None = None) -> pa.Table:
    lists = pa.list_(pa.int32())
    kinds = {
        "input_ids": lists,
        "labels": pa.list_(pa.int64()),
        "attention_mask": pa.list_(pa.int8()),
        "image_grid_thw": pa.list_(pa.list_(pa.int64())),
        "image_rows": lists,
        "cu_seqlens": lists,
        "seq_lens": pa.list_(pa.int64()),
        "position_ids": pa.list_(pa.int64()),
    }
    rows = corpus.dicts(first, end)
    schema = pa.schema([(name, kinds[name]) for name in rows[0]])
    return pa.Table.from_pylist(rows, schema=schema)


@pytest.fixture
def mixed(tmp_path: Path, corpus: Corpus) -> Path:
    """A folder with the corpus in files of several formats, one of which cannot be read."""
    folder = tmp_path / "data"
    (folder / "deep").mkdir(parents=True)
    pq.write_table(table(corpus, 0, 150), folder / "a.parquet", row_group_size=20)
    pq.write_table(table(corpus, 150, 170), folder / "deep" / "b.parquet")
    with pa.OSFile(str(folder / "c.arrow"), "wb") as sink:
        part = table(corpus, 170, 250)
        with pa.ipc.new_stream(sink, part.schema) as writer:
            writer.write_table(part, 30)
    (folder / "d.jsonl").write_text(corpus.jsonl(250, 399))
    np.save(folder / "e.npy", np.array(corpus.rows[399].ids, np.int32))
    (folder / "f.parquet").write_bytes((folder / "a.parquet").read_bytes()[:5000])
    return folder


class Killer:
    """Ends the worker that audits a file, once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def arm(self, path: Path) -> None:
        (self._folder / "armed").write_text(str(path))

    def killed(self) -> int:
        names = list(self._folder.glob("killed-*"))
        for name in names:
            name.unlink()
        return len(names)


@pytest.fixture(scope="session")
def killer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Killer]:
    """Before an engine is started: its workers inherit the environment."""
    folder = tmp_path_factory.mktemp("killer")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MMSPAN_KILLER", str(folder))
        patch.setenv("PYTHONPATH", str(HERE / "killer"), prepend=os.pathsep)
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        yield Killer(folder)


@pytest.fixture(scope="session")
def ray_cluster(killer: Killer) -> Iterator[Any]:
    ray = pytest.importorskip("ray")
    ray.init(num_cpus=2, object_store_memory=80_000_000, include_dashboard=False)
    yield ray
    ray.shutdown()


@pytest.fixture(scope="session")
def spark(killer: Killer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    sql = pytest.importorskip("pyspark.sql")
    if not shutil.which("java") and not os.environ.get("JAVA_HOME"):
        pytest.skip("Spark needs Java (Debian: default-jre-headless)")
    # local[2] alone would let a task fail only once.
    session = (
        sql.SparkSession.builder.master("local[2,4]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.memory", "1g")
        .config("spark.driver.host", "localhost")
        .config("spark.sql.warehouse.dir", str(tmp_path_factory.mktemp("spark")))
        .getOrCreate()
    )
    yield session
    session.stop()


@pytest.fixture(scope="session")
def counts() -> Callable[[Any], dict[str, Any]]:
    """What a report counts, without the files and places it was counted in."""

    def read(report: Any) -> dict[str, Any]:
        said = report.to_dict()
        del said["files"], said["complete"], said["totals"]["files"]
        for found in said["findings"]:
            del found["examples"]
        return said

    return read
