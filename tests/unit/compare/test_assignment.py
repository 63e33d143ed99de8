"""Surplus assigned to the short posts of one group: from the figures of a period to flows, worked by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.compare.assignment import ACROSS, WITHIN, Assigned, assigned, cells_needed
from node.compare.indicators import THRESHOLDS
from node.compare.tightness import Tightness, read_tightness
from node.model.comparison import SignalThresholds
from node.model.distance import Crossing, CrossingKind, DistanceTable, NearOccupations, Seat
from node.model.merged import SeriesKey
from node.model.table import Coded, Table
from tests.support.distances import ABOUT, BORDERS
from tests.support.profiles import OCCUPATIONS, vacancies
from tests.support.web_world import Figure, cube, persons, posts

PROFILE = vacancies()
DEGREE_KM = 111.195
SEATS = (
    Seat("ID-SU", "IMTGT_ID", "Medan", 0, 98),
    Seat("ID-JA", "IMTGT_ID", "Jambi", 0, 99),
    Seat("MY-07", "IMTGT_MY", "George Town", 1, 98),
    Seat("MY-08", "IMTGT_MY", "Ipoh", 1, 99),
)
"""A square of one degree, with a land crossing of 300 more along one side."""
DISTANCES = DistanceTable(
    SEATS,
    (Crossing("ID-SU", "MY-07", CrossingKind.LAND, "the bridge"),),
    BORDERS,
    NearOccupations(1, 200, "a major group is near enough for these tests"),
    ABOUT,
)
Cells = Mapping[tuple[str, str], tuple[Figure, Figure]]
"""Area and group to posts and persons."""
TOTALS: Cells = {("IMTGT_ID", "_T"): (1000, 10_000), ("IMTGT_MY", "_T"): (2000, 10_000)}
CELLS: Cells = {
    **TOTALS,
    ("MY-07", "OC22"): (100, 150),
    ("ID-SU", "OC22"): (3, 200),
    ("MY-08", "OC25"): (2, 30),
    ("MY-07", "OC25"): (50, 50),
    ("ID-JA", "OC25"): (10, 100),
    ("ID-JA", "OC71"): (0, 500),
    ("MY-08", "OC22"): ("M", 60),
}
"""Indonesia has 10 posts for 100 job seekers, Malaysia 20. Penang is short of 70 posts in OC22 and of 40 in OC25; North
Sumatra has 170 persons too many in OC22, Perak 20 in OC25; Jambi's OC25 is balanced, its OC71 nobody's neighbour."""


def moment(cells: Cells) -> Tightness:
    vacant: dict[SeriesKey, Figure] = {posts(*cell): figures[0] for cell, figures in cells.items()}
    seeking: dict[SeriesKey, Figure] = {persons(*cell): figures[1] for cell, figures in cells.items()}
    merged = cube("VACANCIES", "2026-10", vacant), cube("JOBSEEKERS", "2026-10", seeking)
    return read_tightness(*merged, PROFILE, OCCUPATIONS.ids, THRESHOLDS)


def found(cells: Cells, occupation: str, thresholds: SignalThresholds = THRESHOLDS) -> Assigned:
    return assigned(moment(cells), PROFILE, DISTANCES, occupation, thresholds)


def rows(table: Table) -> list[tuple[object, ...]]:
    return [tuple(cell.code if isinstance(cell, Coded) else cell for cell in row) for row in table.rows]


def test_the_cells_of_a_group_are_its_parts_and_those_near_to_them() -> None:
    assert cells_needed(OCCUPATIONS, DISTANCES, "OC22") == ("OC22", "OC25", "OC2_X")
    assert cells_needed(OCCUPATIONS, DISTANCES, "OC2") == ("OC22", "OC25", "OC2_X")
    assert cells_needed(OCCUPATIONS, DISTANCES, "_T") == ("OC22", "OC25", "OC2_X", "OC71", "OC72", "OC7_X", "_X")


def test_short_posts_are_filled_from_near_first() -> None:
    """Perak's 20 are 111 km and a change of occupation away, North Sumatra's 111 km and a border."""
    told = found(CELLS, "OC22")
    assert (told.found.short, told.found.filled, told.found.across, told.found.surplus) == (70, 70, 50, 190)
    assert told.found.cost == pytest.approx(20 * (DEGREE_KM + 200) + 50 * (DEGREE_KM + 300), abs=1)
    assert told.flows.id == "flows"
    assert rows(told.flows) == [
        ("ID-SU", "OC22", "MY-07", "OC22", 50, round(DEGREE_KM + 300), ACROSS),
        ("MY-08", "OC25", "MY-07", "OC22", 20, round(DEGREE_KM), WITHIN),
    ]
    assert told.flows.rows[0][0] == Coded("ID-SU", "North Sumatra")


def test_only_short_posts_of_the_group_asked_for_count_and_surplus_of_near_ones_helps() -> None:
    assert found(CELLS, "OC25").found.short == 40
    assert rows(found(CELLS, "OC25").flows) == [
        ("ID-SU", "OC22", "MY-07", "OC25", 20, round(DEGREE_KM + 300), ACROSS),
        ("MY-08", "OC25", "MY-07", "OC25", 20, round(DEGREE_KM), WITHIN),
    ]
    assert (found(CELLS, "OC2").found.short, found(CELLS, "OC2").found.filled) == (110, 110)
    assert found(CELLS, "OC72").found.short == 0


def test_the_balances_show_who_is_short_and_who_could_give() -> None:
    told = found(CELLS, "OC22").balances
    assert told.id == "balances"
    assert [column.id for column in told.columns] == ["REF_AREA", "OCCUPATION", "SHORT_POSTS", "SURPLUS_PERSONS"]
    assert rows(told) == [("ID-SU", "OC22", 0, 170), ("MY-07", "OC22", 70, 0), ("MY-08", "OC25", 0, 20)]


def test_a_cell_of_which_nothing_is_known_takes_no_part() -> None:
    """Perak's OC22 has 60 job seekers and no figure of posts; with 0 posts all 60 would be a surplus."""
    assert found({**CELLS, ("MY-08", "OC22"): (0, 60)}, "OC22").found.surplus == 250
    assert found(CELLS, "OC22").found.surplus == 190


