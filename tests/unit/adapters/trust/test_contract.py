"""What `Publication` and `Fetcher` promise, held against the TUF adapters and their in-memory twins alike."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from node.errors import PeerUnreachable
from node.model.period import TimePeriod
from node.model.release import FetchedFeed, Peer, TargetIdentity
from node.ports import Fetcher, Publication
from tests.support.memory_trust import MemoryFetcher, MemoryPublication
from tests.support.signed_feeds import STRUCTURE, FrozenClock, draft, new_receiver, new_sender


@dataclass
class Pair:
    publication: Publication
    fetcher: Fetcher
    peer: Peer

    def fetch(self, known: Collection[TargetIdentity] = ()) -> FetchedFeed:
        return self.fetcher.fetch(self.peer, known)


@pytest.fixture(params=["tuf", "memory"])
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Pair:
    if request.param == "memory":
        publication = MemoryPublication()
        fetcher = MemoryFetcher({"memory": publication}, FrozenClock())
        return Pair(publication, fetcher, Peer("ID", "IMTGT_ID", "Indonesia", "memory", "0" * 64))
    sender = new_sender(tmp_path / "id")
    receiver = new_receiver(tmp_path / "my", sender)
    return Pair(sender.publication, receiver.fetcher, receiver.peer)


def test_empty_feed_has_no_targets(pair: Pair) -> None:
    assert pair.publication.published("VACANCIES", TimePeriod("2031-01")) is None
    assert pair.fetch().targets == ()


def test_what_is_published_is_what_is_fetched(pair: Pair) -> None:
    release = draft()
    signed = pair.publication.publish(release, STRUCTURE)
    feed = pair.fetch()
    assert signed.changed
    assert (feed.sender, feed.snapshot_version) == ("ID", signed.snapshot_version)
    (fetched,) = feed.fetched
    assert feed.targets == (fetched.published,)
    assert (fetched.published.key, fetched.published.custom) == (release.key, release.custom)
    assert fetched.published.target == signed.target
    assert (fetched.data, fetched.report) == (release.files[release.key.path], release.files[release.key.report_path])
    assert pair.publication.published("VACANCIES", release.key.period) == (fetched.published, fetched.data)


def test_publishing_the_same_again_changes_nothing(pair: Pair) -> None:
    first = pair.publication.publish(draft(), STRUCTURE)
    again = pair.publication.publish(draft(), STRUCTURE)
    assert not again.changed
    assert again.snapshot_version == first.snapshot_version


def test_known_targets_are_listed_and_not_fetched(pair: Pair) -> None:
    pair.publication.publish(draft("2031-01"), STRUCTURE)
    known = {target.identity for target in pair.fetch().targets}
    pair.publication.publish(draft("2031-02"), STRUCTURE)
    feed = pair.fetch(known)
    assert [str(target.key.period) for target in feed.targets] == ["2031-01", "2031-02"]
    assert [str(target.published.key.period) for target in feed.fetched] == ["2031-02"]


def test_a_revision_replaces_its_period_alone(pair: Pair) -> None:
    pair.publication.publish(draft("2031-01"), STRUCTURE)
    pair.publication.publish(draft("2031-02"), STRUCTURE)
    known = {target.identity for target in pair.fetch().targets}
    pair.publication.publish(draft("2031-01", revision=2, text="b"), STRUCTURE)
    feed = pair.fetch(known)
    assert [target.custom.revision for target in feed.targets] == [2, 1]
    assert [str(target.published.key.period) for target in feed.fetched] == ["2031-01"]


@pytest.mark.parametrize("changed", ["report", "custom"])
def test_a_revision_with_the_same_data_is_fetched(pair: Pair, changed: str) -> None:
    second = draft(revision=2)
    pair.publication.publish(second, STRUCTURE)
    known = {target.identity for target in pair.fetch().targets}
    third = draft(revision=3 if changed == "custom" else 2)
    if changed == "report":
        third = replace(third, files={**third.files, third.key.report_path: b'{"text": "explained better"}'})
    assert third.files[third.key.path] == second.files[second.key.path]
    pair.publication.publish(third, STRUCTURE)
    (fetched,) = pair.fetch(known).fetched
    assert (fetched.published.custom, fetched.report) == (third.custom, third.files[third.key.report_path])


def test_publishing_inside_the_lock(pair: Pair) -> None:
    with pair.publication.lock():
        assert pair.publication.publish(draft(), STRUCTURE).changed
    with pair.publication.lock():
        assert not pair.publication.publish(draft(), STRUCTURE).changed


def test_a_peer_that_is_not_there_is_unreachable(pair: Pair, tmp_path: Path) -> None:
    nowhere = Peer(pair.peer.id, pair.peer.authority, "", str(tmp_path / "nowhere"), pair.peer.fingerprint)
    with pytest.raises(PeerUnreachable, match=r"ID: .*nowhere"):
        pair.fetcher.fetch(nowhere, ())
