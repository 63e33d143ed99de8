"""Generated vacancies for the benchmarks, skewed like a labour market, written by DuckDB in bounded memory."""

from __future__ import annotations

from pathlib import Path

import duckdb

from node.adapters.mapping_files import load_mappings
from node.coding.correspondence import Kind
from node.model.records import Scheme

EMPLOYERS = 40_000
PERIOD = "2026-10"
OCCUPATIONS, PLACES = Scheme("KBJI", "2014"), Scheme("KEMENDAGRI", "2022")
MAPPINGS = Path(__file__).resolve().parents[1] / "mappings"
SUMATRA = ("11", "12", "13", "14", "15", "16", "17", "18", "19", "21")
"""Kemendagri's codes of the ten provinces in IMT-GT."""

# A record's employer is drawn with a heavy tail (the largest of 40,000 has about one posting in seventy). Large
# employers have more places (1 to 7) and occupations (2 to 30), which lie beside one another in the classification.
# All postings are open at the month's end, and three in five were announced in the month.
_ROWS = """
    COPY (
        SELECT 'V' || lpad(row::VARCHAR, 9, '0') AS id,
               'E' || lpad(employer::VARCHAR, 7, '0') AS employer,
               occupation.code AS kbji,
               place.code AS place,
               (DATE '2026-10-31' - floor(50 * r3)::INTEGER)::VARCHAR AS opened,
               CASE WHEN r4 < 0.5 THEN (DATE '2026-11-01' + floor(60 * r5)::INTEGER)::VARCHAR END AS closed,
               1 + floor(5 * pow(r6, 4))::INTEGER AS posts
        FROM (
            SELECT row, employer, r3, r4, r5, r6,
                   (hash(employer) + floor((2 + floor(29 * large)) * r1 * r1)::UBIGINT)
                       % (SELECT count(*) FROM occupation) AS o,
                   (hash(employer + 1) + 17 * floor((1 + floor(7 * large)) * r2 * r2)::UBIGINT)
                       % (SELECT count(*) FROM place) AS p
            FROM (
                SELECT *, pow(1 - employer / $employers, 8) AS large
                FROM (
                    SELECT row, floor($employers * pow(random(), 2.5))::BIGINT AS employer, random() AS r1,
                           random() AS r2, random() AS r3, random() AS r4, random() AS r5, random() AS r6
                    FROM range($rows) AS series(row)
                )
            )
        )
        JOIN occupation ON occupation.number = o
        JOIN place ON place.number = p
    ) TO '{path}' (HEADER)
"""


def write_vacancies(path: Path, rows: int) -> None:
    """Write `rows` vacancies in KBJI unit groups and Kemendagri districts to a CSV file; the same for the same seed."""
    library = load_mappings(MAPPINGS)
    occupations = library.table(Kind.OCCUPATION, OCCUPATIONS)
    places = library.table(Kind.PLACE, PLACES)
    codes = {
        "occupation": sorted({row.source for row in occupations.rows if len(row.source) == 4}),
        "place": sorted({row.source for row in places.rows if "." in row.source and row.source[:2] in SUMATRA}),
    }
    # One thread, so that the seed decides everything.
    with duckdb.connect(config={"threads": 1, "memory_limit": "1GB"}) as engine:
        engine.execute("SELECT setseed(0.42)")
        for name, listed in codes.items():
            engine.execute(
                f"CREATE TABLE {name} AS SELECT unnest($1) AS code, unnest(range(len($1))) AS number", [listed]
            )
        engine.execute(_ROWS.format(path=str(path).replace("'", "''")), {"employers": EMPLOYERS, "rows": rows})
