"""What the demo's processes do: plain functions of plain values, so that a fresh process can be sent them."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from time import monotonic

from node import operations
from node.adapters.mapping_files import load_mappings
from node.adapters.trust.peers import PeerDirectory
from node.bootstrap import Services, create_node, open_services, shipped
from node.config import load_config
from node.demo.registers import DemoSize, write_registers
from node.demo.settings import REGISTERS, node_toml
from node.demo.sources import SOURCES
from node.errors import FeedQuarantined
from node.model.period import TimePeriod
from node.operations import pull_and_note

UNLOCK_FILE = "passphrase.txt"
UNLOCK_BYTES = 24

NAMES = {
    "ID": "Indonesia (synthetic demonstration)",
    "MY": "Malaysia (synthetic demonstration)",
    "TH": "Thailand (synthetic demonstration)",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a node has done. `subject`: `registers`, a dataflow and period, or `pull` and a peer.

    `rows`: generated or published; `suppressed`: of the published ones; `merged`: observations.
    """

    country: str
    stage: str
    subject: str
    seconds: float
    rows: int = 0
    suppressed: int = 0
    merged: int = 0


Told: list[Callable[[Step], None]] = []
"""Whom this process tells of each step as soon as it is done; `tell_to` fills it."""


def tell_to(queue: SimpleQueue[Step]) -> None:
    """The processes' initialiser."""
    Told.append(queue.put)


def prepare(home: Path, country: str, size: DemoSize) -> tuple[Step, ...]:
    """Generates a country's registers, and makes its node: configuration, keys, database, an empty signed feed."""
    started = monotonic()
    rows = write_registers(country, home / REGISTERS, load_mappings(shipped("mappings")), size)
    generated = _done(Step(country, "generate", "registers", monotonic() - started, rows=rows))
    started = monotonic()
    settings = node_toml(home, country, NAMES[country], UNLOCK_FILE, SOURCES[country])
    _write_passphrase(home / UNLOCK_FILE)
    # A node's own feed is the last thing that is pinned when it is made.
    if country not in {peer.id for peer in PeerDirectory(home).list()}:
        create_node(home, settings, {})
    return generated, _done(Step(country, "keys", "node and keys", monotonic() - started))


def release(home: Path, country: str, wanted: tuple[tuple[str, str], ...]) -> tuple[Step, ...]:
    """Releases dataflows and periods, in order. Raises: what a release raises."""
    with open_services(load_config(home, {})) as services:
        return tuple(_release(services, country, dataflow, TimePeriod(period)) for dataflow, period in wanted)


def connect(home: Path, country: str, others: tuple[Path, ...]) -> tuple[Step, ...]:
    """Pins each other node: the folder of its feed, and the fingerprint of its root as it knows it itself."""
    started = monotonic()
    directory = PeerDirectory(home)
    pinned = {peer.id for peer in directory.list()}
    for other in others:
        config = load_config(other, {})
        if config.country not in pinned:
            directory.add(str(config.feeds), PeerDirectory(other).get(config.country).fingerprint)
    return (_done(Step(country, "keys", "pin peers", monotonic() - started)),)


def renew(home: Path, country: str) -> tuple[Step, ...]:
    """Signs the feed's timestamp anew: the demo may be older than a timestamp lives."""
    started = monotonic()
    with open_services(load_config(home, {})) as services:
        services.publication.renew_timestamp()
    return (_done(Step(country, "keys", "renew", monotonic() - started)),)


def pull(home: Path, country: str, peer_id: str) -> tuple[Step, ...]:
    """Pulls, verifies and merges a feed. Raises: what a pull raises; FeedQuarantined where a release is refused."""
    started = monotonic()
    with open_services(load_config(home, {})) as services:
        merged = 0
        for plan in pull_and_note(services, services.directory.get(peer_id)):
            if plan.quarantined:
                refused = plan.quarantined[0]
                raise FeedQuarantined(f"{country} refused {peer_id}'s {refused.target.path}: {refused.reason}")
            merged += sum(target.observations.num_rows for target in plan.new)
    return (_done(Step(country, "pull", f"pull {peer_id}", monotonic() - started, merged=merged)),)


def _release(services: Services, country: str, dataflow: str, period: TimePeriod) -> Step:
    started = monotonic()
    outcome = operations.release(services, dataflow, period)
    step = Step(
        country,
        "release",
        f"{dataflow} {period}",
        monotonic() - started,
        rows=outcome.draft.custom.rows,
        suppressed=outcome.audit.suppressed,
    )
    return _done(step)


def _done(step: Step) -> Step:
    for tell in Told:
        tell(step)
    return step


def _write_passphrase(path: Path) -> None:
    """A random passphrase that only the file's owner can read; one that is there stays."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(secrets.token_urlsafe(UNLOCK_BYTES) + "\n")
