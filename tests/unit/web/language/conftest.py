"""A small site in the four languages, with catalogues of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from node.web.language import catalogues
from tests.support.four_languages import make_site, write_catalogues


@pytest.fixture
def words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Catalogues of a few messages in place of the pages' own."""
    write_catalogues(tmp_path)
    monkeypatch.setattr(catalogues, "FOLDER", tmp_path)
    catalogues.catalogue.cache_clear()
    yield tmp_path
    catalogues.catalogue.cache_clear()


@pytest.fixture
def app(words: Path) -> Flask:
    return make_site(words)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
