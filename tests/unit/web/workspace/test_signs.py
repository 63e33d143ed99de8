"""What stands in place of a number: four signs that are told apart, ranges, and what a sum lacks; and marks beside."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace

import openpyxl
import pytest
from flask.testing import FlaskClient

from node.model.comparison import PROVISIONAL, Measured
from node.model.interval import Interval
from node.model.release import PeerState
from node.web.workspace.cells import figure, figure_text, is_altered, range_text
from node.web.workspace.words import GAP_CLASSES, GAP_MEANINGS, GAP_WORDS, SIGNAL_MARKS, STATE_MARKS, STATE_WORDS
from tests.support.web_world import FixedStore, WebWorld, cube, persons, posts, standing, vintage
from tests.unit.web.conftest import reader
from tests.unit.web.takeaway import pdf_text
from tests.unit.web.workspace.made import ADDRESSES, SEEKING, VACANT, beside
from tests.unit.web.workspace.parsed import Element, Page

TROUBLED = [state for state in PeerState if state is not PeerState.FRESH]


def page(client: FlaskClient, address: str) -> Page:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return Page(answer.text)


def records(client: FlaskClient, address: str) -> dict[str, dict[str, str]]:
    """The records of a CSV by their area, or else by their occupation."""
    rows = csv.DictReader(io.StringIO(client.get(address).text))
    return {row.get("REF_AREA") or row["OCCUPATION"]: row for row in rows}


def gap(cell: Element) -> str:
    """The class of the sign that a cell has in place of a number."""
    (sign,) = cell.with_class("gap")
    return next(name.removeprefix("gap-") for name in sign.classes if name != "gap")


def test_hidden_missing_no_data_and_not_applicable_are_four_words(client: FlaskClient) -> None:
    table = page(client, "/occupations/_T").table("areas")
    assert table.row("North Sumatra")[0] == "hidden"
    assert table.row("Jambi")[0] == "missing"
    assert table.row("Perak")[0] == "no data"
    assert table.row("IMT-GT")[3] == "n/a"
    cells = {row[0].text(): row for row in table.rows}
    signs = [
        gap(cells[area][place]) for area, place in (("North Sumatra", 1), ("Jambi", 1), ("Perak", 1), ("IMT-GT", 4))
    ]
    assert signs == ["hidden", "missing", "none", "na"]


def test_every_sign_has_a_word_a_class_and_a_meaning_of_its_own() -> None:
    for table in (GAP_WORDS, GAP_CLASSES, GAP_MEANINGS):
        assert set(table) == {"Q", "M", "-", "_Z"}
        assert len({str(said) for said in table.values()}) == 4
    for marks in (SIGNAL_MARKS, STATE_WORDS):
        assert len({str(mark) for mark in marks.values()}) == len(marks)


def test_the_page_explains_the_signs_that_it_has(client: FlaskClient) -> None:
    legend = page(client, "/occupations/_T").root.with_class("legend")[0]
    explained = dict(zip((dt.text() for dt in legend.all("dt")), (dd.text() for dd in legend.all("dd")), strict=True))
    assert explained["hidden"].startswith("kept confidential")
    assert "It is not zero" in explained["hidden"]
    assert {"hidden", "missing", "no data", "n/a", "partial", "p"} < set(explained)


def test_data_have_a_sign_and_an_empty_field_in_its_place(client: FlaskClient) -> None:
    found = records(client, "/occupations/_T.csv")
    signs = {"ID-SU": "Q", "ID-JA": "M", "MY-08": "-"}
    for area, sign in signs.items():
        assert (found[area]["VACANCIES"], found[area]["VACANCIES_SIGN"]) == ("", sign)
    assert (found["IMTGT"]["RELATIVE_TO_COUNTRY"], found["IMTGT"]["RELATIVE_TO_COUNTRY_SIGN"]) == ("", "_Z")
    assert (found["MY-07"]["VACANCIES"], found["MY-07"]["VACANCIES_SIGN"]) == ("123", "P")


@pytest.mark.parametrize("view", ["overview", "occupation", "area", "trends", "training"])
def test_a_hidden_figure_is_nowhere_a_zero(client: FlaskClient, view: str) -> None:
    """On the page no cell of a hidden figure begins with 0; in the data its value is empty beside the sign."""
    hidden = 0
    for element in page(client, ADDRESSES[view]).root.with_class("gap-hidden"):
        assert not re.match(r"0(?![.,])", element.text()), element.text()
    for rows in client.get(beside(ADDRESSES[view], ".json")).json["tables"].values():
        for record in rows:
            for name in (name for name, sign in record.items() if name.endswith("_SIGN") and sign == "Q"):
                assert record[name.removesuffix("_SIGN")] is None
                hidden += 1
    assert hidden or view == "trends"


def test_a_hidden_cell_of_a_workbook_is_empty_beside_its_word(client: FlaskClient) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(client.get("/occupations/_T.xlsx").data)).worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    row = next(row for row in sheet.iter_rows(values_only=True) if row[0] == "ID-SU")
    assert row[heads.index("Vacancies")] is None
    assert row[heads.index("Vacancies: Note")] == "hidden"
    assert (row[heads.index("Vacancies: At least")], row[heads.index("Vacancies: At most")]) == (0, "∞")


def test_a_range_stands_where_a_hidden_figure_is_known_within_bounds(client: FlaskClient) -> None:
    table = page(client, "/occupations/OC25").table("areas")
    assert table.row("Jambi")[:4] == ["3–12 hidden", "300", "1.0–4.0 hidden", "0.04–0.16 hidden"]
    found = records(client, "/occupations/OC25.csv")["ID-JA"]
    assert [found[f"VACANCIES{part}"] for part in ("", "_LOW", "_HIGH", "_SIGN")] == ["", "3", "12", "Q"]
    assert [found[f"RELATIVE_TO_COUNTRY{part}"] for part in ("", "_LOW", "_HIGH", "_SIGN")] == ["", "0.04", "0.16", "Q"]


def test_the_word_beside_a_range_is_for_those_who_do_not_see_its_looks(client: FlaskClient) -> None:
    cells = {row[0].text(): row for row in page(client, "/occupations/OC25").table("areas").rows}
    assert cells["Jambi"][1].text("unseen") == "3–12"


def test_a_figure_over_nothing_is_infinite_and_nothing_over_nothing_is_undefined(client: FlaskClient) -> None:
    table = page(client, "/occupations/OC22").table("areas")
    assert table.row("North Sumatra")[:5] == ["150", "0", "∞", "∞", "▲ short"]
    assert table.row("Penang")[:5] == ["0", "0", "n/a", "n/a", "n/a"]
    assert records(client, "/occupations/OC22.csv")["ID-SU"]["VACANCIES_PER_100_JOBSEEKERS"] == "INF"


def test_a_provisional_figure_says_so(client: FlaskClient) -> None:
    assert page(client, "/occupations/_T").table("areas").row("Penang")[0] == "123 p, provisional"
    assert figure_text(Measured(1234, PROVISIONAL), 0) == "1,234 (provisional)"


def test_a_figure_altered_by_noise_has_the_range_of_the_truth_beside_it() -> None:
    altered = Measured(30, "", (), Interval(27, 33))
    assert figure_text(altered, 0) == "30 (27–33)"
    assert str(figure(altered, 0)) == '30 <span class="flag">(27–33)</span>'


def test_what_arithmetic_leaves_is_no_noise() -> None:
    share = 100 * 600 / 5_100
    assert not is_altered(Measured(share, "", (), Interval(share, share * (1 + 1e-15))))
    assert is_altered(Measured(share, "", (), Interval(share, share * 1.001)))


def test_a_rate_of_known_figures_is_one_number(client: FlaskClient) -> None:
    row = page(client, ADDRESSES["trends"]).table("beveridge").row("3rd quarter of 2026")
    assert row == ["500", "600", "4,500", "10.00", "11.76"]


@pytest.mark.parametrize(("pair", "text"), [((2, 2), "2"), ((1, 1_204), "1–1,204")])
def test_ranges_of_ranks(pair: tuple[int, int], text: str) -> None:
    assert range_text(pair) == text


@pytest.fixture
def without_malaysia(world: WebWorld) -> FlaskClient:
    """No posts of Malaysia have been merged; its job seekers have."""
    ours = {key: value for key, value in VACANT.items() if "MY" not in key[0]}
    return reader(
        replace(world, store=FixedStore(cube("VACANCIES", "2026-10", ours), cube("JOBSEEKERS", "2026-10", SEEKING)))
    )


def test_a_sum_without_a_country_is_partial_and_names_it(without_malaysia: FlaskClient) -> None:
    table = page(without_malaysia, "/occupations/_T").table("areas")
    assert table.row("IMT-GT")[:3] == [
        "1,000 partial, without Malaysia (IMT-GT)",
        "5,000",
        "25.0 partial, without Malaysia (IMT-GT)",
    ]
    found = records(without_malaysia, "/occupations/_T.csv")["IMTGT"]
    assert (found["VACANCIES"], found["VACANCIES_LACKING"]) == ("1000", "IMTGT_MY")
    assert found["JOBSEEKERS_LACKING"] == ""
    sheet = openpyxl.load_workbook(io.BytesIO(without_malaysia.get("/occupations/_T.xlsx").data)).worksheets[0]
    notes = [cell for row in sheet.iter_rows(values_only=True, max_row=2) for cell in row]
    assert "partial, without Malaysia (IMT-GT)" in notes
    assert "1,000(partial)" in pdf_text.whole(without_malaysia.get("/occupations/_T/briefing.pdf").data)


def test_what_a_country_lacks_is_said_before_any_figure(without_malaysia: FlaskClient) -> None:
    notices = [one.text() for one in page(without_malaysia, "/").root.with_class("notice")]
    lacking = "Malaysia (IMT-GT): no vacancies for October 2026 have been merged here."
    assert notices == [f"{lacking} Totals of the sub-region are partial without them."]


@pytest.fixture(params=TROUBLED, ids=lambda state: state.value)
def troubled(request: pytest.FixtureRequest, world: WebWorld) -> tuple[PeerState, FlaskClient]:
    """Malaysia's feed does not stand as it should."""
    state: PeerState = request.param
    peers = (standing("ID", "Indonesia"), standing("MY", "Malaysia", state, "/srv/peers/MY/root.json cannot be read"))
    return state, reader(replace(world, standings=peers))


