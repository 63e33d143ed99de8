"""Advertisements of the same job: one counts, whichever row comes first, and the others are counted aside."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations

import pytest

from node.adapters.engine import DuckDBEngine
from node.errors import RecordsInvalid, SourceUnreadable
from node.model.period import TimePeriod
from node.model.records import UnitRecords
from tests.support.profiles import vacancies
from tests.unit.adapters.engine.conftest import SourceMaker

Write = Callable[..., None]
HEADER = "id,employer,kbji,place,opened,closed,posts,name"
KEY = ("employer", "name", "place")
OCTOBER = TimePeriod("2026-10")


def figures(engine: DuckDBEngine, records: UnitRecords) -> dict[str, int | None]:
    rows = engine.run(records.table).to_pylist()
    sums: dict[str, int | None] = {name: sum(row[name] for row in rows) for name in ("JV_OPEN", "JV_NEW", "records")}
    return sums | {"duplicates": records.duplicates}


def read(engine: DuckDBEngine, make: SourceMaker, period: TimePeriod = OCTOBER, **changes: object) -> UnitRecords:
    return engine.read(make(**({"duplicates": KEY} | changes)), vacancies(), period)


def test_of_one_job_advertised_again_one_counts(
    engine: DuckDBEngine, vacancy_source: SourceMaker, write_csv: Write
) -> None:
    write_csv(
        "1,E1,2512,12.71,2026-10-02,,3,Cook",
        "2,E1,2512,12.71,2026-10-20,,5, Cook ",
        "3,E1,2512,12.75,2026-10-20,,7,Cook",
        "4,E2,2512,12.71,2026-10-20,,11,Cook",
        "5,E1,2512,12.71,2026-10-20,,13,Baker",
        header=HEADER,
    )
    found = figures(engine, read(engine, vacancy_source))
    assert found == {"JV_OPEN": 3 + 7 + 11 + 13, "JV_NEW": 3 + 7 + 11 + 13, "records": 4, "duplicates": 1}
    without = figures(engine, read(engine, vacancy_source, duplicates=()))
    assert without == {"JV_OPEN": 39, "JV_NEW": 39, "records": 5, "duplicates": None}


@pytest.mark.parametrize("order", list(permutations(range(4))), ids=str)
def test_the_order_of_the_rows_decides_nothing(
    engine: DuckDBEngine, vacancy_source: SourceMaker, write_csv: Write, order: tuple[int, ...]
) -> None:
    """The first opened; of these the one of most posts; of these the first by what was written."""
    rows = (
        "1,E1,2512,12.71,2026-10-03,,99,Cook",
        "2,E1,7111,12.71,2026-10-02,,5,Cook",
        "3,E1,2512,12.71,2026-10-02,,5,Cook",
        "4,E1,2512,12.71,2026-10-02,,2,Cook",
    )
    write_csv(*(rows[place] for place in order), header=HEADER)
    records = read(engine, vacancy_source)
    (row,) = engine.run(records.table).to_pylist()
    assert (row["occupation_written"], row["JV_OPEN"], row["JV_NEW"], records.duplicates) == ("2512", 5, 5, 3)


def test_a_job_that_was_open_before_is_not_new(
    engine: DuckDBEngine, vacancy_source: SourceMaker, write_csv: Write
) -> None:
    write_csv(
        "1,E1,2512,12.71,2026-09-10,2026-10-15,3,Cook",
        "2,E1,2512,12.71,2026-10-12,,3,Cook",
        "3,E1,2512,12.71,2026-08-01,2026-08-31,7,Baker",
        "4,E1,2512,12.71,2026-10-05,,7,Baker",
        header=HEADER,
    )
    september = figures(engine, read(engine, vacancy_source, TimePeriod("2026-09")))
    assert september == {"JV_OPEN": 3, "JV_NEW": 3, "records": 1, "duplicates": 0}
    october = figures(engine, read(engine, vacancy_source))
    assert october == {"JV_OPEN": 3 + 7, "JV_NEW": 7, "records": 2, "duplicates": 0}


def test_a_second_advertisement_changes_no_earlier_period(
    engine: DuckDBEngine, vacancy_source: SourceMaker, write_csv: Write
) -> None:
    first = "1,E1,2512,12.71,2026-09-10,2026-09-30,3,Cook"
    write_csv(first, header=HEADER)
    before = figures(engine, read(engine, vacancy_source, TimePeriod("2026-09")))
    write_csv(first, "2,E1,2512,12.71,2026-10-01,,4,Cook", header=HEADER)
    assert figures(engine, read(engine, vacancy_source, TimePeriod("2026-09"))) == before


def test_a_record_without_the_whole_key_stands_for_itself(
    engine: DuckDBEngine, vacancy_source: SourceMaker, write_csv: Write
) -> None:
    write_csv(
        *(f"{number},E1,2512,12.71,2026-10-02,,1,{'  ' if number % 2 else ''}" for number in range(4)), header=HEADER
    )
    found = figures(engine, read(engine, vacancy_source))
    assert found == {"JV_OPEN": 4, "JV_NEW": 4, "records": 4, "duplicates": 0}


def test_the_parts_of_a_key_do_not_run_together(
    engine: DuckDBEngine, vacancy_source: SourceMaker, write_csv: Write
) -> None:
    write_csv("1,E1,2512,12.71,2026-10-02,,1,1 Cook", "2,E11,2512,12.71,2026-10-02,,1, Cook", header=HEADER)
    assert read(engine, vacancy_source).duplicates == 0


def test_duplicates_are_checked_like_all_records(
    engine: DuckDBEngine, vacancy_source: SourceMaker, write_csv: Write
) -> None:
    good = "1,E1,2512,12.71,2026-10-02,,1,Cook"
    write_csv(good, "2,E1,2512,12.71,soon,,1,Cook", header=HEADER)
    with pytest.raises(RecordsInvalid, match="row 2, column opened"):
        read(engine, vacancy_source)
    write_csv(good, good, header=HEADER)
    with pytest.raises(RecordsInvalid, match="repeats the record key of row 1"):
        read(engine, vacancy_source)


def test_a_key_column_that_is_not_there_is_named(
    engine: DuckDBEngine, vacancy_source: SourceMaker, write_csv: Write
) -> None:
    write_csv("1,E1,2512,12.71,2026-10-02,,1,Cook", header=HEADER)
    with pytest.raises(SourceUnreadable, match="no column “nam”; did you mean “name”"):
        read(engine, vacancy_source, duplicates=("employer", "nam"))
