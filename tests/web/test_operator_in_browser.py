"""The operator's pages in a real browser, as a person uses them: keyboard, narrow screens, no script."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from node.coding.decisions import Matter
from node.coding.review import Suggestion
from node.config import CodedColumn, SourceConfig
from node.model.access import OPERATOR
from node.reviewing import ReviewDesk
from node.web.app import create_app
from node.web.language.languages import Language
from node.web.operator.guard import LONGEST
from node.web.operator.services import OperatorServices
from node.web.serve import Server
from tests.support.memory_access import MemoryAccessLedger
from tests.support.memory_decisions import MemoryDecisionLedger, MemoryReviewLog
from tests.support.profiles import jobseekers, vacancies
from tests.support.reviewing import AREAS, NOW, entry, proposal, review, shipped_library
from tests.support.web_world import FixedProfiles, FixedStore, WebWorld
from tests.unit.web.operator.made import prove_nothing, shipped_names

pytestmark = pytest.mark.browser
SOURCE = "/operator/sources/sisnaker/2026-10"
LONG = "its group 251 is mapped, “Analis dan Pengembang Perangkat Lunak dan Aplikasi” going to OC251"


class Served:
    """Pages over ledgers in memory, at an address of this machine."""

    def __init__(self, feeds: Path) -> None:
        column = CodedColumn("KBJI", "2014", "job", None)
        place = CodedColumn("KEMENDAGRI", "2022", "place", None)
        source = SourceConfig("sisnaker", "VACANCIES", "csv", "x", None, None, ",", (), column, place, (), ())
        groups = (Suggestion("OC251", "Software developers", (LONG, LONG)), Suggestion("OC25", "ICT", (LONG,)))
        open_entries = (
            entry("2515", *groups),
            entry("gigi perawat", matter=Matter.TITLE, label="perawat gigi"),
            entry("1299", Suggestion("ID-SU", "North Sumatra", (LONG,)), matter=Matter.PLACE),
        )
        self.decisions = MemoryDecisionLedger(lambda: NOW)
        log = MemoryReviewLog(review("sisnaker", "2026-10", *open_entries))
        desk = ReviewDesk(shipped_library(), AREAS, (source,), self.decisions, log)
        access = MemoryAccessLedger(lambda: NOW)
        self.token = access.issue("Ibu Sari", (OPERATOR,), LONGEST).token
        profiles = FixedProfiles(vacancies(), jobseekers())
        world = WebWorld(feeds=feeds, store=FixedStore(), profiles=profiles, names=shipped_names())
        services = OperatorServices(desk, access, lambda: NOW, b"k" * 32)
        self.server = Server(create_app(world, prove_nothing, services), "127.0.0.1", 0)
        self.url = self.server.url.rstrip("/")


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    world = Served(tmp_path)
    thread = threading.Thread(target=world.server.run)
    thread.start()
    yield world
    world.server.stop()
    thread.join(15)


@pytest.fixture
def signed_in(served: Served, page: Page) -> Page:
    """Signed in with the keyboard alone, where the page that was asked for then opens."""
    page.context.clear_cookies()
    page.goto(served.url + SOURCE)
    assert "/operator/login" in page.url
    expect(page.locator("#token")).to_be_focused()
    page.keyboard.type(served.token)
    page.keyboard.press("Enter")
    page.wait_for_url(served.url + SOURCE)
    return page


def test_the_first_suggestion_is_one_button_away(served: Served, signed_in: Page) -> None:
    form = signed_in.locator("#occupation-1 form")
    form.get_by_role("button", name="OC251", exact=True).click()
    assert served.decisions.history() == ()  # the browser itself asks for the reason
    form.get_by_label("Reason").fill("the group is certain")
    form.get_by_role("button", name="OC251", exact=True).click()
    assert signed_in.get_by_role("status").inner_text().startswith("Decided: OC251")
    (made,) = served.decisions.history()
    assert (made.target, made.author, made.reason) == ("OC251", "Ibu Sari", "the group is certain")


def test_the_language_is_chosen_once(served: Served, signed_in: Page) -> None:
    """From the login to a decision and out again, every page is in the language that was chosen at the login."""
    signed_in.context.clear_cookies()
    signed_in.goto(served.url + SOURCE)
    signed_in.get_by_role("link", name="Bahasa Indonesia").click()
    signed_in.locator("#token").fill(served.token)
    signed_in.locator("#token").press("Enter")
    signed_in.wait_for_url(f"{served.url}{SOURCE}?lang=id")
    entry = signed_in.locator("#occupation-1")
    assert "Profesional Teknologi Informasi dan Komunikasi" in entry.inner_text()
    entry.locator("input[name=reason]").fill("kelompoknya pasti")
    entry.get_by_role("button", name="OC251", exact=True).click()
    signed_in.wait_for_url(f"{served.url}{SOURCE}?lang=id")
    assert [made.target for made in served.decisions.history()] == ["OC251"]
    signed_in.locator("nav.views a").nth(1).click()
    signed_in.wait_for_url(f"{served.url}/operator/decisions?lang=id")
    signed_in.locator("form.signed-in button").click()
    signed_in.wait_for_url(f"{served.url}/operator/login?lang=id")
    assert signed_in.locator("html").get_attribute("lang") == "id"


def test_the_enter_key_chooses_nothing(served: Served, signed_in: Page) -> None:
    reason = signed_in.locator("#occupation-1").get_by_label("Reason")
    reason.fill("half a sentence")
    reason.press("Enter")
    signed_in.wait_for_timeout(300)
    assert served.decisions.history() == ()
    assert signed_in.url == served.url + SOURCE


def test_a_conflict_is_seen_and_ended(served: Served, signed_in: Page) -> None:
    served.decisions.enter((proposal("2515", "OC2519"), proposal("2515", "OC251", "Budi")))
    signed_in.reload()
    assert "Decided in two ways" in signed_in.locator("#occupation-1").inner_text()
    signed_in.locator("#occupation-1").get_by_role("link", name="See both").click()
    row = signed_in.locator("tr", has_text="Budi")
    row.get_by_text("Retire…").click()
    row.get_by_label("Reason").fill("2519 it is")
    row.get_by_role("button", name="Retire").click()
    assert "is retired" in signed_in.get_by_role("status").inner_text()
    assert served.decisions.in_force().conflicts == ()


@pytest.mark.parametrize("language", list(Language))
def test_no_page_scrolls_sideways(served: Served, signed_in: Page, language: Language) -> None:
    served.decisions.enter((proposal("2515", "OC2519"), proposal("2515", "OC251", "Budi")))
    for path in ("/operator/", SOURCE, "/operator/decisions?all=1", "/operator/login"):
        signed_in.goto(f"{served.url}{path}{'&' if '?' in path else '?'}lang={language}")
        assert signed_in.locator("html").get_attribute("lang") == language
        for width in (360, 900, 1440):
            signed_in.set_viewport_size({"width": width, "height": 900})
            assert signed_in.evaluate("document.documentElement.scrollWidth") <= width, (path, width)


def test_every_field_has_a_name_and_buttons_are_large_enough(signed_in: Page) -> None:
    signed_in.set_viewport_size({"width": 360, "height": 900})
    unnamed = signed_in.evaluate(
        "[...document.querySelectorAll('input:not([type=hidden])')].filter(one => !one.labels.length).length"
    )
    assert unnamed == 0
    heights = signed_in.evaluate(
        "[...document.querySelectorAll('main button:not([hidden])')].map(one => one.getBoundingClientRect().height)"
    )
    assert heights
    assert min(heights) >= 24


def test_who_signs_out_sees_nothing_more(served: Served, signed_in: Page) -> None:
    signed_in.get_by_role("button", name="Sign out").click()
    signed_in.goto(served.url + SOURCE)
    assert "/operator/login" in signed_in.url
