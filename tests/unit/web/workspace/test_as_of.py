"""An address with a time shows what was known here then."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests.support.web_world import NOW, FixedStore, WebWorld, cube, persons, posts, vintage
from tests.unit.web.conftest import reader
from tests.unit.web.workspace.parsed import Page

BEFORE, AFTER = "2026-11-20T05:00:00Z", "2026-11-21T05:00:00Z"


@pytest.fixture
def revised(world: WebWorld) -> FlaskClient:
    """A node that took 700 posts on the 19th, and 800 in their place on the 21st."""
    days = {19: (1, 700), 21: (2, 800)}
    vacant = [
        cube(
            "VACANCIES",
            "2026-10",
            {posts("IMTGT_ID", "_T"): 1_000, posts("IMTGT_ID", "OC2"): figure},
            [vintage("ID", "VACANCIES", "2026-10", revision=revision, accepted=NOW - timedelta(days=22 - day))],
        )
        for day, (revision, figure) in days.items()
    ]
    seeking = {persons("IMTGT_ID", "_T"): 4_000, persons("IMTGT_ID", "OC2"): 1_400}
    since = [vintage("ID", "JOBSEEKERS", "2026-10", accepted=NOW - timedelta(days=4))]
    return reader(replace(world, store=FixedStore(*vacant, cube("JOBSEEKERS", "2026-10", seeking, since))))


@pytest.mark.parametrize(("query", "figure"), [("", "800"), (f"?asof={BEFORE}", "700"), (f"?asof={AFTER}", "800")])
def test_figures_are_those_of_the_time(revised: FlaskClient, query: str, figure: str) -> None:
    page = Page(revised.get(f"/occupations/OC2{query}").text)
    assert page.table("areas").row("Indonesia (IMT-GT)")[0] == figure
    body = revised.get(f"/occupations/OC2.json{query}").json
    assert body["tables"]["areas"][1]["VACANCIES"] == int(figure)
    assert body["as_of"] == (query.removeprefix("?asof=").replace("Z", "+00:00") or None)


def test_the_page_says_that_it_is_of_another_time(revised: FlaskClient) -> None:
    said = "As it was known here on 20 November 2026, 05:00 UTC; newer releases are left out."
    assert said in [
        one.text() for one in Page(revised.get(f"/occupations/OC2?asof={BEFORE}").text).root.with_class("notice")
    ]
    assert "As it was known here" not in revised.get("/occupations/OC2").text


def test_the_time_goes_with_the_reader(revised: FlaskClient) -> None:
    page = Page(revised.get(f"/occupations/OC2?asof={BEFORE}").text)
    own = [link for link in page.links if not link.startswith(("#", "/feeds", "/static"))]
    assert len(own) > 10
    assert [link for link in own if "asof=2026-11-20T05%3A00%3A00Z" not in link] == []
    hidden = {one.attributes["name"]: one.attributes.get("value") for one in page.root.all("input")}
    assert hidden["asof"] == BEFORE


def test_data_of_a_time_leave_out_how_feeds_stand_now(revised: FlaskClient, world: WebWorld) -> None:
    """The same address gives the same bytes for ever."""
    troubled = tuple(replace(one, state=type(one.state).STALE) for one in world.standings)
    stale = reader(replace(world, standings=troubled))
    assert "stale" in stale.get("/occupations/OC2.csv").text
    assert "stale" not in stale.get("/occupations/OC2.csv?asof=2026-11-22T05:00:00Z").text


def test_before_anything_was_merged_every_figure_is_no_data(revised: FlaskClient) -> None:
    page = Page(revised.get("/occupations/OC2?asof=2020-01-01T00:00:00Z").text)
    assert page.table("areas").row("Indonesia (IMT-GT)")[:4] == ["no data"] * 4


@pytest.mark.parametrize("text", ["yesterday", "2026-11-20", "2026-11-20T05:00:00", "2026-11-20T05:00:00+07:00"])
def test_a_time_that_is_none_is_refused_with_the_form_it_has(revised: FlaskClient, text: str) -> None:
    answer = revised.get("/occupations/OC2.json", query_string={"asof": text})
    assert answer.status_code == 400
    assert "write it in UTC as 2026-11-22T05:00:00Z" in answer.json["error"]["message"]
