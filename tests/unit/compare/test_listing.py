"""Flat records: the same numbers and signs, ready for machines."""

from __future__ import annotations

import csv
import io
import math

import pytest

from node.compare.listing import fields, plain_number, records, to_csv, to_json
from node.errors import NodeError
from node.model.comparison import MISSING, NOT_REPORTED, SUPPRESSED, Measured, Signal
from node.model.interval import Interval
from node.model.period import TimePeriod
from node.model.table import Cell, Coded, Column, Kind, Table, View

PERIOD = TimePeriod("2026-10")
SUMATRA, PENANG = Coded("ID-SU", "North Sumatra", 2), Coded("MY-07", "Penang", 2)
KINDS = (
    Column("REF_AREA", Kind.AREA),
    Column("OCCUPATION", Kind.OCCUPATION),
    Column("TIGHT", Kind.FIGURE, 1),
    Column("SIGNAL", Kind.SIGNAL),
    Column("RANK", Kind.RANGE),
    Column("AREAS", Kind.COUNT),
    Column("SINCE", Kind.PERIOD),
    Column("SPREAD", Kind.WORD),
    Column("NOTE", Kind.TEXT),
)


def table(*rows: tuple[Cell, ...], columns: tuple[Column, ...] = KINDS) -> Table:
    return Table("any", columns, rows)


def test_a_record_has_the_fields_of_each_kind_of_column() -> None:
    row = (
        SUMATRA,
        Coded("OC2", "Professionals"),
        Measured(100 / 3, "P", ("IMTGT_MY", "IMTGT_TH"), Interval(30, 40.00004)),
        Signal.SHORTAGE,
        (2, 5),
        7,
        TimePeriod("2026-Q3"),
        "widespread",
        "as somebody wrote it",
    )
    (record,) = records(table(row), PERIOD, synthetic=True, states={"MY-07": "stale"})
    assert record == {
        "TIME_PERIOD": "2026-10",
        "REF_AREA": "ID-SU",
        "REF_AREA_NAME": "North Sumatra",
        "OCCUPATION": "OC2",
        "OCCUPATION_NAME": "Professionals",
        "TIGHT": 33.3333,
        "TIGHT_LOW": 30,
        "TIGHT_HIGH": 40,
        "TIGHT_SIGN": "P",
        "TIGHT_LACKING": "IMTGT_MY IMTGT_TH",
        "SIGNAL": "shortage",
        "RANK_LOW": 2,
        "RANK_HIGH": 5,
        "AREAS": 7,
        "SINCE": "2026-Q3",
        "SPREAD": "widespread",
        "NOTE": "as somebody wrote it",
        "FEED_STATE": "",
        "SYNTHETIC": "true",
    }
    assert tuple(record) == fields(table(row))


def test_what_a_row_does_not_have_is_empty_in_each_kind() -> None:
    (record,) = records(table((SUMATRA, Coded("OC2", ""), *[None] * 7)), PERIOD, synthetic=False)
    given = {name: value for name, value in record.items() if value is not None}
    assert given == {
        "TIME_PERIOD": "2026-10",
        "REF_AREA": "ID-SU",
        "REF_AREA_NAME": "North Sumatra",
        "OCCUPATION": "OC2",
        "OCCUPATION_NAME": "",
        "TIGHT_SIGN": "_Z",
        "TIGHT_LACKING": "",
        "FEED_STATE": "",
        "SYNTHETIC": "false",
    }


def figure(cell: Measured) -> dict[str, object]:
    (record,) = records(table((cell,), columns=(Column("V", Kind.FIGURE),)), PERIOD, synthetic=False)
    return {name: value for name, value in record.items() if name.startswith("V")}


def test_a_suppressed_figure_has_no_value_and_what_it_lies_between() -> None:
    assert figure(Measured(None, SUPPRESSED, (), Interval(0, math.inf))) == {
        "V": None,
        "V_LOW": 0,
        "V_HIGH": "INF",
        "V_SIGN": "Q",
        "V_LACKING": "",
    }
    assert figure(Measured(None, SUPPRESSED))["V_LOW"] is None


@pytest.mark.parametrize("sign", [MISSING, NOT_REPORTED])
def test_of_a_gap_nothing_is_told_but_its_sign(sign: str) -> None:
    told = figure(Measured(None, sign))
    assert told == {"V": None, "V_LOW": None, "V_HIGH": None, "V_SIGN": sign, "V_LACKING": ""}


def test_a_known_figure_has_both_bounds() -> None:
    assert figure(Measured(12.0)) == {"V": 12, "V_LOW": 12, "V_HIGH": 12, "V_SIGN": "", "V_LACKING": ""}


