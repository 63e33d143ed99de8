"""For how long it has been short, as pages and briefings say it: of the months that were released, and no others."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from node.model.period import TimePeriod
from tests.support.web_world import FixedStore, WebWorld, cube
from tests.unit.web.conftest import reader
from tests.unit.web.takeaway import pdf_text
from tests.unit.web.workspace.made import SEEKING, VACANT, both
from tests.unit.web.workspace.parsed import Page

OCTOBER = TimePeriod("2026-10")


def message(client: FlaskClient, address: str) -> str:
    return Page(client.get(address).text).root.with_class("lead")[0].text()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "of the 3 months released among the last 12"),
        ("id", "dari 3 bulan yang dirilis dalam 12 bulan terakhir"),
        ("ms", "daripada 3 bulan yang diterbitkan dalam tempoh 12 bulan terakhir"),
        ("th", "จาก 3 เดือนที่เผยแพร่ใน 12 เดือนล่าสุด"),
    ],
)
def test_trends_say_of_how_many_months(client: FlaskClient, language: str, said: str) -> None:
    """In August nothing was released, and nothing before July."""
    assert said in message(client, f"/trends?area=ID-SU&occupation=OC2&period=2026-10&lang={language}")


def test_a_whole_year_is_called_the_last_12_months(world: WebWorld) -> None:
    months = [one for back in range(14) for one in both(str(OCTOBER.shifted(-back)), VACANT, SEEKING)]
    client = reader(replace(world, store=FixedStore(*months)))
    assert message(client, "/trends?area=ID-SU&occupation=OC2") == "Short for certain in 12 of the last 12 months."


def test_where_one_side_was_never_released_nothing_is_counted(world: WebWorld) -> None:
    client = reader(replace(world, store=FixedStore(cube("VACANCIES", "2026-10", VACANT))))
    assert message(client, "/trends?area=ID-SU&occupation=OC2") == "Nothing was released of the last 12 months."
    record = client.get("/occupations/OC2.json").json["tables"]["areas"][2]
    assert record["REF_AREA"] == "ID-SU"
    assert (record["PERIODS_SHORT_LOW"], record["PERIODS_SHORT_HIGH"], record["PERIODS_RELEASED"]) == (None, None, 0)


def test_the_months_released_stand_beside_those_short(client: FlaskClient) -> None:
    """Professionals in North Sumatra: short in October, July and September for certain."""
    table = Page(client.get("/occupations/OC2?lang=en").text).table("areas")
    heads = [head.text() for head in table.heads]
    short, released = (
        heads.index(head) for head in ("Months short, of those released", "Months released, of the last 12")
    )
    rows = {row[0].text(): (row[short].text(), row[released].text()) for row in table.rows}
    assert rows["North Sumatra"] == ("3", "3")
    assert rows["IMT-GT"] == ("n/a", "n/a"), "which signals nothing"
    text = pdf_text.whole(client.get("/occupations/OC2/briefing.pdf?lang=en").data)
    assert "Monthsshort,ofthosereleased" in text
    assert "3/3" in text


@pytest.mark.parametrize("occupation", ["_T", "OC2"])
def test_of_the_sub_region_nothing_is_said_that_registers_cannot_say(client: FlaskClient, occupation: str) -> None:
    address = f"/trends?area=IMTGT&occupation={occupation}"
    assert "The sub-region as a whole has no signal" in message(client, address)
    assert message(client, address).startswith("Vacancies per 100 job seekers, October 2026: ")
    assert "trend" not in " ".join(lead.text() for lead in Page(client.get(address).text).root.with_class("lead"))


def test_a_country_over_all_occupations_is_not_called_short(client: FlaskClient) -> None:
    leads = [lead.text() for lead in Page(client.get("/trends?area=IMTGT_ID").text).root.with_class("lead")]
    assert leads[0].endswith("is what its groups are held against, and signals nothing by itself.")
    assert leads[0].startswith("Vacancies per 100 job seekers, October 2026: ")
    assert leads[1].startswith("The series is too short")
    drawn = client.get("/trends/relative.svg?area=IMTGT_ID").text
    assert "balanced" not in drawn
    assert "Short for certain" in message(client, "/trends?area=IMTGT_ID&occupation=OC2")
