"""What the pages need from the node. `node.bootstrap` builds an object of this shape; tests build a small one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Protocol

from node.comparing.reading import Reading
from node.exchange.proof import Proof
from node.model.names import Names
from node.model.period import TimePeriod
from node.model.split_view import ForkRecord
from node.model.standing import OwnFeed, PeerStanding
from node.model.tiles import TileGrid
from node.ports import AccessLedger, ObservationStore, ProfileLibrary

Prover = Callable[[str, str, TimePeriod, datetime | None], Proof]
"""Checks one number from the files on the disk: its dataflow, series key and period, and as of when (None for now).
Raises: as `node.exchange.prove.prove`."""


class WebServices(Protocol):
    """Everything a page may read. Nothing here writes.

    `name`, `country`, `authority`: the node's own, as in node.toml; `synthetic`: its microdata are generated;
    `feeds`: the folder that holds `metadata/` and `targets/`; `store`, `profiles`: as the pipeline uses them;
    `names`: what codes are called in other languages; `tiles`: where areas stand on the map.
    All members may be called from several threads at once.
    """

    @property
    def name(self) -> str: ...

    @property
    def country(self) -> str: ...

    @property
    def authority(self) -> str: ...

    @property
    def synthetic(self) -> bool: ...

    @property
    def feeds(self) -> Path: ...

    @property
    def profiles(self) -> ProfileLibrary: ...

    @property
    def store(self) -> ObservationStore: ...

    @property
    def access(self) -> AccessLedger: ...

    @property
    def names(self) -> Names: ...

    @property
    def tiles(self) -> TileGrid: ...

    def reading(self, as_of: datetime | None = None) -> Reading:
        """What comparisons read from: by default what is in force now, else as it was believed then."""

    def clock(self) -> datetime:
        """The time now, in UTC, aware."""

    def own_feed(self) -> OwnFeed | None:
        """This node's feed as signed now; None before its first release. Raises: KeyStoreError, SignatureRefused."""

    def peers(self) -> tuple[PeerStanding, ...]:
        """How each configured peer stood at the last pull, sorted by peer."""

    def forks(self) -> tuple[ForkRecord, ...]:
        """Forks of peers' feeds, newest first."""

    def check_store(self) -> None:
        """Ask the database for one row. Raises: MachineError, StoreOutdated when it does not answer rightly."""
