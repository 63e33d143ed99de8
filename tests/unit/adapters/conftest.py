"""Both databases that a node may keep its store in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.postgres import postgres_server

BOTH = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Any]:
    with postgres_server() as server:
        yield server


@pytest.fixture
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], str]:
    """The URL of a database without tables, of one of BOTH."""

    def url(backend: str) -> str:
        if backend == "sqlite":
            return f"sqlite:///{tmp_path / 'node.db'}"
        server = request.getfixturevalue("postgres")
        server.psql("DROP SCHEMA public CASCADE; CREATE SCHEMA public;")
        return str(server.get_uri())

    return url


@pytest.fixture(params=BOTH)
def either_url(request: pytest.FixtureRequest, empty_database: Callable[[str], str]) -> str:
    """The URL of a database without tables, one after the other of BOTH."""
    return empty_database(request.param)
