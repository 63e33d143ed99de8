"""What a page does behind a reader's back: nothing. No script, no style but its own sheet, no word to anybody else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, Response, expect

from node.model.release import PeerState
from node.web.app import create_app
from tests.support.web_world import standing, unproved
from tests.web.serving import serving
from tests.web.troubled import OCTOBER, world
from tests.web.views import CHARTED, VIEWS, address

pytestmark = pytest.mark.browser

HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
}
FOREIGN = "[style], style, script, iframe, object, embed, [onclick], [onload], [onerror], a[href^='javascript:']"
MARKUP = "<img src=x onerror=alert(1)><b>Bold</b> & <style>*{display:none}</style>"


def opened(page: Page, url: str) -> tuple[Response, list[str], list[str]]:
    """The answer, what the browser complained of, and whom it asked."""
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    answer = page.goto(url)
    assert answer is not None
    return answer, complaints, asked


@pytest.mark.parametrize("view", [view for view in VIEWS if view != "no such page"])
def test_a_view_comes_with_its_headers_and_asks_nobody_else(page: Page, site: str, view: str) -> None:
    answer, complaints, asked = opened(page, site + address(view))
    assert answer.status == 200
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert complaints == []
    assert [url for url in asked if not url.startswith(f"{site}/")] == []
    assert page.locator(FOREIGN).count() == 0


def test_a_page_that_is_not_there_comes_with_the_same_headers(page: Page, site: str) -> None:
    answer, _, asked = opened(page, site + address("no such page"))
    assert answer.status == 404
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert [url for url in asked if not url.startswith(f"{site}/")] == []
    assert page.locator(FOREIGN).count() == 0


def test_the_policy_stops_a_script_that_got_in(page: Page, site: str) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(site + address("overview"))
    page.evaluate("""() => {
      const script = document.createElement('script');
      script.textContent = 'window.ran = true';
      document.body.append(script);
    }""")
    assert page.evaluate("window.ran") is None
    assert any("Content Security Policy" in complaint for complaint in complaints)


def test_the_typeface_is_the_nodes_own_and_is_used(page: Page, site: str) -> None:
    page.goto(site + address("overview"))
    page.evaluate("document.fonts.ready.then(() => true)")
    loaded = page.evaluate("[...document.fonts].filter(one => one.status === 'loaded').map(one => one.family)")
    assert "Sarabun" in {family.strip('"') for family in loaded}


@pytest.mark.parametrize("view", CHARTED)
def test_pictures_have_no_look_of_their_own_beside_attributes(page: Page, site: str, view: str) -> None:
    page.goto(site + address(view))
    charts = page.locator("svg.chart")
    assert charts.count() >= 2
    assert page.locator("svg style, svg script, svg [style], svg image, svg foreignObject").count() == 0
    assert charts.evaluate_all("all => all.every(one => one.querySelector('[role=img] > title').textContent)")


def test_a_partner_s_markup_is_shown_as_text(page: Page, tmp_path: Path) -> None:
    hostile = standing("MY", MARKUP, PeerState.QUARANTINED, MARKUP)
    made = world(tmp_path, name=MARKUP)
    flagged = replace(made, standings=(standing("ID", "Indonesia"), hostile))
    with serving(create_app(flagged, unproved)) as url:
        for path in (f"/?period={OCTOBER}", "/feeds/", "/areas/MY-07"):
            _, complaints, _ = opened(page, url + path)
            assert complaints == []
            assert page.locator(FOREIGN).count() == 0
            assert page.get_by_text(MARKUP).count() >= 1
            expect(page.get_by_role("heading", level=1)).to_be_visible()
