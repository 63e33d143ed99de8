"""Keys are exchanged, lost and stolen; peers follow without a hand's help, and what a thief signs is refused."""

import shutil
from pathlib import Path

import pytest
from tuf.api.metadata import Metadata, Root, Signed, Snapshot, Targets, Timestamp

from node.adapters.trust.ceremony import HolderChange
from node.adapters.trust.fetcher import TufFetcher
from node.adapters.trust.holders import HolderKey, new_holder_key
from node.adapters.trust.key_files import open_file
from node.adapters.trust.key_store import ONLINE_KEYS, KeyStore
from node.errors import KeyStoreError, PeerStale, SignatureRefused
from tests.federation.test_killed_release import killed_at
from tests.support.signed_feeds import PASSPHRASE, STRUCTURE, Receiver, Sender, draft, forge, limits, new_receiver


def new_root_key(folder: Path, name: str) -> HolderKey:
    return new_holder_key(name, folder, "the holder's own", None, None)


def follows(receiver: Receiver, sender: Sender, period: str) -> None:
    """The receiver takes a release that was signed after the rotation."""
    sender.reopened().publish(draft(period), STRUCTURE)
    assert period in {str(target.key.period) for target in receiver.pull().targets}


def root(sender: Sender, version: int) -> Root:
    return Metadata[Root].from_bytes((sender.metadata / f"{version}.root.json").read_bytes()).signed


@pytest.mark.parametrize("roles", [("targets",), ("snapshot",), ("timestamp",), ONLINE_KEYS])
def test_peers_follow_a_new_key(roles: tuple[str, ...], sender: Sender, receiver: Receiver) -> None:
    before = {role: set(root(sender, 1).roles[role].keyids) for role in ONLINE_KEYS}
    assert sender.ceremony.change_online_keys(roles).installed
    receiver.pull()
    after = {role: set(root(sender, 2).roles[role].keyids) for role in ONLINE_KEYS}
    assert {role for role in ONLINE_KEYS if before[role] != after[role]} == set(roles)
    follows(receiver, sender, "2031-02")
    assert len(list((sender.home / "keys").glob("*.pem"))) == 6, "the old private key is deleted"


def test_a_node_that_missed_two_rotations_catches_up(sender: Sender, receiver: Receiver, tmp_path: Path) -> None:
    sender.ceremony.change_online_keys(["targets"])
    sender.ceremony.change_holders(
        HolderChange(tuple(new_root_key(tmp_path / name, name) for name in ("BPS",)), ("root-3",))
    )
    sender.ceremony.change_online_keys(ONLINE_KEYS)
    follows(receiver, sender, "2031-02")
    history = receiver.home / "peers" / "ID" / "metadata" / "root_history"
    assert {path.name for path in history.glob("*.root.json")} >= {f"{version}.root.json" for version in (1, 2, 3, 4)}


def test_an_expired_root_in_the_chain_stops_nobody(sender: Sender, receiver: Receiver, tmp_path: Path) -> None:
    sender.clock.move(days=400)
    with pytest.raises(PeerStale):
        receiver.pull()
    sender.ceremony.change_holders(HolderChange())
    sender.reopened().renew_timestamp()
    assert root(sender, 1).is_expired(sender.clock())
    follows(receiver, sender, "2031-02")
    assert len(new_receiver(tmp_path / "th", sender).pull().targets) == 2


def thief_with(sender: Sender, to: Path) -> KeyStore:
    """A copy of the online keys, and of the passphrase."""
    shutil.copytree(sender.home / "keys", to)
    return KeyStore(to, PASSPHRASE)


def test_what_a_thief_signs_is_refused_after_the_key_was_revoked(
    sender: Sender, receiver: Receiver, tmp_path: Path
) -> None:
    thief = thief_with(sender, tmp_path / "stolen")
    sender.ceremony.change_online_keys(ONLINE_KEYS)
    receiver.pull()

    def lie(signed: Signed) -> None:
        signed.version += 50

    kept = sender.copy_feed(tmp_path / "kept")
    forge(sender.metadata / "timestamp.json", thief, ("timestamp",), lie)
    with pytest.raises(SignatureRefused, match="timestamp was signed by 0/1 keys"):
        receiver.pull()
    sender.restore_feed(kept)
    follows(receiver, sender, "2031-02")


def test_a_thief_who_ran_ahead_cannot_keep_peers_from_the_true_feed(
    sender: Sender, receiver: Receiver, tmp_path: Path
) -> None:
    """Versions near the limit, signed with the stolen keys, would make every honest version look like a rollback."""
    thief = thief_with(sender, tmp_path / "stolen")
    forged = Sender(tmp_path / "forged", sender.clock, thief, sender.identity, sender.publication, sender.fingerprint)
    shutil.copytree(sender.feeds, forged.feeds)
    forged.sign(lambda entries: None, step=2_000_000)
    kept = sender.copy_feed(tmp_path / "kept")
    sender.restore_feed(forged.feeds)  # the thief stands in the way, or broke into the server
    assert receiver.pull().snapshot_version == 2_000_002
    sender.restore_feed(kept)
    with pytest.raises(SignatureRefused):
        receiver.pull()
    sender.ceremony.change_online_keys(ONLINE_KEYS)
    assert receiver.pull().snapshot_version < 100
    follows(receiver, sender, "2031-02")


