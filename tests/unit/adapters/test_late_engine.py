"""The engine is loaded when it is first asked, and not before."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import ibis
import pyarrow as pa
import pytest

from node.adapters.engine import DuckDBEngine
from node.adapters.late_engine import LateEngine
from node.config import LimitConfig

LIMITS = LimitConfig(target_bytes=1_000_000, timeout_seconds=10.0, engine_memory_mib=256, engine_threads=1)
HEAVY = ("duckdb", "ibis", "pyarrow", "alembic", "highspy", "scipy.optimize", "altair", "vl_convert", "typst")


def test_what_it_runs_and_keeps_is_what_the_engine_does(tmp_path: Path) -> None:
    engine = LateEngine(tmp_path, LIMITS)
    kept = engine.keep(ibis.memtable(pa.table({"a": [1, 2, 3]})))
    assert engine.run(kept.aggregate(total=kept["a"].sum())).to_pylist() == [{"total": 6}]
    engine.close()


def test_closing_what_was_never_asked_opens_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: DuckDBEngine, *_: object) -> None:
        raise AssertionError("an engine was made")

    monkeypatch.setattr(DuckDBEngine, "__init__", refuse)
    LateEngine(tmp_path, LIMITS).close()
    assert not list(tmp_path.iterdir())


def test_a_process_that_only_serves_loads_nothing_that_is_for_releases() -> None:
    code = f"import sys; import node.cli.serving; print(*(name for name in {HEAVY} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == []
