"""What comes out of a printer: whole tables and charts, without what only a screen can do."""

from __future__ import annotations

import io

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.web.views import CHARTED, address

pytestmark = pytest.mark.browser

MM = 96 / 25.4
"""Pixels of CSS in a millimetre. Source: CSS Values and Units 3, 6.2."""
WIDE, HIGH = round((297 - 2 * 12) * MM), round((210 - 2 * 12) * MM)
"""A4 landscape within the style sheet's margins."""
UPRIGHT_HIGH = round((297 - 2 * 12) * MM)


@pytest.fixture
def paper(page: Page) -> Page:
    page.set_viewport_size({"width": WIDE, "height": HIGH})
    page.emulate_media(media="print")
    return page


@pytest.mark.parametrize("view", CHARTED)
def test_tables_and_charts_lie_within_the_page(paper: Page, site: str, view: str) -> None:
    paper.goto(site + address(view))
    assert paper.evaluate("document.documentElement.scrollWidth") <= WIDE
    for part in (*paper.locator("table").all(), *paper.locator("svg.chart").all()):
        if part.is_visible():
            box = part.bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= WIDE + 1
    wide, narrow = paper.locator(".for-desk svg.chart"), paper.locator(".for-phone svg.chart")
    assert wide.count() == narrow.count() > 0
    assert all(chart.is_visible() for chart in wide.all())
    assert not any(chart.is_visible() for chart in narrow.all())


@pytest.mark.parametrize("view", CHARTED)
def test_a_chart_fits_below_the_heading_of_its_page(paper: Page, site: str, view: str) -> None:
    """Higher ones would leave the first sheet empty, or be cut through."""
    paper.goto(site + address(view))
    high = UPRIGHT_HIGH if view.startswith("matrix") else HIGH
    first = paper.locator(".for-desk svg.chart").first.bounding_box()
    assert first is not None
    assert first["y"] + first["height"] <= high


def test_what_is_white_on_dark_is_dark_on_paper(paper: Page, site: str) -> None:
    paper.goto(site + address("occupation"))
    inks = "all => [...new Set(all.map(one => getComputedStyle(one).color))]"
    assert paper.locator("tr.level-0 :is(th, td, a, .gap)").evaluate_all(inks) == ["rgb(20, 33, 45)"]


def test_controls_stay_off_the_paper(paper: Page, site: str) -> None:
    paper.goto(site + address("occupation"))
    for hidden in (
        paper.get_by_role("button"),
        paper.get_by_role("combobox"),
        paper.locator("nav a"),
        paper.locator(".take a"),
        paper.locator("figcaption a"),
        paper.locator(".skip"),
    ):
        assert not any(one.is_visible() for one in hidden.all())
    expect(paper.get_by_role("complementary", name="Synthetic data.")).to_be_visible()
    expect(paper.get_by_role("heading", level=1)).to_be_visible()


@pytest.mark.parametrize(("view", "widths"), [("occupation", {297}), ("matrix", {210, 297})])
def test_the_printed_pages_hold_the_whole_table(paper: Page, site: str, view: str, widths: set[int]) -> None:
    """`widths`: of the sheets, in millimetres; a chart that is higher than wide has an upright one."""
    paper.goto(site + address(view))
    rows = paper.locator("table.figures-table tbody th, table.matrix tbody th").all_inner_texts()
    printed = PdfReader(io.BytesIO(paper.pdf(prefer_css_page_size=True)))
    assert {round(float(one.mediabox.width) / 72 * 25.4) for one in printed.pages} == widths
    said = " ".join("".join(one.extract_text() for one in printed.pages).split())
    assert len(rows) == 36
    assert [name for name in rows if " ".join(name.split()) not in said] == []
    assert 2 <= len(printed.pages) <= 6
