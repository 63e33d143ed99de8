"""Metadata of different states of one feed, put together."""

from pathlib import Path

import pytest

from node.errors import SignatureRefused
from tests.support.signed_feeds import Receiver, Sender, new_sender


@pytest.mark.parametrize("role", ["snapshot", "targets"])
def test_another_versions_file_under_this_ones_name(role: str, sender: Sender, receiver: Receiver) -> None:
    sender.release("2031-02")
    sender.release("2031-03")
    (sender.metadata / f"4.{role}.json").write_bytes((sender.metadata / f"3.{role}.json").read_bytes())
    with pytest.raises(SignatureRefused, match=r"length|hash"):
        receiver.pull()


def test_a_timestamp_of_another_node(sender: Sender, receiver: Receiver, tmp_path: Path) -> None:
    other = new_sender(tmp_path / "th", "TH", sender.clock)
    sender.release("2031-02")
    (sender.metadata / "timestamp.json").write_bytes((other.metadata / "timestamp.json").read_bytes())
    with pytest.raises(SignatureRefused, match="signed by 0/1 keys"):
        receiver.pull()
