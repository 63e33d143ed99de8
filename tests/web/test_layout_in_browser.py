"""From a phone to a projector: only wide tables scroll sideways, in themselves; nothing overlaps; all can be read."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from node.web.language.languages import Language
from tests.web.views import CHARTED, LANGUAGES, VIEWS, address

pytestmark = pytest.mark.browser

WIDTHS = (360, 390, 640, 768, 1280, 1920)
"""Pixels. At 640 a window of 1280 is seen at 200 %."""
PHONES = (360, 390)
LEAST_TEXT = 11
"""Pixels of the smallest text in a chart, as it is shown on a phone."""

OVERLAPS = """selector => {
  const all = [...document.querySelectorAll(selector)].filter(one => one.checkVisibility());
  const boxes = all.map(one => [one, one.getBoundingClientRect()]).filter(([, box]) => box.width && box.height);
  const found = [];
  boxes.forEach(([one, a], at) => boxes.slice(at + 1).forEach(([other, b]) => {
    const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (across > 1 && down > 1 && !one.contains(other) && !other.contains(one))
      found.push(`${one.innerText.slice(0, 30)} | ${other.innerText.slice(0, 30)}`);
  }));
  return found;
}"""

DRAWN = """() => [...document.querySelectorAll('svg.chart')].filter(one => one.checkVisibility()).map(svg => {
  const frame = svg.getBoundingClientRect(), scale = frame.width / svg.viewBox.baseVal.width;
  const plain = box => [box.left, box.top, box.right, box.bottom];
  const lines = [...svg.querySelectorAll('text')].flatMap(
    text => text.querySelector('tspan') ? [...text.querySelectorAll('tspan')] : [text]);
  return {
    name: svg.id,
    frame: plain(frame),
    texts: lines.filter(one => one.textContent.trim()).map(one => {
      const size = parseFloat(getComputedStyle(one).fontSize) * scale, range = document.createRange();
      range.selectNodeContents(one);
      return {text: one.textContent, size, box: plain(range.getBoundingClientRect())};
    }),
    links: [...svg.querySelectorAll('a')].map(one => plain(one.getBoundingClientRect())),
  };
})"""

Corners = tuple[float, float, float, float]
"""Left, top, right, bottom, in pixels of the window."""


@dataclass(frozen=True, slots=True)
class Written:
    """A line of text in a chart. `ink`: its box without the room that every line has above and below its letters."""

    text: str
    size: float
    ink: Corners


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart as it is shown. `links`: the boxes over it."""

    name: str
    frame: Corners
    texts: tuple[Written, ...]
    links: tuple[Corners, ...]


def drawn(page: Page) -> list[Drawn]:
    """The charts that are to be seen now."""
    return [
        Drawn(
            one["name"],
            one["frame"],
            tuple(Written(line["text"], line["size"], _ink(line["box"], line["size"])) for line in one["texts"]),
            tuple(one["links"]),
        )
        for one in page.evaluate(DRAWN)
    ]


def _ink(box: Corners, size: float) -> Corners:
    left, top, right, bottom = box
    return left, top + size * 0.27, right, bottom - size * 0.2


def across(one: Corners, other: Corners) -> bool:
    """Whether two boxes share more than an edge."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return wide > 1 and high > 1


def within(one: Corners, other: Corners) -> bool:
    return one[0] >= other[0] - 1 and one[1] >= other[1] - 1 and one[2] <= other[2] + 1 and one[3] <= other[3] + 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("view", VIEWS)
def test_no_page_scrolls_sideways_and_nothing_overlaps(page: Page, site: str, view: str, language: Language) -> None:
    page.goto(site + address(view, language))
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width
        for parts in ("header.site a", ".controls > *, h1, .lead, .notice", ".figures > div", ".legend > div", ".card"):
            assert page.evaluate(OVERLAPS, parts) == [], (width, parts)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("view", CHARTED)
def test_charts_read_well_on_a_phone_and_on_a_desk(page: Page, site: str, view: str, language: Language) -> None:
    page.goto(site + address(view, language))
    for width in (*PHONES, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        charts = drawn(page)
        assert charts
        assert {chart.name.rsplit("-", 1)[-1] for chart in charts} == {"narrow" if width < 600 else "wide"}
        for chart in charts:
            assert chart.texts
            assert [line.text for line in chart.texts if width < 600 and line.size < LEAST_TEXT] == [], (
                width,
                chart.name,
            )
            assert [line.text for line in chart.texts if not within(line.ink, chart.frame)] == [], (width, chart.name)
            both = [
                (one.text, other.text)
                for at, one in enumerate(chart.texts)
                for other in chart.texts[at + 1 :]
                if across(one.ink, other.ink)
            ]
            assert both == [], (width, chart.name)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [360, 390, 1280, 1920])
def test_what_is_written_on_a_tile_stays_on_it(page: Page, site: str, width: int, language: Language) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(site + address("overview", language))
    (chart,) = drawn(page)
    assert len(chart.links) == 32
    on_tiles = 0
    for line in chart.texts:
        touched = [tile for tile in chart.links if across(line.ink, tile)]
        on_tiles += len(touched)
        assert all(within(line.ink, tile) for tile in touched), line.text
    assert on_tiles >= 32


def test_the_check_sees_text_that_leaves_its_tile(page: Page, site: str) -> None:
    page.goto(site + address("overview"))
    page.evaluate("document.querySelector('.for-desk svg.chart').setAttribute('font-family', 'monospace')")
    (chart,) = drawn(page)
    assert any(
        across(line.ink, tile) and not within(line.ink, tile) for line in chart.texts for tile in chart.links
    )  # fmt: skip


@pytest.mark.parametrize("view", ["overview", "occupation", "matrix", "trends", "provenance", "feeds"])
def test_a_wide_table_scrolls_within_itself_and_its_first_column_stays(page: Page, site: str, view: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(site + address(view))
    frames = [frame for frame in page.locator(".scroll").all() if frame.is_visible()]
    assert frames
    for frame in frames:
        name, last = frame.locator("tbody th").first, frame.locator("tbody tr").first.locator("td").last
        before = name.bounding_box()
        frame.evaluate("one => { one.scrollLeft = one.scrollWidth }")
        assert frame.evaluate("one => one.scrollLeft") > 0
        after, end, box = name.bounding_box(), last.bounding_box(), frame.bounding_box()
        assert before and after and end and box  # noqa: PT018  # none of them is hidden
        assert after["x"] == pytest.approx(before["x"], abs=1)
        assert end["x"] + end["width"] == pytest.approx(box["x"] + box["width"], abs=1)
        assert after["width"] < box["width"] * 0.6


def test_the_matrix_keeps_its_head_in_sight_on_a_desk(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(site + address("matrix"))
    page.locator(".matrix").get_by_role("rowheader", name="Songkhla").scroll_into_view_if_needed()
    page.mouse.wheel(0, 300)
    head = page.locator(".matrix").get_by_role("columnheader", name="Professionals", exact=True)
    expect(head).to_be_in_viewport()
    box = head.bounding_box()
    assert box is not None
    assert box["y"] < 100


def test_buttons_and_links_of_the_head_can_be_hit_with_a_thumb(page: Page, site: str) -> None:
    """Source: WCAG 2.2, 2.5.8 (24 by 24 pixels)."""
    page.set_viewport_size({"width": 360, "height": 800})
    for language in LANGUAGES:
        page.goto(site + address("overview", language))
        boxes = [
            one.bounding_box() for one in page.locator("header.site a, .controls a, .controls button, select").all()
        ]
        assert boxes
        assert [box for box in boxes if box is None or min(box["width"], box["height"]) < 24] == []