@pytest.mark.parametrize(
    ("value", "written"),
    [(None, None), (0.0, 0), (12.0, 12), (1 / 3, 0.3333), (2.00004, 2.0), (math.inf, "INF")],
)
def test_numbers_are_written_as_programs_read_them(value: float | None, written: object) -> None:
    found = plain_number(value)
    assert found == written
    assert isinstance(found, int) == (value is not None and value != math.inf and value == int(value))


def test_a_record_is_marked_with_the_state_of_each_feed_that_it_comes_from() -> None:
    columns = (Column("FROM_AREA", Kind.AREA), Column("TO_AREA", Kind.AREA), Column("POSTS", Kind.COUNT))
    flows = table((SUMATRA, PENANG, 3), (PENANG, PENANG, 4), (SUMATRA, SUMATRA, 5), columns=columns)
    states = {"ID-SU": "quarantined", "MY-07": "stale", "MY-08": "refused"}
    found = records(flows, PERIOD, synthetic=False, states=states)
    assert [record["FEED_STATE"] for record in found] == ["quarantined stale", "stale", "quarantined"]
    assert [record["FEED_STATE"] for record in records(flows, PERIOD, synthetic=False)] == ["", "", ""]


def test_a_table_without_areas_has_no_feed_state() -> None:
    groups = table((Coded("OC2", "Professionals"),), columns=(Column("OCCUPATION", Kind.OCCUPATION),))
    assert fields(groups) == ("TIME_PERIOD", "OCCUPATION", "OCCUPATION_NAME", "SYNTHETIC")
    (record,) = records(groups, PERIOD, synthetic=False, states={"ID-SU": "stale"})
    assert tuple(record) == fields(groups)


@pytest.mark.parametrize("place", [0, 1])
def test_a_table_over_time_has_its_own_periods(place: int) -> None:
    columns = [Column("V", Kind.COUNT)]
    columns.insert(place, Column("TIME_PERIOD", Kind.PERIOD))
    row: list[Cell] = [3]
    row.insert(place, TimePeriod("2025-01"))
    series = table(tuple(row), columns=tuple(columns))
    (record,) = records(series, PERIOD, synthetic=False)
    assert record == {"TIME_PERIOD": "2025-01", "V": 3, "SYNTHETIC": "false"}
    assert tuple(record) == fields(series)


def test_a_gap_in_csv_is_an_empty_field_beside_its_sign() -> None:
    columns = (Column("REF_AREA", Kind.AREA), Column("V", Kind.FIGURE))
    hidden = table((SUMATRA, Measured(None, SUPPRESSED, (), Interval(1, 4))), (PENANG, Measured(0.0)), columns=columns)
    text = to_csv(records(hidden, PERIOD, synthetic=False), fields(hidden))
    assert text.splitlines(keepends=True)[0] == ",".join(fields(hidden)) + "\r\n"
    one, other = csv.DictReader(io.StringIO(text))
    assert (one["V"], one["V_SIGN"], one["V_LOW"], one["V_HIGH"]) == ("", "Q", "1", "4")
    assert (other["V"], other["V_SIGN"]) == ("0", "")


def test_an_empty_table_still_has_its_header() -> None:
    assert to_csv(records(table(), PERIOD, synthetic=False), fields(table())) == ",".join(fields(table())) + "\r\n"


def test_json_has_the_records_of_the_csv() -> None:
    found = records(table((SUMATRA, PENANG, *[None] * 7)), PERIOD, synthetic=False)
    assert to_json(found) == found


def test_rows_are_as_wide_as_their_table_and_tables_are_found_by_name() -> None:
    with pytest.raises(NodeError, match="table any: a row has not 9 cells"):
        table((SUMATRA,))
    view = View(PERIOD, (table(), Table("other", (), ())), ())
    assert view.table("other") == Table("other", (), ())
    with pytest.raises(NodeError, match="no table third"):
        view.table("third")


def test_what_all_rows_share_stands_in_each_record() -> None:
    """A table by area is of one occupation; by occupation, of one area, whose feed's state is said too."""
    signal = Column("SIGNAL", Kind.SIGNAL)
    by_area = Table(
        "areas", (Column("REF_AREA", Kind.AREA), signal), ((Coded("ID-SU", "N"), None),), (("OCCUPATION", "OC2"),)
    )
    assert fields(by_area)[:3] == ("TIME_PERIOD", "OCCUPATION", "REF_AREA")
    assert records(by_area, TimePeriod("2026-10"), synthetic=False)[0]["OCCUPATION"] == "OC2"
    inside = Table(
        "occupations",
        (Column("OCCUPATION", Kind.OCCUPATION), signal),
        ((Coded("OC2", "P"), None),),
        (("REF_AREA", "ID-SU"),),
    )
    (record,) = records(inside, TimePeriod("2026-10"), synthetic=False, states={"ID-SU": "stale"})
    assert (record["REF_AREA"], record["OCCUPATION"], record["FEED_STATE"]) == ("ID-SU", "OC2", "stale")
