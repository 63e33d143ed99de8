"""A peer that keeps sending, slowly: its pull ends in bounded time, and no other peer waits for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from node.bootstrap import open_services
from node.config import load_config
from node.errors import PeerUnreachable
from node.model.release import MergePlan, PeerState
from node.operations import pull_all
from tests.support.feed_server import FeedServer
from tests.support.nodes import make_node
from tests.support.signed_feeds import FrozenClock, Sender, new_receiver, new_sender

SECONDS = 4.0


def never_quite_late(seconds: float, chunk: int) -> Callable[[BaseHTTPRequestHandler], None]:
    """Whole mebibytes, each just inside the time-out, without end."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        try:
            while True:
                request.wfile.write(b"x" * chunk)
                request.wfile.flush()
                time.sleep(seconds)
        except OSError:
            pass

    return answer


def test_a_pull_ends_in_all_when_each_part_comes_in_time(
    sender: Sender, serve: Callable[[Path], FeedServer], tmp_path: Path
) -> None:
    server = serve(sender.feeds)
    receiver = new_receiver(tmp_path / "th", sender, url=server.url)
    receiver.fetcher._limits = type(receiver.fetcher._limits)(
        target_bytes=10**9, timeout_seconds=60.0, engine_memory_mib=64, engine_threads=1, pull_seconds=SECONDS
    )
    server.answers["/metadata/timestamp.json"] = never_quite_late(0.5, 10)
    began = time.monotonic()
    with pytest.raises(PeerUnreachable):
        receiver.pull()
    assert time.monotonic() - began < SECONDS + 10


def test_the_others_are_pulled_while_one_drips(tmp_path: Path, serve: Callable[[Path], FeedServer]) -> None:
    home = tmp_path / "my"
    make_node(home, "MY")
    slow = new_sender(tmp_path / "id", "ID", clock=FrozenClock())
    server = serve(slow.feeds)
    with (home / "node.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n[limits]\ntimeout_seconds = {SECONDS}\n")
    with open_services(load_config(home, {})) as services:
        services.directory.add(server.url, slow.fingerprint)
        server.answers["/metadata/timestamp.json"] = server.drip(b"HTTP/1.1 200 OK\r\n\r\n")
        began = time.monotonic()
        outcomes = pull_all(services)
        first, plan = next(outcomes)
        assert first == "MY", "Indonesia comes first in the list, and is still dripping"
        assert isinstance(plan, MergePlan)
        assert time.monotonic() - began < SECONDS
        assert isinstance(dict(outcomes)["ID"], PeerUnreachable)
        assert services.directory.status("ID").state is PeerState.UNREACHABLE
