"""Metadata signed by keys that the root does not name, or by too few that it does."""

from pathlib import Path

import pytest
from tuf.api.metadata import Root, Signed, Targets

from node.adapters.trust.key_store import KeyStore, create_keys
from node.errors import SignatureRefused
from tests.support.signed_feeds import PASSPHRASE, STRUCTURE, Receiver, Sender, draft, forge, new_receiver


@pytest.fixture
def thief(tmp_path: Path) -> KeyStore:
    return create_keys(tmp_path / "thief", PASSPHRASE)


def later(signed: Signed) -> None:
    signed.version += 1


def test_a_timestamp_by_a_strange_key(sender: Sender, receiver: Receiver, thief: KeyStore) -> None:
    forge(sender.metadata / "timestamp.json", thief, ("timestamp",), later)
    with pytest.raises(SignatureRefused, match="timestamp was signed by 0/1 keys"):
        receiver.pull()


def test_targets_by_the_timestamp_key(sender: Sender, tmp_path: Path) -> None:
    forge(sender.metadata / "2.targets.json", sender.keys, ("timestamp",), lambda signed: None)
    with pytest.raises(SignatureRefused):
        new_receiver(tmp_path / "th", sender).pull()


def test_a_changed_byte_of_targets(sender: Sender, tmp_path: Path) -> None:
    path = sender.metadata / "2.targets.json"
    path.write_bytes(path.read_bytes().replace(b'"rows":1', b'"rows":2'))
    with pytest.raises(SignatureRefused, match="hash"):
        new_receiver(tmp_path / "th", sender).pull()


@pytest.mark.parametrize(("names", "accepted"), [(("root-1",), False), (("root-3", "root-1"), True)])
def test_a_next_root_needs_two_of_three(
    names: tuple[str, ...], accepted: bool, sender: Sender, receiver: Receiver
) -> None:
    root = sender.metadata / "2.root.json"
    root.write_bytes((sender.metadata / "1.root.json").read_bytes())
    forge(root, sender.keys, names, later)
    if accepted:
        receiver.pull()
        assert (receiver.home / "peers" / "ID" / "metadata" / "root_history" / "2.root.json").exists()
        return
    with pytest.raises(SignatureRefused, match="root was signed by 1/2 keys"):
        receiver.pull()


def test_a_root_that_names_itself_another_country(sender: Sender, receiver: Receiver) -> None:
    def move(signed: Signed) -> None:
        signed.version += 1
        signed.unrecognized_fields["x-lmis-node"]["authority"] = "IMTGT_MY"

    root = sender.metadata / "2.root.json"
    root.write_bytes((sender.metadata / "1.root.json").read_bytes())
    forge(root, sender.keys, ("root-1", "root-2"), move)
    with pytest.raises(SignatureRefused, match="speaks for IMTGT_MY of ID"):
        receiver.pull()


def test_a_root_replaced_in_the_receivers_own_folder(receiver: Receiver, thief: KeyStore, sender: Sender) -> None:
    pinned = receiver.home / "peers" / "ID" / "root.json"

    def take(signed: Signed) -> None:
        assert isinstance(signed, Root)
        signed.add_key(thief.public_key("targets"), Targets.type)

    forge(pinned, sender.keys, ("root-1", "root-2"), take)
    with pytest.raises(SignatureRefused, match="fingerprint it was added with"):
        receiver.pull()


def test_the_sender_does_not_sign_on_top_of_what_was_altered(sender: Sender, thief: KeyStore) -> None:
    forge(sender.metadata / "2.targets.json", thief, ("targets",), lambda signed: None)
    with pytest.raises(SignatureRefused, match="own feed was altered"):
        sender.reopened().publish(draft("2031-02"), STRUCTURE)
