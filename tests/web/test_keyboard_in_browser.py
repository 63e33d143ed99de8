"""The pages by the keyboard alone: everything is reached, in order, in sight, and nothing holds a reader back."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.web.views import CHARTED, address

pytestmark = pytest.mark.browser

WATCH = """() => {
  window.stops = [];
  document.addEventListener('focusin', event => {
    const one = event.target, style = getComputedStyle(one), box = one.getBoundingClientRect();
    const inked = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    const seen = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    const boxes = [...one.getClientRects()];
    const bare = boxes.some(part => {
      const at = document.elementFromPoint(part.left + part.width / 2, part.top + part.height / 2);
      return at && (one.contains(at) || at.contains(one));
    });
    window.stops.push({place: window.places.indexOf(one), inked, seen, bare, what: one.outerHTML.slice(0, 120)});
  });
  window.places = [...document.querySelectorAll('a[href], button, select, input, summary, [tabindex]')].filter(
    one => one.tabIndex >= 0 && one.checkVisibility());
  return window.places.length;
}"""
"""Notes each element that takes the focus: its place among all that can, whether a ring is drawn around it, whether
it is on the screen, and whether it lies bare. Source: WCAG 2.2, 2.4.7 and 2.4.11."""


@dataclass(frozen=True, slots=True)
class Stop:
    place: int
    inked: bool
    seen: bool
    bare: bool
    what: str


def tabbed_through(page: Page, key: str) -> tuple[int, list[Stop]]:
    """How many elements can take the focus, and those that did while `key` was pressed as many times and twice more."""
    there: int = page.evaluate(WATCH)
    for _ in range(there + 2):
        page.keyboard.press(key)
    return there, [Stop(**stop) for stop in page.evaluate("window.stops")]


@pytest.mark.parametrize("view", ["overview", "group in an area", "trends", "training", "proof", "feeds"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_tab_key_goes_through_all_of_a_page_in_order(page: Page, site: str, view: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(site + address(view))
    there, stops = tabbed_through(page, "Tab")
    assert there > 10
    assert [stop.place for stop in stops[:there]] == list(range(there))
    assert [stop.what for stop in stops if not (stop.inked and stop.seen)] == []


@pytest.mark.parametrize(("width", "view"), [(1280, "matrix of posts"), (390, "matrix of posts"), (390, "overview")])
def test_what_stays_in_sight_covers_nothing_that_has_the_focus(page: Page, site: str, width: int, view: str) -> None:
    """Backwards, where heads that stay at the edge would lie over it."""
    page.set_viewport_size({"width": width, "height": 700})
    page.goto(site + address(view))
    there, stops = tabbed_through(page, "Shift+Tab")
    assert [stop.place for stop in stops[:there]] == list(reversed(range(there)))
    assert [stop.what for stop in stops[:there] if not (stop.bare or 'class="scroll"' in stop.what)] == []


def test_the_skip_link_comes_first_and_leads_to_the_content(page: Page, site: str) -> None:
    page.goto(site + address("overview"))
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Month", exact=True)).to_be_focused()


def test_the_language_is_switched_where_one_stands(page: Page, site: str) -> None:
    page.goto(site + address("group in an area"))
    page.get_by_role("link", name="English").focus()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("link", name="ไทย")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/areas/MY-08?*lang=th*")
    expect(page.locator("html")).to_have_attribute("lang", "th")
    assert "occupation=OC2" in page.url


def test_the_form_is_filled_in_and_sent(page: Page, site: str) -> None:
    page.goto(site + address("overview"))
    page.get_by_label("Month", exact=True).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Occupation", exact=True)).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Show")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**period=2026-09*")
    assert "occupation=_T" in page.url
    expect(page.get_by_role("heading", level=1)).to_contain_text("September 2026")


def test_a_figure_leads_to_its_proof(page: Page, site: str) -> None:
    page.goto(site + address("occupation"))
    page.locator(".table-areas tbody td a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/provenance/**")
    page.get_by_role("link", name="Prove this number").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/proofs/**")
    expect(page.get_by_role("heading", level=1)).to_have_text("The proof of a number")


def test_the_list_of_releases_opens_and_closes(page: Page, site: str) -> None:
    page.goto(site + address("trends"))
    summary = page.locator("summary")
    table = page.get_by_role("table", name="Signed releases behind this page")
    summary.focus()
    shown = table.is_visible()
    page.keyboard.press("Enter")
    expect(table).to_be_visible(visible=not shown)
    page.keyboard.press("Space")
    expect(table).to_be_visible(visible=shown)


def test_a_wide_table_scrolls_by_the_arrow_keys(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(site + address("overview"))
    frame = page.get_by_role("region", name="All areas, October 2026")
    frame.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    expect(frame).to_be_focused()
    page.wait_for_timeout(300)  # it glides
    assert frame.evaluate("one => one.scrollLeft") > 50


@pytest.mark.parametrize("view", CHARTED)
def test_where_a_chart_leads_the_page_beside_it_leads_too(page: Page, site: str, view: str) -> None:
    """The links over a picture are for the pointer: the keyboard finds them in the table, and none of them twice."""
    page.goto(site + address(view))
    over = page.locator(".for-desk svg.chart a")
    assert over.count() or view == "trends"
    assert over.evaluate_all("all => all.every(one => one.tabIndex === -1 && one.closest('[aria-hidden=true]'))")
    paths = "all => all.map(one => one.getAttribute('href').split('?')[0])"
    beside = page.locator("main :is(table, p, ul) a").evaluate_all(paths)
    assert set(over.evaluate_all(paths)) - set(beside) == set()
