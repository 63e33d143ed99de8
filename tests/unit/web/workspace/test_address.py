"""What an address says, and the addresses that keep it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from werkzeug.exceptions import BadRequest

from node.model.period import TimePeriod
from node.web.workspace.address import Links, Query

AT = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
OCTOBER = TimePeriod("2026-10")


def test_an_address_that_says_nothing() -> None:
    assert Query.of({}) == Query(None, "", "", "", "", None)


def test_an_address_that_says_everything() -> None:
    asked = {"period": "2026-10", "occupation": "OC2", "area": "ID-SU", "measure": "tightness", "table": "areas"}
    read = Query.of({**asked, "asof": "2026-11-22T05:00:00Z", "other": "x"})
    assert read == Query(OCTOBER, "OC2", "ID-SU", "tightness", "areas", AT)


@pytest.mark.parametrize("asked", [{"period": "October"}, {"period": "2026-13"}, {"asof": "now"}])
def test_what_is_not_well_formed_is_refused(asked: dict[str, str]) -> None:
    with pytest.raises(BadRequest, match=next(iter(asked.values()))):
        Query.of(asked)


def test_links_keep_period_time_and_language() -> None:
    links = Links.of("", OCTOBER, AT, "th")
    kept = "period=2026-10&asof=2026-11-22T05%3A00%3A00Z&lang=th"
    assert links.to("/matrix") == f"/matrix?{kept}"
    assert links.to("/matrix", occupation="OC2", measure=None, area="") == f"/matrix?occupation=OC2&{kept}"
    assert links.to("/matrix", period="2026-09") == "/matrix?period=2026-09&" + kept.removeprefix("period=2026-10&")


def test_links_without_anything_to_keep_are_bare() -> None:
    assert Links.of("", None, None, None).to("/") == "/"
    assert Links.of("/lmis", None, None, None).to("/matrix") == "/lmis/matrix"


def test_codes_are_quoted_in_a_path_and_in_a_query() -> None:
    links = Links.of("", None, None, None)
    assert links.area('a"b?c', "<d>") == "/areas/a%22b%3Fc?occupation=%3Cd%3E"


def test_all_occupations_are_left_out_of_an_area_s_address() -> None:
    links = Links.of("", None, None, None)
    assert links.area("ID-SU", "_T") == links.area("ID-SU") == "/areas/ID-SU"
    assert links.occupation("_T") == "/occupations/_T"


def test_where_figures_of_another_month_come_from() -> None:
    links = Links.of("", OCTOBER, None, "id")
    assert links.provenance("ID-SU", "OC2", OCTOBER) == links.provenance("ID-SU", "OC2")
    assert links.provenance("ID-SU", "OC2", TimePeriod("2026-09")) == "/provenance/ID-SU/OC2?period=2026-09&lang=id"


def test_an_address_of_one_time_has_one_time() -> None:
    links = Links.of("", OCTOBER, datetime(2020, 1, 1, tzinfo=UTC), None).at(AT)
    assert links.to("/x") == "/x?period=2026-10&asof=2026-11-22T05%3A00%3A00Z"
