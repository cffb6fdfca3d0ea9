"""What every engine's audit must do: `Engine` with the engine's own function as `run`."""

from __future__ import annotations

import os
from pathlib import Path

import mmspan
import pytest
from corpus import MODEL

ERRORS = (mmspan.Error, ValueError)


class Engine:
    def run(self, *arguments, **options) -> mmspan.Report:
        raise NotImplementedError

    @pytest.mark.parametrize("tasks", [1, 3, None])
    def test_same_bytes(self, mixed: Path, tasks: int | None) -> None:
        whole = mmspan.audit(mixed, MODEL)
        report = self.run(mixed, MODEL, tasks=tasks)
        assert report.to_bytes() == whole.to_bytes()
        assert report.rows() == whole.rows()
        assert whole.totals["unread"] == 1
        assert "f.parquet" in whole.to_bytes().decode()
        assert whole.totals["sequences"] == 400

    def test_options(self, mixed: Path) -> None:
        options = {"window": 512, "max_length": 300, "examples": 2}
        whole = mmspan.audit(mixed, MODEL, columns={"labels": "no"}, **options)
        report = self.run(mixed, MODEL, columns={"labels": "no"}, findings=False, **options)
        assert report == whole
        assert report.rows() == []

    def test_relative_paths(self, mixed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(mixed.parent)
        report = self.run("data", MODEL)
        assert report == mmspan.audit("data", MODEL)
        assert report.totals["sequences"] == 400
        assert report.to_dict()["files"][0]["path"] == os.path.join("data", "a.parquet")

    def test_a_killed_worker_counts_once(self, mixed: Path, killer) -> None:
        whole = mmspan.audit(mixed, MODEL)
        for name in ("a.parquet", "d.jsonl"):
            killer.arm(mixed / name)
            assert self.run(mixed, MODEL, tasks=3) == whole
            assert killer.killed() == 1

    def test_what_is_wrong_is_said_as_without_an_engine(self, mixed: Path) -> None:
        path = mixed / "a.parquet"
        for arguments, options in (
            ((path, "gemma-5"), {}),
            ((path, MODEL), {"columns": {"no": "x"}}),
            ((path, MODEL), {"window": -1}),
            (([path, path], MODEL), {}),
            (([], MODEL), {}),
        ):
            with pytest.raises(ERRORS) as here:
                mmspan.audit(*arguments, **options)
            with pytest.raises(ERRORS) as there:
                self.run(*arguments, **options)
            assert type(there.value) is type(here.value)

    def test_a_file_that_is_not_there(self, mixed: Path) -> None:
        paths = [mixed / "no.parquet", mixed / "a.parquet", mixed / "no.jsonl"]
        report = self.run(paths, MODEL)
        yaml = mmspan.load(MODEL).yaml
        parts = [mmspan.audit_unit(p, unit, yaml) for p, unit in mmspan.units(paths)]
        assert report == mmspan.Report.merge(parts)
        assert [path for path, _ in report.unread] == [str(paths[2]), str(paths[0])]
        assert report.totals["unread"] == 2
