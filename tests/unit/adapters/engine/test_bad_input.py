"""Bad sources: each is refused with a message that names the place and holds no microdata."""

from __future__ import annotations

import gzip
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from node.adapters.engine import DuckDBEngine
from node.config import FieldSource, SourceConfig
from node.errors import ConfigurationError, NodeError, RecordsInvalid, SourceMissing, SourceUnreadable
from node.model.period import TimePeriod
from tests.support.profiles import jobseekers, vacancies

HEADER = "id,employer,kbji,place,opened,closed,posts"
GOOD = "V1,PT Rahasia,2512,12.71,2026-10-01,,3"
OCTOBER = TimePeriod("2026-10")
Maker = Callable[..., SourceConfig]
Writer = Callable[..., None]


def refused(engine: DuckDBEngine, source: SourceConfig, kind: type[NodeError]) -> str:
    with pytest.raises(kind) as caught:
        engine.read(source, vacancies(), OCTOBER)
    assert "Rahasia" not in str(caught.value)
    return str(caught.value)


def test_a_file_that_is_not_there(engine: DuckDBEngine, vacancy_source: Maker) -> None:
    assert "vacancies.csv does not exist" in refused(engine, vacancy_source(), SourceMissing)


@pytest.mark.parametrize("kind", ["csv", "parquet", "excel"])
def test_an_empty_file(engine: DuckDBEngine, vacancy_source: Maker, tmp_path: Path, kind: str) -> None:
    (tmp_path / "a").touch()
    assert "empty (0 bytes)" in refused(engine, vacancy_source("a", kind=kind), SourceUnreadable)


@pytest.mark.parametrize("kind", ["parquet", "excel"])
def test_a_file_that_is_not_of_its_kind(engine: DuckDBEngine, vacancy_source: Maker, tmp_path: Path, kind: str) -> None:
    (tmp_path / "a").write_text(f"{HEADER}\n{GOOD}\n", encoding="utf-8")
    assert "source register (a) is not a whole" in refused(engine, vacancy_source("a", kind=kind), SourceUnreadable)


def test_a_parquet_file_damaged_in_its_middle(engine: DuckDBEngine, vacancy_source: Maker, tmp_path: Path) -> None:
    names = HEADER.split(",")
    rows = [[f"V{row}", "PT Rahasia", "2512", "12.71", "2026-10-01", None, str(row)] for row in range(5000)]
    pq.write_table(pa.table({name: [row[at] for row in rows] for at, name in enumerate(names)}), tmp_path / "a")
    data = bytearray((tmp_path / "a").read_bytes())
    data[200:4000] = b"\xff" * 3800
    (tmp_path / "a").write_bytes(data)
    assert "damaged" in refused(engine, vacancy_source("a", kind="parquet"), SourceUnreadable)


def test_a_missing_column_is_named_with_its_nearest_match(
    engine: DuckDBEngine, vacancy_source: Maker, write_csv: Writer
) -> None:
    write_csv(GOOD, header=HEADER.replace("opened", "Opned"))
    message = refused(engine, vacancy_source(), SourceUnreadable)
    assert "has no column “opened”; did you mean “Opned”?" in message
    assert message.endswith("It has: id, employer, kbji, place, Opned, closed, posts")


def test_what_is_there_is_a_sentence_of_its_own(engine: DuckDBEngine, vacancy_source: Maker, write_csv: Writer) -> None:
    write_csv(GOOD, header=HEADER.replace("opened", "zz"))
    assert "has no column “opened”. It has: id," in refused(engine, vacancy_source(), SourceUnreadable)


PERSON = ("V1", "Budi Santoso", "3171012304850001", "12.71", "2026-10-01", "2026-10-31", "3")


