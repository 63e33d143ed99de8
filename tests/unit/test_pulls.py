"""Pulling, as the worker and the commands do it: one peer's trouble is its own, and stays seen until it is mended."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from node.bootstrap import Services, open_services, utc_now
from node.config import load_config
from node.errors import NodeError, PeerError, PeerUnreachable
from node.model.period import TimePeriod
from node.model.profile import ExchangeProfile
from node.model.release import FetchedFeed, MergePlan, Peer, PeerState, TargetIdentity
from node.operations import pull_all, pull_and_note, release_and_merge
from node.ports import Fetcher, ProfileLibrary
from tests.support.feed_server import FeedServer, respond
from tests.support.nodes import PERIOD, make_node
from tests.support.signed_feeds import FrozenClock, Sender, new_sender

PATH, JOBSEEKERS_PATH = f"VACANCIES/{PERIOD}.csv.gz", f"JOBSEEKERS/{PERIOD}.csv.gz"


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Services]:
    """Indonesia's node, with vacancies and job seekers released."""
    make_node(tmp_path / "id", "ID")
    with open_services(load_config(tmp_path / "id", {})) as services:
        for dataflow in ("VACANCIES", "JOBSEEKERS"):
            release_and_merge(services, dataflow, TimePeriod(PERIOD))
        yield services


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """Malaysia's node."""
    make_node(tmp_path / "my", "MY")
    with open_services(load_config(tmp_path / "my", {})) as opened:
        yield opened


def pin(services: Services, other: Services) -> Peer:
    return services.directory.add(str(other.feeds), other.publication.fingerprint())


def without(services: Services, dataflow: str) -> Services:
    """The same node, which does not hold one of the exchange profiles."""
    return replace(services, node=replace(services.node, profiles=Without(services.node.profiles, dataflow)))


def breaking(services: Services, peer: str, error: BaseException) -> Services:
    """The same node, whose fetcher one peer's feed breaks in a way nobody foresaw."""
    return replace(services, node=replace(services.node, fetcher=Breaking(services.node.fetcher, peer, error)))


@dataclass
class Without:
    library: ProfileLibrary
    lacking: str

    def profile(self, dataflow: str) -> ExchangeProfile:
        return self.library.profile(dataflow)

    def dataflows(self) -> tuple[str, ...]:
        return tuple(name for name in self.library.dataflows() if name != self.lacking)


@dataclass
class Breaking:
    fetcher: Fetcher
    peer: str
    error: BaseException

    def fetch(self, peer: Peer, known: Collection[TargetIdentity], settled: str = "") -> FetchedFeed:
        if peer.id == self.peer:
            raise self.error
        return self.fetcher.fetch(peer, known, settled)


def merged(plans: Collection[MergePlan] | Iterator[MergePlan]) -> list[str]:
    return [target.vintage.key.path for plan in plans for target in plan.new]


def test_what_our_profile_refuses_stays_quarantined_until_the_profile_is_there(
    services: Services, other: Services
) -> None:
    peer, lacking = pin(services, other), without(services, "VACANCIES")
    for first in (True, False):
        assert merged(pull_and_note(lacking, peer)) == ([JOBSEEKERS_PATH] if first else [])
        status = services.directory.status("ID")
        assert status.state is PeerState.QUARANTINED
        assert status.reason == f"refused: {PATH}: this node holds no exchange profile for VACANCIES"
        assert [record.path for record in services.store.quarantined("ID")] == [PATH]
    assert merged(pull_and_note(services, peer)) == [PATH]
    status = services.directory.status("ID")
    assert (status.state, status.reason) == (PeerState.FRESH, "")


def test_what_the_peer_signs_wrongly_stays_quarantined_until_it_signs_it_rightly(
    services: Services, other: Services
) -> None:
    peer = pin(services, other)
    sender = Sender(
        other.config.home, FrozenClock(utc_now()), other.keys, other.publication._identity, other.publication, ""
    )

    def sign_rows(more: int) -> None:
        sender.sign(lambda files: files[PATH].custom.update(rows=files[PATH].custom["rows"] + more))

    sign_rows(+1)
    for _ in range(2):
        assert PATH not in merged(pull_and_note(services, peer))
        status = services.directory.status("ID")
        assert status.state is PeerState.QUARANTINED
        assert PATH in status.reason
    sign_rows(-1)
    assert merged(pull_and_note(services, peer)) == [PATH]
    assert services.directory.status("ID").state is PeerState.FRESH


def test_a_standing_names_the_first_refusals_and_counts_the_rest(services: Services, tmp_path: Path) -> None:
    hostile = new_sender(tmp_path / "id", clock=FrozenClock(utc_now()))
    for month in range(1, 6):
        hostile.release(f"2026-0{month}", revision=2**31)
    peer = services.directory.add(str(hostile.feeds), hostile.fingerprint)
    assert merged(pull_and_note(services, peer)) == []
    reason = services.directory.status("ID").reason
    assert "2026-03" in reason
    assert "2026-04" not in reason
    assert reason.endswith("and 2 more")


