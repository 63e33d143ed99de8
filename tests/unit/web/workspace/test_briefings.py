"""Briefings: what they say of an area or occupation, and that whoever reads one can check it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from node.web.workspace.briefs import digest
from tests.support.web_world import NOW, FixedStore, WebWorld, cube, persons, posts, vintage
from tests.unit.web.conftest import reader
from tests.unit.web.takeaway import pdf_text
from tests.unit.web.workspace.made import BRIEFINGS, SEEKING, VACANT

PRINTED = re.compile(r"http://localhost/[A-Za-z0-9/_-]+\.csv\?[a-z0-9A-Z_=&%-]+?asof=[0-9T%A-]+Z")


def printed(text: str) -> str:
    """The address of the file that a reader can check, without the site."""
    (address,) = PRINTED.findall(text)
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


@pytest.mark.parametrize("query", ["", "?period=2026-09", "?lang=th", "?lang=id", "?asof=2026-11-22T04:30:00Z"])
@pytest.mark.parametrize("address", BRIEFINGS)
def test_the_code_is_that_of_the_file_at_the_address_beside_it(client: FlaskClient, address: str, query: str) -> None:
    text = pdf_text.whole(client.get(address + query).data)
    file = client.get(printed(text))
    assert file.status_code == 200
    assert file.content_type == "text/csv; charset=utf-8"
    assert text.count(hashlib.sha256(file.data).hexdigest()) == 1


def test_the_code_can_be_checked_after_figures_were_revised_and_a_feed_went_stale(world: WebWorld) -> None:
    """The address names the time, so that it gives for ever what the paper says."""
    client = reader(world)
    before = pdf_text.whole(client.get(BRIEFINGS[0]).data)
    later = vintage("MY", "VACANCIES", "2026-10", revision=2, accepted=NOW + timedelta(days=1))
    revised = cube("VACANCIES", "2026-10", {**VACANT, posts("MY-08", "OC25"): 36}, [later])
    earlier = [one for month in world.store._cubes.values() for one in month]
    peers = tuple(replace(one, state=type(one.state).STALE) for one in world.standings)
    after = replace(world, store=FixedStore(*earlier, revised), standings=peers, now=NOW + timedelta(days=2))
    now = reader(after)
    assert hashlib.sha256(now.get(printed(before)).data).hexdigest() in before
    assert printed(pdf_text.whole(now.get(BRIEFINGS[0]).data)) != printed(before)


def test_a_code_is_written_in_groups_to_be_read_out() -> None:
    assert digest(b"").startswith("e3b0c442 98fc1c14 ")
    assert digest(b"").replace(" ", "") == hashlib.sha256(b"").hexdigest()


@pytest.mark.parametrize("root", ["", "/lmis"])
def test_printed_addresses_are_those_of_the_reader(client: FlaskClient, root: str) -> None:
    sent = {"SCRIPT_NAME": root}
    answer = client.get(BRIEFINGS[0], base_url="https://lmis.example", environ_overrides=sent)
    text = pdf_text.whole(answer.data)
    assert f"https://lmis.example{root}/occupations/OC25?" in text
    assert f"https://lmis.example{root}/occupations/OC25.csv?" in text
    assert "/lmis/lmis" not in text


def test_a_briefing_says_what_its_page_says(client: FlaskClient) -> None:
    text = pdf_text.whole(client.get(BRIEFINGS[0]).data)
    for said in (
        "ICTprofessionals:shortforcertainin2of4areas",
        "Of6signalsinthetablebelow,6arecertainwhateverthehiddenfiguresare;0cannotbetold.",
        "3–12",
        "0.04–0.16",
        "▲short",
        "▼surplus",
        "nottheproofofashortage",
        "VACANCIES/2026-10.csv.gz",
        "RootofMY",
    ):
        assert said in text, said


@pytest.mark.parametrize("address", BRIEFINGS)
def test_a_briefing_has_two_to_four_pages(client: FlaskClient, address: str) -> None:
    assert 2 <= len(pdf_text.pages(client.get(address).data)) <= 4


@pytest.mark.parametrize(
    "address",
    ["/areas/IMTGT/briefing.pdf", "/matrix/briefing.pdf", "/overview/briefing.pdf", "/trends/briefing.pdf"],
)
def test_other_views_have_none_and_say_which_do(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert "of countries, areas and occupations" in answer.json["error"]["message"]


def test_generated_figures_are_said_to_be_on_every_page(world: WebWorld) -> None:
    pages = pdf_text.pages(reader(replace(world, synthetic=True)).get(BRIEFINGS[1]).data)
    assert all("Syntheticdata" in page for page in pages)
    assert "Syntheticdata" not in pdf_text.whole(reader(world).get(BRIEFINGS[1]).data)


def test_a_briefing_of_a_month_with_one_side_only(world: WebWorld) -> None:
    assert persons("IMTGT_ID", "_T") in SEEKING
    store = FixedStore(cube("VACANCIES", "2026-10", VACANT))
    text = pdf_text.whole(reader(replace(world, store=store)).get(BRIEFINGS[0]).data)
    assert "nodata" in text
