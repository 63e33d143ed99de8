"""A node of two countries with everything that can stand in a cell, and a client that reads it."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec

import pytest
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache

from node.web.app import create_app
from tests.support.web_world import ClosingClient, WebWorld, unproved
from tests.unit.web.workspace.made import small_world

P = ParamSpec("P")


@pytest.fixture
def world(tmp_path: Path) -> WebWorld:
    return small_world(tmp_path / "feeds")


@pytest.fixture(scope="session")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """A reader of the same node; one for all tests, so that a chart is drawn once."""
    return reader(small_world(tmp_path_factory.mktemp("feeds")))


class Compiled(BytecodeCache):
    """Templates as Python reads them, compiled once for all applications of a run."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()
DONE: dict[str, bytes] = {}
"""What has been drawn and set, by what was asked."""


def once(work: Callable[P, bytes], *values: P.args, **named: P.kwargs) -> bytes:
    """Runs work that depends on its arguments alone, and no second time for the same ones."""
    key = f"{work.__module__}.{work.__qualname__} {values!r} {named!r}"
    if key not in DONE:
        DONE[key] = work(*values, **named)
    return DONE[key]


def reader(world: WebWorld) -> FlaskClient:
    """A client of the node's pages that closes what it has read. A chart that many tests show is drawn once."""
    app = create_app(world, unproved, run=once)
    app.jinja_env.bytecode_cache = COMPILED
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
