"""Whether what several nodes saw of one feed can all be true of an honest sender."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from node.model.split_view import Fork, SeenSnapshot


def find_forks(views: Iterable[SeenSnapshot], own: str) -> tuple[Fork, ...]:
    """The forks that signatures prove, sorted. `own`: this node, whose view is named before that of others.

    A snapshot's version is signed once: two contents under one version, both with valid signatures, are proof
    against whoever holds the sender's key, and need no trust in those who tell of them. That a feed is behind, that
    somebody saw fewer versions, or a clock that is wrong proves nothing and is not looked at.
    """
    contents: dict[tuple[str, int], dict[str, SeenSnapshot]] = defaultdict(dict)
    for view in sorted(views, key=lambda view: (view.witness != own, view.witness)):
        if view.verified:
            contents[view.sender, view.version].setdefault(view.signed_sha256, view)
    found = []
    for seen in contents.values():
        hashes = sorted(seen)
        found += [Fork(seen[hashes[0]], seen[other]) for other in hashes[1:]]
    return tuple(sorted(found, key=lambda fork: fork.key))


def find_doubts(views: Iterable[SeenSnapshot], own: str) -> tuple[SeenSnapshot, ...]:
    """What others say they saw, without the sender's signature to prove it, and contrary to what this node saw.

    Either the sender showed two feeds or the witness does not tell the truth; nothing here says which.
    """
    views = tuple(views)
    ours: dict[tuple[str, int], set[str]] = defaultdict(set)
    for view in views:
        if view.witness == own:
            ours[view.sender, view.version].add(view.sha256)
    return tuple(
        view
        for view in views
        if not view.verified and ours.get((view.sender, view.version), {view.sha256}).isdisjoint({view.sha256})
    )
