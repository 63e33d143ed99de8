"""Two processes of one node at the same work."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from node.errors import Busy
from tests.support.signed_feeds import Receiver, Sender

HOLD = """
import sys
from pathlib import Path
from node.adapters.trust.locks import ExclusiveLock
with ExclusiveLock(Path(sys.argv[1]), "work").held():
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def held_elsewhere(lock: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_release_is_told_which_process_is_at_it(sender: Sender) -> None:
    with held_elsewhere(sender.home / "release.lock") as other:
        with pytest.raises(Busy, match=rf"release of this node is under way already: process {other.pid} began"):
            sender.release("2031-02")
        with pytest.raises(Busy):
            sender.publication.renew_timestamp()
    assert sender.release("2031-02").changed


def test_a_second_pull_of_a_peer_is_busy(sender: Sender, receiver: Receiver) -> None:
    lock = receiver.home / "peers" / "ID" / "pull.lock"
    with held_elsewhere(lock), pytest.raises(Busy, match="a pull of ID is under way"):
        receiver.pull()
    assert receiver.pull().sender == "ID"
