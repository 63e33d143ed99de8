"""What `read` yields from good sources: the same groups from every kind, counted in the right period."""

from __future__ import annotations

import gzip
import sqlite3
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from node.adapters.engine import DuckDBEngine
from node.config import CodedColumn, Condition, FieldSource, SourceConfig
from node.model.period import TimePeriod
from node.model.profile import ExchangeProfile
from node.model.records import Scheme
from tests.support.profiles import employment, jobseekers, vacancies

HEADER = "id,employer,kbji,place,opened,closed,posts"
ROWS = [
    ("V1", "E1", "2512", "12.71", date(2026, 9, 30), None, 3),
    ("V2", "E1", "2512", "12.71", date(2026, 10, 1), date(2026, 10, 31), 4),
    ("V3", "E2", "2512", "12.71", date(2026, 10, 31), date(2026, 11, 1), 5),
    ("V4", "E2", "0110", "12.75", date(2026, 11, 1), None, 6),
    ("V5", "E1", "2512", "12.71", date(2026, 10, 15), date(2027, 1, 1), 0),
]
OCTOBER = TimePeriod("2026-10")
# V1 began before October and goes on; V2 ended on the 31st; V3 goes on past the end; V4 begins in November;
# V5 counts as a record and has no posts.
EXPECTED = [
    {"occupation_written": "2512", "place_written": "12.71", "contributor": "E1", "records": 3,
     "JV_OPEN": 3, "JV_OPEN__n": 1, "JV_NEW": 4, "JV_NEW__n": 1},
    {"occupation_written": "2512", "place_written": "12.71", "contributor": "E2", "records": 1,
     "JV_OPEN": 5, "JV_OPEN__n": 1, "JV_NEW": 5, "JV_NEW__n": 1},
]  # fmt: skip
Maker = Callable[..., SourceConfig]


def rows_of(
    engine: DuckDBEngine, source: SourceConfig, profile: ExchangeProfile | None = None, period: TimePeriod = OCTOBER
) -> list[dict[str, Any]]:
    table = engine.read(source, profile or vacancies(), period).table
    return sorted(engine.run(table).to_pylist(), key=lambda row: [str(value) for value in row.values()])


def csv_text(delimiter: str = ",") -> str:
    lines = [HEADER.replace(",", delimiter)]
    lines += [delimiter.join("" if cell is None else str(cell) for cell in row) for row in ROWS]
    return "\n".join(lines) + "\n"


