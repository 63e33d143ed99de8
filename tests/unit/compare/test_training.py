"""Who trains for what is short: sums over a year, and rows in the order of need."""

from __future__ import annotations

import numpy as np
import pytest

from node.compare.grid import Grid, read_grid, with_sum
from node.compare.indicators import THRESHOLDS
from node.compare.tightness import Tightness, read_tightness
from node.compare.training import ENROLLED, GRADUATED, PLACES, summed, training_by_area, training_by_occupation
from node.model.comparison import NOT_REPORTED, PROVISIONAL, SUPPRESSED, Measured
from node.model.interval import Interval
from node.model.table import Coded
from tests.support.profiles import AREAS, OCCUPATIONS, vacancies
from tests.support.web_world import Figure, cube, persons, posts

PROFILE = vacancies()
COUNTRIES = ("IMTGT_ID", "IMTGT_MY")
GAP = Measured(None, NOT_REPORTED)


def grid(**figures: Figure) -> Grid:
    """Of OC2: a figure of each area named, as `ID_SU=3`."""
    told = {
        posts(area.replace("_", "-") if area[2] == "_" else area, "OC2"): figure for area, figure in figures.items()
    }
    return read_grid(cube("VACANCIES", "2026-10", told), PROFILE, "JV_OPEN", AREAS.ids, ("OC2", "_T"))


def at(found: Grid, area: str) -> Measured:
    return found.at(found.areas.index(area), 0)


def test_flows_of_a_year_are_added_up_with_their_bounds() -> None:
    found = summed([grid(ID_SU=3, ID_JA="P2", MY_07=(1, 4)), grid(ID_SU=4, ID_JA=5, MY_07=6)])
    assert at(found, "ID-SU") == Measured(7.0)
    assert at(found, "ID-JA") == Measured(7.0, PROVISIONAL)
    assert at(found, "MY-07") == Measured(None, SUPPRESSED, (), Interval(7, 10))


@pytest.mark.parametrize("gap", ["M", None])
def test_a_year_with_a_month_that_nobody_observed_or_released_has_no_sum(gap: Figure | None) -> None:
    months = [grid(ID_SU=3)] * 11
    without = grid() if gap is None else grid(ID_SU=gap)
    assert at(summed([*months, grid(ID_SU=3)]), "ID-SU") == Measured(36.0)
    assert at(summed([*months, without]), "ID-SU") == GAP


def test_the_sub_region_over_a_year_names_the_country_that_lacks_a_month() -> None:
    months = [grid(IMTGT_ID=3, IMTGT_MY=4), grid(IMTGT_ID=3)]
    found = with_sum(summed(months), "IMTGT", COUNTRIES)
    assert at(found, "IMTGT") == Measured(6.0, "", ("IMTGT_MY",))


def test_a_sum_leaves_the_months_as_they_were() -> None:
    month = grid(ID_SU=3)
    before = month.value.copy()
    summed([month, month])
    assert np.array_equal(month.value, before, equal_nan=True)


def moment() -> Tightness:
    """Of North Sumatra OC22 is a surplus, OC25 short, OC71 hidden and OC72 balanced; nothing of the others."""
    vacant: dict[str, Figure] = {"OC22": 5, "OC25": 20, "OC71": "Q", "OC72": 10}
    seeking = {persons("ID-SU", group): 100 for group in vacant}
    return read_tightness(
        cube(
            "VACANCIES",
            "2026-10",
            {posts("IMTGT_ID", "_T"): 10, **{posts("ID-SU", group): figure for group, figure in vacant.items()}},
        ),
        cube("JOBSEEKERS", "2026-10", {persons("IMTGT_ID", "_T"): 100, **seeking}),
        PROFILE,
        OCCUPATIONS.ids,
        THRESHOLDS,
    )


def trained() -> dict[str, Grid]:
    told = {posts("ID-SU", "OC25"): 30, posts("MY-07", "OC25"): 8}
    places = read_grid(cube("VACANCIES", "2026-10", told), PROFILE, "JV_OPEN", AREAS.ids, OCCUPATIONS.ids)
    return {PLACES: places, GRADUATED: summed([places, places])}


def test_groups_that_are_short_come_first_then_those_that_may_be_and_a_surplus_last() -> None:
    groups = ("OC22", "OC71", "OC72", "OC2_X", "OC25")
    table = training_by_occupation(moment(), trained(), PROFILE, "ID-SU", groups)
    codes = [cell.code for cell in table.column("OCCUPATION") if isinstance(cell, Coded)]
    assert codes == ["OC25", "OC71", "OC72", "OC2_X", "OC22"]
    assert table.id == "training"
    assert [column.id for column in table.columns] == [
        "OCCUPATION",
        "VACANCIES",
        "JOBSEEKERS",
        "RELATIVE_TO_COUNTRY",
        "SIGNAL",
        "TRAINING_PLACES",
        "ENROLLED",
        "GRADUATED_IN_12_PERIODS",
    ]


def test_places_and_graduates_stand_beside_what_is_short_and_a_dataflow_without_a_release_is_a_gap() -> None:
    table = training_by_occupation(moment(), trained(), PROFILE, "ID-SU", ("OC25",))
    ((_, vacant, seeking, relative, _, places, enrolled, graduated),) = table.rows
    assert (vacant, seeking, relative) == (Measured(20.0), Measured(100.0), Measured(2.0))
    assert (places, enrolled, graduated) == (Measured(30.0), GAP, Measured(60.0))
    assert ENROLLED not in trained()


def test_all_areas_for_a_group_in_the_order_of_the_tree() -> None:
    table = training_by_area(moment(), trained(), PROFILE, "OC25")
    labels = [cell for cell in table.column("REF_AREA") if isinstance(cell, Coded)]
    assert [(label.code, label.level) for label in labels] == [
        ("IMTGT", 0),
        ("IMTGT_ID", 1),
        ("ID-SU", 2),
        ("ID-JA", 2),
        ("IMTGT_MY", 1),
        ("MY-07", 2),
        ("MY-08", 2),
    ]
    assert table.column("TRAINING_PLACES") == (GAP, GAP, Measured(30.0), GAP, GAP, Measured(8.0), GAP)
    assert table.column("VACANCIES")[2] == Measured(20.0)
