"""Areas and occupations in the reader's language, and in English, marked, where it has no title."""

from __future__ import annotations

import io
from dataclasses import replace

import openpyxl
import pytest
from flask.testing import FlaskClient

from node.model.names import Name
from node.web.language.current import speaking
from node.web.language.languages import Language
from node.web.workspace.cells import marked
from node.web.workspace.names import Naming, dataflow_name, distances_name
from tests.support.profiles import AREAS, OCCUPATIONS, vacancies
from tests.support.web_world import FixedProfiles
from tests.unit.web.takeaway import pdf_text
from tests.unit.web.workspace.made import NAMES
from tests.unit.web.workspace.parsed import Element, Page

THAI = {"OC2": "ผู้ประกอบวิชาชีพด้านต่าง ๆ", "MY-07": "ปีนัง", "ID-SU": "สุมาตราเหนือ"}


def heads(client: FlaskClient, address: str, table: str) -> list[Element]:
    return [row[0] for row in Page(client.get(address).text).table(table).rows]


def is_english(cell: Element) -> bool:
    """Whether all that is named in a cell is marked to be English."""
    marked = [one for one in cell.all("span") if one.attributes.get("lang") == "en"]
    return bool(marked) and marked[0].text() == cell.text("flag")


@pytest.mark.parametrize(
    ("language", "own", "english"),
    [
        ("id", {"Sumatera Utara"}, {"Jambi", "Penang", "Perak"}),
        ("th", {"สุมาตราเหนือ", "ปีนัง"}, {"Jambi", "Perak"}),
        ("ms", set(), {"North Sumatra", "Jambi", "Penang", "Perak"}),
        ("en", {"North Sumatra", "Jambi", "Penang", "Perak"}, set()),
    ],
)
def test_areas_have_their_name_or_the_english_one_marked(
    client: FlaskClient, language: str, own: set[str], english: set[str]
) -> None:
    found = {cell.text(): is_english(cell) for cell in heads(client, f"/occupations/OC2?lang={language}", "areas")}
    assert own <= {name for name, marked in found.items() if not marked}
    assert english <= {name for name, marked in found.items() if marked}


@pytest.mark.parametrize(("language", "title"), [("id", "Profesional"), ("th", THAI["OC2"]), ("ms", "Professionals")])
def test_occupations_have_their_title_or_the_english_one_marked(client: FlaskClient, language: str, title: str) -> None:
    cells = heads(client, f"/areas/ID-SU?lang={language}", "occupations")
    named = next(cell for cell in cells if cell.text() == title)
    assert is_english(named) is (language == "ms")
    craft = next(cell for cell in cells if cell.text() == "Craft workers")
    assert is_english(craft)


def test_all_occupations_are_words_of_the_page_in_every_language(client: FlaskClient) -> None:
    for language in ("id", "ms", "th", "en"):
        first = heads(client, f"/areas/ID-SU?lang={language}", "occupations")[0]
        assert not is_english(first)


def test_the_way_to_a_group_and_its_parts_are_marked_too(client: FlaskClient) -> None:
    page = Page(client.get("/occupations/OC2?lang=th").text)
    parts = next(one for one in page.root.with_class("links"))
    assert [is_english(link) for link in parts.all("a")] == [True, True]
    crumbs = Page(client.get("/occupations/OC25?lang=th").text).root.with_class("crumbs")[0].all("a")
    assert not any(is_english(link) for link in crumbs)
    assert crumbs[-1].text() == THAI["OC2"]


def test_the_heads_of_the_matrix_and_the_provenance_are_named_in_the_language(client: FlaskClient) -> None:
    matrix = Page(client.get("/matrix?lang=th").text).table("matrix")
    assert THAI["OC2"] in [head.text() for head in matrix.heads]
    lead = Page(client.get("/provenance/MY-07/OC2?lang=th").text).root.with_class("lead")[0].text()
    assert THAI["MY-07"] in lead
    assert THAI["OC2"] in lead


