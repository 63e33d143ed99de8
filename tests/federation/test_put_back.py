"""A feed that was put back to an older state: noticed, and mended so that partners go on without a hand's help."""

import shutil
from pathlib import Path

import pytest
from tuf.api.metadata import Metadata, Root

from node.adapters.trust.observed import PATH, PeerView, compose, own_view
from node.errors import ConfigurationError, SignatureRefused
from tests.support.signed_feeds import STRUCTURE, Receiver, Sender, draft, new_receiver, new_sender


@pytest.fixture
def put_back(sender: Sender, receiver: Receiver, tmp_path: Path) -> Receiver:
    """The sender published two more releases and renewed its timestamp, all of which it pulled itself as did a
    partner, and lost them: only `feeds/` was put back. Returns the sender's own memory of its feed."""
    own = new_receiver(sender.home, sender)
    own.pull()
    kept = sender.copy_feed(tmp_path / "kept")
    sender.release("2031-01", revision=2, text="corrected")
    sender.release("2031-02")
    for _ in range(5):
        sender.publication.renew_timestamp()
    own.pull()
    receiver.pull()
    sender.restore_feed(kept)
    with pytest.raises(SignatureRefused):
        receiver.pull()
    return own


def test_it_is_seen(put_back: Receiver, sender: Sender) -> None:
    standing = sender.reopened().standing(sender.home / "peers", "ID")
    assert standing is not None
    assert standing.put_back
    assert (standing.published["snapshot"], standing.known["snapshot"]) == (2, 4)
    assert "this node itself saw snapshot 4, and 2 is published" in standing.told()
    assert set(standing.behind) == {"snapshot", "targets", "timestamp"}


def test_a_feed_as_it_should_be_is_not_called_put_back(sender: Sender) -> None:
    new_receiver(sender.home, sender).pull()
    standing = sender.reopened().standing(sender.home / "peers", "ID")
    assert standing is not None
    assert not standing.put_back


def test_recovery_brings_back_what_is_still_known_and_partners_follow(
    put_back: Receiver, sender: Sender, receiver: Receiver
) -> None:
    version, lost = sender.reopened().recover(sender.home / "peers", "ID", 0)
    assert version > 1_000
    assert sorted(lost.data) == ["VACANCIES/2031-01.csv.gz", "VACANCIES/2031-01.report.json",
                                 "VACANCIES/2031-02.csv.gz", "VACANCIES/2031-02.report.json"]  # fmt: skip
    assert lost.gone == ()
    feed = receiver.pull()
    assert [(str(target.key.period), target.custom.revision) for target in feed.targets] == [
        ("2031-01", 2),
        ("2031-02", 1),
    ]
    put_back.pull()
    sender.reopened().publish(draft("2031-03"), STRUCTURE)
    assert len(receiver.pull().targets) == 3
    standing = sender.reopened().standing(sender.home / "peers", "ID")
    assert standing is not None
    assert not standing.put_back


def test_a_dry_run_says_what_would_come_back_and_signs_nothing(put_back: Receiver, sender: Sender) -> None:
    before = sender.reopened().own_feed()
    version, lost = sender.reopened().recover(sender.home / "peers", "ID", 0, dry_run=True)
    assert version == 2
    assert {path for path in lost.data if path.endswith(".csv.gz")} == {
        "VACANCIES/2031-01.csv.gz",
        "VACANCIES/2031-02.csv.gz",
    }
    assert sender.reopened().own_feed() == before


def test_what_a_thief_released_is_not_signed_again(put_back: Receiver, sender: Sender, receiver: Receiver) -> None:
    """The later releases were a thief's: once the keys are revoked, a recovery brings none of them back."""
    sender.ceremony.change_online_keys(["targets", "snapshot", "timestamp"])
    _, lost = sender.reopened().recover(sender.home / "peers", "ID", 10)
    assert (lost.data, lost.gone) == ({}, ())
    assert [(str(target.key.period), target.custom.revision) for target in receiver.pull().targets] == [("2031-01", 1)]


def test_versions_near_their_end_are_not_passed(sender: Sender) -> None:
    """A thief who signed the last version there is must not lead the owner to sign one that every partner refuses."""
    with pytest.raises(ConfigurationError, match="keys revoke"):
        sender.reopened().recover(sender.home / "peers", "ID", 2**31 - 2)
    feed = sender.reopened().own_feed()
    assert feed is not None
    assert feed.snapshot_version == 2


