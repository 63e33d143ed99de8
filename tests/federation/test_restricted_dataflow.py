"""A dataflow for partners only: a node without a token takes the rest; with one it takes all; nobody else gets it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from node.adapters.trust.peer_token import write_token
from node.errors import ConfigurationError
from node.web.app import create_app
from node.web.serve import Server
from tests.support.profiles import jobseekers, vacancies
from tests.support.signed_feeds import Receiver, Sender, new_receiver, new_sender
from tests.support.web_world import FixedProfiles, FixedStore, WebWorld, unproved

VACANCIES, JOBSEEKERS = "VACANCIES/2031-01.csv.gz", "JOBSEEKERS/2031-01.csv.gz"


@pytest.fixture
def sender(tmp_path: Path) -> Sender:
    made = new_sender(tmp_path / "id")
    made.release("2031-01")
    made.release("2031-01", dataflow="JOBSEEKERS")
    return made


@pytest.fixture
def world(sender: Sender) -> WebWorld:
    profiles = FixedProfiles(vacancies(), replace(jobseekers(), audience="partners"))
    return WebWorld(sender.feeds, FixedStore(), profiles)


@pytest.fixture
def puller(sender: Sender, world: WebWorld, tmp_path: Path) -> Iterator[Receiver]:
    server = Server(create_app(world, unproved), "127.0.0.1", 0)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield new_receiver(tmp_path / "my", sender, url=f"{server.url}feeds")
    server.stop()
    thread.join()


def give_token(puller: Receiver, world: WebWorld, *scopes: str) -> None:
    issued = world.access.issue("Malaysia", scopes, timedelta(days=30))
    puller.directory.keep_token("ID", issued.token)


def paths(puller: Receiver) -> tuple[list[str], list[str]]:
    feed = puller.fetcher.fetch(puller.peer, frozenset())
    return [entry.published.key.path for entry in feed.fetched], [target.path for target in feed.withheld]


def test_without_a_token_the_rest_is_taken(puller: Receiver) -> None:
    assert paths(puller) == ([VACANCIES], [JOBSEEKERS])


def test_with_a_token_all_is(puller: Receiver, world: WebWorld) -> None:
    give_token(puller, world, "feed:JOBSEEKERS")
    assert paths(puller) == ([JOBSEEKERS, VACANCIES], [])


def test_a_token_that_was_revoked_or_is_for_another_dataflow_opens_nothing(puller: Receiver, world: WebWorld) -> None:
    give_token(puller, world, "feed:VACANCIES")
    assert paths(puller)[1] == [JOBSEEKERS]
    give_token(puller, world, "feed:*")
    assert paths(puller)[1] == []
    for access in world.access.list():
        world.access.revoke(access.id)
    (puller.home / "peers/ID/targets").rename(puller.home / "aside")  # what was fetched before would not be asked for
    assert paths(puller)[1] == [JOBSEEKERS]


def test_a_forgotten_token_is_not_sent(puller: Receiver, world: WebWorld) -> None:
    give_token(puller, world, "feed:*")
    puller.directory.forget_token("ID")
    assert paths(puller)[1] == [JOBSEEKERS]


def test_a_token_is_not_kept_for_a_peer_over_http(puller: Receiver, sender: Sender) -> None:
    record = puller.home / "peers/ID/peer.json"
    record.write_text(record.read_text().replace("http://127.0.0.1", "http://node.example"))
    with pytest.raises(ConfigurationError, match="over http"):
        puller.directory.keep_token("ID", "lmis_0_0")
    write_token(puller.home / "peers/ID", "lmis_0_0")
    with pytest.raises(ConfigurationError, match="https"):
        puller.fetcher.fetch(puller.directory.get("ID"), frozenset())
