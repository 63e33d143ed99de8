"""Every published number behind the figures of one area and group, from cubes in a store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from node.comparing.provenance import provenance
from node.comparing.reading import Reading
from node.errors import NotPublished
from node.model.comparison import NOT_REPORTED, SUPPRESSED, Measured
from node.model.interval import Interval
from node.model.merged import MergedCube
from node.model.period import TimePeriod
from node.model.profile import OCCUPATION
from tests.support.profiles import OCCUPATIONS, employment, jobseekers, vacancies
from tests.support.web_world import NOW, cube, persons, posts, vintage

Read = Callable[..., Reading]
OCTOBER = TimePeriod("2026-10")
SENDERS = {"IMTGT_ID": "ID", "IMTGT_MY": "MY"}


def stocks() -> tuple[MergedCube, MergedCube]:
    vacant = {posts("IMTGT_ID", "_T"): 100, posts("ID-SU", "OC2"): (2, 9), posts("IMTGT_ID", "OC2"): 40}
    seeking = {persons("IMTGT_ID", "_T"): 400, persons("ID-SU", "OC2"): 50, persons("IMTGT_MY", "OC2"): 7}
    return cube("VACANCIES", "2026-10", vacant), cube("JOBSEEKERS", "2026-10", seeking)


def survey(accepted: timedelta = timedelta(hours=1)) -> MergedCube:
    figures = {("ID-SU", "OC2", "_T", "EMP"): 90}
    return cube("EMPLOYMENT", "2026-Q2", figures, [vintage("ID", "EMPLOYMENT", "2026-Q2", accepted=NOW - accepted)])


def test_the_numbers_of_an_area_and_of_its_country_over_all_occupations(read: Read) -> None:
    found = provenance(read(*stocks()), OCTOBER, "ID-SU", "OC2", SENDERS)
    told = [(one.key, one.figure, one.vintage.sender if one.vintage else None) for one in found.inputs]
    assert told == [
        ("M.ID-SU.OC2.JV_OPEN", Measured(None, SUPPRESSED, (), Interval(2, 9)), "ID"),
        ("M.IMTGT_ID._T.JV_OPEN", Measured(100.0), "ID"),
        ("M.ID-SU.OC2._T.JS_REGISTERED", Measured(50.0), "ID"),
        ("M.IMTGT_ID._T._T.JS_REGISTERED", Measured(400.0), "ID"),
    ]
    assert len(found.view.table("provenance").rows) == len(found.inputs)
    assert {one.vintage.key.dataflow for one in found.inputs if one.vintage} == {"VACANCIES", "JOBSEEKERS"}
    assert (found.area, found.occupation, found.moment.period) == ("ID-SU", "OC2", OCTOBER)


def test_the_sub_region_has_the_numbers_of_each_of_its_countries_and_not_its_own(read: Read) -> None:
    found = provenance(read(*stocks()), OCTOBER, "IMTGT", "OC2", SENDERS)
    assert [(one.key, one.figure.value, one.vintage is not None) for one in found.inputs] == [
        ("M.IMTGT_ID.OC2.JV_OPEN", 40, True),
        ("M.IMTGT_MY.OC2.JV_OPEN", None, False),
        ("M.IMTGT_ID._T.JV_OPEN", 100, True),
        ("M.IMTGT_MY._T.JV_OPEN", None, False),
        ("M.IMTGT_ID.OC2._T.JS_REGISTERED", None, True),
        ("M.IMTGT_MY.OC2._T.JS_REGISTERED", 7, True),
        ("M.IMTGT_ID._T._T.JS_REGISTERED", 400, True),
        ("M.IMTGT_MY._T._T.JS_REGISTERED", None, True),
    ]


def test_a_country_s_own_total_stands_once(read: Read) -> None:
    found = provenance(read(*stocks()), OCTOBER, "IMTGT_ID", "_T", SENDERS)
    assert [one.key for one in found.inputs] == ["M.IMTGT_ID._T.JV_OPEN", "M.IMTGT_ID._T._T.JS_REGISTERED"]


def test_the_survey_and_training_stand_behind_where_they_have_the_group(read: Read) -> None:
    trained = cube("TRAINING", "2026-10", {("ID-SU", "OC2", "_Z", "TR_PLACES"): 30})
    found = provenance(read(*stocks(), survey(), trained), OCTOBER, "ID-SU", "OC2", SENDERS)
    assert [(one.key, str(one.period), one.figure) for one in found.inputs[4:]] == [
        ("M.ID-SU.OC2.TR_PLACES", "2026-10", Measured(30.0)),
        ("M.ID-SU.OC2.TR_ENROLLED", "2026-10", Measured(None, NOT_REPORTED)),
        ("M.ID-SU.OC2.TR_GRADUATED", "2026-10", Measured(None, NOT_REPORTED)),
        ("Q.ID-SU.OC2._T.EMP", "2026-Q2", Measured(90.0)),
    ]
    assert {one.key.dataflow for one in found.view.vintages} == {"VACANCIES", "JOBSEEKERS", "TRAINING", "EMPLOYMENT"}
    assert [one.vintage.key.dataflow for one in found.inputs[4:] if one.vintage] == ["TRAINING"] * 3 + ["EMPLOYMENT"]


def test_other_dataflows_are_left_out_where_they_do_not_have_the_group_or_a_release(read: Read) -> None:
    def dataflows(
        reading: Reading, group: str = "OC2", others: tuple[str, ...] = ("TRAINING", "EMPLOYMENT")
    ) -> set[str]:
        return {one.dataflow for one in provenance(reading, OCTOBER, "ID-SU", group, SENDERS, others).inputs}

    own = {"VACANCIES", "JOBSEEKERS"}
    assert dataflows(read(*stocks(), survey())) == {*own, "EMPLOYMENT"}
    assert dataflows(read(*stocks(), survey()), "OC25") == own
    assert dataflows(read(*stocks())) == own
    assert dataflows(read(*stocks(), survey()), others=()) == own
    assert dataflows(read(*stocks(), survey(), profiles=(vacancies(), jobseekers()))) == own
    assert dataflows(read(*stocks(), survey(), profiles=(vacancies(), jobseekers(), employment()))) == {
        *own,
        "EMPLOYMENT",
    }


def test_a_dataflow_that_is_published_of_wider_groups_is_left_out(read: Read) -> None:
    trained = cube("TRAINING", "2026-10", {("ID-SU", "OC2", "_Z", "TR_PLACES"): 30})
    profile = read().profiles.profile("TRAINING")
    wide = replace(profile, structure=profile.structure.with_axis(OCCUPATION, OCCUPATIONS.to_depth(1)))
    reading = read(*stocks(), trained, profiles=(vacancies(), jobseekers(), wide))
    found = provenance(reading, OCTOBER, "ID-SU", "OC25", SENDERS)
    assert {one.dataflow for one in found.inputs} == {"VACANCIES", "JOBSEEKERS"}


def test_a_survey_that_was_not_known_then_does_not_stand_behind_what_was_believed_then(read: Read) -> None:
    then = NOW - timedelta(days=2)
    early = [
        cube(one.dataflow, "2026-10", {}, [vintage("ID", one.dataflow, "2026-10", accepted=then - timedelta(days=1))])
        for one in stocks()
    ]
    found = provenance(read(*early, survey(timedelta(days=1)), as_of=then), OCTOBER, "ID-SU", "OC2", SENDERS)
    assert {one.dataflow for one in found.inputs} == {"VACANCIES", "JOBSEEKERS"}


def test_a_country_that_no_peer_speaks_for_has_no_release_behind_its_numbers(read: Read) -> None:
    found = provenance(read(*stocks()), OCTOBER, "ID-SU", "OC2", {"IMTGT_MY": "MY"})
    assert {one.vintage for one in found.inputs} == {None}


def test_what_is_not_there_is_refused_by_name(read: Read) -> None:
    for area, group, named in (("ID-JK", "OC2", "ID-JK"), ("ID-SU", "OC99", "OC99")):
        with pytest.raises(NotPublished, match=named):
            provenance(read(*stocks()), OCTOBER, area, group, SENDERS)
