"""Titles are grouped only where the written code does not settle the occupation, and never shown."""

from __future__ import annotations

from collections.abc import Callable, Collection

import pytest

from node.adapters.engine import DuckDBEngine
from node.adapters.engine.records import TITLE_CHARACTERS
from node.config import CodedColumn
from node.errors import RecordsInvalid
from node.model.period import TimePeriod
from node.model.records import FieldCount, UnitRecords
from tests.support.profiles import jobseekers, vacancies
from tests.unit.adapters.engine.conftest import SourceMaker, column

Write = Callable[..., None]
HEADER = "id,employer,kbji,place,opened,closed,posts,judul"
OCTOBER = TimePeriod("2026-10")


def knows_2512(codes: Collection[str]) -> frozenset[str]:
    return frozenset(codes) & {"2512"}


def titles(engine: DuckDBEngine, records: UnitRecords) -> dict[tuple[str | None, str | None], int]:
    rows = engine.run(records.table).to_pylist()
    return {(row["occupation_written"], row["title_written"]): row["records"] for row in rows}


def test_titles_stand_beside_unsettled_codes_only(
    engine: DuckDBEngine, vacancy_source: SourceMaker, write_csv: Write
) -> None:
    write_csv(
        "1,E,2512,12.71,2026-10-02,,1,Programmer",
        "2,E,2512,12.71,2026-10-02,,1,Developer",
        "3,E,9999,12.71,2026-10-02,,1,Cook",
        "4,E,,12.71,2026-10-02,,1, Cook ",
        "5,E,,12.71,2026-10-02,,1,  ",
        "6,E,,12.71,2026-10-02,,1,",
        header=HEADER,
    )
    records = engine.read(vacancy_source(title="judul"), vacancies(), OCTOBER, knows_2512)
    assert records.titled
    assert titles(engine, records) == {("2512", None): 2, ("9999", "Cook"): 1, (None, "Cook"): 1, (None, None): 2}


def test_a_coded_source_with_titles_is_grouped_no_finer_than_one_without(
    engine: DuckDBEngine, vacancy_source: SourceMaker, write_csv: Write
) -> None:
    write_csv(*(f"{n},E,2512,12.71,2026-10-02,,1,Title {n}" for n in range(50)), header=HEADER)
    titled = engine.read(vacancy_source(title="judul"), vacancies(), OCTOBER, knows_2512)
    plain = engine.read(vacancy_source(), vacancies(), OCTOBER, knows_2512)
    assert not plain.titled
    assert engine.run(titled.table).num_rows == engine.run(plain.table).num_rows == 1


def test_a_source_may_have_titles_and_no_codes(
    engine: DuckDBEngine, vacancy_source: SourceMaker, write_csv: Write
) -> None:
    write_csv("1,E,x,12.71,2026-10-02,,1,Cook", "2,E,y,12.71,2026-10-02,,1,Cook", header=HEADER)
    source = vacancy_source(title="judul", occupation=CodedColumn("ISCO", "08", None, ""))
    assert titles(engine, engine.read(source, vacancies(), OCTOBER, knows_2512)) == {(None, "Cook"): 2}


def test_a_title_of_any_length_and_kind_is_read(
    engine: DuckDBEngine, vacancy_source: SourceMaker, write_csv: Write
) -> None:
    written = ("<b>Cook</b>", "💻 Cook 👩‍💻", "Cook " * 2_000, '"""Cook"" wanted"', "พ่อครัว")
    write_csv(*(f"{n},E,,12.71,2026-10-02,,1,{title}" for n, title in enumerate(written)), header=HEADER)
    found = titles(engine, engine.read(vacancy_source(title="judul"), vacancies(), OCTOBER))
    kept = {title for _, title in found}
    assert {"<b>Cook</b>", "💻 Cook 👩‍💻", '"Cook" wanted', "พ่อครัว"} < kept
    assert max(len(title or "") for title in kept) <= TITLE_CHARACTERS


def test_no_title_shows_when_a_record_is_refused(
    engine: DuckDBEngine, vacancy_source: SourceMaker, write_csv: Write
) -> None:
    write_csv("1,E,2512,12.71,soon,,1,Budi wants a job", header=HEADER)
    with pytest.raises(RecordsInvalid) as refused:
        engine.read(vacancy_source(title="judul"), vacancies(), OCTOBER)
    assert "Budi" not in str(refused.value)


def test_values_that_nobody_declared_are_counted_by_field(
    engine: DuckDBEngine, vacancy_source: SourceMaker, write_csv: Write
) -> None:
    """An empty cell says that it is not known; `perempuan` says something that nobody translated."""
    write_csv(
        "1,2512,12.71,2026-09-02,,F",
        "2,2512,12.71,2026-10-02,,perempuan",
        "3,2512,12.71,2026-10-02,, Perempuan ",
        "4,2512,12.71,2026-10-02,,",
        "5,2512,12.71,2026-10-02,,_U",
        "6,2512,12.71,2026-10-02,,L",
        "7,2512,12.71,2026-12-01,,later",
        header="id,kbji,place,from,to,sex",
    )
    fields = {
        "record": column("id"), "employer": None, "opened": None, "closed": None, "posts": None,
        "registered": column("from"), "left": column("to"), "SEX": column("sex", L="M"),
    }  # fmt: skip
    records = engine.read(vacancy_source(dataflow="JOBSEEKERS", fields=fields), jobseekers(), OCTOBER)
    assert records.unrecognised == (FieldCount("SEX", 2),)
    by_sex = {row["SEX"]: row["records"] for row in engine.run(records.table).to_pylist()}
    assert by_sex == {"F": 1, "M": 1, "_U": 4}