def test_a_country_without_its_totals_neither_takes_nor_gives() -> None:
    without = {place: figures for place, figures in CELLS.items() if place != ("IMTGT_ID", "_T")}
    told = found(without, "OC22")
    assert (told.found.filled, told.found.surplus, told.most) == (20, 20, 20)


def test_a_hidden_surplus_fills_what_is_certain_and_at_most_what_may_be_there() -> None:
    """North Sumatra hides 60 to 80 job seekers beside 3 posts: 30 to 50 are too many."""
    hidden: Cells = {**CELLS, ("ID-SU", "OC22"): (3, (60, 80))}
    told = found(hidden, "OC22")
    assert (told.found.filled, told.most) == (50, 70)
    undetermined: Cells = {**CELLS, ("ID-SU", "OC22"): (3, (20, 60))}
    told = found(undetermined, "OC22")
    assert (told.found.filled, told.most) == (20, 50)


def test_the_most_counts_only_short_posts_of_the_group_asked_for() -> None:
    """Penang's OC25 may be short of 40; asked is OC22, which is short of 70."""
    assert found({**CELLS, ("MY-07", "OC25"): ((0, 50), (0, 50))}, "OC22").most == 70


def test_thresholds_decide_who_is_short() -> None:
    assert found(CELLS, "OC22", SignalThresholds("2", shortage=4, surplus=0.5)).found.short == 0
    assert found(CELLS, "OC25", SignalThresholds("2", shortage=4, surplus=0.1)).found.surplus == 0


counts = st.integers(0, 30)
figures = st.one_of(counts, st.tuples(counts, counts).map(lambda span: (min(span), max(span))), st.just("Q"))
places = st.sampled_from([(seat.area, group) for seat in SEATS for group in ("OC22", "OC25", "OC71")])


@settings(deadline=None, max_examples=60)
@given(st.dictionaries(places, st.tuples(figures, figures), max_size=8), st.sampled_from(["OC22", "OC2", "_T"]))
def test_never_more_is_filled_for_certain_than_could_be_at_most(
    cells: dict[tuple[str, str], tuple[Figure, Figure]], occupation: str
) -> None:
    told = found({**TOTALS, **cells}, occupation)
    assert told.found.filled <= min(told.found.short, told.found.surplus)
    assert told.found.filled <= told.most
    parts = cells_needed(OCCUPATIONS, DISTANCES, occupation)
    assert all(flow.to_occupation in parts for flow in told.found.flows)
    assert all(occupation in OCCUPATIONS.lineage(flow.to_occupation) for flow in told.found.flows)


def test_border_costs_decide_whom_a_post_goes_to_and_not_how_many() -> None:
    free = {kind: replace(cost, km=0) for kind, cost in BORDERS.items()}
    cheap = DistanceTable(SEATS, DISTANCES.crossings, free, DISTANCES.near, ABOUT)
    told = assigned(moment(CELLS), PROFILE, cheap, "OC22", THRESHOLDS)
    assert rows(told.flows) == [("ID-SU", "OC22", "MY-07", "OC22", 70, round(DEGREE_KM), ACROSS)]
    assert told.found.filled == found(CELLS, "OC22").found.filled
