"""What is read of targets metadata depends on their bytes and the limit alone."""

from __future__ import annotations

from pathlib import Path

from node.adapters.trust.described import described
from node.model.release import PublishedTarget, Quarantined
from tests.support.signed_feeds import Receiver, new_receiver, new_sender

LIMIT = 1_000_000


def targets(folder: Path) -> bytes:
    newest = max(folder.glob("*.targets.json"), key=lambda path: int(path.name.split(".")[0]))
    return newest.read_bytes()


def test_the_same_bytes_are_read_once_and_others_anew(tmp_path: Path) -> None:
    sender = new_sender(tmp_path / "th", "TH")
    sender.release("2031-01")
    first = targets(sender.metadata)
    read = described(first, LIMIT)
    assert described(bytes(bytearray(first)), LIMIT) is read
    assert all(isinstance(target, PublishedTarget) for target in read.targets)
    sender.release("2031-02")
    again = described(targets(sender.metadata), LIMIT)
    assert len(again.targets) == len(read.targets) + 1
    assert again.content_sha256 != read.content_sha256


def test_another_limit_is_another_answer(tmp_path: Path) -> None:
    sender = new_sender(tmp_path / "th", "TH")
    sender.release("2031-01")
    data = targets(sender.metadata)
    assert not any(isinstance(target, Quarantined) for target in described(data, LIMIT).targets)
    (refused,) = described(data, 1).targets
    assert isinstance(refused, Quarantined)
    assert "limits.target_bytes" in refused.reason


def test_half_a_kept_target_is_fetched_again(tmp_path: Path) -> None:
    """As a kill in the middle of writing it leaves it: what is kept is believed for its hash alone."""
    sender = new_sender(tmp_path / "th", "TH")
    sender.release("2031-01")
    receiver: Receiver = new_receiver(tmp_path / "id", sender)
    (target,) = receiver.fetcher.fetch(receiver.peer, ()).fetched
    (kept,) = (receiver.home / "peers" / "TH" / "targets").rglob("*.csv.gz")
    kept.write_bytes(target.data[: len(target.data) // 2])
    (again,) = receiver.fetcher.fetch(receiver.peer, ()).fetched
    assert again.data == target.data == kept.read_bytes()
