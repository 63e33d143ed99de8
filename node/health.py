"""What `lmis-node doctor` examines, each finding on its own, so that one that is amiss hides no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from node.adapters.trust.role_states import RoleState
from node.adapters.trust.transport import LOOPBACK
from node.bootstrap import Services, open_services, profile_folder
from node.config import NodeConfig, load_config
from node.errors import NodeError
from node.exchange.forks import warnings
from node.merge.plan import in_force
from node.model.release import PeerState

SOON = timedelta(days=2)
"""What expires within this time is reported: a weekend passes unattended."""

WELL_BEFORE = timedelta(days=30)
"""The same for the root, for which several holders must meet."""


MAX_TOLD = 3
"""Things of one kind that a finding names."""


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
    found.append(_address(config.web.address))
    try:
        with open_services(config) as services:
            found += _of_node(services)
    except NodeError as problem:
        found.append(_amiss("node", problem))
    return (*found, *_of_sources(config))


def _address(address: str | None) -> Finding:
    if address is None:
        said = "`web.address` is not set: briefings and workbooks name the address by which a reader asked for them"
        return Finding("address", True, said)
    parts = urlsplit(address)
    if parts.scheme == "https" or parts.hostname in LOOPBACK:
        return Finding("address", True, address)
    return Finding(
        "address",
        False,
        f"{address} is not encrypted: whoever stands between can change what readers see, and browsers keep no session "
        "of the operator's pages there; put a proxy with a certificate before the node, and set `web.address` to its "
        "https address",
    )


def _of_node(services: Services) -> Iterator[Finding]:
    yield Finding("database", True, "at the version of this program")
    for what, examination in (
        ("profiles", _profiles),
        ("keys", _keys),
        ("root", _root),
        ("feed", _feed),
        ("history", _put_back),
    ):
        yield _tried(what, services, examination)
    yield _tried("decisions", services, _decisions)
    yield _tried("forks", services, _forks)
    yield _tried("quarantine", services, _held)
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
    feed = services.own_feed()
    if feed is None:
        return False, "there is no feed yet; it begins with the first root"
    services.own_peer()
    says = f"snapshot {feed.snapshot_version}, {len(feed.targets)} releases"
    due = [
        f"{role.name} is valid until {role.expires:%Y-%m-%d}: "
        + (
            "run `lmis-node keys renew --root`, which its holders sign"
            if role.name == "root"
            else "run `lmis-node keys renew`"
        )
        for role in services.publication.roles()
        if role.expires - services.clock() < (WELL_BEFORE if role.name == "root" else SOON)
    ]
    return not due, "; ".join([says, *due]) if due else f"{says}, valid until {feed.timestamp_expires:%Y-%m-%d}"


def root_keys_here(roles: Sequence[RoleState]) -> str:
    """Says that the root's private keys lie on this machine, where enough of them do to replace every other."""
    root = next((role for role in roles if role.name == "root"), None)
    if root is None or len(root.held) < root.threshold:
        return ""
    return (
        f"{len(root.held)} root keys lie on this machine, and whoever takes it over takes over the feed for good: let "
        "their holders make keys of their own (`lmis-node keys new`), then run `lmis-node keys rotate root "
        f"--replace {root.held[0]}=FILE …`; see the how-to “Hand the root to its holders”"
    )


def _root(services: Services) -> tuple[bool, str]:
    roles = services.publication.roles()
    here = services.ceremony.under_way()
    waits = f"; root {here.request.version} waits for {', '.join(here.signed.waiting)}" if here else ""
    if not roles:
        return False, f"there is no root yet{waits}; `lmis-node keys status` says what to do next"
    told = root_keys_here(roles)
    if told:
        return True, f"for trials only: {told}{waits}"
    return True, f"root {roles[0].version}, signed by {', '.join(roles[0].signed_by)}{waits}"


def _put_back(services: Services) -> tuple[bool, str]:
    found = services.publication.standing(services.config.peers, services.country)
    if found is not None and found.claimed:
        said = "; ".join(
            f"{who} says that it follows root {number} of this node" for who, number in found.claimed.items()
        )
        return False, (
            f"{said}, and that root is not here. Telephone them: where the keys were exchanged after the copy that was "
            "put back, see the how-to “Back up, restore, recover”"
        )
    if found is None or not found.put_back:
        return True, "nothing newer is known of this node's feed than what it publishes"
    return False, (
        f"the feed was put back to an older state: {found.told()}. Partners refuse it until it goes on above that: "
        "run `lmis-node recover`. Where nobody here put anything back, somebody else has signed with this node's keys: "
        "run `lmis-node keys revoke` instead, at once"
    )


def _decisions(services: Services) -> tuple[bool, str]:
    held = services.decisions.in_force()
    if not held.conflicts:
        return True, f"{len(held.rulings)} on the coding in force, none of them contested"
    return (
        False,
        f"{len(held.conflicts)} contested, so that neither side counts; see `lmis-node decisions list --conflicts`",
    )


def _forks(services: Services) -> tuple[bool, str]:
    """Forks on which nobody has decided, and signed snapshots of this node's own feed that it does not have."""
    held = [
        f"fork {record.id}: {record.fork.told}; nothing of {record.fork.sender} is merged until you look "
        f"(`lmis-node peer fork show {record.id}`) and decide"
        for record in services.views.forks()
        if record.held
    ]
    found = warnings(services)
    amiss = (*held, *found.ahead_told)
    if amiss:
        return False, "; ".join(amiss[:MAX_TOLD]) + (f"; and {len(amiss) - MAX_TOLD} more" if amiss[MAX_TOLD:] else "")
    return True, "; ".join(("none of the partners' feeds is held as forked", *found.doubts_told[:MAX_TOLD]))


def _held(services: Services) -> tuple[bool, str]:
    """Releases that wait for an operator: held as implausible, not decided, and no later revision merged since."""
    pinned = {peer.id for peer in services.directory.list()}
    merged = {
        (peer, vintage.target.path): vintage.custom.revision
        for peer in pinned
        for vintage in in_force(services.store.vintages(peer))
    }
    waiting = [
        record
        for record in services.store.quarantined()
        if record.held
        and record.decided is None
        and record.sender in pinned
        and merged.get((record.sender, record.path), 0) < record.revision
    ]
    if not waiting:
        return True, "no release waits for a decision"
    named = "; ".join(f"{record.sender} {record.path}, number {record.id}" for record in waiting[:MAX_TOLD])
    more = f"; and {len(waiting) - MAX_TOLD} more" if waiting[MAX_TOLD:] else ""
    return False, f"held as implausible: {named}{more}; see `lmis-node peer quarantine show NUMBER`"


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
