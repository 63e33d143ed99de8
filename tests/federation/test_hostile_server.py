"""Servers that send without end, too slowly, too much, or somewhere else."""

import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from node.errors import PeerUnreachable, SignatureRefused
from tests.support.feed_server import FeedServer, respond
from tests.support.signed_feeds import Receiver, Sender, new_receiver

TIMEOUT = 0.3
TIMESTAMP = "/metadata/timestamp.json"
Serve = Callable[[Path], FeedServer]


@pytest.fixture
def server(sender: Sender, serve: Serve) -> FeedServer:
    return serve(sender.feeds)


@pytest.fixture
def puller(sender: Sender, server: FeedServer, tmp_path: Path) -> Receiver:
    made = new_receiver(tmp_path / "th", sender, url=server.url, timeout_seconds=TIMEOUT)
    server.asked.clear()
    return made


def test_over_http_only_what_changed_is_asked_for(sender: Sender, server: FeedServer, puller: Receiver) -> None:
    assert len(puller.pull().fetched) == 1
    sender.release("2031-02")
    server.asked.clear()
    assert [str(target.published.key.period) for target in puller.pull().fetched] == ["2031-02"]
    assert server.asked[:4] == [
        "/metadata/2.root.json", TIMESTAMP, "/metadata/3.snapshot.json", "/metadata/3.targets.json",
    ]  # fmt: skip
    assert len(server.asked) == 6
    server.asked.clear()
    assert puller.pull().fetched == ()
    assert server.asked == ["/metadata/2.root.json", TIMESTAMP]


@pytest.mark.parametrize("first", [b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nX-Endless: "], ids=["body", "head"])
def test_slow_drip(first: bytes, server: FeedServer, puller: Receiver) -> None:
    server.answers[TIMESTAMP] = server.drip(first)
    before = time.monotonic()
    with pytest.raises(PeerUnreachable, match=r"ID: http.*timestamp\.json did not arrive within 0\.3 s"):
        puller.pull()
    assert time.monotonic() - before < 10 * TIMEOUT
    assert server.asked.count(TIMESTAMP) == 1


def test_silence(server: FeedServer, puller: Receiver) -> None:
    server.answers[TIMESTAMP] = lambda request: server.stopping.wait(5) and None
    with pytest.raises(PeerUnreachable, match="did not arrive within"):
        puller.pull()


def test_endless_data(server: FeedServer, puller: Receiver) -> None:
    sent = 0

    def answer(request: BaseHTTPRequestHandler) -> None:
        nonlocal sent
        try:
            request.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
            while not server.stopping.is_set():
                sent += request.wfile.write(b" " * 65_536)
        except OSError:
            pass

    server.answers[TIMESTAMP] = answer
    with pytest.raises(SignatureRefused, match="longer than the 16384 bytes it may have"):
        puller.pull()
    assert sent < 20_000_000


def test_a_compressed_answer_is_not_unpacked(server: FeedServer, puller: Receiver, sender: Sender) -> None:
    import gzip

    bomb = gzip.compress(b" " * 1_000_000)
    server.answers[TIMESTAMP] = lambda request: respond(request, 200, bomb, **{"Content-Encoding": "gzip"})
    with pytest.raises(SignatureRefused, match="refused"):
        puller.pull()


def test_redirect_to_another_host(server: FeedServer, puller: Receiver, sender: Sender, serve: Serve) -> None:
    other = serve(sender.feeds)
    away = {"Location": f"{other.url}{TIMESTAMP}"}
    server.answers[TIMESTAMP] = lambda request: respond(request, 302, **away)
    with pytest.raises(PeerUnreachable, match="redirects to another host"):
        puller.pull()
    assert other.asked == []


def test_redirect_on_the_same_host_is_followed(server: FeedServer, puller: Receiver, sender: Sender) -> None:
    body = (sender.metadata / "timestamp.json").read_bytes()
    server.answers[TIMESTAMP] = lambda request: respond(request, 302, Location="/elsewhere")
    server.answers["/elsewhere"] = lambda request: respond(request, 200, body)
    assert len(puller.pull().fetched) == 1


def test_redirects_in_a_circle(server: FeedServer, puller: Receiver) -> None:
    server.answers[TIMESTAMP] = lambda request: respond(request, 302, Location=TIMESTAMP)
    with pytest.raises(PeerUnreachable, match="redirects more than 3 times"):
        puller.pull()


@pytest.mark.parametrize(("status", "tries"), [(503, 3), (404, 1), (401, 1)])
def test_only_what_may_pass_is_tried_again(status: int, tries: int, server: FeedServer, puller: Receiver) -> None:
    server.answers[TIMESTAMP] = lambda request: respond(request, status)
    with pytest.raises(PeerUnreachable, match=f"timestamp.json was answered with status {status}"):
        puller.pull()
    assert server.asked.count(TIMESTAMP) == tries


def test_a_server_that_recovers_in_time(server: FeedServer, puller: Receiver) -> None:
    def once(request: BaseHTTPRequestHandler) -> None:
        del server.answers[TIMESTAMP]
        respond(request, 502)

    server.answers[TIMESTAMP] = once
    assert len(puller.pull().fetched) == 1


def test_a_server_that_is_gone(server: FeedServer, puller: Receiver) -> None:
    server.stop()
    with pytest.raises(PeerUnreachable, match=f"{server.url}.*refused"):
        puller.pull()


def test_a_password_file_and_proxies_of_the_environment_are_not_used(
    server: FeedServer, puller: Receiver, sender: Sender, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password secret\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    body, sent = (sender.metadata / "timestamp.json").read_bytes(), []

    def answer(request: BaseHTTPRequestHandler) -> None:
        sent.append(request.headers.get("Authorization"))
        respond(request, 200, body)

    server.answers[TIMESTAMP] = answer
    assert len(puller.pull().fetched) == 1
    assert sent == [None]


def test_what_the_server_writes_into_an_error_is_shown_plain_and_bounded(server: FeedServer, puller: Receiver) -> None:
    server.answers[TIMESTAMP] = lambda request: request.wfile.write(b"\x1b[2J\x9b" * 2_000 + b"\r\n\r\n") and None
    with pytest.raises(PeerUnreachable) as refusal:
        puller.pull()
    assert len(str(refusal.value)) < 500
    assert "�[2J" in str(refusal.value)
    assert "\x1b" not in str(refusal.value)