def test_a_hostile_signer_stops_no_other_peer(services: Services, tmp_path: Path) -> None:
    """Indonesia's feed comes before this node's own, which is pulled all the same."""
    hostile = new_sender(tmp_path / "id", clock=FrozenClock(utc_now()))
    hostile.release(PERIOD, revision=10**30)
    hostile.release("2026-09", revision=2**31)
    services.directory.add(str(hostile.feeds), hostile.fingerprint)
    outcomes = dict(pull_all(services))
    assert set(outcomes) == {"ID", "MY"}
    plan = outcomes["ID"]
    assert isinstance(plan, MergePlan)
    assert [entry.reason for entry in plan.quarantined] == ["wrong custom field"] * 2
    assert isinstance(outcomes["MY"], MergePlan)
    assert services.directory.status("ID").state is PeerState.QUARANTINED
    assert services.directory.status("MY").state is PeerState.FRESH


@pytest.mark.parametrize("error", [OverflowError("of PT X"), ValueError("PT X"), RecursionError("PT X")])
def test_what_nobody_foresaw_is_the_trouble_of_one_peer(error: Exception, services: Services, other: Services) -> None:
    pin(services, other)
    outcomes: dict[str, MergePlan | NodeError] = dict(pull_all(breaking(services, "ID", error)))
    problem = outcomes["ID"]
    assert isinstance(problem, PeerError)
    assert str(problem) == f"ID: its feed could not be taken in ({type(error).__name__})"
    assert isinstance(outcomes["MY"], MergePlan)
    status = services.directory.status("ID")
    assert (status.state, status.reason) == (PeerState.REFUSED, str(problem))
    runs = services.store.runs()
    assert {(run.about, run.outcome) for run in runs} == {("ID", type(error).__name__), ("MY", "ok")}
    assert not any("PT X" in run.message for run in runs)


def test_an_operator_who_interrupts_a_pull_is_heard(services: Services, other: Services) -> None:
    pin(services, other)
    with pytest.raises(KeyboardInterrupt):
        list(pull_all(breaking(services, "ID", KeyboardInterrupt())))


def settings(home: Path, limit: str) -> None:
    with (home / "node.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n[limits]\n{limit}\n")


def test_a_feed_larger_than_one_part_is_merged_whole(services: Services, other: Services) -> None:
    feed = other.publication.own_feed()
    assert feed is not None
    largest = max(target.target.length for target in feed.targets)
    settings(services.config.home, f"target_bytes = {largest}")
    with open_services(load_config(services.config.home, {})) as small:
        plans = list(pull_and_note(without(small, "JOBSEEKERS"), pin(small, other)))
        assert [plan.waiting for plan in plans] == [1, 0]
        assert merged(plans) == [PATH]
        # The first part was refused: the pull went on to the second, and the standing tells of both.
        assert [len(plan.quarantined) for plan in plans] == [1, 0]
        assert small.directory.status("ID").state is PeerState.QUARANTINED


def test_adding_a_peer_takes_no_longer_than_the_settings_allow(services: Services, other: Services) -> None:
    settings(services.config.home, "timeout_seconds = 1")
    server = FeedServer(other.feeds)
    try:
        server.answers["/metadata/1.root.json"] = server.drip(b"HTTP/1.1 200 OK\r\n\r\n")
        with (
            open_services(load_config(services.config.home, {})) as hasty,
            pytest.raises(PeerUnreachable, match="did not arrive within 1 s"),
        ):
            hasty.directory.add(server.url, "0" * 64)
    finally:
        server.stop()


def test_what_takes_a_token_is_named_and_the_rest_is_merged(services: Services, other: Services) -> None:
    """The feed is served as a node serves it whose partner brings no token: one dataflow is answered with 401."""
    server = FeedServer(other.feeds)
    for file in (other.feeds / "targets/JOBSEEKERS").iterdir():
        server.answers[f"/targets/JOBSEEKERS/{file.name}"] = lambda request: respond(request, 401)
    try:
        peer = services.directory.add(server.url, other.publication.fingerprint())
        for first in (True, False):
            assert merged(pull_and_note(services, peer)) == ([PATH] if first else [])
            status = services.directory.status("ID")
            assert (status.state, status.reason) == (PeerState.FRESH, "takes a token: JOBSEEKERS")
            assert "lmis-node peer token" in status.remedy
        server.answers.clear()
        assert merged(pull_and_note(services, peer)) == [JOBSEEKERS_PATH]
        assert services.directory.status("ID").reason == ""
    finally:
        server.stop()