def write_person(path: Path, kind: str) -> None:
    """A file without a header line, as each tool would write or, for Parquet, misread it."""
    if kind == "csv":
        path.write_text(f"{','.join(PERSON)}\n{GOOD}\n", encoding="utf-8")
    elif kind == "excel":
        workbook = openpyxl.Workbook()
        workbook.active.append(PERSON)
        workbook.active.append(GOOD.split(","))
        workbook.save(path)
    else:
        pq.write_table(pa.table(dict(zip(PERSON, ([text] for text in GOOD.split(",")), strict=True))), path)


@pytest.mark.parametrize("kind", ["csv", "excel", "parquet"])
def test_a_first_line_that_is_a_person_is_not_repeated(
    engine: DuckDBEngine, vacancy_source: Maker, tmp_path: Path, kind: str
) -> None:
    name = "a.xlsx" if kind == "excel" else "a"
    write_person(tmp_path / name, kind)
    message = refused(engine, vacancy_source(name, kind=kind), SourceUnreadable)
    assert "It has 7 others, not shown here" in message
    assert "is the header line missing" in message
    # Not even as the nearest match of a column that is wanted.
    assert not any(text in message for text in PERSON if len(text) > 1)


def test_one_name_that_is_near_does_not_show_a_person(
    engine: DuckDBEngine, vacancy_source: Maker, write_csv: Writer
) -> None:
    write_csv(GOOD, header="Budi Santoso,3171012304850001,emploier,12.71,opened 1,x,y")
    message = refused(engine, vacancy_source(), SourceUnreadable)
    assert not any(text in message for text in ("Budi", "3171", "emploier", "opened 1"))


@pytest.mark.parametrize("delimiter", [";", "^"])
def test_a_line_that_is_not_divided_is_not_repeated(
    engine: DuckDBEngine, vacancy_source: Maker, tmp_path: Path, delimiter: str
) -> None:
    (tmp_path / "vacancies.csv").write_text(f"{delimiter.join(PERSON)}\n", encoding="utf-8")
    message = refused(engine, vacancy_source(), SourceUnreadable)
    assert "delimiter" in message
    assert not any(text in message for text in PERSON if len(text) > 1)


def test_a_column_that_is_there_twice(engine: DuckDBEngine, vacancy_source: Maker, write_csv: Writer) -> None:
    write_csv(f"{GOOD},4", header=f"{HEADER},posts")
    assert "the column “posts” twice" in refused(engine, vacancy_source(), SourceUnreadable)


def test_another_delimiter_is_recognised(engine: DuckDBEngine, vacancy_source: Maker, write_csv: Writer) -> None:
    write_csv(GOOD.replace(",", ";"), header=HEADER.replace(",", ";"))
    assert "separate columns by “;”, not “,”" in refused(engine, vacancy_source(), SourceUnreadable)


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_another_encoding_is_recognised(
    engine: DuckDBEngine, vacancy_source: Maker, tmp_path: Path, encoding: str
) -> None:
    (tmp_path / "vacancies.csv").write_text(f"{HEADER}\n{GOOD.replace('Rahasia', 'Rahasia é')}\n", encoding=encoding)
    assert "is not UTF-8 text" in refused(engine, vacancy_source(), SourceUnreadable)


def test_a_header_in_another_encoding(engine: DuckDBEngine, vacancy_source: Maker, tmp_path: Path) -> None:
    (tmp_path / "vacancies.csv").write_text(f"{HEADER},année\n{GOOD},1\n", encoding="latin-1")
    assert "at line 1 of the file" in refused(engine, vacancy_source(), SourceUnreadable)


