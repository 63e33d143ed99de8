"""Figures made of figures, with answers worked by hand."""

from __future__ import annotations

import pytest

from node.compare.indicators import THRESHOLDS, pooled_tightness, ratio, signal, tightness, total
from node.errors import NodeError
from node.model.comparison import (
    MISSING,
    NOT_APPLICABLE,
    NOT_REPORTED,
    PROVISIONAL,
    SUPPRESSED,
    Measured,
    Signal,
)


def known(value: float, sign: str = "", lacking: tuple[str, ...] = ()) -> Measured:
    return Measured(value, sign, lacking)


def gap(sign: str) -> Measured:
    return Measured(None, sign)


def test_tightness_counts_vacancies_for_a_hundred_job_seekers() -> None:
    assert tightness(known(30), known(120)) == known(25.0)


def test_no_vacancies_is_a_tightness_of_zero() -> None:
    assert tightness(known(0), known(120)) == known(0.0)


@pytest.mark.parametrize("vacancies", [0, 7])
def test_without_job_seekers_tightness_does_not_apply(vacancies: float) -> None:
    assert tightness(known(vacancies), known(0)) == gap(NOT_APPLICABLE)


@pytest.mark.parametrize(
    ("one", "other", "taken"),
    [
        (SUPPRESSED, None, SUPPRESSED),
        (None, SUPPRESSED, SUPPRESSED),
        (MISSING, None, MISSING),
        (SUPPRESSED, MISSING, MISSING),
        (NOT_REPORTED, MISSING, NOT_REPORTED),
        (SUPPRESSED, NOT_REPORTED, NOT_REPORTED),
    ],
)
def test_a_gap_is_passed_on_as_the_one_of_which_least_is_known(one: str | None, other: str | None, taken: str) -> None:
    figures = [known(5) if sign is None else gap(sign) for sign in (one, other)]
    assert tightness(*figures) == gap(taken)


def test_a_suppressed_figure_over_zero_stays_suppressed() -> None:
    assert tightness(gap(SUPPRESSED), known(0)) == gap(SUPPRESSED)


def test_what_is_made_of_a_provisional_figure_is_provisional() -> None:
    assert tightness(known(1, PROVISIONAL), known(4)) == known(25.0, PROVISIONAL)


def test_sums_of_different_countries_do_not_divide() -> None:
    assert ratio(known(1, lacking=("IMTGT_MY",)), known(2)) == gap(NOT_APPLICABLE)
    assert ratio(known(1, lacking=("IMTGT_MY",)), known(2, lacking=("IMTGT_MY",))) == known(0.5, "", ("IMTGT_MY",))


def test_a_total_is_whole_only_with_every_country() -> None:
    assert total({"A": known(1), "B": known(2), "C": known(4)}) == known(7)
    assert total({"A": known(1), "B": gap(SUPPRESSED), "C": known(4)}) == known(5, "", ("B",))
    assert total({"A": gap(SUPPRESSED), "B": gap(NOT_REPORTED)}) == gap(NOT_REPORTED)


def test_pooled_tightness_sets_the_same_countries_against_each_other() -> None:
    """B has no job seekers known: its 1,000 vacancies must not stand over the others' job seekers."""
    vacancies = {"A": known(10), "B": known(1_000), "C": known(30)}
    jobseekers = {"A": known(100), "B": gap(NOT_REPORTED), "C": known(100)}
    assert pooled_tightness(vacancies, jobseekers) == known(20.0, "", ("B",))


def test_pooled_tightness_of_no_common_country_is_a_gap() -> None:
    assert pooled_tightness({"A": known(1), "B": gap(MISSING)}, {"A": gap(SUPPRESSED), "B": known(2)}) == gap(MISSING)


@pytest.mark.parametrize(
    ("relative", "said"),
    [
        (THRESHOLDS.shortage, Signal.SHORTAGE),
        (1.499, Signal.BALANCED),
        (1.0, Signal.BALANCED),
        (0.667, Signal.BALANCED),
        (THRESHOLDS.surplus, Signal.SURPLUS),
        (0.0, Signal.SURPLUS),
    ],
)
def test_thresholds_belong_to_their_signal(relative: float, said: Signal) -> None:
    assert signal(known(relative)) is said


@pytest.mark.parametrize("sign", [SUPPRESSED, MISSING, NOT_REPORTED, NOT_APPLICABLE])
def test_a_gap_signals_nothing(sign: str) -> None:
    assert signal(gap(sign)) is Signal.UNDETERMINED


@pytest.mark.parametrize(("value", "sign"), [(0.0, SUPPRESSED), (3.0, MISSING), (None, ""), (None, PROVISIONAL)])
def test_a_figure_is_a_value_or_a_gap_and_never_both(value: float | None, sign: str) -> None:
    with pytest.raises(NodeError, match="cannot carry the sign"):
        Measured(value, sign)
