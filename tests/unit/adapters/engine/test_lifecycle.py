"""What the engine sets aside is its owner's alone, and goes; so does what a killed process left."""

from __future__ import annotations

import gc
import stat
from collections.abc import Callable
from pathlib import Path

import duckdb
import ibis
import pyarrow as pa
import pytest

from node.adapters.engine import DuckDBEngine
from node.adapters.engine.failures import reading, working
from node.config import LimitConfig, SourceConfig
from node.errors import MachineError, NodeError, SourceUnreadable, StorageFull
from node.model.period import TimePeriod
from tests.support.profiles import vacancies


def folders(home: Path) -> list[Path]:
    return sorted((home / "scratch").iterdir()) if (home / "scratch").exists() else []


def test_nothing_is_opened_before_it_is_needed(tmp_path: Path, limits: LimitConfig) -> None:
    DuckDBEngine(tmp_path, limits).close()
    assert not list(tmp_path.iterdir())


def test_scratch_is_private_and_goes(tmp_path: Path, limits: LimitConfig) -> None:
    with DuckDBEngine(tmp_path, limits) as engine:
        engine.run(ibis.memtable(pa.table({"posts": [1]})))
        (folder,) = folders(tmp_path)
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE(folder.parent.stat().st_mode) == 0o700
    assert folders(tmp_path) == []


def test_what_a_killed_process_left_goes_and_what_another_uses_stays(tmp_path: Path, limits: LimitConfig) -> None:
    left = tmp_path / "scratch" / "engine-left"
    left.mkdir(parents=True)
    (left / "duckdb_temp_storage.tmp").write_bytes(b"rows")
    with DuckDBEngine(tmp_path, limits) as first:
        first.run(ibis.memtable(pa.table({"posts": [1]})))
        assert not left.exists()
        with DuckDBEngine(tmp_path, limits) as second:
            second.run(ibis.memtable(pa.table({"posts": [1]})))
            assert len(folders(tmp_path)) == 2


def test_limits_are_the_configured_ones(tmp_path: Path) -> None:
    with DuckDBEngine(tmp_path, LimitConfig(1, 1.0, engine_memory_mib=256, engine_threads=1)) as engine:
        engine.run(ibis.memtable(pa.table({"posts": [1]})))
        connection = engine._open()
        settings = connection.raw_sql("SELECT current_setting('memory_limit'), current_setting('threads')").fetchone()
        assert settings == ("256.0 MiB", 1)


def test_kept_tables_go_when_nothing_refers_to_them(
    tmp_path: Path, engine: DuckDBEngine, vacancy_source: Callable[..., SourceConfig], write_csv: Callable[..., None]
) -> None:
    write_csv()
    for _ in range(3):
        records = engine.read(vacancy_source(), vacancies(), TimePeriod("2026-10"))
        kept = engine.keep(records.table.aggregate(n=records.table.count()))
    del records
    gc.collect()
    engine.keep(kept.select("n"))
    tables = engine._open().raw_sql("SELECT count(*) FROM duckdb_tables()").fetchone()
    assert tables[0] <= 2


@pytest.mark.parametrize(
    ("problem", "kind"),
    [
        (duckdb.OutOfMemoryException("failed to offload data block: max_temp_directory_size exceeded"), StorageFull),
        (duckdb.IOException("Could not write file: No space left on device"), StorageFull),
        (duckdb.OutOfMemoryException("could not allocate block of size 256 KiB"), MachineError),
    ],
)
def test_a_machine_that_stands_in_the_way(problem: duckdb.Error, kind: type[NodeError]) -> None:
    for context in (reading("source register"), working()):
        with pytest.raises(kind), context:
            raise problem


def test_texts_of_the_engine_are_not_passed_on() -> None:
    with pytest.raises(SourceUnreadable) as caught, reading("source register"):
        raise duckdb.InvalidInputException("CSV Error on Line: 7\nOriginal Line: Siti,secret")
    assert "line 7" in str(caught.value)
    assert "Siti" not in str(caught.value)
    with pytest.raises(NodeError) as refused, working():
        raise duckdb.ConversionException("Could not convert string 'Siti' to INT64")
    assert "Siti" not in str(refused.value)