def test_a_gzip_file_cut_short(engine: DuckDBEngine, vacancy_source: Maker, tmp_path: Path) -> None:
    rows = "".join(f"V{row},E{row * 7919 % 10007},2512,12.71,2026-10-01,,3\n" for row in range(50_000))
    whole = gzip.compress(f"{HEADER}\n{rows}".encode())
    (tmp_path / "a.csv.gz").write_bytes(whole[: len(whole) // 2])
    assert "not a whole gzip file" in refused(engine, vacancy_source("a.csv.gz"), SourceUnreadable)
    (tmp_path / "a.csv.gz").write_text(f"{HEADER}\n{GOOD}\n", encoding="utf-8")
    assert "not a whole gzip file" in refused(engine, vacancy_source("a.csv.gz"), SourceUnreadable)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (GOOD + ",7", "has 8 columns at line 3 of the file where its header has 7"),
        ("V2,PT Rahasia", "has 2 columns at line 3 of the file where its header has 7"),
        ('V2,"PT Rahasia,2512,12.71,2026-10-01,,3', "does not end at line 3"),
    ],
)
def test_a_row_that_is_not_csv(
    engine: DuckDBEngine, vacancy_source: Maker, write_csv: Writer, row: str, said: str
) -> None:
    write_csv(GOOD, row)
    assert said in refused(engine, vacancy_source(), SourceUnreadable)


@pytest.mark.parametrize(
    "opened",
    ["2026-02-30", "31/10/2026", "26-10-31", "0026-10-31", "infinity", "Rahasia", "2026-10-31Rahasia", "20261031", ""],
)
def test_a_date_that_is_none(engine: DuckDBEngine, vacancy_source: Maker, write_csv: Writer, opened: str) -> None:
    write_csv(GOOD, f"V2,PT Rahasia,2512,12.71,{opened},,3")
    message = refused(engine, vacancy_source(), RecordsInvalid)
    assert "source register (vacancies.csv): 1 cell breaks the rules of VACANCIES" in message
    assert "row 2, column opened: a date such as 2026-10-31 was expected" in message
    assert "row 1 is the first row of data" in message


@pytest.mark.parametrize(
    "posts", ["-1", "1.5", "1.000", "5.", "3x", "3 4", "nan", "inf", "0x10", "1,5", "Rahasia", "2000000000", "1e99", ""]
)
def test_a_count_that_is_none(engine: DuckDBEngine, vacancy_source: Maker, write_csv: Writer, posts: str) -> None:
    write_csv(GOOD, f'V2,PT Rahasia,2512,12.71,2026-10-01,,"{posts}"')
    assert "row 2, column posts: a whole number from 0" in refused(engine, vacancy_source(), RecordsInvalid)


@pytest.mark.parametrize("posts", ["5", "5.0", " 5", "005"])
def test_ways_to_write_a_whole_number(
    engine: DuckDBEngine, vacancy_source: Maker, write_csv: Writer, posts: str
) -> None:
    write_csv(f"V1,E1,2512,12.71,2026-10-01,,{posts}")
    table = engine.read(vacancy_source(), vacancies(), OCTOBER).table
    assert engine.run(table)["JV_NEW"].to_pylist() == [5]


@pytest.mark.parametrize("employer", ["", "   ", "\t"])
def test_an_employer_key_that_is_empty(
    engine: DuckDBEngine, vacancy_source: Maker, write_csv: Writer, employer: str
) -> None:
    write_csv(f'V1,"{employer}",2512,12.71,2026-10-01,,3')
    assert "row 1, column employer: a key" in refused(engine, vacancy_source(), RecordsInvalid)


def test_a_repeated_record_key_names_both_rows_and_not_the_key(
    engine: DuckDBEngine, vacancy_source: Maker, write_csv: Writer
) -> None:
    write_csv(GOOD, GOOD.replace("V1", "SECRET"), GOOD.replace("V1", "V3"), GOOD.replace("V1", "SECRET"))
    message = refused(engine, vacancy_source(), RecordsInvalid)
    assert "row 4, column id: it repeats the record key of row 2" in message
    assert "SECRET" not in message


def test_the_first_ten_places_and_how_many_there_are(
    engine: DuckDBEngine, vacancy_source: Maker, write_csv: Writer
) -> None:
    write_csv(*(f"V{row},E1,2512,12.71,2026-10-01,,-{row + 1}" for row in range(2_500)))
    message = refused(engine, vacancy_source(), RecordsInvalid)
    assert "2,500 cells" in message
    assert re.findall(r"row (\d+), column posts", message) == [str(row) for row in range(1, 11)]


