"""Coding runs where the records lie, and gives the same on every engine: one expression, four databases.

DuckDB is always there. PostgreSQL and PySpark are left out, saying so, where they are not installed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pytest

from node.adapters.engine.duplicates import IS_DUPLICATE, one_of_each
from node.coding.coder import code_records, written_codes
from node.coding.correspondence import (
    Correspondence,
    CorrespondenceLibrary,
    CorrespondenceTable,
    Kind,
    Provenance,
    Relation,
)
from node.coding.names import NameRules
from node.coding.titling import TitleCoding
from node.model.period import TimePeriod
from node.model.profile import ExchangeProfile, SplitPolicy
from node.model.records import CodeCount, CodedRecords, Coverage, Scheme, UnitRecords
from tests.support.postgres import postgres_server
from tests.support.profiles import OCCUPATIONS, employment, vacancies
from tests.support.title_coder import KnownTitles

ENGINES = ("duckdb", "sqlite", "postgres", "pyspark")
HELD, TITLED, ADVERTISED = "records_held", "records_titled", "records_advertised"
SCHEME, PLACES = Scheme("OCC", "1"), Scheme("PLACE", "1")
DISTRICTS, NAMES = Scheme("DISTRICT", "1"), Scheme("NAMES", "1")
COLUMNS: dict[str, pa.DataType] = {
    "occupation_written": pa.string(),
    "place_written": pa.string(),
    "contributor": pa.string(),
    "SEX": pa.string(),
    "records": pa.int64(),
    "posts": pa.int64(),
    "weight": pa.float64(),
}
ROWS: tuple[tuple[str | None, str | None, str, str, int, int, float], ...] = (
    ("2512.03", "12.75", "a", "F", 2, 20, 31.5),
    (" 2512 ", "1275", "a", "M", 1, 5, 10.0),
    ("2512", "12.75 ", "b", "M", 1, 7, 0.25),
    ("９９", "12", "b", "F", 4, 4, 40.0),
    ("s", "12", "b", "F", 10, 40, 100.0),
    ("S", "12", "c", "M", 10, 30, 50.0),
    ("tukang bôrong’", "12", "c", "F", 5, 6, 5.0),
    ("", "12", "c", "F", 3, 2, 3.0),
    (None, "12", "c", "F", 7, 8, 7.0),
    ("2512", None, "c", "F", 9, 9, 9.0),
    ("2512", "32.16", "d", "F", 11, 100, 11.0),
    ("2512", "99.99", "d", "F", 13, 13, 13.0),
)
TITLED_COLUMNS = {
    name: COLUMNS.get(name, pa.string())
    for name in ("occupation_written", "place_written", "title_written", "contributor", "records", "posts")
}
TITLED_ROWS: tuple[tuple[str | None, str | None, str | None, str, int, int], ...] = (
    ("2512", "Kota Binjai", None, "a", 2, 20),
    ("", "binjai, Sumut", "Software Developer", "a", 3, 30),
    (None, "Kab. Twin", "nurse", "b", 4, 40),
    ("99", "Binjai", "nurse", "b", 5, 50),
    ("99", "Binjai", "พยาบาล’ 💉", "b", 6, 60),
    (None, "Binjai", None, "b", 7, 70),
    (None, "Twin", "nurse", "b", 8, 80),
    (None, "Bekasi", "nurse", "b", 9, 90),
    (None, "ต.คอหงส์ หาดใหญ่", "nurse", "b", 10, 100),
)
ADVERTISED_COLUMNS = {
    **dict.fromkeys(("duplicate_key", "occupation_written", "place_written"), pa.string()),
    **dict.fromkeys(("opened", "closed"), pa.date32()),
    "posts": pa.int64(),
}
ADVERTISED_ROWS: tuple[tuple[str | None, str, str | None, date, date | None, int], ...] = (
    ("a", "2512", "12", date(2026, 10, 3), None, 9),
    ("a", "7111", "12", date(2026, 10, 2), None, 5),
    ("a", "2512", "12", date(2026, 10, 2), None, 5),
    ("a", "2512", None, date(2026, 10, 2), None, 5),
    ("b", "2512", "12", date(2026, 9, 1), date(2026, 10, 5), 1),
    ("b", "2512", "12", date(2026, 10, 4), None, 2),
    ("c", "2512", "12", date(2026, 9, 1), date(2026, 9, 5), 3),
    ("c", "2512", "12", date(2026, 10, 4), date(2026, 10, 5), 4),
    (None, "2512", "12", date(2026, 10, 4), None, 6),
    (None, "2512", "12", date(2026, 10, 4), None, 6),
    ("d", "2512", "12", date(2026, 12, 1), None, 8),
)
TABLES: dict[str, tuple[dict[str, pa.DataType], tuple[tuple[object, ...], ...]]] = {
    HELD: (COLUMNS, ROWS),
    TITLED: (TITLED_COLUMNS, TITLED_ROWS),
    ADVERTISED: (ADVERTISED_COLUMNS, ADVERTISED_ROWS),
}
COVERAGE = Coverage(
    source="source",
    records=76,
    out_of_scope=11,
    place_unmapped=22,
    by_level=(39, 0, 0, 0, 4),
    unmapped=(
        CodeCount("", 10),
        CodeCount("S", 10),
        CodeCount("s", 10),
        CodeCount("tukang bôrong’", 5),
        CodeCount("９９", 4),
    ),
    unmapped_places=(CodeCount("99.99", 13), CodeCount("", 9)),
    mapping_digests=(("OCC 1", "o"), ("PLACE 1", "p")),
)
pytestmark = [
    pytest.mark.filterwarnings(r"ignore:::pyspark\."),
    # Ibis 12 and PySpark 4.3 speak to pandas 3 in ways that it has deprecated; neither is ours to mend.
    pytest.mark.filterwarnings("ignore:The 'future.infer_string' option is deprecated:DeprecationWarning"),
]


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ibis.BaseBackend]:
    sql = pytest.importorskip("pyspark.sql", reason="PySpark is not installed (pip install pyspark)")
    builder = sql.SparkSession.builder.master("local[1]")
    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.warehouse.dir": str(tmp_path_factory.mktemp("spark")),
    }
    for key, value in settings.items():
        builder = builder.config(key, value)
    try:
        session = builder.getOrCreate()
    except Exception as problem:  # whatever Spark says where there is no Java
        pytest.skip(f"PySpark does not start here ({type(problem).__name__}): it needs Java 17")
    connection = ibis.pyspark.connect(session)
    for name in TABLES:
        connection.create_view(name, rows(name))
    yield connection
    session.stop()


@pytest.fixture(scope="session")
def postgres() -> Iterator[ibis.BaseBackend]:
    with postgres_server() as server:
        connection = ibis.connect(server.get_uri())
        for name in TABLES:
            connection.create_table(name, rows(name))
        yield connection
        connection.disconnect()


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ibis.BaseBackend]:
    """An engine that holds TABLES."""
    if request.param in ("postgres", "pyspark"):
        yield request.getfixturevalue("spark" if request.param == "pyspark" else request.param)
        return
    if request.param == "sqlite":
        in_sqlite(tmp_path / "records.db")
        connection = ibis.sqlite.connect(tmp_path / "records.db")
    else:
        connection = ibis.duckdb.connect()
        for name in TABLES:
            connection.create_table(name, rows(name))
    yield connection
    connection.disconnect()


def rows(name: str) -> ir.Table:
    kinds, held = TABLES[name]
    columns = zip(*held, strict=True)
    arrays = {name: pa.array(column, kind) for (name, kind), column in zip(kinds.items(), columns, strict=True)}
    return ibis.memtable(pa.table(arrays)).select(*kinds)


def in_sqlite(path: Path) -> None:
    kinds = {pa.string(): "TEXT", pa.int64(): "INTEGER", pa.float64(): "REAL", pa.date32(): "DATE"}
    database = sqlite3.connect(path)
    for name, (columns, held) in TABLES.items():
        declared = ", ".join(f"{column} {kinds[kind]}" for column, kind in columns.items())
        database.execute(f"CREATE TABLE {name} ({declared})")
        written = [[cell.isoformat() if isinstance(cell, date) else cell for cell in row] for row in held]
        database.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(columns))})", written)
    database.commit()
    database.close()


def library() -> CorrespondenceLibrary:
    """`2512` is one group, `S` is spread over two by weight, `99` is not known."""
    occupations = (
        Correspondence("2512", "OC2512", Relation.EXACT),
        Correspondence("2512.03", "OC2512", Relation.NARROWER),
        Correspondence("S", "OC22", Relation.SPLIT, 0.75),
        Correspondence("S", "OC7111", Relation.SPLIT, 0.25),
    )
    places = (
        Correspondence("12", "ID-SU", Relation.EXACT),
        Correspondence("12.75", "ID-SU", Relation.NARROWER),
        Correspondence("32.16", "OUT", Relation.NARROWER),
    )
    named = (
        Correspondence("12.75", "ID-SU", Relation.NARROWER, title="Kota Binjai"),
        Correspondence("15.01", "ID-JA", Relation.NARROWER, title="Kabupaten Twin"),
        Correspondence("12.01", "ID-SU", Relation.NARROWER, title="Kota Twin"),
        Correspondence("32.16", "OUT", Relation.NARROWER, title="Kabupaten Bekasi"),
    )
    said = Provenance("t", "x", "p", "a", "2026-01-01", "l", "o", "t")
    rules = NameRules((DISTRICTS,), before=(("kota", "kota"), ("kab", "kabupaten"), ("kabupaten", "kabupaten")))
    short = (Correspondence("Sumut", "ID-SU", Relation.NARROWER),)
    return CorrespondenceLibrary(
        (
            CorrespondenceTable(SCHEME, Kind.OCCUPATION, occupations, "o", said),
            CorrespondenceTable(PLACES, Kind.PLACE, places, "p", said),
            CorrespondenceTable(DISTRICTS, Kind.PLACE, named, "d", said),
            CorrespondenceTable(NAMES, Kind.PLACE, short, "n", said, names=rules),
        )
    )


def unit_records(table: ir.Table, profile: ExchangeProfile, measures: dict[str, str]) -> UnitRecords:
    sums = {name: table[measure] for name, measure in measures.items()}
    counts = {f"{name}__n": table["records"] for name in measures}
    held = table.mutate(**sums, **counts)
    if profile.dataflow == "EMPLOYMENT":
        held = held.drop("contributor")
    return UnitRecords("source", SCHEME, PLACES, profile, TimePeriod("2026-10"), held)


def code(engine: ibis.BaseBackend, records: UnitRecords) -> CodedRecords:
    written = engine.to_pyarrow(written_codes(records))
    return code_records((records,), (written,), library(), records.profile.for_sender("IMTGT_ID"), None)


def test_titles_and_place_names_are_coded_the_same(engine: ibis.BaseBackend) -> None:
    records = unit_records(engine.table(TITLED), vacancies(), {"JV_OPEN": "posts", "JV_NEW": "posts"})
    records = replace(records, place_scheme=NAMES)
    written = engine.to_pyarrow(written_codes(records))
    titles = TitleCoding(KnownTitles(), 0.7)
    coded = code_records((records,), (written,), library(), records.profile.for_sender("IMTGT_ID"), None, titles)
    assert summed(engine, coded, "REF_AREA", "OCCUPATION", "contributor") == {
        ("ID-SU", "OC25", "a"): (50, 5),
        ("ID-JA", "OC22", "b"): (40, 4),
        ("ID-SU", "OC22", "b"): (50, 5),
        ("ID-SU", "_X", "b"): (130, 13),
    }
    (coverage,) = coded.coverage
    assert coverage.by_title == (6, 0, 9, 0, 3)
    assert (coverage.out_of_scope, coverage.place_unmapped) == (9, 18)
    assert {entry.written for entry in coverage.unmapped_places} == {"Twin", "ต.คอหงส์ หาดใหญ่"}
    assert dict(coverage.mapping_digests) == {"OCC 1": "o", "NAMES 1": "n", "DISTRICT 1": "d", "titles 7": "d" * 64}


def test_advertisements_of_one_job_count_once_on_every_engine(engine: ibis.BaseBackend) -> None:
    held = engine.table(ADVERTISED)
    start, end = ibis.literal(date(2026, 10, 1)), ibis.literal(date(2026, 11, 1))
    open_at_end = (held.opened < end) & (held.closed.isnull() | (held.closed >= end))
    new = (held.opened >= start) & (held.opened < end)
    values = {"JV_OPEN": ibis.ifelse(open_at_end, held.posts, ibis.null("int64")),
              "JV_NEW": ibis.ifelse(new, held.posts, ibis.null("int64"))}  # fmt: skip
    profile, period = vacancies(), TimePeriod("2026-10")
    settled = one_of_each(held, values, profile, period, ["occupation_written", "place_written"])
    counted = held.select(occupation=held.occupation_written, place=held.place_written, **settled)
    keys = counted.aggregate(
        open=counted.JV_OPEN.sum(), new=counted.JV_NEW.sum(), set_aside=counted.count(where=counted[IS_DUPLICATE])
    )
    (found,) = engine.to_pyarrow(keys).to_pylist()
    # Open: a 5, b 2, two without a key 6 each. New: a 5, c 4, 6 and 6; b was open before.
    assert {name: int(value) for name, value in found.items()} == {"open": 19, "new": 21, "set_aside": 3}
    first = counted.filter(counted.JV_OPEN == 5).select("occupation", "place")
    assert engine.to_pyarrow(first).to_pylist() == [{"occupation": "2512", "place": None}]


def summed(engine: ibis.BaseBackend, coded: CodedRecords, *keys: str) -> dict[tuple[str, ...], tuple[float, float]]:
    name = coded.profile.indicators[0].id
    table = coded.table
    grouped = table.group_by(*keys).aggregate(value=table[name].sum(), n=table[f"{name}__n"].sum())
    rows = engine.to_pyarrow(grouped).to_pylist()
    return {tuple(row[key] for key in keys): (float(row["value"]), float(row["n"])) for row in rows}


def test_counts_are_coded_the_same(engine: ibis.BaseBackend) -> None:
    table = engine.table(HELD)
    coded = code(engine, unit_records(table, vacancies(), {"JV_OPEN": "posts", "JV_NEW": "posts"}))
    assert summed(engine, coded, "REF_AREA", "OCCUPATION", "contributor") == {
        ("ID-SU", "OC25", "a"): (25, 3),
        ("ID-SU", "OC25", "b"): (7, 1),
        ("ID-SU", "_X", "b"): (44, 14),
        ("ID-SU", "_X", "c"): (46, 25),
    }
    assert coded.coverage == (COVERAGE,)


def test_a_period_without_records_is_nothing_on_every_engine(engine: ibis.BaseBackend) -> None:
    held = engine.table(HELD)
    none = unit_records(held.filter(held.records < 0), vacancies(), {"JV_OPEN": "posts", "JV_NEW": "posts"})
    coded = code(engine, none)
    assert summed(engine, coded, "REF_AREA", "OCCUPATION") == {}
    assert coded.coverage[0].records == 0


def test_weighted_records_are_divided_the_same(engine: ibis.BaseBackend) -> None:
    table = engine.table(HELD)
    structure = employment().structure.with_axis("OCCUPATION", OCCUPATIONS)
    profile = replace(employment(), structure=structure, splits=SplitPolicy.PROPORTIONAL)
    coded = code(engine, unit_records(table, profile, {"EMP": "weight"}))
    assert summed(engine, coded, "REF_AREA", "OCCUPATION", "SEX") == {
        ("ID-SU", "OC25", "F"): (31.5, 2),
        ("ID-SU", "OC25", "M"): (10.25, 2),
        ("ID-SU", "OC22", "F"): (75.0, 7.5),
        ("ID-SU", "OC71", "F"): (25.0, 2.5),
        ("ID-SU", "OC22", "M"): (37.5, 7.5),
        ("ID-SU", "OC71", "M"): (12.5, 2.5),
        ("ID-SU", "_X", "F"): (55.0, 19),
    }