@pytest.mark.parametrize("view", ["overview", "occupation", "matrix"])
def test_areas_of_a_troubled_feed_are_marked_beside_their_names(
    troubled: tuple[PeerState, FlaskClient], view: str
) -> None:
    state, client = troubled
    read = page(client, ADDRESSES[view])
    mark = f"{STATE_MARKS[state]} {STATE_WORDS[state]}"
    heads = [row[0].text() for row in read.table("matrix" if view == "matrix" else "areas").rows]
    for name in ("Malaysia (IMT-GT)", "Penang", "Perak"):
        assert f"{name} {mark}" in heads
    for name in ("IMT-GT", "Indonesia (IMT-GT)", "North Sumatra", "Jambi"):
        assert name in heads


@pytest.mark.parametrize("view", ["area", "trends", "provenance", "training", "complementarity"])
def test_every_view_says_how_a_troubled_feed_stands_and_nothing_of_its_reason(
    troubled: tuple[PeerState, FlaskClient], view: str
) -> None:
    state, client = troubled
    html = client.get(ADDRESSES[view]).text
    notices = [one.text() for one in Page(html).root.with_class("notice")]
    assert any(said.startswith("Malaysia (IMT-GT):") and str(STATE_WORDS[state]) in said for said in notices)
    assert "/srv" not in html


