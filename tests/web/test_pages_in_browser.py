"""The pages as people meet them: in a browser, at three widths, with the keyboard, on paper."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

PAGES = ("/", "/?measure=vacancies", "/areas/ID-SU", "/areas/IMTGT", "/occupations/OC2", "/feeds/", "/nowhere")
WIDTHS = ((390, 844), (1280, 800), (1920, 1080))

LOW_CONTRAST = """() => {
  const parse = c => { const m = c.match(/[\\d.]+/g).map(Number); return m.length < 4 ? [...m, 1] : m; };
  const over = (f, b) => [0, 1, 2].map(i => f[i] * f[3] + b[i] * (1 - f[3])).concat(1);
  const light = c => { const [r, g, b] = c.slice(0, 3).map(v => { v /= 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const behind = e => { const layers = []; for (let n = e; n; n = n.parentElement) {
    const c = parse(getComputedStyle(n).backgroundColor); layers.push(c); if (c[3] === 1) break; }
    return layers.reverse().reduce((b, f) => over(f, b), [255, 255, 255, 1]); };
  const low = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement, text = walker.currentNode.textContent.trim(), s = getComputedStyle(e);
    if (!text || e.closest('.unseen, .skip, option')) continue;
    const ground = behind(e), ink = over(parse(s.color), ground);
    const [a, b] = [light(ink), light(ground)].sort((x, y) => y - x), ratio = (a + 0.05) / (b + 0.05);
    const size = parseFloat(s.fontSize), large = size >= 24 || (size >= 18.66 && Number(s.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) low.push(`${ratio.toFixed(2)} ${e.className || e.tagName}: ${text.slice(0, 40)}`);
  }
  return [...new Set(low)];
}"""
"""Text whose contrast is below AA, with its ratio. Source: WCAG 2.2, 1.4.3 and the definition of contrast ratio."""


def test_the_comparison_has_three_countries_and_asks_nobody_else(page: Page, served: str) -> None:
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(served + "/")
    table = page.get_by_role("table", name="Vacancies per 100 registered job seekers")
    for country in ("Indonesia (10 Sumatran provinces)", "Malaysia (8 states)", "Thailand (14 southern provinces)"):
        expect(table.get_by_role("rowheader", name=country)).to_be_visible()
    assert table.get_by_role("row").count() == 1 + 1 + 3 + 32
    expect(page.get_by_text("Synthetic data.")).to_be_visible()
    assert complaints == []
    assert [url for url in asked if not url.startswith(served)] == []


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize(("width", "height"), WIDTHS)
def test_no_page_scrolls_sideways(
    page: Page, served: str, tmp_path: Path, address: str, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.goto(served + address)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.screenshot(path=tmp_path / f"{width}.png", full_page=True)


def test_a_wide_table_scrolls_within_itself_on_a_phone_and_its_names_stay(page: Page, served: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(served + "/")
    frame = page.get_by_role("region", name="Vacancies per 100 registered job seekers")
    name = page.get_by_role("rowheader", name="Perak")
    before = name.bounding_box()
    frame.evaluate("element => { element.scrollLeft = 300 }")
    after = name.bounding_box()
    assert frame.evaluate("element => element.scrollLeft") == 300
    assert before is not None
    assert after is not None
    assert after["x"] == before["x"]


def test_the_table_s_head_stays_in_sight_on_a_desk(page: Page, served: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(served + "/")
    page.get_by_role("rowheader", name="Songkhla").scroll_into_view_if_needed()
    page.mouse.wheel(0, 200)
    head = page.get_by_role("columnheader", name="Managers").bounding_box()
    assert head is not None
    assert 0 <= head["y"] < 100


@pytest.mark.parametrize("address", PAGES)
def test_all_text_has_enough_contrast(page: Page, served: str, address: str) -> None:
    page.goto(served + address)
    assert page.evaluate(LOW_CONTRAST) == []


def test_the_contrast_check_sees_what_is_too_faint(page: Page, served: str) -> None:
    page.goto(served + "/feeds/")
    page.evaluate("document.querySelector('h1').style.color = '#bbbbbb'")
    assert [line.split()[0] for line in page.evaluate(LOW_CONTRAST)] == ["1.92"]


def test_the_keyboard_alone_reaches_content_and_table(page: Page, served: str) -> None:
    page.goto(served + "/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    page.get_by_label("Month", exact=True).focus()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Show", exact=True)).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Show")).to_be_focused()


def test_the_address_holds_the_choice_and_back_undoes_it(page: Page, served: str) -> None:
    page.goto(served + "/")
    page.get_by_label("Month", exact=True).select_option("2026-09")
    page.get_by_label("Show", exact=True).select_option("jobseekers")
    page.get_by_role("button", name="Show").click()
    assert page.url == served + "/?period=2026-09&measure=jobseekers"
    expect(page.get_by_role("heading", level=1)).to_have_text("Where the labour market is tight, September 2026")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Where the labour market is tight, October 2026")


def test_from_the_overview_to_an_occupation_in_an_area(page: Page, served: str) -> None:
    page.goto(served + "/?period=2026-09")
    page.get_by_role("columnheader", name="Craft and trades").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Craft and Related Trades Workers, September 2026")
    page.get_by_role("rowheader", name="North Sumatra").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("North Sumatra: Craft and Related Trades Workers")
    page.get_by_role("link", name="All areas and occupations").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Where the labour market is tight, September 2026")


def test_the_page_is_whole_without_its_style_sheet(page: Page, served: str) -> None:
    page.route("**/style.css*", lambda route: route.abort())
    page.goto(served + "/")
    expect(page.get_by_role("rowheader", name="Melaka")).to_be_visible()
    assert page.get_by_text("hidden", exact=True).count() > 5


def test_on_paper_the_whole_table_is_there_and_the_controls_are_not(page: Page, served: str) -> None:
    page.set_viewport_size({"width": 1040, "height": 720})
    page.goto(served + "/")
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Show")).to_be_hidden()
    expect(page.get_by_text("Synthetic data.")).to_be_visible()
    table = page.locator("table.matrix").bounding_box()
    assert table is not None
    assert table["x"] + table["width"] <= 1040
