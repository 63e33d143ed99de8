"""The walk of a policy officer, from the overview to a downloaded briefing, in each language."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Locator, Page, expect

from node.model.period import TimePeriod
from node.web.language import writing
from node.web.language.current import speaking
from node.web.language.languages import Language
from node.web.workspace.names import Naming
from tests.unit.web.operator.made import shipped_names
from tests.unit.web.takeaway.pdf_text import pages, squeezed
from tests.web.troubled import codelists
from tests.web.views import LANGUAGES

pytestmark = pytest.mark.browser

AREA, OTHER_AREA = "ID-SU", "MY-10"
MONTH = TimePeriod("2026-10")
DRILL = ("OC2", "OC25", "OC251", "OC2512")


@dataclass
class Walk:
    """A reader in one language. `been`: what each page said, in order."""

    site: str
    page: Page
    language: Language
    naming: Naming
    been: list[str] = field(default_factory=list)

    def go(self, link: Locator) -> None:
        """Follow a link or a button; the new page is in the language, holds its state in its address, and Back leads
        to the one before."""
        before, shown = self.page.url, self.said()
        with self.page.expect_navigation():
            link.click()
        assert self.page.url != before
        self.arrived()
        assert self.said() != shown
        self.page.go_back()
        assert self.page.url == before
        assert self.said() == shown
        self.page.go_forward()
        assert self.said() == self.been[-1]

    def arrived(self) -> None:
        expect(self.page.locator("html")).to_have_attribute("lang", self.language.value)
        self.been.append(self.said())
        afresh = self.page.context.new_page()
        afresh.goto(self.page.url)
        assert afresh.locator("main").text_content() == self.been[-1]
        afresh.close()

    def said(self) -> str:
        return self.page.locator("main").text_content() or ""

    def heading(self) -> str:
        """The heading without the month below it."""
        return self.page.locator("h1").inner_text().split("\n")[0]

    def area(self, code: str) -> str:
        with speaking(self.language):
            return self.naming.area_text(code)

    def occupation(self, code: str) -> str:
        with speaking(self.language):
            return self.naming.occupation_text(code)

    def month(self) -> str:
        with speaking(self.language):
            return writing.month(MONTH)

    def tab(self, path: str) -> Locator:
        return self.page.locator(f"nav.views a[href^='{path}']")

    def download(self, link: Locator) -> tuple[str, bytes]:
        """The name and the bytes of a file behind a link."""
        with self.page.expect_download() as begun:
            link.click()
        return begun.value.suggested_filename, Path(begun.value.path()).read_bytes()


@pytest.fixture(params=LANGUAGES)
def walk(request: pytest.FixtureRequest, page: Page, site: str) -> Walk:
    """At the overview, with the language chosen on the page."""
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{site}/")
    areas, occupations = codelists()
    made = Walk(site, page, request.param, Naming(shipped_names(), areas, occupations))
    page.locator(f"nav.languages a[hreflang={made.language}]").click()
    page.wait_for_url(re.compile(f"lang={made.language}"))
    made.arrived()
    return made


def test_from_the_overview_to_a_briefing(walk: Walk) -> None:
    choose_an_occupation(walk)
    click_a_tile(walk)
    open_an_occupation_from_the_table(walk)
    for step in (drill_the_matrix, see_trends, see_who_could_help, see_training, prove_a_number):
        step(walk)
    take_files_away(walk)


def choose_an_occupation(walk: Walk) -> None:
    walk.page.locator("#occupation").select_option("OC2")
    walk.go(walk.page.locator("form.controls button"))
    assert "occupation=OC2" in walk.page.url
    assert walk.page.locator("#map").inner_text() == walk.occupation("OC2")
    assert walk.page.locator("#occupation option:checked").inner_text().strip() == walk.occupation("OC2")


def click_a_tile(walk: Walk) -> None:
    """With the pointer, where the tile lies: a click that something else lies over would lead nowhere."""
    tile = walk.page.locator(f".for-desk svg a[href^='/areas/{AREA}?']")
    tile.scroll_into_view_if_needed()
    walk.go(tile)
    assert walk.heading() == walk.area(AREA)
    assert walk.month() in walk.page.locator("h1").inner_text()


def open_an_occupation_from_the_table(walk: Walk) -> None:
    """Down the classification within the area, from the group whose tile was clicked; a unit group, which has no
    parts, opens its own view."""
    for code in DRILL[1:]:
        inside = walk.page.locator(".table-occupations th")
        walk.go(inside.get_by_role("link", name=walk.occupation(code), exact=True))
    assert walk.heading() == walk.occupation(DRILL[-1])
    assert f"/occupations/{DRILL[-1]}" in walk.page.url
    walk.go(walk.page.locator(f".table-areas th a[href^='/areas/{AREA}?']"))
    assert walk.heading() == walk.area(AREA)


def drill_the_matrix(walk: Walk) -> None:
    walk.go(walk.tab("/matrix"))
    for code in DRILL:
        walk.go(walk.page.locator("table.matrix thead").get_by_role("link", name=walk.occupation(code), exact=True))
    assert walk.heading() == walk.occupation(DRILL[-1])


def see_trends(walk: Walk) -> None:
    walk.go(walk.tab("/trends"))
    walk.page.locator("#area").select_option(OTHER_AREA)
    walk.page.locator("#occupation").select_option("OC2")
    walk.go(walk.page.locator("form.controls button"))
    assert walk.area(OTHER_AREA) in walk.heading()
    assert walk.occupation("OC2") in walk.heading()
    assert walk.page.locator(".for-desk svg.chart").count() >= 2


def see_who_could_help(walk: Walk) -> None:
    walk.go(walk.tab("/complementarity"))
    walk.page.locator("#occupation").select_option("OC2")
    walk.go(walk.page.locator("form.controls button"))
    assert walk.occupation("OC2") in walk.heading()
    walk.go(walk.page.locator(".table-flows th a").first)


def see_training(walk: Walk) -> None:
    walk.go(walk.tab("/training"))
    walk.page.locator("#area").select_option(OTHER_AREA)
    walk.go(walk.page.locator("form.controls button").first)
    assert walk.area(OTHER_AREA) in walk.heading()
    walk.page.locator("#occupation").select_option("OC25")
    walk.go(walk.page.locator("form.controls button").last)
    assert walk.occupation("OC25") in walk.heading()


def prove_a_number(walk: Walk) -> None:
    """From a figure to where it comes from, and to the proof, which is reckoned there and then."""
    walk.page.goto(f"{walk.site}/occupations/OC2?period={MONTH}&lang={walk.language}")
    walk.arrived()
    figure = walk.page.locator(f".table-areas td a[href^='/provenance/{AREA}/OC2']").first
    number = figure.inner_text()
    walk.go(figure)
    published = walk.page.locator("table tbody tr").filter(has_text="VACANCIES").first
    assert published.locator("td.num").inner_text() == number
    walk.go(published.locator("a[href^='/proofs/']"))
    expect(walk.page.locator("p.ok")).to_be_visible()
    assert f"M.{AREA}.OC2.JV_OPEN" in walk.said()


def take_files_away(walk: Walk) -> None:
    """The table as CSV and XLSX with the rows that the buttons promise, and the briefing, in the reader's language."""
    walk.page.goto(f"{walk.site}/occupations/OC2?period={MONTH}&lang={walk.language}")
    rows = walk.page.locator(".table-areas tbody tr").count()
    button = walk.page.locator(".take a[href*='.csv']")
    assert str(rows) in button.inner_text()
    name, data = walk.download(button)
    assert name.endswith(".csv")
    assert len(list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))) == rows
    name, data = walk.download(walk.page.locator(".take a[href*='.xlsx']"))
    assert name.endswith(".xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(data), read_only=True).worksheets[0]
    assert walk.area(AREA) in {cell for line in sheet.iter_rows(values_only=True) for cell in line}
    name, data = walk.download(walk.page.locator(".take a[href*='briefing.pdf']"))
    assert name.endswith(".pdf")
    said = pages(data)
    assert 2 <= len(said) <= 4
    for words in (walk.occupation("OC2"), walk.month(), walk.area(AREA)):
        assert squeezed(words) in "".join(said), words
