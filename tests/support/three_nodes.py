"""Three real nodes that pull one another, and one of them shown in two versions: the world of a split view."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from node.adapters.trust.peers import PeerDirectory
from node.bootstrap import Services, open_services
from node.config import load_config
from node.errors import NodeError
from node.model.period import TimePeriod
from node.model.release import MergePlan, PeerState
from node.operations import pull_all, release, tell_what_was_seen
from tests.support.nodes import PERIOD, make_node, write_vacancies


@dataclass
class Three:
    """Nodes by country; each has pinned the other two."""

    homes: dict[str, Path]
    nodes: dict[str, Services]

    def turn(self, country: str) -> dict[str, MergePlan | NodeError]:
        """One round of one node's worker: pull every peer, then tell what was seen."""
        services = self.nodes[country]
        outcomes = dict(pull_all(services))
        tell_what_was_seen(services)
        return outcomes

    def cycle(self) -> None:
        for country in self.nodes:
            self.turn(country)

    def versions(self) -> dict[str, int]:
        """The snapshot version of each node's feed."""
        feeds = {country: services.own_feed() for country, services in self.nodes.items()}
        return {country: feed.snapshot_version for country, feed in feeds.items() if feed is not None}

    def show(self, to: str, sender: str, feed: Path) -> None:
        """From now on the feed of `sender` is what lies in `feed`, as far as the node `to` can see."""
        services = self.nodes[to]
        record = services.config.peers / sender / "peer.json"
        old = services.directory.get(sender).url
        record.write_text(record.read_text(encoding="utf-8").replace(old, str(feed)), encoding="utf-8")
        assert services.directory.get(sender).url == str(feed)

    def fork(self, sender: str, thief: Path, shown_to: str, posts: tuple[int, int] = (4, 5)) -> None:
        """One version of a sender's feed twice, with other posts in each: for all, and by a thief of its keys, whose
        folder `thief` is, for the node `shown_to` alone. It may be done again, for the next version."""
        if not thief.exists():
            self.copy_of(sender, thief)
        for home, number in zip((self.homes[sender], thief), posts, strict=True):
            write_vacancies(home, sender, posts=number)
            with open_services(load_config(home, {})) as services:
                release(services, "VACANCIES", TimePeriod(PERIOD))
        self.show(shown_to, sender, thief / "feeds")

    def forks(self, country: str) -> list[str]:
        """The forks that a node has found, as it tells of them."""
        return [record.fork.told for record in self.nodes[country].views.forks()]

    def state(self, country: str, peer: str) -> PeerState:
        return self.nodes[country].directory.status(peer).state

    def copy_of(self, country: str, to: Path) -> Path:
        """The whole node as it is now, keys and all: what its thief can sign with."""
        shutil.copytree(self.homes[country], to)
        return to


@contextmanager
def three_nodes(
    folder: Path, countries: tuple[str, ...] = ("ID", "MY", "TH"), copied: Path | None = None
) -> Iterator[Three]:
    """New nodes in `folder`, or a copy of those in `copied`."""
    homes = {country: folder / country.lower() for country in countries}
    if copied is not None:
        shutil.copytree(copied, folder)
        for record in folder.glob("*/peers/*/peer.json"):
            text = record.read_text(encoding="utf-8")
            record.write_text(text.replace(f"{copied}/", f"{folder}/"), encoding="utf-8")
        for settings in folder.glob("*/node.toml"):
            text = settings.read_text(encoding="utf-8")
            settings.write_text(text.replace(f"{copied}/", f"{folder}/"), encoding="utf-8")
    else:
        prints = {country: make_node(home, country) for country, home in homes.items()}
        for country, home in homes.items():
            for other, elsewhere in homes.items():
                if other != country:
                    PeerDirectory(home).add(str(elsewhere / "feeds"), prints[other])
    with ExitStack() as stack:
        opened = {country: open_services(load_config(home, {})) for country, home in homes.items()}
        yield Three(homes, {country: stack.enter_context(services) for country, services in opened.items()})
