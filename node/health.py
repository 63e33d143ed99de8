"""What `lmis-node doctor` examines, each finding on its own, so that one that is amiss hides no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from node.bootstrap import Services, open_services, profile_folder
from node.config import NodeConfig, load_config
from node.errors import NodeError
from node.model.release import PeerState

SOON = timedelta(days=2)
"""What expires within this time is reported: a weekend passes unattended."""

WELL_BEFORE = timedelta(days=30)
"""The same for the root, for which several holders must meet."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing examined. `says`: how it is, and where it is amiss, what to do."""

    what: str
    well: bool
    says: str


def examine(home: Path, environ: Mapping[str, str]) -> tuple[Finding, ...]:
    """The findings on the node in `home`, in the order in which to mend them. Raises nothing a node raises."""
    try:
        config = load_config(home, environ)
    except NodeError as problem:
        return (_amiss("configuration", problem),)
    found = [Finding("configuration", True, f"{config.name} ({config.country}), speaks for {config.authority}")]
    try:
        with open_services(config) as services:
            found += _of_node(services)
    except NodeError as problem:
        found.append(_amiss("node", problem))
    return (*found, *_of_sources(config))


def _of_node(services: Services) -> Iterator[Finding]:
    yield Finding("database", True, "at the version of this program")
    for what, examination in (("profiles", _profiles), ("keys", _keys), ("feed", _feed)):
        yield _tried(what, services, examination)
    for standing in services.peers():
        well = standing.state in (PeerState.FRESH, PeerState.NEVER)
        yield Finding(f"peer {standing.peer.id}", well, f"{standing.state.value} {standing.reason}".strip())


def _tried(what: str, services: Services, examination: Callable[[Services], tuple[bool, str]]) -> Finding:
    try:
        return Finding(what, *examination(services))
    except NodeError as problem:
        return _amiss(what, problem)


def _profiles(services: Services) -> tuple[bool, str]:
    names = services.profiles.dataflows()
    for name in names:
        services.profiles.profile(name).for_sender(services.authority)
    return True, ", ".join(names)


def _keys(services: Services) -> tuple[bool, str]:
    services.open_online_keys()
    return True, "the online keys open with the passphrase"


def _feed(services: Services) -> tuple[bool, str]:
    services.own_peer()
    feed = services.own_feed()
    if feed is None:
        return False, "there is no feed; `lmis-node init` makes one"
    says = f"snapshot {feed.snapshot_version}, {len(feed.targets)} releases"
    due = [
        f"{role.name} is valid until {role.expires:%Y-%m-%d}: "
        + ("its holders must sign a new one" if role.name == "root" else "run `lmis-node keys renew`")
        for role in services.publication.roles()
        if role.expires - services.clock() < (WELL_BEFORE if role.name == "root" else SOON)
    ]
    return not due, "; ".join([says, *due]) if due else f"{says}, valid until {feed.timestamp_expires:%Y-%m-%d}"


def _of_sources(config: NodeConfig) -> Iterator[Finding]:
    known = profile_folder(config).dataflows()
    for source in config.sources:
        what = f"source {source.id}"
        if source.dataflow not in known:
            yield Finding(what, False, f"there is no exchange profile for {source.dataflow}")
            continue
        if source.kind == "sql":
            yield Finding(what, True, f"{source.dataflow}, a database; `lmis-node source check` reads it")
        elif (config.home / source.location).is_file():
            yield Finding(what, True, f"{source.dataflow}, {source.location}")
        else:
            yield Finding(what, False, f"{source.dataflow}: {source.location} is not there")


def _amiss(what: str, problem: NodeError) -> Finding:
    return Finding(what, False, f"{problem} — {problem.remedy}")
