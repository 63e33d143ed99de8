"""How fresh feeds are: this node's releases, and the newest that was merged from each peer."""

from __future__ import annotations

from dataclasses import dataclass

from node.model.release import PublishedTarget, Vintage
from node.model.standing import PeerStanding
from node.web.services import WebServices


@dataclass(frozen=True, slots=True)
class DataflowReleases:
    """What this node publishes of one dataflow, newest period first."""

    dataflow: str
    targets: tuple[PublishedTarget, ...]


@dataclass(frozen=True, slots=True)
class PeerLine:
    """A peer, and the newest period of each dataflow that this node has merged from it."""

    standing: PeerStanding
    newest: tuple[Vintage, ...]


def own_releases(services: WebServices) -> tuple[DataflowReleases, ...]:
    """By dataflow; empty before the first release."""
    feed = services.own_feed()
    targets = feed.targets if feed else ()
    return tuple(
        DataflowReleases(
            dataflow,
            tuple(
                sorted(
                    (target for target in targets if target.key.dataflow == dataflow),
                    key=lambda target: target.key.period,
                    reverse=True,
                )
            ),
        )
        for dataflow in sorted({target.key.dataflow for target in targets})
    )


def peer_lines(services: WebServices) -> tuple[PeerLine, ...]:
    """Every configured peer, also one from which nothing has come yet."""
    newest = services.store.newest()
    return tuple(PeerLine(standing, newest.get(standing.peer.id, ())) for standing in services.peers())
