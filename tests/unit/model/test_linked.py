"""Links between dataflows: which periods they join, and what contradicts itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from node.errors import ProfileError
from node.model.codelist import Code, Codelist
from node.model.linked import LinkedDataflow, LinkedPeriod, check_links, links_of
from node.model.period import TimePeriod
from node.model.profile import ExchangeProfile, Indicator, Timing
from node.model.structure import Dimension
from tests.support.profiles import jobseekers

JOBSEEKERS = jobseekers()
OURS, THEIRS = JOBSEEKERS.indicators[0].id, "BY_GROUP"


def other(frequency: str = "M") -> ExchangeProfile:
    indicator = Indicator(THEIRS, "By group", Timing.STOCK, "registered", None, None)
    axis = Dimension("INDICATOR", Codelist("I", (Code(THEIRS, ""),)), additive=False)
    axes = (*JOBSEEKERS.structure.axes[:2], axis)
    structure = replace(JOBSEEKERS.structure, axes=axes)
    return replace(JOBSEEKERS, dataflow="OTHER", frequency=frequency, structure=structure, indicators=(indicator,))


def link(period: LinkedPeriod = LinkedPeriod.SAME, **changed: object) -> LinkedDataflow:
    return replace(LinkedDataflow("OTHER", ((OURS, THEIRS),), period, "the same register"), **changed)


def check(entry: LinkedDataflow, end: ExchangeProfile | None = None) -> None:
    end = end or other()
    check_links(replace(JOBSEEKERS, linked=(entry,)), {"JOBSEEKERS": JOBSEEKERS, end.dataflow: end})


def test_a_link_that_holds_is_seen_from_both_sides() -> None:
    check(link())
    ours, theirs = replace(JOBSEEKERS, linked=(link(),)), other()
    assert links_of(ours, (ours, theirs)) == ((theirs, link()),)
    ((found, seen),) = links_of(theirs, (ours, theirs))
    assert (found.dataflow, seen.dataflow) == ("JOBSEEKERS", "JOBSEEKERS")
    assert seen.ours_of == {OURS: THEIRS}
    assert links_of(JOBSEEKERS, (JOBSEEKERS, theirs)) == ()


@pytest.mark.parametrize(
    ("kind", "period", "frequency", "found"),
    [
        (LinkedPeriod.SAME, "2026-10", "M", "2026-10"),
        (LinkedPeriod.SAME, "2026-10", "Q", None),
        (LinkedPeriod.LAST_MONTH, "2026-Q3", "M", "2026-09"),
        (LinkedPeriod.LAST_MONTH, "2026-09", "Q", "2026-Q3"),
        (LinkedPeriod.LAST_MONTH, "2026-08", "Q", None),
        (LinkedPeriod.LAST_MONTH, "2026-Q4", "M", "2026-12"),
    ],
)
def test_the_other_dataflows_period(kind: LinkedPeriod, period: str, frequency: str, found: str | None) -> None:
    at = link(kind).period_of_other(TimePeriod(period), frequency)
    assert (None if at is None else str(at)) == found


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (link(dataflow="NONE"), "there is no profile"),
        (link(dataflow="JOBSEEKERS"), "with itself"),
        (link(indicators=()), "at least one"),
        (link(indicators=((OURS, "NONE"),)), "BY_GROUP"),
        (link(indicators=(("NONE", THEIRS),)), OURS),
        (link(LinkedPeriod.LAST_MONTH), "does not fit the frequencies"),
    ],
)
def test_a_link_that_contradicts_the_profiles_is_refused(entry: LinkedDataflow, message: str) -> None:
    with pytest.raises(ProfileError, match=message):
        check(entry)


def test_the_same_dataflow_twice_is_refused() -> None:
    with pytest.raises(ProfileError, match="twice"):
        check_links(replace(JOBSEEKERS, linked=(link(), link())), {"OTHER": other()})


def test_another_frequency_needs_its_last_month_and_a_stock() -> None:
    with pytest.raises(ProfileError, match="does not fit the frequencies"):
        check(link(), other("Q"))
    check(link(LinkedPeriod.LAST_MONTH), other("Q"))
    flows = tuple(replace(indicator, timing=Timing.FLOW) for indicator in JOBSEEKERS.indicators)
    with pytest.raises(ProfileError, match=f"{OURS} is a flow"):
        check_links(
            replace(JOBSEEKERS, indicators=flows, linked=(link(LinkedPeriod.LAST_MONTH),)), {"OTHER": other("Q")}
        )


def test_a_shared_dimension_has_one_codelist_and_another_one_a_total() -> None:
    end = other()
    strange = Dimension("REF_AREA", Codelist("CL_DISTRICT", (Code("IMTGT", ""),)))
    with pytest.raises(ProfileError, match="REF_AREA has another codelist"):
        check(link(), replace(end, structure=replace(end.structure, axes=(strange, *end.structure.axes[1:]))))
    ages = Dimension("AGE", Codelist("CL_AGE", (Code("young", ""), Code("old", ""))))
    with pytest.raises(ProfileError, match="AGE is in one of the two only"):
        check(link(), replace(end, structure=replace(end.structure, axes=(ages, *end.structure.axes))))
