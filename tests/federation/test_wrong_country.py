"""A feed that is validly signed, and not the one that should be here."""

from pathlib import Path

import pytest

from node.errors import ConfigurationError, SignatureRefused
from tests.support.signed_feeds import Receiver, Sender, new_receiver, new_sender


def test_another_countrys_feed_at_a_known_address(sender: Sender, receiver: Receiver, tmp_path: Path) -> None:
    other = new_sender(tmp_path / "th", "TH", sender.clock)
    other.release("2031-09")
    sender.restore_feed(other.copy_feed(tmp_path / "copy"))
    with pytest.raises(SignatureRefused, match="timestamp was signed by 0/1 keys"):
        receiver.pull()


def test_a_root_with_another_fingerprint_is_not_pinned_and_both_are_shown(sender: Sender, tmp_path: Path) -> None:
    other = new_sender(tmp_path / "th", "TH", sender.clock)
    other.fingerprint = sender.fingerprint
    with pytest.raises(SignatureRefused) as refusal:
        new_receiver(tmp_path / "x", other)
    assert sender.fingerprint in str(refusal.value)
    assert not list((tmp_path / "x" / "peers").glob("*/peer.json"))


def test_a_second_feed_for_the_same_country(sender: Sender, receiver: Receiver, tmp_path: Path) -> None:
    twin = new_sender(tmp_path / "twin", "ID", sender.clock)
    with pytest.raises(ConfigurationError, match=r"ID \(IMTGT_ID\) is pinned already"):
        receiver.directory.add(str(twin.feeds), twin.fingerprint)
    assert receiver.pull().sender == "ID"
