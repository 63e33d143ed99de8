"""Repeated keys are found in every part of the hashes, and only there where they are."""

from __future__ import annotations

from collections.abc import Iterator

import ibis
import pytest
from ibis.backends.duckdb import Backend

from node.adapters.engine import repeats


@pytest.fixture
def connection() -> Iterator[Backend]:
    opened = ibis.duckdb.connect(threads=1)
    yield opened
    opened.disconnect()


@pytest.mark.parametrize("part_rows", [100, 1_000, 10_000])
def test_one_repeat_among_many(connection: Backend, monkeypatch: pytest.MonkeyPatch, part_rows: int) -> None:
    monkeypatch.setattr(repeats, "PART_ROWS", part_rows)
    connection.raw_sql("CREATE TEMP TABLE hashes AS SELECT hash(row) AS key_hash FROM range(3000) AS rows(row)")
    table = connection.table("hashes")
    assert not repeats.hashes_repeat(connection, table, "key_hash", 3_000, threads=2)
    for again in (0, 1_234, 2_999):
        connection.raw_sql(f"INSERT INTO hashes SELECT hash({again}::BIGINT)")
        assert repeats.hashes_repeat(connection, table, "key_hash", 3_001, threads=2)
        connection.raw_sql("CREATE OR REPLACE TEMP TABLE hashes AS SELECT DISTINCT key_hash FROM hashes")


def test_no_rows_at_all(connection: Backend) -> None:
    connection.raw_sql("CREATE TEMP TABLE hashes (key_hash UBIGINT)")
    assert not repeats.hashes_repeat(connection, connection.table("hashes"), "key_hash", 0, threads=2)