def test_data_say_of_each_row_how_its_feed_stands(troubled: tuple[PeerState, FlaskClient]) -> None:
    state, client = troubled
    found = records(client, "/occupations/OC25.csv")
    assert {area for area, row in found.items() if row["FEED_STATE"]} == {"IMTGT_MY", "MY-07", "MY-08"}
    assert found["MY-07"]["FEED_STATE"] == state.value
    body = client.get("/matrix.json").json["tables"]["matrix"]
    assert {row["FEED_STATE"] for row in body if row["REF_AREA"].startswith("MY")} == {state.value}
    flows = client.get("/complementarity.json").json["tables"]["flows"]
    assert {row["FEED_STATE"] for row in flows if row["FROM_AREA"] == "MY-07"} == {state.value}
    assert {row["FEED_STATE"] for row in flows if row["FROM_AREA"] == "ID-JA"} == {""}


def test_data_of_one_area_say_so_in_each_row(troubled: tuple[PeerState, FlaskClient]) -> None:
    state, client = troubled
    for address in ("/areas/MY-07.csv", "/trends.csv?area=MY-07", "/training.csv?area=MY-07"):
        rows = list(csv.DictReader(io.StringIO(client.get(address).text)))
        assert {(row["REF_AREA"], row["FEED_STATE"]) for row in rows} == {("MY-07", state.value)}, address
    assert {row["FEED_STATE"] for row in csv.DictReader(io.StringIO(client.get("/areas/ID-SU.csv").text))} == {""}


def test_a_briefing_says_how_a_troubled_feed_stands_beside_its_areas(troubled: tuple[PeerState, FlaskClient]) -> None:
    state, client = troubled
    text = pdf_text.whole(client.get("/occupations/OC25/briefing.pdf").data)
    word = pdf_text.squeezed(str(STATE_WORDS[state]))
    assert f"Malaysia(IMT-GT):itsfeedis{word}:" in text
    assert f"Penang({word})" in text
    assert f"NorthSumatra({word})" not in text
    assert "srv" not in text


def test_a_workbook_says_how_a_troubled_feed_stands(troubled: tuple[PeerState, FlaskClient]) -> None:
    state, client = troubled
    about = openpyxl.load_workbook(io.BytesIO(client.get("/occupations/OC25.xlsx").data)).worksheets[-1]
    said = [str(row[1]) for row in about.iter_rows(values_only=True)]
    assert any(one.startswith(f"Malaysia (IMT-GT): its feed is {STATE_WORDS[state]}:") for one in said)


