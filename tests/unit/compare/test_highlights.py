"""What a comparison says first."""

from __future__ import annotations

from node.compare.highlights import countries, groups, shared, tightest, untold
from node.compare.tables import compare_matrix
from node.model.comparison import ComparisonMatrix, SeriesKey
from tests.support.profiles import vacancies as vacancies_profile
from tests.support.web_world import cube, persons, posts


def matrix(**vacant: float | str) -> ComparisonMatrix:
    """Two countries with 100 job seekers in each cell; `ID_OC2=30` sets vacancies, 10 in each cell unless set."""
    cells = [(country, group) for country in ("ID", "MY") for group in ("_T", "OC2", "OC7", "_X")]
    figures: dict[SeriesKey, float | str] = {
        posts(f"IMTGT_{country}", group): vacant.get(f"{country}_{group.lstrip('_')}", 10) for country, group in cells
    }
    seekers: dict[SeriesKey, float | str] = {persons(f"IMTGT_{country}", group): 100 for country, group in cells}
    return compare_matrix(
        cube("VACANCIES", "2026-10", {key: value for key, value in figures.items() if value != "absent"}),
        cube("JOBSEEKERS", "2026-10", seekers),
        vacancies_profile(),
    )


def test_groups_leave_out_the_total_and_what_is_not_known() -> None:
    assert [cell.code for cell in groups(matrix().rows[0])] == ["OC2", "OC7"]


def test_the_tightest_come_first_and_only_those_that_signal_it() -> None:
    indonesia, malaysia = countries(matrix(ID_OC2=20, ID_OC7=30, MY_OC2=14))
    assert [cell.code for cell in tightest(indonesia, 3)] == ["OC7", "OC2"]
    assert [cell.code for cell in tightest(indonesia, 1)] == ["OC7"]
    assert tightest(malaysia, 3) == ()


def test_shared_needs_the_signal_in_every_country() -> None:
    assert [cell.code for cell in shared(matrix(ID_OC2=20, MY_OC2=15, ID_OC7=20))] == ["OC2"]


def test_a_suppressed_figure_is_no_signal_to_share() -> None:
    assert shared(matrix(ID_OC2=20, MY_OC2="Q")) == ()


def test_nothing_is_said_of_all_countries_while_one_has_no_data() -> None:
    without = {f"MY_{group}": "absent" for group in ("T", "OC2", "OC7", "X")}
    assert shared(matrix(ID_OC2=20, **without)) == ()


def test_groups_whose_figures_are_hidden_or_missing_are_counted_as_untold() -> None:
    indonesia, malaysia = countries(matrix(ID_OC2="Q", ID_OC7="M", MY_OC2=20))
    assert untold(indonesia) == 2
    assert untold(malaysia) == 0
