"""A node of two countries with one month, one suppressed, one missing and one provisional figure."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from node.web.app import create_app
from tests.support.profiles import jobseekers, vacancies
from tests.support.web_world import (
    ClosingClient,
    FixedProfiles,
    FixedStore,
    WebWorld,
    cube,
    own_feed,
    persons,
    posts,
    published,
    standing,
)

VACANT = {
    posts("IMTGT_ID", "_T"): 1_000,
    posts("IMTGT_ID", "OC2"): 700,
    posts("IMTGT_MY", "_T"): 500,
    posts("IMTGT_MY", "OC2"): 90,
    posts("ID-SU", "_T"): "Q",
    posts("ID-JA", "_T"): "M",
    posts("MY-07", "_T"): "P123",
}
SEEKING = {
    persons("IMTGT_ID", "_T"): 4_000,
    persons("IMTGT_ID", "OC2"): 1_400,
    persons("IMTGT_MY", "_T"): 1_000,
    persons("IMTGT_MY", "OC2"): 90,
    persons("ID-SU", "_T"): 300,
    persons("ID-JA", "_T"): 100,
    persons("MY-07", "_T"): 300,
}


@pytest.fixture
def world(tmp_path: Path) -> WebWorld:
    return WebWorld(
        feeds=tmp_path / "feeds",
        store=FixedStore(
            cube("VACANCIES", "2026-09", VACANT),
            cube("JOBSEEKERS", "2026-09", SEEKING),
            cube("VACANCIES", "2026-10", VACANT),
            cube("JOBSEEKERS", "2026-10", SEEKING),
            cube("VACANCIES", "2026-11", VACANT),
        ),
        profiles=FixedProfiles(vacancies(), jobseekers()),
        standings=(standing("ID", "Indonesia"), standing("MY", "Malaysia")),
        feed=own_feed(published("VACANCIES", "2026-09"), published("VACANCIES", "2026-10")),
    )


@pytest.fixture
def client(world: WebWorld) -> FlaskClient:
    app = create_app(world)
    app.test_client_class = ClosingClient
    return app.test_client()


@pytest.fixture
def feed_file(world: WebWorld) -> Callable[[str, bytes], Path]:
    """Writes one file of the feed, by its path under `feeds/`."""

    def write(path: str, content: bytes) -> Path:
        file = world.feeds / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        return file

    return write


@pytest.fixture
def target(feed_file: Callable[[str, bytes], Path]) -> tuple[str, bytes]:
    """A hashed target's path under `/feeds/targets/`, and its bytes."""
    content = gzip.compress(b"STRUCTURE,STRUCTURE_ID\n" * 200, mtime=0)
    path = f"VACANCIES/{hashlib.sha256(content).hexdigest()}.2026-10.csv.gz"
    feed_file(f"targets/{path}", content)
    return path, content
