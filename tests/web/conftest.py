"""Three small nodes, the pages of Indonesia's, and a real headless browser to read them with."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, sync_playwright

from node.bootstrap import open_services
from node.config import load_config
from node.exchange.prove import Proof, prove
from node.model.period import TimePeriod
from node.web.app import create_app
from tests.web.serving import serving
from tests.web.small_nodes import make_small_nodes

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


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Indonesia's node, which has merged all three. Processes that test side by side share it, and only read it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    made = shared / "small-nodes.made"
    with (shared / "small-nodes.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            shutil.rmtree(shared / "small-nodes", ignore_errors=True)
            make_small_nodes(shared / "small-nodes")
            made.touch()
    return shared / "small-nodes" / "id"


@pytest.fixture(scope="session")
def site(home: Path) -> Iterator[str]:
    """The address of its pages."""
    with open_services(load_config(home, {})) as services:

        def proved(dataflow: str, key: str, period: TimePeriod, as_of: datetime | None) -> Proof:
            return prove(services, dataflow, key, period, sender=None, as_of=as_of)

        with serving(create_app(services, proved)) as address:
            yield address


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """One browser with a fresh profile."""
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
