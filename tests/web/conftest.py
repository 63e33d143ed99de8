"""A node of three countries, served on this machine, and a real headless browser to read it with."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, sync_playwright

from node.adapters.profile_files import ProfileFolder
from node.model.comparison import MergedCube, SeriesKey
from node.model.profile import AREA, OCCUPATION, ExchangeProfile
from node.model.release import PeerState
from node.web.app import create_app
from node.web.serve import Server
from tests.support.web_world import FixedStore, WebWorld, cube, own_feed, persons, posts, published, standing

PROFILES = Path(__file__).resolve().parents[2] / "exchange_profiles"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
MONTHS = ("2026-08", "2026-09", "2026-10")


def month_of_figures(profile: ExchangeProfile, month: str) -> tuple[MergedCube, MergedCube]:
    """Figures of every area and major group that follow from their position; Melaka suppressed, Trang missing."""
    vacant: dict[SeriesKey, float | str] = {}
    seeking: dict[SeriesKey, float | str] = {}
    areas, occupations = (profile.structure.axis(axis).codelist for axis in (AREA, OCCUPATION))
    groups = ("_T", *occupations.children("_T"))
    for place, area in enumerate(code for code in areas.ids if code != "IMTGT"):
        for position, group in enumerate(groups):
            weight = 20_000 if group == "_T" else 900 + 130 * position
            vacant[posts(area, group)] = weight * (2 + (place * 5 + position * 3) % 11) // 20
            seeking[persons(area, group)] = weight + 17 * place
    for group in groups:
        vacant[posts("MY-04", group)] = "Q"
        vacant[posts("TH-92", group)] = "M"
    return cube("VACANCIES", month, vacant), cube("JOBSEEKERS", month, seeking)


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a synthetic node with three months of three countries, one of them stale."""
    profiles = ProfileFolder(PROFILES)
    cubes = [made for month in MONTHS for made in month_of_figures(profiles.profile("VACANCIES"), month)]
    world = WebWorld(
        feeds=tmp_path_factory.mktemp("feeds"),
        store=FixedStore(*cubes),
        profiles=profiles,
        synthetic=True,
        standings=(
            standing("ID", "Indonesia (Ministry of Manpower)"),
            standing("MY", "Malaysia (Ministry of Human Resources)"),
            standing("TH", "Thailand (Department of Employment)", PeerState.STALE, "its timestamp expired yesterday"),
        ),
        feed=own_feed(*(published(dataflow, month) for dataflow in ("VACANCIES", "JOBSEEKERS") for month in MONTHS)),
    )
    server = Server(create_app(world), "127.0.0.1", 0)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield server.url.rstrip("/")
    server.stop()
    thread.join(15)


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """One browser with a fresh profile and no script of its own allowed to pages."""
    executable = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if executable is None:
        pytest.skip("no Chromium found; on Debian: apt-get install chromium")
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("browser"), executable_path=executable, headless=True, args=list(FLAGS)
        )
        yield context
        context.close()


@pytest.fixture
def page(browser: BrowserContext) -> Iterator[Page]:
    opened = browser.new_page()
    yield opened
    opened.close()
