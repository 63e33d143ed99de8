from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from node.model.period import TimePeriod
from node.operations import release_and_merge
from tests.support.feed_server import FeedServer
from tests.support.nodes import PERIOD
from tests.support.signed_feeds import Receiver, Sender, new_receiver, new_sender
from tests.support.three_nodes import Three, three_nodes


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


@pytest.fixture(scope="session")
def resting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of three nodes that have released vacancies, pulled one another and come to rest."""
    folder = tmp_path_factory.mktemp("resting")
    with three_nodes(folder) as made:
        for services in made.nodes.values():
            release_and_merge(services, "VACANCIES", TimePeriod(PERIOD))
        for _ in range(3):
            made.cycle()
    return folder


@pytest.fixture
def three(resting: Path, tmp_path: Path) -> Iterator[Three]:
    with three_nodes(tmp_path / "three", copied=resting) as made:
        yield made