def test_one_root_key_is_lost_and_replaced(sender: Sender, receiver: Receiver, tmp_path: Path) -> None:
    (sender.home / "keys" / "root-2.pem").unlink()
    joining = new_root_key(tmp_path / "new", "BPS")
    proposal = sender.ceremony.change_holders(HolderChange((joining,), ("root-2",)))
    assert proposal.installed
    assert proposal.signed.by == ("root-1", "root-3")
    follows(receiver, sender, "2031-02")
    # The key that joined counts: with one of the old ones it signs the next root.
    (sender.home / "keys" / "root-1.pem").unlink()
    later = sender.ceremony.change_online_keys(["timestamp"])
    assert not later.installed
    copy = tmp_path / "copy.json"
    copy.write_bytes(later.request.signed_with(open_file(tmp_path / "new" / "BPS.pem", b"the holder's own")).to_bytes())
    assert sender.ceremony.merge([copy]).installed
    follows(receiver, sender, "2031-03")


def test_an_online_key_is_lost(sender: Sender, receiver: Receiver) -> None:
    (sender.home / "keys" / "timestamp.pem").unlink()
    with pytest.raises(KeyStoreError, match=r"timestamp\.pem"):
        sender.reopened().renew_timestamp()
    assert sender.ceremony.change_online_keys(["timestamp"]).installed
    follows(receiver, sender, "2031-02")


def test_a_node_of_the_quick_path_hands_its_root_over(sender: Sender, receiver: Receiver, tmp_path: Path) -> None:
    joining = tuple(new_root_key(tmp_path / name, name) for name in ("A", "B", "C"))
    proposal = sender.ceremony.change_holders(HolderChange(joining, ("root-1", "root-2", "root-3")))
    assert not proposal.installed
    assert proposal.signed.lacking == 2
    copies = []
    for name in ("C", "A"):
        signer = open_file(tmp_path / name / f"{name}.pem", b"the holder's own")
        copies.append(tmp_path / f"{name}.json")
        copies[-1].write_bytes(proposal.request.signed_with(signer).to_bytes())
    with pytest.raises(KeyStoreError, match="waits for signatures already"):
        sender.ceremony.change_online_keys(["targets"])
    assert not sender.ceremony.merge(copies[:1]).installed
    done = sender.ceremony.merge(copies[1:])
    assert done.installed
    assert set(done.deleted) == {"root-1", "root-2", "root-3"}
    assert not list((sender.home / "keys").glob("root-*.pem"))
    follows(receiver, sender, "2031-02")


@pytest.mark.parametrize("lost", [False, True], ids=["old key here", "old key lost"])
def test_a_rotation_killed_at_every_step_on_the_disk(lost: bool, sender: Sender, tmp_path: Path) -> None:
    """A partner sees the state before or after; where the old key is lost, a pull just between two renames is refused.
    Whatever is run next ends the change or lets it be begun anew, and both old and new partners follow."""
    if lost:
        (sender.home / "keys" / "timestamp.pem").unlink()
    shutil.copytree(sender.home, tmp_path / "kept")
    new_receiver(tmp_path / "before", sender).pull()
    refused, in_force, step = 0, 0, int(lost)  # every other step, odd ones here and even ones there
    while killed_at(sender, step := step + 2, lambda: _rotate(sender)):
        assert step < 200
        shutil.copytree(tmp_path / "before", tmp_path / f"old-{step}")
        old = Receiver(**{**vars(new_receiver(tmp_path / f"new-{step}", sender)), "home": tmp_path / f"old-{step}"})
        old.fetcher = TufFetcher(old.home, limits(), sender.clock)
        try:
            assert len(old.pull().targets) == 1
        except SignatureRefused:
            refused += 1
        sender.reopened().finish()
        in_force += (sender.metadata / "2.root.json").exists()
        sender.reopened().renew_timestamp() if not lost or (sender.metadata / "2.root.json").exists() else None
        assert len(old.pull().targets) == 1
        if sender.ceremony.under_way() is None:
            sender.ceremony.change_online_keys(["timestamp"])
            follows(old, sender, "2031-02")
        shutil.rmtree(sender.home)
        shutil.copytree(tmp_path / "kept", sender.home)
    assert step > 20
    assert in_force > 3, "the root was in force at some of the kills"
    assert refused <= (3 if lost else 0)


def _rotate(sender: Sender) -> None:
    sender.ceremony.change_online_keys(["timestamp"])


def test_a_timestamp_is_renewed_while_the_targets_key_is_away(sender: Sender, receiver: Receiver) -> None:
    (sender.home / "keys" / "targets.pem").unlink()
    for _ in range(8):
        sender.clock.move(days=5)
        sender.reopened().renew_timestamp()
        receiver.pull()
    assert not list(sender.metadata.glob("3.targets.json"))
    assert len(list(sender.metadata.glob("*.snapshot.json"))) > 2


@pytest.mark.parametrize("role", [Targets.type, Snapshot.type, Timestamp.type])
def test_after_a_rotation_only_the_new_key_signs(role: str, sender: Sender) -> None:
    sender.ceremony.change_online_keys([role])
    sender.reopened().publish(draft("2031-02"), STRUCTURE)
    newest = max(sender.metadata.glob(f"*{role}.json"), key=lambda path: path.stat().st_mtime_ns)
    signed: Metadata[Signed] = Metadata.from_bytes(newest.read_bytes())  # type: ignore[type-var]  # any role
    assert set(signed.signatures) == set(root(sender, 2).roles[role].keyids)