def write_excel(path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Notes"
    sheet = book.create_sheet("Vacancies")
    sheet.append(HEADER.split(","))
    for row in ROWS:
        sheet.append(row)
    book.save(path)


def write_parquet(path: Path) -> None:
    names = HEADER.split(",")
    pq.write_table(pa.table({name: [row[place] for row in ROWS] for place, name in enumerate(names)}), path)


def write_sqlite(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute(f"CREATE TABLE lowongan ({HEADER}, contact_person TEXT)")
        database.executemany(
            "INSERT INTO lowongan VALUES (?, ?, ?, ?, ?, ?, ?, 'Siti')",
            [tuple(cell.isoformat() if isinstance(cell, date) else cell for cell in row) for row in ROWS],
        )
        database.execute("CREATE VIEW open_posts AS SELECT * FROM lowongan")
    database.close()


def test_every_kind_of_source_gives_the_same_groups(
    engine: DuckDBEngine, tmp_path: Path, vacancy_source: Maker
) -> None:
    (tmp_path / "a.csv").write_text(csv_text(), encoding="utf-8")
    (tmp_path / "semicolon.csv").write_text("\ufeff" + csv_text(";").replace("\n", "\r\n"), encoding="utf-8")
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(csv_text().encode()))
    write_excel(tmp_path / "a.xlsx")
    write_parquet(tmp_path / "a.parquet")
    write_sqlite(tmp_path / "a.db")
    sources = (
        vacancy_source("a.csv"),
        vacancy_source("semicolon.csv", delimiter=";"),
        vacancy_source("a.csv.gz"),
        vacancy_source("a.xlsx", kind="excel", sheet="Vacancies"),
        vacancy_source("a.parquet", kind="parquet"),
        vacancy_source("sqlite:///a.db", kind="sql", table="lowongan"),
        vacancy_source("sqlite:///a.db", kind="sql", table="main.open_posts"),
    )
    for source in sources:
        assert rows_of(engine, source) == EXPECTED, source.kind


def test_schemes_and_period_go_with_the_records(
    engine: DuckDBEngine, vacancy_source: Maker, write_csv: Callable[..., None]
) -> None:
    write_csv()
    records = engine.read(vacancy_source(), vacancies(), OCTOBER)
    assert records.source == "register"
    assert records.occupation_scheme == Scheme("KBJI", "2014")
    assert records.place_scheme == Scheme("KEMENDAGRI", "2022")
    assert records.period == OCTOBER


def test_a_name_with_glob_characters_is_one_file(
    engine: DuckDBEngine, vacancy_source: Maker, write_csv: Callable[..., None]
) -> None:
    write_csv(name="[a]*.csv")
    write_csv("V1,E9,1111,12.71,2026-10-01,,9", name="a.csv")
    assert rows_of(engine, vacancy_source("[a]*.csv")) == EXPECTED


def test_a_period_without_records_has_no_groups(
    engine: DuckDBEngine, vacancy_source: Maker, write_csv: Callable[..., None]
) -> None:
    write_csv("V1,E1,2512,12.71,2026-11-01,,3")
    assert rows_of(engine, vacancy_source()) == []


def test_a_header_alone_is_a_source_without_records(
    engine: DuckDBEngine, tmp_path: Path, vacancy_source: Maker
) -> None:
    for text in (HEADER, HEADER + "\n"):
        (tmp_path / "vacancies.csv").write_text(text, encoding="utf-8")
        assert rows_of(engine, vacancy_source()) == []


def test_timestamps_are_cut_to_their_date(
    engine: DuckDBEngine, vacancy_source: Maker, write_csv: Callable[..., None]
) -> None:
    write_csv("V1,E1,2512,12.71,2026-10-31 23:59:59,2026-11-01T00:00:00Z,3")
    assert [(row["JV_OPEN"], row["JV_NEW"]) for row in rows_of(engine, vacancy_source())] == [(3, 3)]


def test_typed_timestamps_of_a_database_are_cut_to_their_date(
    engine: DuckDBEngine, tmp_path: Path, vacancy_source: Maker
) -> None:
    columns = {"id": ["V1"], "employer": ["E1"], "kbji": [2512.0], "place": ["12.71"], "closed": [None], "posts": [3.0]}
    table = pa.table(columns | {"opened": [datetime(2026, 10, 31, 23, 59)]})  # noqa: DTZ001  # as a database stores it
    pq.write_table(table, tmp_path / "a.parquet")
    assert [(row["occupation_written"], row["JV_NEW"]) for row in rows_of(
        engine, vacancy_source("a.parquet", kind="parquet"))] == [("2512", 3)]  # fmt: skip


def test_blanks_around_codes_and_keys_do_not_make_them_differ(
    engine: DuckDBEngine, vacancy_source: Maker, write_csv: Callable[..., None]
) -> None:
    write_csv("V1, E1,2512 ,12.71,2026-10-01,,1", "V2,E1, ,12.71,2026-10-01,,1")
    found = {(row["occupation_written"], row["contributor"]) for row in rows_of(engine, vacancy_source())}
    assert found == {("2512", "E1"), (None, "E1")}


@pytest.mark.parametrize(
    ("condition", "kept"),
    [
        (Condition("posts", ">", "3"), {"V2", "V3", "V4"}),
        (Condition("posts", ">=", "10"), set()),
        (Condition("posts", "!=", "3"), {"V2", "V3", "V4", "V5"}),
        (Condition("employer", "=", "E2"), {"V3", "V4"}),
        (Condition("closed", "=", ""), {"V1", "V4"}),
        (Condition("employer", "<", "5"), set()),
    ],
)
def test_where_keeps_rows_by_number_or_by_text(
    engine: DuckDBEngine, vacancy_source: Maker, write_csv: Callable[..., None], condition: Condition, kept: set[str]
) -> None:
    write_csv()
    # Each record stands alone here: its key is its occupation, and every one counts in the year's last month.
    source = vacancy_source(
        where=(condition,),
        occupation=CodedColumn("KBJI", "2014", "id", None),
        fields={"closed": None},
    )
    assert {row["occupation_written"] for row in rows_of(engine, source, period=TimePeriod("2026-12"))} == kept


def test_rows_that_a_condition_leaves_out_are_not_checked(
    engine: DuckDBEngine, vacancy_source: Maker, write_csv: Callable[..., None]
) -> None:
    write_csv("V1,E1,2512,12.71,2026-10-01,,3", "V1,E1,2512,12.71,never,,-1")
    source = vacancy_source(where=(Condition("opened", "!=", "never"),))
    assert [row["records"] for row in rows_of(engine, source)] == [1]


def test_persons_are_grouped_by_translated_codes_without_a_contributor(
    engine: DuckDBEngine, tmp_path: Path, vacancy_source: Maker
) -> None:
    text = "kbji,place,registered,sex\n2512,12.71,2026-10-02,1\n2512,12.71,2026-09-02,1\n2512,12.71,2026-10-02,9\n"
    (tmp_path / "seekers.csv").write_text(text, encoding="utf-8")
    fields = (
        ("registered", FieldSource("registered", None, ())),
        ("SEX", FieldSource("sex", None, (("1", "M"), ("2", "F")))),
    )
    source = vacancy_source("seekers.csv", dataflow="JOBSEEKERS")
    source = SourceConfig(**{name: getattr(source, name) for name in source.__slots__} | {"fields": fields})
    rows = rows_of(engine, source, jobseekers())
    assert {(row["SEX"], row["records"], row["JS_REGISTERED"], row["JS_NEW"]) for row in rows} == {
        ("M", 2, 2, 1),
        ("_U", 1, 1, 1),
    }
    assert "contributor" not in rows[0]


def test_a_survey_belongs_to_its_reference_period_alone(
    engine: DuckDBEngine, tmp_path: Path, vacancy_source: Maker
) -> None:
    (tmp_path / "survey.csv").write_text("major,weight,sex\n2,10.25,1\n2,0.5,1\n2,0,1\n", encoding="utf-8")
    fields = (
        ("reference", FieldSource(None, "2026-08-15", ())),
        ("weight", FieldSource("weight", None, ())),
        ("SEX", FieldSource("sex", None, (("1", "M"),))),
    )
    source = vacancy_source("survey.csv", occupation=CodedColumn("KBJI", "2014", "major", None),
                            place=CodedColumn("ISO3166-2", "2022", None, "ID-JA"))  # fmt: skip
    source = SourceConfig(**{name: getattr(source, name) for name in source.__slots__} | {"fields": fields})
    rows = rows_of(engine, source, employment(), TimePeriod("2026-Q3"))
    assert rows == [{"occupation_written": "2", "place_written": "ID-JA", "SEX": "M", "records": 3,
                     "EMP": 10.75, "EMP__n": 2}]  # fmt: skip
    assert rows_of(engine, source, employment(), TimePeriod("2026-Q2")) == []


def test_kept_results_are_read_again(
    engine: DuckDBEngine, vacancy_source: Maker, write_csv: Callable[..., None], tmp_path: Path
) -> None:
    write_csv()
    table = engine.read(vacancy_source(), vacancies(), OCTOBER).table
    kept = engine.keep(table.group_by("occupation_written").aggregate(posts=table["JV_OPEN"].sum()))
    (tmp_path / "vacancies.csv").unlink()
    assert engine.run(kept).to_pylist() == engine.run(kept).to_pylist() == [{"occupation_written": "2512", "posts": 8}]
