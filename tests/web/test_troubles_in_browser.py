"""Pages stay right, and say so, when a partner is missing, stale or quarantined, a month is empty, or one is alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from node.model.release import PeerState
from node.web.app import create_app
from tests.support.web_world import WebWorld, unproved
from tests.web.serving import serving
from tests.web.troubled import AUGUST, MISSING, OCTOBER, SEPTEMBER, SUPPRESSED, month, world
from tests.web.views import VIEWS

pytestmark = pytest.mark.browser

Serve = Callable[[WebWorld], str]

READABLE = [view for view in VIEWS if view not in ("proof", "no such page")]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serves worlds until the test ends."""
    with ExitStack() as stack:
        yield lambda made: stack.enter_context(serving(create_app(made, unproved)))


def row(page: Page, name: str) -> Locator:
    """An area's row in the overview's table of all areas."""
    return page.locator(".table-areas tbody tr").filter(has=page.get_by_role("rowheader", name=name))


def figures(page: Page, name: str) -> list[str]:
    """Vacancies and job seekers in that row, as shown."""
    return row(page, name).locator("td").all_inner_texts()[:2]


def assert_every_view_answers(page: Page, url: str) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.set_viewport_size({"width": 390, "height": 844})
    for view in READABLE:
        answer = page.goto(url + VIEWS[view])
        assert answer is not None
        assert answer.status == 200, view
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, view
        assert complaints == [], view


def test_with_one_partner_missing(page: Page, serve: Serve, tmp_path: Path) -> None:
    url = serve(world(tmp_path, (month(SEPTEMBER), month(OCTOBER, ("ID", "TH")))))
    page.goto(url + VIEWS["overview"])
    notice = page.get_by_role("note").filter(has_text="Malaysia (8 states): no vacancies for October 2026")
    expect(notice).to_be_visible()
    expect(notice).to_contain_text("Totals of the sub-region are partial without them.")
    assert figures(page, "Malaysia (8 states)") == ["no data", "no data"]
    assert figures(page, "Penang") == ["no data", "no data"]
    whole, parts = row(page, "Indonesia-Malaysia-Thailand"), [row(page, "Indonesia (10"), row(page, "Thailand (14")]
    for column in (0, 1):
        cells = [one.locator("td").nth(column).locator("a").first.inner_text() for one in (whole, *parts)]
        total, *others = (int(cell.split()[0].replace(",", "")) for cell in cells)
        assert total == sum(others)
        expect(whole.locator("td").nth(column)).to_contain_text("partial")
    assert_every_view_answers(page, url)


@pytest.mark.parametrize(
    ("state", "word", "meaning"),
    [
        (PeerState.STALE, "stale", "its signed timestamp was not renewed in time"),
        (PeerState.QUARANTINED, "quarantined", "a release of it broke its profile or looked implausible"),
        (PeerState.FORKED, "forked", "it signed two different feeds under one version"),
        (PeerState.UNREACHABLE, "unreachable", "no answer at the last pull"),
    ],
)
def test_with_a_feed_that_is_not_fresh(
    page: Page, serve: Serve, tmp_path: Path, state: PeerState, word: str, meaning: str
) -> None:
    url = serve(world(tmp_path, states={"TH": state}))
    page.goto(url + VIEWS["overview"])
    notice = page.get_by_role("note").filter(has_text="Thailand (14 southern provinces):")
    expect(notice).to_contain_text(word)
    expect(notice).to_contain_text(meaning)
    for name in ("Thailand (14 southern provinces)", "Songkhla"):
        expect(row(page, name).get_by_role("rowheader")).to_contain_text(word)
        assert all(text[0].isdigit() for text in figures(page, name))
    expect(row(page, "Penang").get_by_role("rowheader")).not_to_contain_text(word)
    page.goto(f"{url}/matrix")
    expect(page.locator(".matrix").get_by_role("rowheader", name="Songkhla")).to_contain_text(word)


def test_with_two_feeds_in_trouble_every_view_answers(page: Page, serve: Serve, tmp_path: Path) -> None:
    url = serve(world(tmp_path, states={"TH": PeerState.STALE, "MY": PeerState.QUARANTINED}))
    assert_every_view_answers(page, url)
    assert page.get_by_role("row").filter(has_text="stale").count() == 1
    assert page.get_by_role("row").filter(has_text="quarantined").count() == 1


def test_with_an_empty_month(page: Page, serve: Serve, tmp_path: Path) -> None:
    url = serve(world(tmp_path, (month(SEPTEMBER), month(OCTOBER, empty="MY"))))
    page.goto(url + VIEWS["overview"])
    said = page.get_by_role("note").filter(
        has_text="MY published “Job vacancies” for October 2026 without a single record."
    )
    expect(said).to_be_visible()
    assert figures(page, "Penang") == ["no data", "no data"]
    page.goto(f"{url}/?occupation=OC2&period={SEPTEMBER}")
    assert all(text[0].isdigit() for text in figures(page, "Penang"))
    assert_every_view_answers(page, url)


def test_with_a_single_country(page: Page, serve: Serve, tmp_path: Path) -> None:
    url = serve(world(tmp_path, (month(AUGUST, ("ID",)), month(SEPTEMBER, ("ID",))), peers=("ID",)))
    page.goto(url + VIEWS["overview"])
    assert all(text[0].isdigit() for text in figures(page, "North Sumatra"))
    assert figures(page, "Songkhla") == ["no data", "no data"]
    for country in ("Malaysia (8 states)", "Thailand (14 southern provinces)"):
        expect(page.get_by_role("note").filter(has_text=f"{country}: no vacancies")).to_be_visible()
    expect(row(page, "Indonesia-Malaysia-Thailand").locator("td").first).to_contain_text("partial")
    assert_every_view_answers(page, url)


def test_hidden_missing_and_lacking_figures_are_three_signs(page: Page, serve: Serve, tmp_path: Path) -> None:
    url = serve(world(tmp_path, (month(OCTOBER, ("MY", "TH")),)))
    page.goto(url + VIEWS["overview"])
    names = {SUPPRESSED: ("Melaka", "hidden"), MISSING: ("Trang", "missing"), "ID-SU": ("North Sumatra", "no data")}
    for name, sign in names.values():
        shown = row(page, name).locator("td").first
        expect(shown).to_contain_text(sign)
        assert "0" not in shown.inner_text().split()
    looks = {
        sign: row(page, name).locator("td").first.locator(".gap").evaluate("one => getComputedStyle(one).borderStyle")
        for name, sign in names.values()
    }
    assert looks["hidden"] != looks["missing"]


def test_with_nothing_merged(page: Page, serve: Serve, tmp_path: Path) -> None:
    url = serve(world(tmp_path, ()))
    page.goto(url + "/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing to compare yet")
    page.get_by_role("main").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("how its partners stand")
    assert_every_view_answers(page, url)
