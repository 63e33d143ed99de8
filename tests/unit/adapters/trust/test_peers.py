"""Pinning, listing and removing peers, and how they stand."""

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from node.adapters.trust.fetcher import TufFetcher
from node.adapters.trust.identity import NodeIdentity, fingerprint
from node.adapters.trust.key_store import create_keys
from node.adapters.trust.peers import PeerDirectory
from node.adapters.trust.publication import TufPublication
from node.adapters.trust.status import PeerStatus, read_status
from node.errors import ConfigurationError, PeerUnreachable, SignatureRefused
from node.exchange.side_by_side import side_by_side
from node.model.release import PeerState
from tests.support.signed_feeds import (
    LIFETIMES,
    PASSPHRASE,
    START,
    FrozenClock,
    Sender,
    limits,
    new_receiver,
    new_sender,
)


@pytest.fixture
def sender(tmp_path: Path) -> Sender:
    return new_sender(tmp_path / "id")


def test_a_fingerprint_is_read_in_groups_of_four() -> None:
    shown = fingerprint(b"root")
    assert [len(group) for group in shown.split(" ")] == [4] * 16


@pytest.mark.parametrize("change", [str.upper, lambda text: text.replace(" ", ":"), lambda text: text.replace(" ", "")])
def test_case_blanks_and_colons_do_not_count(change, sender: Sender, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    peer = PeerDirectory(tmp_path / "my").add(str(sender.feeds), change(sender.fingerprint))
    assert (peer.id, peer.authority, peer.name) == ("ID", "IMTGT_ID", "Node of ID")
    assert PeerDirectory(tmp_path / "my").get("ID") == peer


@pytest.mark.parametrize("given", ["", "abcd", "g" * 64, "0" * 65])
def test_what_is_no_fingerprint_is_refused(given: str, sender: Sender, tmp_path: Path) -> None:
    with pytest.raises(SignatureRefused, match="64 hexadecimal digits"):
        PeerDirectory(tmp_path / "my").add(str(sender.feeds), given)


def test_a_wrong_fingerprint_shows_both(sender: Sender, tmp_path: Path) -> None:
    with pytest.raises(SignatureRefused) as refusal:
        PeerDirectory(tmp_path / "my").add(str(sender.feeds), "0" * 64)
    assert sender.fingerprint in str(refusal.value)
    assert " ".join(["0000"] * 16) in str(refusal.value)
    assert PeerDirectory(tmp_path / "my").list() == ()


@pytest.mark.parametrize("url", ["ftp://x/feeds", "https://", "https://me:secret@x/feeds", "https://x/feeds?a=1"])
def test_an_address_that_is_none(url: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="address") as refusal:
        PeerDirectory(tmp_path).add(url, "0" * 64)
    assert "secret" not in str(refusal.value)


def test_no_feed_there(tmp_path: Path) -> None:
    with pytest.raises(PeerUnreachable, match=r"1\.root\.json is not there"):
        PeerDirectory(tmp_path).add(str(tmp_path / "nowhere"), "0" * 64)


def test_a_file_address_is_a_folder(sender: Sender, tmp_path: Path) -> None:
    assert PeerDirectory(tmp_path / "my").add(sender.feeds.as_uri(), sender.fingerprint).url == str(sender.feeds)


def test_own_feed_moves_with_the_node(sender: Sender, tmp_path: Path) -> None:
    PeerDirectory(sender.home).add(str(sender.feeds), sender.fingerprint)
    shutil.move(sender.home, tmp_path / "moved")
    own = PeerDirectory(tmp_path / "moved").get("ID")
    assert own.url == str(tmp_path / "moved" / "feeds")
    assert TufFetcher(tmp_path / "moved", limits(), sender.clock).fetch(own, ()).sender == "ID"


def test_removing_keeps_the_evidence(sender: Sender, tmp_path: Path) -> None:
    receiver = new_receiver(tmp_path / "my", sender)
    receiver.pull()
    aside = receiver.directory.remove("ID")
    assert receiver.directory.list() == ()
    assert (aside / "metadata" / "timestamp.json").is_file()
    assert (aside / "root.json").is_file()
    with pytest.raises(ConfigurationError, match="no peer “ID”"):
        receiver.directory.remove("ID")


def test_of_a_removed_peer_nothing_is_noted(sender: Sender, tmp_path: Path) -> None:
    """Pinned anew, perhaps with another root, it would begin with what was said of the old feed."""
    directory = new_receiver(tmp_path / "my", sender).directory
    directory.remove("ID")
    directory.note("ID", PeerState.FORKED, START, "of a fork that another peer brought", snapshot_version=9)
    assert not (tmp_path / "my" / "peers" / "ID").exists()
    assert directory.status("ID") == PeerStatus()


def test_a_damaged_record_is_named(sender: Sender, tmp_path: Path) -> None:
    directory = new_receiver(tmp_path / "my", sender).directory
    record = tmp_path / "my" / "peers" / "ID" / "peer.json"
    record.write_text(json.dumps({**json.loads(record.read_text()), "trusted": True}))
    with pytest.raises(ConfigurationError, match=r"peer\.json cannot be read.*trusted"):
        directory.list()


def test_a_status_is_kept_and_since_marks_the_change(sender: Sender, tmp_path: Path) -> None:
    directory = new_receiver(tmp_path / "my", sender).directory
    assert directory.status("ID") == PeerStatus()
    hours = [START + timedelta(hours=hour) for hour in range(5)]
    directory.note("ID", PeerState.FRESH, hours[0], snapshot_version=4)
    directory.note("ID", PeerState.STALE, hours[1], "expired", "ask them")
    directory.note("ID", PeerState.STALE, hours[2], "expired", "ask them")
    status = directory.note("ID", None, hours[3])
    assert status == PeerStatus(PeerState.STALE, hours[1], "expired", "ask them", hours[3], hours[0], 4)
    assert read_status(tmp_path / "my" / "peers" / "ID") == status
    (standing,) = directory.standings()
    assert (standing.peer.id, standing.state, standing.tried_at, standing.pulled_at, standing.reason) == (
        "ID", PeerState.STALE, hours[3], hours[0], "expired",
    )  # fmt: skip
    (tmp_path / "my" / "peers" / "ID" / "status.json").write_text("{")
    assert directory.status("ID") == PeerStatus()


def test_notes_made_side_by_side_are_all_kept(sender: Sender, tmp_path: Path) -> None:
    """The pull of one peer may bring the proof that another one forked, while that one is pulled itself."""
    receiver = new_receiver(tmp_path / "my", sender)

    def pulls(number: int) -> Callable[[], Iterator[PeerStatus]]:
        directory = PeerDirectory(tmp_path / "my")  # another one, as of another process
        if number == 0:
            return lambda: (
                directory.note("ID", PeerState.FRESH, START + timedelta(hours=hour), snapshot_version=hour)
                for hour in range(1, 41)
            )
        return lambda: (directory.note("ID", None, START) for _ in range(40))

    tasks = [(str(number), pulls(number)) for number in range(4)]
    assert len(list(side_by_side(tasks, at_once=4))) == 4 * 40
    status = receiver.directory.status("ID")
    assert (status.state, status.snapshot_version) == (PeerState.FRESH, 40)
    assert status.pulled_at == START + timedelta(hours=40)


def test_a_name_that_turns_the_writing_round_is_pinned_without(tmp_path: Path) -> None:
    keys = create_keys(tmp_path / "keys", PASSPHRASE)
    identity = NodeIdentity("ID", "IMTGT_ID", "\u202eaisenodnI" + "x" * 100, synthetic=True)
    mark = TufPublication(tmp_path / "id", identity, keys, LIFETIMES, FrozenClock()).initialise()
    peer = PeerDirectory(tmp_path / "my").add(str(tmp_path / "id" / "feeds"), mark)
    assert peer.name.startswith("�aisenodnI")
    assert len(peer.name) == 80
    assert PeerDirectory(tmp_path / "my").get("ID") == peer
