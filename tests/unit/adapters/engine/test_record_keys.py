"""Record keys are the same on every engine, and the secret behind them stays out of what engines say.

DuckDB is always there. PostgreSQL and PySpark are left out, saying so, where they are not installed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import ibis
import pyarrow as pa
import pytest

from node.adapters.engine.record_keys import RECORD_KEY_NUMBER, RecordSecret, record_key_number, with_record_keys
from node.errors import ConfigurationError
from tests.support.postgres import postgres_server

SECRET = RecordSecret.of(b"a secret of thirty-two bytes....")
KEYS = ("1", "02", " 3 ", "ünï–x", "比", "a" * 200, "o'brien", "\\x41", "%s {}", "12.75", "3")
ENGINES = ("duckdb", "sqlite", "postgres", "pyspark")
pytestmark = [
    pytest.mark.filterwarnings(r"ignore:::pyspark\."),
    # Ibis 12 and PySpark 4.3 speak to pandas 3 in ways that it has deprecated; neither is ours to mend.
    pytest.mark.filterwarnings("ignore:The 'future.infer_string' option is deprecated:DeprecationWarning"),
]


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ibis.BaseBackend]:
    rows = ibis.memtable(pa.table({"place": list(range(len(KEYS))), "record": list(KEYS)}))
    if request.param == "postgres":
        with postgres_server() as server:
            connection = ibis.connect(server.get_uri())
            connection.create_table("records_held", rows)
            yield connection
            connection.disconnect()
    elif request.param == "pyspark":
        yield from spark(tmp_path, rows)
    else:
        connection = ibis.duckdb.connect() if request.param == "duckdb" else ibis.sqlite.connect()
        connection.create_table("records_held", rows)
        yield connection
        connection.disconnect()


def spark(tmp_path: Path, rows: ibis.Table) -> Iterator[ibis.BaseBackend]:
    sql = pytest.importorskip("pyspark.sql", reason="PySpark is not installed (pip install pyspark)")
    builder = sql.SparkSession.builder.master("local[1]")
    for key, value in {
        "spark.ui.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.warehouse.dir": str(tmp_path),
    }.items():
        builder = builder.config(key, value)
    try:
        session = builder.getOrCreate()
    except Exception as problem:  # whatever Spark says where there is no Java
        pytest.skip(f"PySpark does not start here ({type(problem).__name__}): it needs Java 17")
    connection = ibis.pyspark.connect(session)
    connection.create_view("records_held", rows, overwrite=True)
    yield connection
    session.stop()


def test_every_engine_computes_the_same_keys(engine: ibis.BaseBackend) -> None:
    query = with_record_keys(engine.table("records_held"), "record", SECRET, engine.name).order_by("place")
    found = engine.to_pyarrow(query)
    assert found.column_names == ["place", "record", RECORD_KEY_NUMBER]
    expected = [record_key_number(key.strip(), SECRET.inner, SECRET.outer) for key in KEYS]
    assert found.column(RECORD_KEY_NUMBER).to_pylist() == expected
    assert expected[2] == expected[-1]
    assert len(set(expected)) == len(KEYS) - 1
    text = str(engine.compile(query))
    assert SECRET.inner not in text
    assert SECRET.outer not in text


def test_the_number_is_that_of_two_rounds_of_sha256() -> None:
    inner = hashlib.sha256(f"{SECRET.inner}abc".encode()).hexdigest()
    outer = hashlib.sha256(f"{SECRET.outer}{inner}".encode()).digest()
    assert record_key_number("abc", SECRET.inner, SECRET.outer) == int.from_bytes(outer[:4], "big")
    assert (len(SECRET.inner), len(SECRET.outer)) == (64, 64)


def test_another_secret_gives_other_keys_and_none_is_shown() -> None:
    other = RecordSecret.of(b"another secret.................")
    assert record_key_number("1", other.inner, other.outer) != record_key_number("1", SECRET.inner, SECRET.outer)
    assert SECRET.inner not in repr(SECRET)
    assert SECRET.inner != SECRET.outer


def test_an_engine_that_cannot_compute_them_says_so() -> None:
    rows = ibis.memtable(pa.table({"record": ["1"]}))
    with pytest.raises(ConfigurationError, match="the engine trino cannot compute record keys"):
        with_record_keys(rows, "record", SECRET, "trino")
