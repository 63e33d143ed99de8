"""What a comparison says first."""

from __future__ import annotations

from collections.abc import Mapping

from node.compare.bounded import Spread
from node.compare.indicators import THRESHOLDS
from node.compare.overview import (
    MAYBE_SHARED,
    MAYBE_WIDESPREAD,
    NOT_SHARED,
    NOT_WIDESPREAD,
    SHARED,
    WIDESPREAD,
    area_spread,
    change_table,
    shortage_table,
)
from node.compare.tightness import Tightness, read_tightness
from node.model.comparison import SUPPRESSED, Measured, Signal
from node.model.interval import Interval
from node.model.merged import SeriesKey
from node.model.table import Cell, Coded, Table
from tests.support.profiles import AREAS, OCCUPATIONS, vacancies
from tests.support.web_world import Figure, cube, persons, posts

PROFILE = vacancies()
GROUPS = ("OC2", "OC7")
S, P, B, OPEN = Signal.SHORTAGE, Signal.SURPLUS, Signal.BALANCED, Signal.UNDETERMINED
Figures = Mapping[SeriesKey, Figure]


def moment(vacant: Figures, absent: str = "nowhere", seeking: Figures | None = None) -> Tightness:
    """100 job seekers and 10 vacancies in each cell, but for those that are told; nothing of codes that begin with
    `absent`. A figure is then ten times its relative tightness."""
    places = [area for area in AREAS.ids[1:] if not area.startswith(absent)]
    cells = [(area, group) for area in places for group in OCCUPATIONS.ids]
    return read_tightness(
        cube("VACANCIES", "2026-10", {**{posts(*cell): 10 for cell in cells}, **vacant}),
        cube("JOBSEEKERS", "2026-10", {**{persons(*cell): 100 for cell in cells}, **(seeking or {})}),
        PROFILE,
        OCCUPATIONS.ids,
        THRESHOLDS,
    )


def short(*places: str, group: str = "OC2", figure: Figure = 15) -> Figures:
    return {posts(place, group): figure for place in places}


def row(table: Table, code: str) -> dict[str, Cell]:
    names = [column.id for column in table.columns]
    return next(
        dict(zip(names, row, strict=True)) for row in table.rows if isinstance(row[0], Coded) and row[0].code == code
    )


def test_groups_without_a_certain_shortage_anywhere_are_left_out() -> None:
    now = moment({**short("ID-SU", figure=14.9), **short("ID-JA", figure=(10, 20))})
    assert shortage_table(now, PROFILE, GROUPS).rows == ()


def test_those_of_most_areas_come_first_then_those_of_most_countries_then_by_code() -> None:
    def order(figures: Figures) -> list[str]:
        table = shortage_table(moment(figures), PROFILE, ("OC2", "OC7", "OC71"))
        return [cell.code for cell in table.column("OCCUPATION") if isinstance(cell, Coded)]

    assert order({**short("ID-SU"), **short("MY-07", "ID-JA", group="OC7")}) == ["OC7", "OC2"]
    assert order({**short("ID-SU"), **short("MY-07", "IMTGT_MY", group="OC7")}) == ["OC7", "OC2"]
    assert order({**short("ID-SU"), **short("MY-07", group="OC7")}) == ["OC2", "OC7"]
    assert order(short("IMTGT_ID", group="OC71")) == ["OC71"]


def test_a_group_shows_each_country_s_own_signal_and_how_many_areas_are_short() -> None:
    """Three areas are short for certain and one may be besides."""
    figures = {**short("ID-SU", "ID-JA", "MY-07", "IMTGT_ID"), **short("MY-08", figure=(10, 20))}
    table = shortage_table(moment(figures), PROFILE, GROUPS)
    assert row(table, "OC2") == {
        "OCCUPATION": Coded("OC2", "Professionals"),
        "SIGNAL_IMTGT_ID": S,
        "SIGNAL_IMTGT_MY": B,
        "AREAS_SHORT": (3, 4),
        "AREAS_REPORTING": 4,
        "SPREAD": WIDESPREAD,
        "SHARED_BY": NOT_SHARED,
    }


def test_three_quarters_of_the_areas_that_report_are_widespread() -> None:
    def spread(figures: Figures, absent: str = "nowhere") -> Cell:
        return row(shortage_table(moment(figures, absent), PROFILE, GROUPS), "OC2")["SPREAD"]

    assert spread(short("ID-SU", "ID-JA", "MY-07")) == WIDESPREAD
    assert spread(short("ID-SU", "ID-JA")) == NOT_WIDESPREAD
    assert spread({**short("ID-SU", "ID-JA"), **short("MY-07", figure="Q")}) == MAYBE_WIDESPREAD
    assert spread({**short("ID-SU", "ID-JA"), **short("MY-07", figure="M")}) == NOT_WIDESPREAD, "two of three"
    assert spread(short("ID-SU", "ID-JA"), absent="MY-") == WIDESPREAD


