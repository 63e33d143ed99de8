"""What keepers of a node do now and then: its root and keys, old files of its feed, recovery after a restore."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from node.adapters.backup import Backup, make_backup
from node.adapters.trust.ceremony import HolderChange, Proposal
from node.adapters.trust.holders import HolderKey
from node.adapters.trust.recover import Lost, Standing
from node.bootstrap import Services
from node.errors import ConfigurationError
from node.operations import recorded

ROOT = "root"


@dataclass(frozen=True, slots=True)
class Recovery:
    """What a recovery found and did: `snapshot_version` is that of the feed now, or before it in a dry run."""

    standing: Standing
    snapshot_version: int
    lost: Lost


def propose_first_root(
    services: Services, holders: Sequence[HolderKey], threshold: int, *, dry_run: bool = False
) -> Proposal:
    """The first root of a node that was made without one. Raises: as `Ceremony.begin`."""
    return services.ceremony.begin(holders, threshold, dry_run=dry_run)


def merge_root(services: Services, copies: Sequence[Path], *, dry_run: bool = False) -> Proposal:
    """Take signatures; a root that has enough is put in force. Raises: as `Ceremony.merge`."""
    with recorded(services, "keys", "merge", None):
        if not dry_run and services.ceremony.under_way() is None and services.own_feed() is not None:
            # A merge that was killed once its root was in force may have left this undone.
            services.pin_own_feed()
            services.ceremony.tidy()
        proposal = services.ceremony.merge(copies, dry_run=dry_run)
        if proposal.installed:
            services.pin_own_feed()
        return proposal


def rotate(services: Services, roles: Sequence[str], uri: str | None = None, *, dry_run: bool = False) -> Proposal:
    """New keys for online roles, as far as the root's holders have signed. Raises: as `Ceremony`."""
    with recorded(services, "keys", f"rotate {' '.join(roles)}", None):
        return services.ceremony.change_online_keys(roles, uri, dry_run=dry_run)


def rotate_root(services: Services, change: HolderChange, *, dry_run: bool = False) -> Proposal:
    """Other holders of root keys, or the same ones for longer. Raises: as `Ceremony`."""
    with recorded(services, "keys", "renew root" if change.nothing else "rotate root", None):
        return services.ceremony.change_holders(change, dry_run=dry_run)


def prune_feed(services: Services, *, dry_run: bool = False) -> tuple[Path, ...]:
    """Delete superseded files of the own feed, by `[feed]` of node.toml; returns them. Raises: as `prune`.

    Leaves a record where there was something to delete: the worker asks every round.
    """
    if dry_run or not services.publication.prune(services.config.feed, dry_run=True):
        return services.publication.prune(services.config.feed, dry_run=True)
    with recorded(services, "prune", services.country, None):
        return services.publication.prune(services.config.feed)


def recover_feed(services: Services, above: int = 0, *, dry_run: bool = False) -> Recovery:
    """Go on after the feed's folder was put back to an older state than partners have seen.

    `above`: a version that a partner's operator read out, where it is higher than what is known here.
    Raises: ConfigurationError where nothing is amiss and no version is given; as `TufPublication.recover`.
    """
    own = services.own_peer().id
    found = services.publication.standing(services.config.peers, own)
    feed = services.own_feed()
    if found is None or feed is None:
        raise ConfigurationError("there is no feed to recover; `lmis-node init` makes one")
    if not found.put_back and not above:
        raise ConfigurationError(
            "nothing is known here that is newer than this node's feed; where a partner refuses it, ask which version "
            "they have seen, and give it with --above"
        )
    if dry_run:
        return Recovery(found, *services.publication.recover(services.config.peers, own, above, dry_run=True))
    with recorded(services, "recover", services.country, None):
        version, lost = services.publication.recover(services.config.peers, own, above)
    return Recovery(found, version, lost)


def back_up(services: Services, target: Path, *, with_keys: bool = False, dry_run: bool = False) -> Backup:
    """A copy of this node in one file. Raises: as `make_backup`."""
    return make_backup(
        services.config,
        target,
        services.publication.lock,
        with_keys=with_keys,
        now=services.clock(),
        dry_run=dry_run,
    )
