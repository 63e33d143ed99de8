"""Old metadata, all validly signed, served again."""

from pathlib import Path

import pytest

from node.errors import SignatureRefused
from tests.support.signed_feeds import Receiver, Sender


def test_a_whole_feed_put_back_is_refused(sender: Sender, receiver: Receiver, tmp_path: Path) -> None:
    old = sender.copy_feed(tmp_path / "old")
    sender.release("2031-01", revision=2, text="corrected")
    receiver.pull()
    sender.restore_feed(old)
    with pytest.raises(SignatureRefused, match="must be >="):
        receiver.pull()


def test_an_old_timestamp_alone_is_refused(sender: Sender, receiver: Receiver) -> None:
    timestamp = sender.metadata / "timestamp.json"
    old = timestamp.read_bytes()
    sender.release("2031-02")
    receiver.pull()
    timestamp.write_bytes(old)
    with pytest.raises(SignatureRefused, match="New timestamp version"):
        receiver.pull()


def test_what_was_trusted_before_still_counts_after_a_refusal(
    sender: Sender, receiver: Receiver, tmp_path: Path
) -> None:
    old = sender.copy_feed(tmp_path / "old")
    sender.release("2031-02")
    new = sender.copy_feed(tmp_path / "new")
    receiver.pull()
    sender.restore_feed(old)
    with pytest.raises(SignatureRefused):
        receiver.pull()
    sender.restore_feed(new)
    assert len(receiver.pull().targets) == 2
