"""axe-core, which nobody here wrote, finds no fault on any view, in any language, on a phone or on a desk."""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import Page

from node.web.language.languages import Language
from tests.support.tree import ROOT
from tests.web.views import LANGUAGES, VIEWS, address

pytestmark = [pytest.mark.browser, pytest.mark.npm]

SCRIPT = ROOT / "tests/clients/node_modules/axe-core/axe.min.js"
WIDTHS = ((390, 844), (1280, 800))
RUN = """async () => {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const found = await axe.run({exclude: ['svg [role=img] > *']},
                              {runOnly: tags, resultTypes: ['violations'], preload: false});
  return found.violations.map(one => `${one.id}: ${one.nodes.map(node => node.target.join(' ')).join(', ')}`);
}"""
"""All rules of WCAG 2.2 AA and of good practice. What is drawn inside a picture is left out: it is presentational, and
axe cannot tell the ground behind it. Sources: axe-core, API, axe.run; WAI-ARIA 1.2, role img."""


@pytest.fixture(scope="module")
def axe() -> str:
    """The program's text."""
    if not SCRIPT.is_file():
        if os.environ.get("CI") == "true":
            pytest.fail("axe-core is not installed: run `npm ci` in tests/clients")
        pytest.skip("needs axe-core: run `npm ci` in tests/clients")
    return SCRIPT.read_text(encoding="utf-8")


def faults(page: Page, axe: str) -> list[str]:
    """What it finds on the page as it stands, each with where. It comes in by the browser's own door, since the pages'
    policy lets no script in."""
    page.evaluate(axe)
    found: list[str] = page.evaluate(RUN)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing(page: Page, site: str, axe: str, view: str, language: Language) -> None:
    page.goto(site + address(view, language))
    for width, height in WIDTHS:
        page.set_viewport_size({"width": width, "height": height})
        assert faults(page, axe) == [], width


def test_axe_sees_planted_faults(page: Page, site: str, axe: str) -> None:
    page.goto(site + address("overview"))
    page.evaluate("""() => {
      document.querySelector('label[for=occupation]').remove();
      document.querySelector('h1').style.color = '#bbb';
      document.documentElement.removeAttribute('lang');
      document.querySelector('table tbody th').setAttribute('scope', 'sideways');
    }""")
    assert {line.split(":")[0] for line in faults(page, axe)} >= {
        "select-name",
        "color-contrast",
        "html-has-lang",
        "scope-attr-valid",
    }
