"""The pages around the views: feeds and trust, methods, problems; and what holds for every page."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from node.model.comparison import SignalThresholds
from node.model.release import PeerState
from node.model.split_view import Fork, ForkRecord, SeenSnapshot, Verdict
from tests.support.web_world import NOW, FixedStore, WebWorld, cube, own_feed, posts, published, standing, vintage
from tests.unit.web.conftest import reader
from tests.unit.web.workspace.made import ADDRESSES, beside
from tests.unit.web.workspace.parsed import Page

PAGES = ("/", *ADDRESSES.values(), "/feeds/", "/methods", "/nowhere")
LANGUAGES = ("id", "ms", "th", "en")


def page(client: FlaskClient, address: str) -> Page:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return Page(answer.text)


@pytest.mark.parametrize("address", PAGES)
def test_every_page_of_a_synthetic_node_says_so(world: WebWorld, address: str) -> None:
    marked = Page(reader(replace(world, synthetic=True)).get(address).text)
    (banner,) = marked.root.with_class("synthetic")
    assert banner.text().startswith("Synthetic data")
    assert "describe no real person, employer or place" in banner.text()
    assert "Synthetic data" not in reader(world).get(address).text


@pytest.mark.parametrize("address", ["/", "/areas/MY-07", "/occupations/OC2", "/matrix"])
def test_a_synthetic_vintage_marks_the_pages_and_files_of_a_real_node(world: WebWorld, address: str) -> None:
    made = [vintage("MY", "VACANCIES", "2026-10", synthetic=True)]
    client = reader(replace(world, store=FixedStore(cube("VACANCIES", "2026-10", {posts("IMTGT_MY", "_T"): 5}, made))))
    read = page(client, address)
    assert "Synthetic data" in read.root.with_class("synthetic")[0].text()
    assert "synthetic" in [flag.text() for flag in read.root.with_class("flag")]
    data = "/overview" if address == "/" else address
    assert client.get(f"{data}.json").json["synthetic"] is True
    assert {line.rpartition(",")[2] for line in client.get(f"{data}.csv").text.splitlines()[1:]} == {"true"}


@pytest.mark.parametrize("address", PAGES)
def test_a_page_has_one_main_part_and_a_way_past_the_menu(client: FlaskClient, address: str) -> None:
    root = Page(client.get(address).text).root
    assert [main.attributes["id"] for main in root.all("main")] == ["main"]
    assert root.all("a")[0].attributes["href"] == "#main"
    assert len(root.all("h1")) == 1
    assert len({nav.attributes["aria-label"] for nav in root.all("nav")}) == len(root.all("nav"))


@pytest.mark.parametrize("address", ["/", "/matrix", "/trends", "/complementarity", "/training", "/feeds/", "/methods"])
def test_the_menu_says_where_the_reader_is(client: FlaskClient, address: str) -> None:
    menu = page(client, address).root.with_class("views")[0]
    here = [link.attributes["href"] for link in menu.all("a") if link.attributes.get("aria-current") == "page"]
    assert [link.partition("?")[0] for link in here] == [address]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", PAGES)
def test_every_page_is_in_the_language_that_the_address_names(client: FlaskClient, address: str, language: str) -> None:
    answer = client.get(beside(address, "", f"lang={language}"))
    assert f'<html lang="{language}">' in answer.text
    assert answer.headers["Content-Language"] == language


def test_a_reader_s_browser_chooses_where_the_address_does_not(client: FlaskClient) -> None:
    answer = client.get("/", headers={"Accept-Language": "th;q=0.8,id;q=0.9"})
    assert '<html lang="id">' in answer.text
    assert "Accept-Language" in answer.headers["Vary"]


def test_the_first_page_is_of_the_newest_month_that_has_both_sides(client: FlaskClient) -> None:
    read = page(client, "/")
    assert read.words("h1") == ["Where occupations are shortOctober 2026"]
    months = [option for option in read.root.all("option") if re.fullmatch(r"\d{4}-\d{2}", option.attributes["value"])]
    assert [option.text() for option in months] == ["November 2026", "October 2026", "September 2026", "July 2026"]
    assert [option.text() for option in months if "selected" in option.attributes] == ["October 2026"]


def test_the_overview_says_what_is_short_most_widely_and_what_changed(client: FlaskClient) -> None:
    read = page(client, "/")
    assert read.root.with_class("lead")[0].text() == "ICT professionals: short for certain in 2 of 4 areas"
    assert read.table("shortages").row("ICT professionals") == [
        "▲ short", "▼ surplus", "2", "4", "not widespread", "not all countries",
    ]  # fmt: skip
    assert read.table("changes").row("Indonesia (IMT-GT)", "Professionals") == ["▼ surplus", "0.57", "▲ short", "2.00"]
    assert read.table("areas").row("Perak") == ["35", "10", "350.0", "7.00", "▲ short", "1"]


def test_the_overview_says_how_fresh_each_feed_is(client: FlaskClient) -> None:
    cards = [card.text() for card in page(client, "/").root.with_class("card")]
    assert len(cards) == 2
    assert "Malaysia" in cards[1]
    assert "up to date" in cards[1]
    assert "Job vacancies: November 2026" in cards[1]
    assert "Registered job seekers: October 2026" in cards[1]


@pytest.mark.parametrize(
    ("measure", "cells"),
    [
        ("", ["short ▲ 2.00", "balanced = 1.00", "short ▲ 2.29"]),
        ("tightness", ["short ▲ 50.0", "balanced = 25.0", "short ▲ 57.1"]),
        ("vacancies", ["700", "200", "400"]),
        ("jobseekers", ["1,400", "800", "700"]),
    ],
)
def test_the_matrix_shows_the_measure_that_is_asked(client: FlaskClient, measure: str, cells: list[str]) -> None:
    read = page(client, f"/matrix?occupation=OC2&measure={measure}")
    assert read.table("matrix").row("Indonesia (IMT-GT)") == cells
    chosen = [option.attributes["value"] for option in read.root.all("option") if "selected" in option.attributes]
    assert chosen == ["2026-10", "OC2", measure or "relative"]


def test_a_group_is_drilled_into(client: FlaskClient) -> None:
    heads = page(client, "/matrix").table("matrix").heads
    assert heads[2].href.startswith("/matrix?occupation=OC2&")
    assert page(client, "/matrix?occupation=OC2").table("matrix").heads[2].href.startswith("/occupations/OC22?")


def test_thresholds_of_the_configuration_are_those_of_the_page(world: WebWorld) -> None:
    own = replace(world, thresholds=SignalThresholds("2 trial", 3.0, 0.5))
    client = reader(own)
    read = page(client, "/occupations/OC2")
    assert read.table("areas").row("Indonesia (IMT-GT)")[3:5] == ["2.00", "= balanced"]
    assert "at least 3.00 times as tight" in read.root.text()
    assert "version 2 trial" in read.root.text()
    assert "version 2 trial" in page(client, "/methods").root.text()


def test_the_sub_region_is_given_no_place_against_itself(client: FlaskClient) -> None:
    read = page(client, "/areas/IMTGT?occupation=OC2")
    assert read.table("occupations").row("Professionals")[:5] == ["790", "1,490", "53.0", "n/a", "n/a"]
    assert "registers of several countries do not mix" in read.root.with_class("lead")[0].text()


def test_the_way_to_a_number_s_proof(client: FlaskClient) -> None:
    read = page(client, "/provenance/ID-SU/OC25")
    links = [link for link in read.links if link.startswith("/proofs/")]
    assert links[0] == "/proofs/VACANCIES/M.ID-SU.OC25.JV_OPEN?period=2026-10"
    assert "/proofs/JOBSEEKERS/M.IMTGT_ID._T._T.JS_REGISTERED?period=2026-10" in links
    surveyed = [link for link in page(client, "/provenance/ID-SU/OC2").links if link.startswith("/proofs/EMPLOYMENT")]
    assert surveyed == ["/proofs/EMPLOYMENT/Q.ID-SU.OC2._T.EMP?period=2026-Q3"]


def test_the_feeds_page_lists_releases_newest_first_with_their_stored_names(client: FlaskClient) -> None:
    read = page(client, "/feeds/")
    own = next(table for table in read.tables if table.caption == "Job vacancies VACANCIES")
    assert [row[0].text() for row in own.rows] == ["October 2026", "September 2026"]
    assert own.rows[0][4].href == f"/feeds/targets/VACANCIES/{'ab' * 32}.2026-10.csv.gz"
    assert "Fresh: signed until 28 November 2026, 05:00 UTC. Snapshot version 12." in read.root.text()


def test_an_expired_timestamp_is_said_to_be_stale(world: WebWorld) -> None:
    said = page(reader(replace(world, feed=own_feed(lives=timedelta(minutes=-1)))), "/feeds/").root.text()
    assert "Partners now call this feed stale" in said
    assert "Fresh: signed until" not in said


def test_a_node_that_has_published_nothing_says_so(world: WebWorld) -> None:
    assert "has not published anything yet" in page(reader(replace(world, feed=None)), "/feeds/").root.text()


def test_a_release_without_a_record_says_so(world: WebWorld) -> None:
    client = reader(replace(world, feed=own_feed(published("VACANCIES", "2026-10", rows=0))))
    assert "0, no records" in page(client, "/feeds/").root.text()


@pytest.mark.parametrize("state", list(PeerState))
def test_every_state_of_a_peer_is_shown_in_words_and_nothing_of_its_reason(world: WebWorld, state: PeerState) -> None:
    peers = (standing("TH", "Thailand", state, "/srv/peers/TH/root.json cannot be read"),)
    row = page(reader(replace(world, standings=peers)), "/feeds/").tables[0].row("Thailand")
    words = {
        PeerState.FRESH: "up to date",
        PeerState.STALE: "stale",
        PeerState.UNREACHABLE: "unreachable",
        PeerState.REFUSED: "refused",
        PeerState.QUARANTINED: "quarantined",
        PeerState.FORKED: "forked",
        PeerState.NEVER: "never pulled",
    }
    assert words[state] in row[0]
    assert "/srv" not in " ".join(row), "a reason may name this machine's paths; operators see it"


def test_what_was_merged_last_from_a_peer_is_shown(client: FlaskClient) -> None:
    assert "Job vacancies, November 2026, revision 1" in page(client, "/feeds/").tables[0].row("Malaysia")[3]


def test_what_is_flagged_is_said_to_be(world: WebWorld) -> None:
    flagged = vintage("MY", "VACANCIES", "2026-10", flags=("sevenfold",))
    store = FixedStore(cube("VACANCIES", "2026-10", {posts("IMTGT_MY", "_T"): 5}, [flagged]))
    client = reader(replace(world, store=store))
    for address in ("/feeds/", "/"):
        flag = next(one for one in page(client, address).root.with_class("flag") if "flagged" in one.text())
        assert flag.attributes["title"] == "sevenfold"


@pytest.fixture
def fork() -> Fork:
    one, other = (
        SeenSnapshot("MY", witness, 7, 1, digit * 64, digit * 64, "", "", True, NOW)
        for witness, digit in (("ID", "1"), ("TH", "2"))
    )
    return Fork(one, other)


def test_a_fork_that_holds_merges_is_told_until_it_is_decided(world: WebWorld, fork: Fork) -> None:
    held = ForkRecord(1, fork, NOW, ())
    decided = replace(held, verdicts=(Verdict("released", "Ibu Sari", "seen by telephone", NOW),))
    said = "Fork: MY has signed two different feeds under version 7."
    assert said in page(reader(replace(world, fork_records=(held,))), "/feeds/").root.text()
    assert said not in page(reader(replace(world, fork_records=(decided,))), "/feeds/").root.text()
    assert said not in page(reader(world), "/feeds/").root.text()


def test_a_node_without_partners_says_how_to_add_one(world: WebWorld) -> None:
    assert "lmis-node peer add" in page(reader(replace(world, standings=())), "/feeds/").root.text()
