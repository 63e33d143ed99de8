"""A token goes to the peer it is for, over a line that keeps it, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from tuf.api.exceptions import DownloadHTTPError

from node.adapters.trust.transport import keeps_secrets, open_transport
from node.errors import ConfigurationError
from tests.support.feed_server import FeedServer

TOKEN = "lmis_0123456789_secret"  # made up


@pytest.fixture
def server(tmp_path: Path) -> Iterator[FeedServer]:
    (tmp_path / "file").write_bytes(b"content")
    running = FeedServer(tmp_path)
    yield running
    running.stop()


def test_the_token_is_sent_in_the_standard_header(server: FeedServer) -> None:
    got: list[str | None] = []

    def answer(request: BaseHTTPRequestHandler) -> None:
        got.append(request.headers["Authorization"])
        request.send_response(200)
        request.send_header("Content-Length", "0")
        request.end_headers()

    server.answers["/file"] = answer
    for token in (TOKEN, None):
        with open_transport(server.url, 5.0, token=token) as transport:
            transport.download_bytes(f"{server.url}/file", 10)
    assert got == [f"Bearer {TOKEN}", None]


def test_the_token_follows_no_redirect_to_another_host(server: FeedServer, tmp_path: Path) -> None:
    other = FeedServer(tmp_path)
    try:

        def answer(request: BaseHTTPRequestHandler) -> None:
            request.send_response(302)
            request.send_header("Location", f"{other.url}/file")
            request.send_header("Content-Length", "0")
            request.end_headers()

        server.answers["/file"] = answer
        with open_transport(server.url, 5.0, token=TOKEN) as transport, pytest.raises(DownloadHTTPError):
            transport.download_bytes(f"{server.url}/file", 10)
        assert other.asked == []
    finally:
        other.stop()


def test_a_token_does_not_cross_a_network_in_the_clear() -> None:
    with (
        pytest.raises(ConfigurationError, match="https") as refused,
        open_transport("http://node.example/feeds", 5.0, token=TOKEN),
    ):
        pytest.fail("it was opened")
    assert TOKEN not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://node.example/feeds", True),
        ("http://127.0.0.1:8080/feeds", True),
        ("http://localhost/feeds", True),
        ("http://node.example/feeds", False),
        ("http://localhost.example/feeds", False),
    ],
)
def test_which_lines_keep_a_secret(url: str, kept: bool) -> None:
    assert keeps_secrets(url) is kept


def test_a_folder_needs_no_token(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"content")
    with open_transport(str(tmp_path), 5.0, token=TOKEN) as transport:
        assert transport.download_bytes(str(tmp_path / "file"), 10) == b"content"