def test_rows_outside_the_period_are_checked_too(
    engine: DuckDBEngine, vacancy_source: Maker, write_csv: Writer
) -> None:
    write_csv(GOOD, "V2,E1,2512,12.71,2030-01-01,,-3")
    assert "row 2" in refused(engine, vacancy_source(), RecordsInvalid)


def test_a_code_that_its_list_does_not_have(engine: DuckDBEngine, vacancy_source: Maker, tmp_path: Path) -> None:
    profile = jobseekers()
    sex = next(field for field in profile.fields if field.name == "SEX")
    strict = type(sex)(sex.name, sex.kind, required=True, codelist=sex.codelist, unknown=None)
    fields = tuple(strict if field.name == "SEX" else field for field in profile.fields)
    from dataclasses import replace

    profile = replace(profile, fields=fields)
    (tmp_path / "a.csv").write_text(
        "kbji,place,opened,sex\n2512,12.71,2026-10-01,1\n2512,12.71,2026-10-01,Siti\n2512,12.71,2026-10-01,_T\n",
        encoding="utf-8",
    )
    mapped = (
        ("registered", FieldSource("opened", None, ())),
        ("SEX", FieldSource("sex", None, (("1", "M"),))),
    )
    source = replace(vacancy_source("a.csv"), fields=mapped)
    with pytest.raises(RecordsInvalid) as caught:
        engine.read(source, profile, OCTOBER)
    message = str(caught.value)
    assert "row 2, column sex: one of the codes 1, F, M, _U was expected" in message
    assert "row 3" in message, "a total is no code of a record"
    assert "Siti" not in message


def test_a_mapping_that_the_profile_does_not_know_or_lacks(
    engine: DuckDBEngine, vacancy_source: Maker, write_csv: Writer
) -> None:
    write_csv(GOOD)
    salary = vacancy_source(fields={"salary": FieldSource("posts", None, ())})
    assert "has no field salary; its fields are record, employer" in refused(engine, salary, ConfigurationError)
    unmapped = vacancy_source(fields={"posts": None})
    assert "needs the field posts" in refused(engine, unmapped, ConfigurationError)
    constant = vacancy_source(fields={"opened": FieldSource(None, "soon", ())})
    assert "“soon” of field opened is not a date" in refused(engine, constant, ConfigurationError)


def test_a_sheet_or_table_that_is_not_there(engine: DuckDBEngine, vacancy_source: Maker, tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "a.xlsx")
    message = refused(engine, vacancy_source("a.xlsx", kind="excel", sheet="Data"), SourceUnreadable)
    assert "has no sheet “Data”; it has: Sheet" in message
    assert "does not even have a header" in refused(engine, vacancy_source("a.xlsx", kind="excel"), SourceUnreadable)
    sqlite3.connect(tmp_path / "a.db").close()
    (tmp_path / "a.db").touch()
    absent = vacancy_source("sqlite:///a.db", kind="sql", table="lowongan")
    assert "no such table or view" in refused(engine, absent, SourceMissing)


def test_a_database_that_cannot_be_reached(engine: DuckDBEngine, vacancy_source: Maker, tmp_path: Path) -> None:
    absent = vacancy_source("sqlite:///none.db", kind="sql", table="lowongan")
    assert "none.db does not exist" in refused(engine, absent, SourceMissing)
    assert not (tmp_path / "none.db").exists(), "looking for a database must not make one"
    (tmp_path / "text.db").write_text("PT Rahasia " * 1000, encoding="utf-8")
    text = vacancy_source("sqlite:///text.db", kind="sql", table="lowongan")
    assert "the database refused (DatabaseError)" in refused(engine, text, SourceUnreadable)
    for location, said in (
        ("oracel://user:Rahasia@host/db", "no driver for this kind of database"),
        ("Rahasia", "is not a database address"),
        ("sqlite://", "names its file"),
    ):
        message = refused(engine, vacancy_source(location, kind="sql", table="lowongan"), ConfigurationError)
        assert said in message
