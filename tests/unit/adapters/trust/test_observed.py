"""`observed.json`: strict in what it reads, stable in what it writes, and honest about what is proved."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from node.adapters.trust import observed
from node.adapters.trust.observed import PeerView, compose, content_digest, read
from node.errors import SignatureRefused
from node.model.split_view import SeenSnapshot
from tests.support.signed_feeds import Receiver, Sender, new_receiver, new_sender


@pytest.fixture
def sender(tmp_path: Path) -> Sender:
    made = new_sender(tmp_path / "th", "TH")
    made.release("2031-01")
    return made


@pytest.fixture
def receiver(sender: Sender, tmp_path: Path) -> Receiver:
    return new_receiver(tmp_path / "id", sender)


def sight(receiver: Receiver) -> SeenSnapshot:
    seen = receiver.pull().seen
    assert seen is not None
    return seen


def file_of(*snapshots: SeenSnapshot) -> bytes:
    return compose([PeerView("TH", "c" * 64, snapshots)])


def test_what_is_written_is_read_and_its_signature_checked(receiver: Receiver) -> None:
    seen = sight(receiver)
    statement = read(file_of(seen), "MY", receiver.home / "peers")
    (view,) = statement.views
    assert view == replace(seen, witness="MY", content_sha256="")
    assert view.verified
    assert len(view.signed_sha256) == 64


def test_before_the_first_pull_of_a_sender_its_pinned_root_checks_what_others_saw(
    receiver: Receiver, sender: Sender, tmp_path: Path
) -> None:
    """Peers are pulled side by side: a partner's word may come before the feed that it is about."""
    newcomer = new_receiver(tmp_path / "my", sender)
    (view,) = read(file_of(sight(receiver)), "ID", newcomer.home / "peers").views
    assert view.verified


def test_the_same_views_make_the_same_bytes(receiver: Receiver) -> None:
    seen = sight(receiver)
    assert file_of(seen) == file_of(seen)
    assert observed.contents(file_of(seen)) == {"TH": "c" * 64}
    assert observed.versions(file_of(seen)) == {("TH", seen.version, seen.sha256)}


@pytest.mark.parametrize(
    "change",
    [
        {"metadata": ""},
        {"metadata": "{}"},
        {"sha256": "0" * 64},
        {"version": 99},
        {"metadata": '{"signatures": [], "signed": []}'},
    ],
)
def test_what_the_sender_did_not_sign_proves_nothing(receiver: Receiver, change: dict[str, object]) -> None:
    seen = replace(sight(receiver), **change)  # type: ignore[arg-type]  # fields of it
    (view,) = read(file_of(seen), "MY", receiver.home / "peers").views
    assert (view.verified, view.signed_sha256) == (False, "")


def test_text_that_is_none_proves_nothing(receiver: Receiver) -> None:
    """JSON can hold half a surrogate pair, which no encoding has: the statement is read, and nobody's pull ends."""
    seen = sight(receiver)
    data = json.dumps(json.loads(file_of(seen))).replace('"metadata": "', '"metadata": "\\ud800').encode()
    (view,) = read(data, "MY", receiver.home / "peers").views
    assert (view.verified, view.metadata) == (False, "")


def test_what_is_written_is_never_more_than_partners_read(receiver: Receiver) -> None:
    """Peers that blow their snapshots up would otherwise silence whoever tells of them."""
    seen = sight(receiver)
    padded = tuple(
        replace(seen, version=version, metadata=seen.metadata + '"é' * size, sha256=f"{version:064x}")
        for version, size in ((1, 4_000), *((version, 2_000) for version in range(2, 33)), (33, 30_000))
    )
    views = [PeerView(f"{first}{second}", "c" * 64, padded) for first in "ABCDE" for second in "ABCDEFGHIJ"]
    for some in (views[:1], views[:4], views):
        data = compose(some)
        assert len(data) <= observed.MAX_BYTES
        told = observed.versions(data)
        assert len(told) == len(some) * len(padded), "what was seen is told, if need be without its proof"
    (newest, *_, largest) = json.loads(compose(views[:1]))["peers"]["AA"]["snapshots"]
    assert newest["metadata"] == padded[0].metadata
    assert largest["metadata"] == ""