def test_areas_that_do_not_report_are_not_counted_and_those_that_hide_are() -> None:
    now = moment({**short("ID-SU"), **short("ID-JA", figure="Q"), **short("MY-07", figure="M")})
    assert area_spread(now, AREAS, "OC2") == Spread(reporting=3, certain=1, possible=1)


def test_shared_needs_the_signal_in_every_country() -> None:
    def sharing(figures: Figures, absent: str = "nowhere") -> Cell:
        return row(shortage_table(moment(figures, absent), PROFILE, GROUPS), "OC2")["SHARED_BY"]

    assert sharing(short("IMTGT_ID", "IMTGT_MY")) == SHARED
    assert sharing(short("IMTGT_ID")) == NOT_SHARED
    assert sharing({**short("IMTGT_ID"), **short("IMTGT_MY", figure="Q")}) == MAYBE_SHARED
    assert sharing({**short("IMTGT_ID"), **short("IMTGT_MY", figure=(15, 30))}) == SHARED
    assert sharing({**short("IMTGT_ID"), **short("IMTGT_MY", figure=(0, 14))}) == MAYBE_SHARED
    assert sharing({**short("IMTGT_ID"), **short("IMTGT_MY", figure=(7, 14))}) == NOT_SHARED
    assert sharing(short("IMTGT_ID"), absent="IMTGT_MY") == MAYBE_SHARED, "a country without data may share it"


def test_a_country_s_own_shortage_counts_also_where_no_area_of_it_is_known_to_be_short() -> None:
    table = shortage_table(moment(short("IMTGT_ID")), PROFILE, GROUPS)
    assert (row(table, "OC2")["AREAS_SHORT"], row(table, "OC2")["SIGNAL_IMTGT_ID"]) == ((0, 0), S)


def changes(now: Figures, before: Figures) -> Table:
    return change_table(moment(now), moment(before), PROFILE, GROUPS)


def test_a_change_is_from_one_certain_signal_to_another() -> None:
    table = changes(short("ID-SU", figure=20), short("ID-SU", figure=10))
    assert table.rows == (
        (
            Coded("ID-SU", "North Sumatra", 2),
            Coded("OC2", "Professionals"),
            B,
            Measured(1.0),
            S,
            Measured(2.0),
        ),
    )
    same: tuple[tuple[Figure, Figure], ...] = (
        ("Q", 20), (20, "Q"), ("M", 20), (20, "M"), ((10, 20), 20), (16, 20), ((15, 20), 20),
    )  # fmt: skip
    for earlier, later in same:
        assert changes(short("ID-SU", figure=later), short("ID-SU", figure=earlier)).rows == (), (earlier, later)


def test_hidden_figures_change_where_both_signals_are_certain() -> None:
    ((*_, was, one, is_now, other),) = changes(short("ID-SU", figure=(2, 6)), short("ID-SU", figure=(15, 30))).rows
    assert (was, is_now) == (S, P)
    assert one == Measured(None, SUPPRESSED, (), Interval(1.5, 3))
    assert other == Measured(None, SUPPRESSED, (), Interval(0.2, 0.6))


def test_the_largest_move_comes_first_counted_in_times_and_by_what_is_certain() -> None:
    """Upwards from 1 to 2 is twice; downwards from 1.2 to 0.3 four times; from 1 to between 1.6 and 9 at least 1.6."""
    now = {**short("ID-SU", figure=20), **short("MY-07", figure=3), **short("MY-08", figure=(16, 90))}
    before = short("MY-07", figure=12)
    table = changes(now, before)
    assert [cell.code for cell in table.column("REF_AREA") if isinstance(cell, Coded)] == ["MY-07", "ID-SU", "MY-08"]


def test_from_nothing_and_to_endless_are_the_largest_moves() -> None:
    """Perak had no posts; Jambi has no job seekers any more. Both are further than North Sumatra's four times."""
    seeking = {persons("ID-JA", "OC2"): 0}
    now = moment(short("ID-SU", figure=40), seeking=seeking)
    table = change_table(now, moment(short("MY-08", figure=0)), PROFILE, GROUPS)
    assert [cell.code for cell in table.column("REF_AREA") if isinstance(cell, Coded)] == ["ID-JA", "MY-08", "ID-SU"]


def test_countries_change_too_and_the_sub_region_never() -> None:
    table = changes(short("IMTGT_ID", figure=20), {})
    assert [cell.code for cell in table.column("REF_AREA") if isinstance(cell, Coded)] == ["IMTGT_ID"]


def test_without_a_period_before_nothing_changed() -> None:
    table = change_table(moment(short("ID-SU", figure=20)), None, PROFILE, GROUPS)
    assert table.rows == ()
    assert [column.id for column in table.columns] == [
        "REF_AREA",
        "OCCUPATION",
        "SIGNAL_BEFORE",
        "RELATIVE_BEFORE",
        "SIGNAL",
        "RELATIVE_TO_COUNTRY",
    ]
