"""What is said of a forked feed when pulls run side by side, fail, or bring more than one fork: nothing hides it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from node import operations
from node.bootstrap import Services
from node.errors import FeedForked, PeerError, PeerUnreachable
from node.exchange.forks import evidence_folder, note_forks
from node.exchange.side_by_side import side_by_side
from node.model.period import TimePeriod
from node.model.release import MergePlan, Peer, PeerState
from node.operations import release_and_merge
from tests.support.nodes import PERIOD
from tests.support.three_nodes import Three, three_nodes


def test_a_fork_found_while_its_sender_is_pulled_is_what_its_standing_says(
    three: Three, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Peers are pulled side by side: Indonesia's proof may come between the pull of Thailand and the note of it."""
    three.fork("TH", tmp_path / "thief", "MY")
    three.turn("ID")
    services = three.nodes["MY"]
    note = operations._note

    def late(at: Services, peer: Peer, *rest: object) -> None:
        if peer.id == "TH":
            for _ in operations.pull_and_note(services, services.directory.get("ID")):
                pass
        note(at, peer, *rest)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(operations, "_note", late)
    dict(operations.pull_all(services, "TH"))
    assert len(three.forks("MY")) == 1
    assert three.state("MY", "TH") is PeerState.FORKED


def test_a_fork_found_as_its_sender_is_noted_fresh_is_what_its_standing_says(
    three: Three, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proof may come even later, after the pull of Thailand looked whether there is one."""
    three.fork("TH", tmp_path / "thief", "MY")
    three.turn("ID")
    services = three.nodes["MY"]
    note = services.directory.note

    def late(peer: str, state: PeerState | None, *rest: object) -> object:
        if (peer, state) == ("TH", PeerState.FRESH):
            for _ in operations.pull_and_note(services, services.directory.get("ID")):
                pass
        return note(peer, state, *rest)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(services.directory, "note", late)
    for _ in operations.pull_and_note(services, services.directory.get("TH")):
        pass
    assert three.state("MY", "TH") is PeerState.FORKED


@pytest.mark.parametrize("order", [("ID", "MY"), ("MY", "ID")])
def test_a_newcomer_finds_it_at_its_first_pulls_in_whatever_order_they_end(
    tmp_path: Path, order: tuple[str, str]
) -> None:
    with three_nodes(tmp_path / "new") as made:
        release_and_merge(made.nodes["MY"], "VACANCIES", TimePeriod(PERIOD))
        made.fork("MY", tmp_path / "thief", "TH")
        made.turn("ID")
        newcomer = made.nodes["TH"]
        for peer in order:
            with suppress(FeedForked):
                list(operations.pull_and_note(newcomer, newcomer.directory.get(peer)))
        assert [record.fork.sender for record in newcomer.views.forks()] == ["MY"]
        assert made.state("TH", "MY") is PeerState.FORKED


@pytest.mark.parametrize("trouble", [KeyError("of a feed"), PeerUnreachable("no answer")])
def test_what_a_later_pull_comes_to_does_not_hide_a_fork(
    three: Three, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    three.fork("TH", tmp_path / "thief", "MY")
    three.turn("ID")
    three.turn("MY")
    services = three.nodes["MY"]

    def fail(*_: object) -> MergePlan:
        raise trouble

    monkeypatch.setattr(operations, "pull_peer", fail)
    with pytest.raises(PeerError):
        list(operations.pull_and_note(services, services.directory.get("TH")))
    assert three.state("MY", "TH") is PeerState.FORKED


def test_a_fork_that_two_partners_bring_at_once_is_kept_once(three: Three, tmp_path: Path) -> None:
    three.fork("TH", tmp_path / "thief", "MY")
    three.turn("ID")
    three.turn("MY")
    services = three.nodes["MY"]
    (record,) = services.views.forks("TH")
    for path in (folder := evidence_folder(services, record)).iterdir():
        path.unlink()

    def bring() -> Iterator[int]:
        note_forks(services, [record])
        yield record.id

    assert len(list(side_by_side([(str(number), bring) for number in range(6)], at_once=6))) == 6
    assert (folder / "README.txt").is_file()
    assert not list(folder.glob("*.unfinished"))


@pytest.mark.parametrize("order", [("ID", "TH"), ("TH", "ID")])
def test_of_a_second_fork_beside_a_held_one_the_evidence_is_kept_too(
    three: Three, tmp_path: Path, order: tuple[str, str]
) -> None:
    """Also where the sender's own pull finds it, which then ends at the first."""
    services = three.nodes["MY"]
    for posts in ((4, 5), (6, 7)):
        three.fork("TH", tmp_path / "thief", "MY", posts)
        three.turn("ID")
        for peer in order:
            with suppress(FeedForked):
                list(operations.pull_and_note(services, services.directory.get(peer)))
    records = services.views.forks("TH")
    assert len(records) == 2
    assert all((evidence_folder(services, record) / "README.txt").is_file() for record in records)
    assert three.state("MY", "TH") is PeerState.FORKED
