"""The pages' words and numbers, read as their HTML."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient

from node.model.release import PeerState
from node.web.app import create_app
from tests.support.profiles import jobseekers, vacancies
from tests.support.web_world import (
    FixedProfiles,
    FixedStore,
    WebWorld,
    cube,
    own_feed,
    persons,
    posts,
    standing,
    vintage,
)

PAGES = ("/", "/?measure=relative", "/areas/ID-SU", "/areas/IMTGT?occupation=OC2", "/occupations/OC2", "/feeds/")


class Cells(HTMLParser):
    """The text of the cells of the tables of a page, row by row, and how its headers are scoped."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.scopes: list[str | None] = []
        self.captions = 0
        self.tables = 0
        self._open = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
            self._open = True
            if tag == "th":
                self.scopes.append(dict(attrs).get("scope"))
        self.captions += tag == "caption"
        self.tables += tag == "table"

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._open = False

    def handle_data(self, data: str) -> None:
        if self._open:
            self.rows[-1][-1] = " ".join(f"{self.rows[-1][-1]} {data}".split())

    def row(self, head: str) -> list[str]:
        """The cells after the first of the row whose head begins so."""
        return next(cells[1:] for cells in self.rows if cells[0].startswith(head))


def text(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_the_first_page_shows_the_newest_month_that_has_both_sides(client: FlaskClient) -> None:
    page = text(client, "/")
    assert "Where the labour market is tight, October 2026" in page
    assert re.search(r'<option value="2026-10" selected>October 2026</option>', page)
    assert '<option value="2026-11">November 2026</option>' in page


def test_the_matrix_gives_vacancies_for_a_hundred_job_seekers(client: FlaskClient) -> None:
    cells = Cells(text(client, "/"))
    assert cells.row("Indonesia (IMT-GT)") == ["25.0", "▲ tighter 50.0", "no data"]
    assert cells.row("Malaysia (IMT-GT)") == ["50.0", "▲ tighter 100.0", "no data"]
    assert cells.row("IMT-GT") == ["30.0", "53.0", "no data"]


def test_the_lead_says_what_all_countries_share(client: FlaskClient) -> None:
    page = text(client, "/")
    assert "<strong>30 vacancies for every 100 registered job seekers</strong>" in page
    assert "<strong>Professionals</strong>" in page


def test_a_card_says_how_many_groups_cannot_be_placed(client: FlaskClient) -> None:
    assert text(client, "/").count("Of 2 major groups, 1 cannot be placed") == 2


def test_hidden_missing_and_no_data_are_three_words_and_none_is_a_number(client: FlaskClient) -> None:
    cells = Cells(text(client, "/?measure=vacancies"))
    assert cells.row("North Sumatra")[0] == "hidden"
    assert cells.row("Jambi")[0] == "missing"
    assert cells.row("Perak")[0] == "no data"
    assert cells.row("Penang")[0] == "123 p"


def test_the_address_chooses_period_and_measure(client: FlaskClient) -> None:
    page = text(client, "/?period=2026-09&measure=jobseekers")
    assert "September 2026" in page
    assert Cells(page).row("Indonesia (IMT-GT)") == ["4,000", "1,400", "no data"]
    assert re.search(r'<option value="jobseekers" selected>', page)


def test_a_month_with_one_side_only_says_what_is_not_there(client: FlaskClient) -> None:
    page = text(client, "/?period=2026-11")
    assert page.count("no job seekers for November 2026 have been merged here") == 2
    assert Cells(page).row("Indonesia (IMT-GT)")[0] == "no data"
    assert "What is tight here cannot be told for November 2026." in page


def test_a_sum_without_a_country_is_called_partial_and_names_it(world: WebWorld) -> None:
    alone = {posts("IMTGT_ID", "_T"): 10}
    store = FixedStore(
        cube("VACANCIES", "2026-10", alone), cube("JOBSEEKERS", "2026-10", {persons("IMTGT_ID", "_T"): 40})
    )
    page = text(create_app(replace(world, store=store)).test_client(), "/?measure=vacancies")
    assert Cells(page).row("IMT-GT")[0] == "10 partial , without Malaysia (IMT-GT)"
    assert "Without Malaysia (IMT-GT), the registers of the sub-region count" in page


def test_an_empty_release_is_said_to_be_empty(world: WebWorld) -> None:
    empty = [vintage("MY", "VACANCIES", "2026-10", rows=0)]
    store = FixedStore(cube("VACANCIES", "2026-10", {}, empty), cube("JOBSEEKERS", "2026-10", {}))
    page = text(create_app(replace(world, store=store)).test_client(), "/")
    assert "<strong>MY</strong> published VACANCIES for October 2026 without a single record." in page


def test_an_area_s_page_lists_its_occupations_and_a_multiple_of_its_country(client: FlaskClient) -> None:
    cells = Cells(text(client, "/areas/IMTGT_ID"))
    assert cells.row("All occupations") == ["1,000", "4,000", "25.0", "1.00", "near its country’s own"]
    assert cells.row("Professionals") == ["700", "1,400", "50.0", "2.00", "▲ tighter"]
    assert cells.row("Craft workers") == ["no data", "no data", "no data", "no data", "not determined"]


def test_an_occupation_s_page_lists_areas_and_its_parts(client: FlaskClient) -> None:
    page = text(client, "/occupations/OC2")
    assert Cells(page).row("Malaysia (IMT-GT)") == ["90", "90", "100.0", "2.00", "▲ tighter"]
    assert 'href="/occupations/OC22?period=2026-10"' in page


def test_the_sub_region_is_given_no_place_against_itself(client: FlaskClient) -> None:
    page = text(client, "/areas/IMTGT")
    assert "Times the country’s own level" not in page
    assert Cells(page).row("All occupations") == ["1,500", "5,000", "30.0"]


@pytest.mark.parametrize("address", PAGES)
def test_tables_are_tables(client: FlaskClient, address: str) -> None:
    cells = Cells(text(client, address))
    assert cells.tables > 0
    assert cells.captions == cells.tables
    assert set(cells.scopes) <= {"row", "col", "rowgroup"}


@pytest.mark.parametrize("address", PAGES)
def test_pages_have_no_script_and_no_inline_style(client: FlaskClient, address: str) -> None:
    page = text(client, address).lower()
    assert "<script" not in page
    assert "style=" not in page
    assert "<style" not in page
    assert not re.search(r"\son[a-z]+=", page)
    assert not re.search(r'(?:href|src|action)="(?:https?:)?//', page)


@pytest.mark.parametrize("address", ["/", "/areas/ID-SU", "/occupations/OC2"])
def test_pages_of_figures_say_what_they_do_not_prove(client: FlaskClient, address: str) -> None:
    page = text(client, address)
    assert "do not prove a shortage" in page
    assert "Compare positions, not levels." in page
    assert "1.5 times" in page


@pytest.mark.parametrize("address", [*PAGES, "/nowhere"])
def test_every_page_of_a_synthetic_node_says_so(world: WebWorld, address: str) -> None:
    marked = create_app(replace(world, synthetic=True)).test_client().get(address).text
    assert "<strong>Synthetic data.</strong>" in marked
    assert "Synthetic data" not in create_app(world).test_client().get(address).text


@pytest.mark.parametrize("address", ["/", "/areas/ID-SU", "/occupations/OC2"])
def test_a_synthetic_vintage_marks_the_pages_of_a_real_node(world: WebWorld, address: str) -> None:
    made = [vintage("MY", "VACANCIES", "2026-10", synthetic=True)]
    store = FixedStore(cube("VACANCIES", "2026-10", {posts("IMTGT_MY", "_T"): 5}, made))
    page = text(create_app(replace(world, store=store)).test_client(), address)
    assert "<strong>Synthetic data.</strong>" in page
    assert "VACANCIES <span" in page


@pytest.mark.parametrize("address", ["/", "/areas/ID-SU", "/occupations/OC2"])
def test_before_the_first_merge_the_pages_say_so(world: WebWorld, address: str) -> None:
    page = text(create_app(replace(world, store=FixedStore())).test_client(), address)
    assert "Nothing to compare yet" in page


def test_the_feeds_page_lists_releases_newest_first_with_their_stored_names(client: FlaskClient) -> None:
    page = text(client, "/feeds/")
    assert page.index("October 2026") < page.index("September 2026")
    assert f'href="/feeds/targets/VACANCIES/{"ab" * 32}.2026-10.csv.gz"' in page
    assert "Fresh: signed until 28 November 2026, 05:00 UTC. Snapshot version 12." in page


def test_an_expired_timestamp_is_said_to_be_stale(world: WebWorld) -> None:
    feed = own_feed(lives=timedelta(minutes=-1))
    page = text(create_app(replace(world, feed=feed)).test_client(), "/feeds/")
    assert "Partners now call this feed stale" in page
    assert "Fresh: signed until" not in page


def test_a_node_that_has_published_nothing_says_so(world: WebWorld) -> None:
    assert "has not published anything yet" in text(create_app(replace(world, feed=None)).test_client(), "/feeds/")


@pytest.mark.parametrize("state", list(PeerState))
def test_every_state_of_a_peer_is_shown_in_words_and_nothing_of_its_reason(world: WebWorld, state: PeerState) -> None:
    peers = (standing("TH", "Thailand", state, "/srv/peers/TH/root.json cannot be read"),)
    cells = Cells(text(create_app(replace(world, standings=peers)).test_client(), "/feeds/"))
    words = {
        PeerState.FRESH: "up to date",
        PeerState.STALE: "stale",
        PeerState.UNREACHABLE: "unreachable",
        PeerState.REFUSED: "refused",
        PeerState.QUARANTINED: "quarantined",
        PeerState.FORKED: "forked",
        PeerState.NEVER: "never pulled",
    }
    assert words[state] in cells.row("Thailand")[0]
    assert "/srv" not in " ".join(cells.row("Thailand")), "a reason may name this machine's paths; operators see it"


def test_what_was_merged_last_from_a_peer_is_shown(client: FlaskClient) -> None:
    assert "VACANCIES 2026-11 , revision 1" in Cells(text(client, "/feeds/")).row("Malaysia")[3]


def test_markup_in_what_peers_say_is_shown_as_text(world: WebWorld) -> None:
    attack = '<script>alert(1)</script><img src=x onerror="alert(2)">'
    bad = vintage(attack, "VACANCIES", "2026-10", rows=0)
    store = FixedStore(cube("VACANCIES", "2026-10", {posts("IMTGT_MY", "_T"): 5}, [bad]))
    hostile = replace(world, store=store, standings=(standing(attack, attack, PeerState.REFUSED, attack),), name=attack)
    client = create_app(hostile).test_client()
    for address in ("/", "/feeds/", "/nowhere"):
        page = client.get(address).text
        assert "<script" not in page
        assert "<img" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_markup_in_the_address_is_shown_as_text(client: FlaskClient) -> None:
    for address in ("/areas/<script>x", "/?period=<script>x", "/?measure=<script>x"):
        answer = client.get(address)
        assert answer.status_code in (400, 404)
        assert "<script" not in answer.text
        assert "&lt;script&gt;x" in answer.text


def test_a_profile_s_names_are_escaped_too(world: WebWorld) -> None:
    profile = vacancies()
    area = profile.structure.axis("REF_AREA")
    renamed = replace(
        area.codelist,
        codes=tuple(
            replace(code, name="<b>Penang</b>") if code.id == "MY-07" else code for code in area.codelist.codes
        ),
    )
    profile = replace(profile, structure=profile.structure.with_axis("REF_AREA", renamed))
    page = text(create_app(replace(world, profiles=FixedProfiles(profile, jobseekers()))).test_client(), "/")
    assert "<b>Penang" not in page
    assert "&lt;b&gt;Penang&lt;/b&gt;" in page