def test_fresh_feeds_are_marked_nowhere(client: FlaskClient) -> None:
    for view in ("overview", "occupation", "matrix"):
        assert not page(client, ADDRESSES[view]).root.with_class("notice")
        assert not [row for row in page(client, ADDRESSES[view]).tables[0].rows if row[0].with_class("flag")]
    assert {row["FEED_STATE"] for row in records(client, "/occupations/OC25.csv").values()} == {""}


def test_a_troubled_feed_whose_areas_this_node_does_not_know_breaks_no_page(world: WebWorld) -> None:
    stranger = replace(standing("SG", "Singapore", PeerState.STALE), peer=replace(standing("SG", "x").peer))
    client = reader(replace(world, standings=(*world.standings, stranger)))
    for address in (*ADDRESSES.values(), "/occupations/OC25.csv", "/occupations/OC25/briefing.pdf"):
        assert client.get(address).status_code == 200, address


def test_a_month_without_any_record_is_said_to_be_empty(world: WebWorld) -> None:
    empty = cube("VACANCIES", "2026-10", {}, [vintage("MY", "VACANCIES", "2026-10", rows=0)])
    client = reader(replace(world, store=FixedStore(empty, cube("JOBSEEKERS", "2026-10", SEEKING))))
    notices = [one.text() for one in page(client, "/").root.with_class("notice")]
    assert "MY published “Job vacancies” for October 2026 without a single record." in notices
    for address in ADDRESSES.values():
        assert client.get(address).status_code == 200, address
        assert client.get(beside(address, ".xlsx")).status_code == 200, address


def test_a_month_with_one_side_only_says_what_is_not_there(client: FlaskClient) -> None:
    read = page(client, "/?period=2026-11")
    notices = [one.text() for one in read.root.with_class("notice")]
    assert [said for said in notices if "no job seekers for November 2026 have been merged here" in said] == notices
    assert len(notices) == 2
    assert read.table("areas").row("Indonesia (IMT-GT)") == ["1,000", "no data", "no data", "no data", "n/a", "n/a"]


@pytest.fixture
def alone(world: WebWorld) -> FlaskClient:
    """A node that has merged nothing but its own feed, and has no partner."""
    vacant = {key: value for key, value in VACANT.items() if "MY" not in key[0]}
    seeking = {key: value for key, value in SEEKING.items() if "MY" not in key[0]}
    store = FixedStore(cube("VACANCIES", "2026-10", vacant), cube("JOBSEEKERS", "2026-10", seeking))
    return reader(replace(world, store=store, standings=(standing("ID", "Indonesia"),)))


@pytest.mark.parametrize("view", ADDRESSES)
def test_a_single_country_has_every_view(alone: FlaskClient, view: str) -> None:
    for suffix in ("", ".csv", ".json", ".xlsx"):
        assert alone.get(beside(ADDRESSES[view], suffix)).status_code == 200


def test_a_single_country_s_figures_stand_and_the_others_are_no_data(alone: FlaskClient) -> None:
    table = page(alone, "/occupations/OC25").table("areas")
    assert table.row("Indonesia (IMT-GT)")[:5] == ["400", "700", "57.1", "2.29", "▲ short"]
    assert table.row("Penang")[:5] == ["no data"] * 4 + ["n/a"]
    assert table.row("IMT-GT")[0] == "400 partial, without Malaysia (IMT-GT)"


@pytest.mark.parametrize("view", ADDRESSES)
def test_before_the_first_merge_pages_say_so_and_files_are_not_found(world: WebWorld, view: str) -> None:
    client = reader(replace(world, store=FixedStore()))
    read = page(client, ADDRESSES[view])
    assert read.words("h1") == ["Nothing to compare yet"]
    for suffix in (".csv", ".json", ".xlsx", "/briefing.pdf", "/map.svg"):
        answer = client.get(beside(ADDRESSES[view], suffix))
        assert (answer.status_code, answer.json["error"]["code"]) == (404, "NotPublished"), suffix


def test_figures_of_other_months_do_not_stand_in(client: FlaskClient) -> None:
    table = page(client, ADDRESSES["trends"]).table("series")
    assert table.row("August 2026") == ["no data", "no data", "no data", "no data", "n/a"]


def test_what_is_published_as_zero_is_a_zero(client: FlaskClient) -> None:
    assert page(client, ADDRESSES["training"]).table("training").row("Malaysia (IMT-GT)")[4:6] == ["0", "0"]
    assert persons("IMTGT_MY", "OC22") in SEEKING
    assert posts("MY-07", "OC22") in VACANT
