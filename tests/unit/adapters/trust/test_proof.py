"""The signed way from the pinned root to a target. `tests/unit/exchange/test_prove.py` breaks every link of it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from node.adapters.trust.proof import keep_for_proof, signed_way
from node.errors import ProofBroken
from node.model.release import Vintage
from tests.support.signed_feeds import Receiver, Sender, new_receiver, new_sender


@pytest.fixture
def sender(tmp_path: Path) -> Sender:
    made = new_sender(tmp_path / "th", "TH")
    made.release("2031-01")
    return made


@pytest.fixture
def receiver(sender: Sender, tmp_path: Path) -> Receiver:
    return new_receiver(tmp_path / "id", sender)


def pulled(receiver: Receiver) -> Vintage:
    """The newest of what a pull brought, as if merged."""
    feed = receiver.pull()
    target = feed.targets[-1]
    keep_for_proof(receiver.home / "peers" / "TH", feed.snapshot_version)
    return Vintage(
        "TH", target.key, target.custom, target.target, target.report_sha256, feed.snapshot_version,
        datetime(2031, 3, 1, tzinfo=UTC),
    )  # fmt: skip


def test_the_way_leads_from_the_root_to_the_target(receiver: Receiver) -> None:
    vintage = pulled(receiver)
    way = signed_way(receiver.peer, receiver.home / "peers" / "TH", vintage)
    assert [(file.role, len(file.signers), file.threshold) for file in way.files] == [
        ("root", 3, 2), ("snapshot", 1, 1), ("targets", 1, 1),
    ]  # fmt: skip
    assert way.entry is not None
    assert way.entry.hashes["sha256"] == vintage.target.sha256
    assert way.report is not None


def test_a_vintage_that_was_followed_by_another_keeps_its_way(sender: Sender, receiver: Receiver) -> None:
    first = pulled(receiver)
    sender.release("2031-01", revision=2, text="corrected")
    pulled(receiver)
    way = signed_way(receiver.peer, receiver.home / "peers" / "TH", first)
    assert way.entry is not None
    assert way.entry.hashes["sha256"] == first.target.sha256


def test_metadata_kept_by_nobody_are_said_to_be_gone(sender: Sender, receiver: Receiver) -> None:
    first = pulled(receiver)
    sender.release("2031-01", revision=2, text="corrected")
    pulled(receiver)
    folder = receiver.home / "peers" / "TH"
    (folder / "proofs" / f"{first.snapshot_version}.snapshot.json").unlink()
    way = signed_way(receiver.peer, folder, first)
    assert ([file.role for file in way.files], way.entry, way.report) == (["root"], None, None)


def test_a_root_that_does_not_follow_the_one_before_is_found(receiver: Receiver, tmp_path: Path) -> None:
    vintage = pulled(receiver)
    other = new_sender(tmp_path / "thief", "TH")
    folder = receiver.home / "peers" / "TH"
    (folder / "metadata" / "root_history" / "2.root.json").write_bytes((other.metadata / "1.root.json").read_bytes())
    with pytest.raises(ProofBroken, match=r"2\.root\.json is not signed as it must be"):
        signed_way(receiver.peer, folder, vintage)


def test_keeping_twice_writes_once(receiver: Receiver) -> None:
    vintage = pulled(receiver)
    path = receiver.home / "peers" / "TH" / "proofs" / f"{vintage.snapshot_version}.targets.json"
    path.write_bytes(b"as kept")
    keep_for_proof(receiver.home / "peers" / "TH", vintage.snapshot_version)
    assert path.read_bytes() == b"as kept"