def test_what_is_gone_is_named(put_back: Receiver, sender: Sender, receiver: Receiver) -> None:
    for path in (sender.home / "peers" / "ID" / "targets").rglob("*2031-02.csv.gz"):
        path.unlink()
    _, lost = sender.reopened().recover(sender.home / "peers", "ID", 0)
    assert lost.gone == ("VACANCIES/2031-02.csv.gz",)
    assert [str(target.key.period) for target in receiver.pull().targets] == ["2031-01"]


def test_a_version_read_out_by_telephone(sender: Sender, receiver: Receiver, tmp_path: Path) -> None:
    """Everything was put back, so nothing here knows better."""
    kept = tmp_path / "home"
    shutil.copytree(sender.home, kept)
    for number in range(2, 5):
        sender.release(f"2031-0{number}")
    version = receiver.pull().snapshot_version
    shutil.rmtree(sender.home)
    shutil.copytree(kept, sender.home)
    with pytest.raises(SignatureRefused):
        receiver.pull()
    assert sender.reopened().recover(sender.home / "peers", "ID", version)[0] > version
    assert len(receiver.pull().targets) == 1


def test_a_root_that_was_lost_with_the_folder_comes_back(sender: Sender, receiver: Receiver, tmp_path: Path) -> None:
    own = new_receiver(sender.home, sender)
    own.pull()
    kept = sender.copy_feed(tmp_path / "kept")
    sender.ceremony.change_online_keys(["timestamp", "snapshot"])
    sender.reopened().publish(draft("2031-02"), STRUCTURE)
    own.pull()
    receiver.pull()
    sender.restore_feed(kept)
    standing = sender.reopened().standing(sender.home / "peers", "ID")
    assert standing is not None
    assert len(standing.roots) == 1
    sender.reopened().recover(sender.home / "peers", "ID", 0)
    assert (sender.metadata / "2.root.json").exists()
    assert len(receiver.pull().targets) == 2
    assert len(new_receiver(tmp_path / "th", sender).pull().targets) == 2


def observed_by(receiver: Receiver, sender: Sender, folder: Path) -> Path:
    """The folder `peers` of a node that heard from the receiver, as MY, which snapshot of the sender it has seen."""
    kept = receiver.home / "peers" / "ID" / "metadata"
    number = Metadata[Root].from_bytes((kept / "root.json").read_bytes()).signed.version
    seen = own_view((kept / "snapshot.json").read_bytes(), "ID", "MY", number, "f" * 64, sender.clock())
    witness = new_sender(folder / "witness", "MY", sender.clock)
    witness.publication.publish_file(PATH, compose([PeerView("ID", "f" * 64, (seen,))]))
    hears = new_receiver(folder / "hears", witness)
    hears.pull()
    return hears.home / "peers"


def test_keys_that_were_exchanged_after_the_copy_are_exchanged_once_oftener(
    sender: Sender, receiver: Receiver, tmp_path: Path
) -> None:
    """The copy knows nothing of root 2. Partners do: they wait for a root 3, and care little for another root 2."""
    kept = tmp_path / "kept"
    shutil.copytree(sender.home, kept)
    sender.ceremony.change_online_keys(["targets", "snapshot", "timestamp"])
    version = receiver.pull().snapshot_version
    peers = observed_by(receiver, sender, tmp_path)
    shutil.rmtree(sender.home)
    shutil.copytree(kept, sender.home)
    standing = sender.reopened().standing(peers, "ID")
    assert standing is not None
    assert standing.claimed == {"MY": 2}
    assert not standing.put_back, "a partner's bare word moves nothing"
    sender.reopened().recover(sender.home / "peers", "ID", version)
    for _ in range(2):
        with pytest.raises(SignatureRefused):
            receiver.pull()
        sender.ceremony.change_online_keys(["targets", "snapshot", "timestamp"])
    assert receiver.pull().snapshot_version > version
    standing = sender.reopened().standing(peers, "ID")
    assert standing is not None
    assert standing.claimed == {}


def test_versions_signed_by_a_thief_before_the_key_was_revoked_do_not_count(
    sender: Sender, receiver: Receiver, tmp_path: Path
) -> None:
    own = new_receiver(sender.home, sender)
    kept = sender.copy_feed(tmp_path / "kept")
    sender.sign(lambda entries: None, step=1_000_000)
    own.pull()
    sender.restore_feed(kept)
    sender.ceremony.change_online_keys(["targets", "snapshot", "timestamp"])
    standing = sender.reopened().standing(sender.home / "peers", "ID")
    assert standing is not None
    assert not standing.put_back
