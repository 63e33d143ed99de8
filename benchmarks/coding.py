"""Coding inside the engine, as a ratio to its floor: the same query on the same records, with no mapping.

Both start from a DuckDB table with a row for each record, group it as a source's records are grouped, and add up
posts by employer, occupation and place: the floor by the codes as written, coding by ISCO-08 group and area, with
all that coding does (the distinct written codes, the decisions on them, the joins). Nothing is read from a file:
beside parsing, the cost of coding would not show.
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import ibis
import ibis.expr.types as ir

from node.adapters.mapping_files import load_mappings
from node.adapters.profile_files import ProfileFolder
from node.coding.coder import code_records, written_codes
from node.coding.correspondence import CorrespondenceLibrary, Kind
from node.model.period import TimePeriod
from node.model.profile import AREA, OCCUPATION, ExchangeProfile
from node.model.records import CONTRIBUTOR, OCCUPATION_WRITTEN, PLACE_WRITTEN, RECORDS, Scheme, UnitRecords

ROUNDS = 3
TARGET = 1.3
MEMORY, THREADS = "1536MiB", 2
MAPPINGS = Path(__file__).resolve().parents[1] / "mappings"
PROFILES = MAPPINGS.parent / "exchange_profiles"
OCCUPATIONS, PLACES, PERIOD = Scheme("KBJI", "2014"), Scheme("KEMENDAGRI", "2022"), "2026-10"
COUNTRY, UNIT = "ID-", 4
INDICATORS = ("JV_OPEN", "JV_NEW")
_RECORDS = """
    CREATE TABLE records AS
    SELECT occupations[1 + ((home + floor((2 + floor(29 * large)) * r1 * r1)::UBIGINT) % len(occupations))::BIGINT]
               AS o,
           places[1 + ((home + 17 * floor((1 + floor(7 * large)) * r2 * r2)::UBIGINT) % len(places))::BIGINT] AS p,
           'E' || lpad(employer::VARCHAR, 7, '0') AS e,
           1 + floor(5 * pow(r3, 4))::BIGINT AS posts
    FROM (SELECT employer, hash(employer) AS home, pow(1 - employer / $employers, 8) AS large,
                 random() AS r1, random() AS r2, random() AS r3
          FROM (SELECT floor($employers * pow(random(), 2.5))::BIGINT AS employer FROM range($rows))),
         (SELECT $occupations AS occupations, $places AS places)
"""
"""Skewed as a labour market is: a few employers have most of the records, in many places (up to 7) and occupations
(up to 30)."""
EMPLOYERS = 40_000


def main(rows: int) -> None:
    """Print the coding of `rows` generated vacancies."""
    folder = Path(tempfile.mkdtemp(prefix="coding-benchmark-"))
    engine = ibis.duckdb.connect(
        folder / "records.db", threads=THREADS, memory_limit=MEMORY, temp_directory=str(folder)
    )
    try:
        library = load_mappings(MAPPINGS)
        _fill(engine, library, rows)
        profile = ProfileFolder(PROFILES).profile("VACANCIES")
        _compare(
            rows,
            {
                "no mapping": lambda: _run(engine, _sums(_grouped(engine), PLACE_WRITTEN, OCCUPATION_WRITTEN)),
                "coding": lambda: _run(engine, _sums(_coded(engine, profile, library), AREA, OCCUPATION)),
            },
        )
    finally:
        engine.disconnect()
        shutil.rmtree(folder)


def _fill(engine: ibis.BaseBackend, library: CorrespondenceLibrary, rows: int) -> None:
    """`rows` records with unit groups and districts that the tables have."""
    occupations = library.table(Kind.OCCUPATION, OCCUPATIONS).rows
    places = library.table(Kind.PLACE, PLACES).rows
    codes = {
        "occupations": sorted({row.source for row in occupations if len(row.source) == UNIT}),
        "places": sorted(row.source for row in places if row.target.startswith(COUNTRY) and "." in row.source),
    }
    engine.con.execute("SELECT setseed(0.42)")
    engine.con.execute(_RECORDS, {**codes, "employers": EMPLOYERS, "rows": rows})


def _compare(rows: int, works: dict[str, Callable[[], None]]) -> None:
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, work in works.items():
            begun = time.perf_counter()
            work()
            seconds[name].append(time.perf_counter() - begun)
    print(f"coding: {rows:,} records in {OCCUPATIONS} and {PLACES}, median of {ROUNDS} rounds")
    for name, runs in seconds.items():
        print(f"  {name}: {statistics.median(runs):.2f} s ({min(runs):.2f} to {max(runs):.2f} s)")
    floor, coding = (statistics.median(runs) for runs in seconds.values())
    print(f"  ratio to the query with no mapping: {coding / floor:.2f} (target: at most {TARGET})")


def _grouped(engine: ibis.BaseBackend) -> ir.Table:
    """`UnitRecords.table`, held in the engine as the node holds it."""
    records = engine.table("records")
    groups = records.group_by(**{OCCUPATION_WRITTEN: records.o, PLACE_WRITTEN: records.p, CONTRIBUTOR: records.e})
    posts = {name: records.posts.sum().cast("int64") for name in INDICATORS}
    counts = {f"{name}__n": records.count() for name in INDICATORS}
    held = groups.aggregate(**{RECORDS: records.count()}, **posts, **counts)
    engine.con.execute("DROP TABLE IF EXISTS unit_records")
    return engine.create_table("unit_records", held, temp=True)


def _coded(engine: ibis.BaseBackend, profile: ExchangeProfile, library: CorrespondenceLibrary) -> ir.Table:
    records = UnitRecords("generated", OCCUPATIONS, PLACES, profile, TimePeriod(PERIOD), _grouped(engine))
    written = engine.to_pyarrow(written_codes(records))
    return code_records((records,), (written,), library, profile.for_sender("IMTGT_ID"), None).table


def _sums(table: ir.Table, place: str, occupation: str) -> ir.Table:
    sums = {name: table[name].sum() for indicator in INDICATORS for name in (indicator, f"{indicator}__n")}
    return table.group_by(place, occupation, CONTRIBUTOR).aggregate(**sums)


def _run(engine: ibis.BaseBackend, query: ir.Table) -> None:
    """Run the query and let go of its result, of which one number leaves the engine."""
    engine.to_pyarrow(query.aggregate(rows=query.count(), posts=query["JV_OPEN"].sum()))


if __name__ == "__main__":
    main(10_000_000)