def test_charts_and_their_small_maps_are_named_in_the_language(client: FlaskClient) -> None:
    assert ">Sumut<" in client.get("/overview/map.svg?lang=id").text
    assert "ปีนัง" in client.get("/occupations/OC2/ranking.svg?lang=th").text


def test_a_briefing_is_written_in_the_language(client: FlaskClient) -> None:
    text = pdf_text.whole(client.get("/occupations/OC2/briefing.pdf?lang=th").data)
    for name in THAI.values():
        assert pdf_text.squeezed(name) in text


def test_a_workbook_has_code_and_name_and_is_english_unless_the_address_says_otherwise(client: FlaskClient) -> None:
    for query, name in (("", "North Sumatra"), ("?lang=id", "Sumatera Utara")):
        answer = client.get(f"/occupations/OC2.xlsx{query}", headers={"Accept-Language": "th"})
        sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[0]
        assert ("ID-SU", name) in [row[:2] for row in sheet.iter_rows(values_only=True)]


def test_data_for_programs_are_the_same_in_every_language(client: FlaskClient) -> None:
    plain = client.get("/occupations/OC2.csv")
    for language in ("id", "th"):
        assert client.get("/occupations/OC2.csv", headers={"Accept-Language": language}).data == plain.data
        assert client.get(f"/occupations/OC2.csv?lang={language}").data == plain.data


def test_a_page_offers_itself_in_each_language(client: FlaskClient) -> None:
    page = Page(client.get("/matrix?period=2026-09&occupation=OC2&lang=th").text)
    offered = page.root.with_class("languages")[0].all("a")
    assert [link.attributes["lang"] for link in offered] == ["id", "ms", "th", "en"]
    for link in offered:
        assert link.attributes["href"] == f"/matrix?period=2026-09&occupation=OC2&lang={link.attributes['lang']}"
    assert [link.attributes["lang"] for link in offered if link.attributes.get("aria-current")] == ["th"]


def test_figures_and_months_are_written_as_the_language_does(client: FlaskClient) -> None:
    rows = {
        language: Page(client.get(f"/occupations/_T?lang={language}").text).table("areas").row("Indonesia (IMT-GT)")
        for language in ("id", "th")
    }
    assert rows["id"][:3] == ["1.000", "4.000", "25,0"]
    assert rows["th"][:3] == ["1,000", "4,000", "25.0"]
    assert "Oktober 2026" in client.get("/?lang=id").text
    assert "ตุลาคม พ.ศ. 2569" in client.get("/?lang=th").text


@pytest.mark.parametrize(
    ("dataflow", "thai", "english"),
    [
        ("VACANCIES", Name("ตำแหน่งงานว่าง"), Name("Job vacancies")),
        ("WAGES", Name("Wages paid", official=False), Name("Wages paid")),
        ("OTHER", Name("OTHER"), Name("OTHER")),
    ],
)
def test_a_dataflow_has_the_pages_words_or_its_profile_s_marked_or_its_id(
    dataflow: str, thai: Name, english: Name
) -> None:
    profiles = FixedProfiles(vacancies(), replace(vacancies(), dataflow="WAGES", name="Wages paid"))
    for language, name in ((Language.THAI, thai), (Language.ENGLISH, english)):
        with speaking(language):
            assert dataflow_name(profiles, dataflow) == name


def test_another_distance_table_has_its_own_title_marked() -> None:
    with speaking(Language.INDONESIAN):
        assert distances_name("Made-up distances") == Name("Made-up distances", official=False)
    assert distances_name("Made-up distances").official


def test_of_titles_that_hold_one_another_the_whole_one_is_marked_and_all_is_escaped() -> None:
    naming = Naming(NAMES, AREAS, OCCUPATIONS)
    said = "Health professionals & Professionals <b>"
    with speaking(Language.MALAY):
        assert marked(naming, said) == (
            '<span lang="en" class="english">Health professionals</span> &amp; '
            '<span lang="en" class="english">Professionals</span> &lt;b&gt;'
        )
    with speaking(Language.ENGLISH):
        assert marked(naming, said) == "Health professionals &amp; Professionals &lt;b&gt;"