def test_a_snapshot_too_large_to_be_shown_as_proof_is_refused(sender: Sender, receiver: Receiver) -> None:
    from tests.support.signed_feeds import forge

    newest = max(sender.metadata.glob("*.snapshot.json"), key=lambda path: int(path.name.split(".")[0]))

    def pad(signed: object) -> None:
        signed.unrecognized_fields["x"] = "y" * observed.MOST_BYTES  # type: ignore[attr-defined]  # a snapshot

    forge(newest, sender.keys, ("snapshot",), pad)

    def follow(signed: object) -> None:
        signed.snapshot_meta = type(signed.snapshot_meta).from_data(
            signed.snapshot_meta.version, newest.read_bytes(), ["sha256"]
        )  # type: ignore[attr-defined]  # a timestamp
        signed.snapshot_meta.length = None

    forge(sender.metadata / "timestamp.json", sender.keys, ("timestamp",), follow)
    with pytest.raises(SignatureRefused, match="longer than the 8192 bytes"):
        receiver.pull()


def test_another_nodes_snapshot_proves_nothing(receiver: Receiver, tmp_path: Path) -> None:
    other = new_sender(tmp_path / "sg", "SG")
    other.release("2031-01")
    seen = replace(sight(new_receiver(tmp_path / "x", other)), sender="TH")
    (view,) = read(file_of(seen), "MY", receiver.home / "peers").views
    assert not view.verified


def test_of_a_node_that_is_not_pinned_nothing_is_proved(receiver: Receiver, tmp_path: Path) -> None:
    (view,) = read(file_of(sight(receiver)), "MY", tmp_path / "nobody").views
    assert not view.verified


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"\xff",
        b'{"format": "imtgt-observed/2", "peers": {}}',
        b'{"format": "imtgt-observed/1", "peers": {"../../x": {}}}',
        b'{"format": "imtgt-observed/1", "peers": {}, "more": 1}',
        b"[" * 100_000,
        json.dumps(
            {"format": "imtgt-observed/1", "peers": {"TH": {"content_sha256": "c" * 64, "snapshots": []}}}
        ).encode(),
    ],
)
def test_another_form_is_refused(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(SignatureRefused, match=r"observed\.json is not"):
        read(data, "MY", tmp_path)


def test_the_content_stands_still_while_the_figures_do(sender: Sender, receiver: Receiver) -> None:
    before = sight(receiver)
    sender.publication.publish_file("observed.json", b"{}")
    after = sight(receiver)
    assert after.version > before.version
    assert after.content_sha256 == before.content_sha256
    sender.release("2031-02")
    assert sight(receiver).content_sha256 != before.content_sha256
    assert content_digest({}) == content_digest({})


def test_a_snapshot_without_the_hash_of_its_targets_is_refused(sender: Sender, receiver: Receiver) -> None:
    """It could stand for several feeds, and no comparison of snapshots would find that out."""
    from tests.support.signed_feeds import forge

    newest = max(sender.metadata.glob("*.snapshot.json"), key=lambda path: int(path.name.split(".")[0]))

    def loosen(signed: object) -> None:
        signed.meta["targets.json"].hashes = None  # type: ignore[attr-defined]  # a snapshot

    forge(newest, sender.keys, ("snapshot",), loosen)

    def follow(signed: object) -> None:
        signed.snapshot_meta = type(signed.snapshot_meta).from_data(
            signed.snapshot_meta.version, newest.read_bytes(), ["sha256"]
        )  # type: ignore[attr-defined]  # a timestamp

    forge(sender.metadata / "timestamp.json", sender.keys, ("timestamp",), follow)
    with pytest.raises(SignatureRefused, match="does not name the targets metadata by SHA-256"):
        receiver.pull()
