"""The feed's files, as partners' clients fetch them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.support.web_world import WebWorld
from tests.unit.web.conftest import reader

FeedFile = Callable[[str, bytes], Path]


@pytest.fixture
def client(world: WebWorld) -> FlaskClient:
    """A reader of the node whose feed the test writes."""
    return reader(world)


def test_a_target_comes_byte_for_byte_and_as_no_encoding(client: FlaskClient, target: tuple[str, bytes]) -> None:
    path, content = target
    answer = client.get(f"/feeds/targets/{path}", headers={"Accept-Encoding": "gzip"})
    assert answer.data == content
    assert answer.content_type == "application/gzip"
    assert "Content-Encoding" not in answer.headers
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_an_unchanged_file_is_not_sent_again(client: FlaskClient, target: tuple[str, bytes]) -> None:
    address = f"/feeds/targets/{target[0]}"
    tag = client.get(address).headers["ETag"]
    again = client.get(address, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")


def test_a_download_can_be_taken_up_where_it_broke(client: FlaskClient, target: tuple[str, bytes]) -> None:
    path, content = target
    rest = client.get(f"/feeds/targets/{path}", headers={"Range": "bytes=10-"})
    assert (rest.status_code, rest.data) == (206, content[10:])


@pytest.mark.parametrize(
    ("name", "caching"),
    [
        ("timestamp.json", "no-cache"),
        ("1.root.json", "public, max-age=31536000, immutable"),
        ("17.snapshot.json", "public, max-age=31536000, immutable"),
    ],
)
def test_metadata_are_cached_as_their_names_allow(
    client: FlaskClient, feed_file: FeedFile, name: str, caching: str
) -> None:
    feed_file(f"metadata/{name}", b'{"signed": {}}')
    answer = client.get(f"/feeds/metadata/{name}")
    assert (answer.status_code, answer.data) == (200, b'{"signed": {}}')
    assert answer.content_type == "application/json"
    assert answer.headers["Cache-Control"] == caching


def test_a_new_timestamp_is_seen_at_once(client: FlaskClient, feed_file: FeedFile) -> None:
    feed_file("metadata/timestamp.json", b"one")
    tag = client.get("/feeds/metadata/timestamp.json").headers["ETag"]
    feed_file("metadata/timestamp.json", b"another")
    assert client.get("/feeds/metadata/timestamp.json", headers={"If-None-Match": tag}).data == b"another"


@pytest.mark.parametrize(
    "path",
    [
        "metadata/2.root.json",
        "metadata/.lock",
        "metadata/timestamp.json.part",
        "metadata/../secret.json",
        "metadata/%2e%2e/secret.json",
        "targets/../secret.json",
        "targets/..%2fsecret.json",
        "targets/VACANCIES/.2026-10.csv.gz.part",
        "targets/VACANCIES/../../secret.json",
        "targets/VACANCIES/",
        "targets/VACANCIES",
    ],
)
def test_nothing_else_in_the_folder_or_outside_it_is_served(
    client: FlaskClient, feed_file: FeedFile, path: str
) -> None:
    for name in (
        "secret.json",
        "metadata/.lock",
        "metadata/timestamp.json.part",
        "targets/VACANCIES/.2026-10.csv.gz.part",
    ):
        feed_file(name, b"secret")
    answer = client.get(f"/feeds/{path}")
    assert answer.status_code == 404
    assert b"secret" not in answer.data.replace(b"secret.json", b"")


@pytest.mark.parametrize(
    "path",
    [
        "structure/{0}.VACANCIES.json",
        "VACANCIES/{0}.2026-10.report.json",
        "VACANCIES/{0}.2026-Q3.csv.gz",
    ],
)
def test_every_kind_of_target_is_served(client: FlaskClient, feed_file: FeedFile, path: str) -> None:
    name = path.format("c" * 64)
    feed_file(f"targets/{name}", b"bytes")
    assert client.get(f"/feeds/targets/{name}").data == b"bytes"
