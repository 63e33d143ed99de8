from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.feed_server import FeedServer
from tests.support.signed_feeds import Receiver, Sender, new_receiver, new_sender


@pytest.fixture
def sender(tmp_path: Path) -> Sender:
    """A node with one release published."""
    made = new_sender(tmp_path / "id")
    made.release("2031-01")
    return made


@pytest.fixture
def receiver(tmp_path: Path, sender: Sender) -> Receiver:
    """A node that has pinned the sender and pulled its first release, from a folder."""
    made = new_receiver(tmp_path / "my", sender)
    assert len(made.pull().fetched) == 1
    return made


@pytest.fixture
def serve() -> Iterator[Callable[[Path], FeedServer]]:
    """Starts servers on the loopback, and stops them."""
    running: list[FeedServer] = []

    def start(folder: Path) -> FeedServer:
        running.append(FeedServer(folder))
        return running[-1]

    yield start
    for server in running:
        server.stop()
