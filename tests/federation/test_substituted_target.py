"""A target's bytes changed on the server."""

import re
from pathlib import Path

import pytest

from node.errors import PeerUnreachable, SignatureRefused
from tests.support.signed_feeds import Sender, new_receiver


def data_file(sender: Sender) -> Path:
    (path,) = (sender.feeds / "targets" / "VACANCIES").glob("*.2031-01.csv.gz")
    return path


def test_bytes_of_equal_length(sender: Sender, tmp_path: Path) -> None:
    path = data_file(sender)
    path.write_bytes(bytes([*path.read_bytes()[:-1], 7]))
    with pytest.raises(SignatureRefused, match="hash"):
        new_receiver(tmp_path / "th", sender).pull()
    assert not list((tmp_path / "th" / "peers" / "ID").glob("targets/**/*.csv.gz"))


@pytest.mark.parametrize("change", [lambda data: data + b"x", lambda data: data[:-1]], ids=["longer", "shorter"])
def test_bytes_of_another_length(change, sender: Sender, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = data_file(sender)
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(SignatureRefused, match=r"length|exceeding"):
        new_receiver(tmp_path / "th", sender).pull()


def test_a_missing_target(sender: Sender, tmp_path: Path) -> None:
    data_file(sender).unlink()
    with pytest.raises(PeerUnreachable, match=r"2031-01\.csv\.gz is not there"):
        new_receiver(tmp_path / "th", sender).pull()


def test_a_target_larger_than_this_node_accepts_is_not_even_asked_for(sender: Sender, tmp_path: Path) -> None:
    data_file(sender).unlink()
    feed = new_receiver(tmp_path / "th", sender, target_bytes=20).pull()
    (refused,) = feed.unreadable
    assert refused.target.path == "VACANCIES/2031-01.csv.gz"
    assert re.fullmatch(r"it has \d+ bytes; this node accepts 20 \(limits\.target_bytes\)", refused.reason)
    assert (feed.targets, feed.fetched) == ((), ())


def test_a_target_changed_in_the_receivers_own_folder_is_fetched_again(sender: Sender, tmp_path: Path) -> None:
    receiver = new_receiver(tmp_path / "th", sender)
    first = receiver.pull().fetched[0].data
    (kept,) = (tmp_path / "th" / "peers" / "ID").glob("targets/VACANCIES/*.csv.gz")
    kept.write_bytes(b"something else")
    receiver.known = frozenset()
    assert receiver.pull().fetched[0].data == first
