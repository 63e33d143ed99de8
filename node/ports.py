"""What the pipeline needs from outside, as Protocols. Each has an in-memory twin under `tests/`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

import ibis.expr.types as ir
import pyarrow as pa

from node.config import SourceConfig
from node.model.comparison import MergedCube
from node.model.period import TimePeriod
from node.model.profile import ExchangeProfile
from node.model.records import UnitRecords
from node.model.release import (
    FetchedFeed,
    MergePlan,
    Peer,
    PublishedTarget,
    ReleaseDraft,
    SignedRelease,
    TargetIdentity,
    Vintage,
)

Clock = Callable[[], datetime]
"""The time now, in UTC, aware."""


class MicrodataEngine(Protocol):
    """Where microdata lie and expressions on them run. Nothing but grouped results leaves it."""

    def read(self, source: SourceConfig, profile: ExchangeProfile, period: TimePeriod) -> UnitRecords:
        """The source's records of the period, checked.

        Raises: SourceMissing, SourceUnreadable; RecordsInvalid naming the first rows that break a rule.
        """

    def run(self, query: ir.Table) -> pa.Table:
        """The rows of a query, which must be aggregates."""

    def keep(self, query: ir.Table) -> ir.Table:
        """The query's result held inside the engine, so that what follows reads it more than once cheaply."""


class Publication(Protocol):
    """This node's own feed."""

    def lock(self) -> AbstractContextManager[None]:
        """Held for one release. Raises: Busy while another process holds it."""

    def published(self, dataflow: str, period: TimePeriod) -> tuple[PublishedTarget, bytes] | None:
        """The release of that period now in the feed, with its data; None where there is none."""

    def publish(self, draft: ReleaseDraft, structure: bytes) -> SignedRelease:
        """Sign and publish a draft, whole or not at all. `structure`: its structure message.

        Raises: KeyStoreError, StorageFull.
        """


class Fetcher(Protocol):
    """Peers' feeds, over HTTP or from a folder."""

    def fetch(self, peer: Peer, known: Collection[TargetIdentity]) -> FetchedFeed:
        """The peer's feed as its pinned root vouches for it. `known`: targets already settled, which are not
        brought again. Where it says that more are waiting, a next call with what this one brought brings them.

        Raises: Busy, PeerUnreachable, PeerStale, SignatureRefused, StorageFull.
        """


class ObservationStore(Protocol):
    """Accepted vintages and the observations in them."""

    def known_targets(self, sender: str) -> frozenset[TargetIdentity]:
        """A sender's targets that were merged. Refused ones are not among them: each pull looks at them again."""

    def vintages(self, sender: str) -> tuple[Vintage, ...]:
        """All vintages of a sender, oldest first."""

    def apply(self, plan: MergePlan) -> None:
        """Store a plan's vintages with their observations and its refusals, in one transaction."""

    def cube(
        self,
        dataflow: str,
        period: TimePeriod,
        *,
        as_of: datetime | None = None,
        occupations: Sequence[str] | None = None,
        areas: Sequence[str] | None = None,
    ) -> MergedCube:
        """The observations in force (or believed at `as_of`), of the named occupations and areas or of all."""

    def periods(self, dataflow: str) -> tuple[TimePeriod, ...]:
        """The periods that any sender has merged, oldest first."""


class ProfileLibrary(Protocol):
    """The exchange profiles this node holds."""

    def profile(self, dataflow: str) -> ExchangeProfile:
        """Raises: ProfileError where there is none or it is not valid."""

    def dataflows(self) -> tuple[str, ...]:
        """Dataflows with a profile, sorted."""
