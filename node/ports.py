"""What the pipeline needs from outside, as Protocols. Each has an in-memory twin under `tests/`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from node.coding.correspondence import CorrespondenceLibrary
from node.coding.decisions import NO_DECISIONS, Decision, DecisionsInForce
from node.coding.proposal import Entered, Proposal
from node.coding.review import Review
from node.coding.titling import NO_TITLES, TitleCoding
from node.config import SourceConfig
from node.model.access import Access, IssuedToken
from node.model.merged import MergedCube
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
    TargetKey,
    Vintage,
)
from node.model.split_view import Fork, ForkRecord, SeenSnapshot, Statement

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

Clock = Callable[[], datetime]
"""The time now, in UTC, aware."""


SettledCodes = Callable[[Collection[str]], frozenset[str]]
"""Of the codes that a source wrote, those that give an occupation, so that a record's title need not be looked at."""


def none_settled(codes: Collection[str]) -> frozenset[str]:
    """Every title is looked at."""
    return frozenset()


class MicrodataEngine(Protocol):
    """Where microdata lie and expressions on them run. Nothing but grouped results leaves it."""

    def read(
        self, source: SourceConfig, profile: ExchangeProfile, period: TimePeriod, settled: SettledCodes = none_settled
    ) -> UnitRecords:
        """The source's records of the period, checked. `settled`: which written codes need no title beside them.

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

    def fetch(self, peer: Peer, known: Collection[TargetIdentity], settled: str = "") -> FetchedFeed:
        """The peer's feed as its pinned root vouches for it. `known`: targets already settled, which are not
        brought again. Where it says that more are waiting, a next call with what this one brought brings them.
        `settled`: SHA-256 of the peer's `observed.json` that need not be read again.

        Raises: Busy, PeerUnreachable, PeerStale, SignatureRefused, StorageFull.
        """


class ObservationStore(Protocol):
    """Accepted vintages and the observations in them."""

    def known_targets(self, sender: str) -> frozenset[TargetIdentity]:
        """A sender's targets that were merged, and those that an operator has discarded. Others that were refused are
        not among them: each pull looks at them again."""

    def released_targets(self, sender: str) -> frozenset[TargetIdentity]:
        """A sender's held targets that an operator has released."""

    def in_force(self, sender: str, key: TargetKey, at_least: float) -> tuple[Vintage, pa.Table] | None:
        """The vintage in force of a sender's dataflow and period, with those of its observations that are at least so
        large or have no value, as `VerifiedTarget.observations` has them; None where nothing was merged.
        """

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
        indicators: Sequence[str] | None = None,
        sexes: Sequence[str] | None = None,
    ) -> MergedCube:
        """`cubes` of one period."""

    def cubes(
        self,
        dataflow: str,
        periods: Sequence[TimePeriod],
        *,
        as_of: datetime | None = None,
        occupations: Sequence[str] | None = None,
        areas: Sequence[str] | None = None,
        indicators: Sequence[str] | None = None,
        sexes: Sequence[str] | None = None,
    ) -> tuple[MergedCube, ...]:
        """The observations in force (or believed at `as_of`), one cube for each period in their order, empty where
        nothing is there; all as of one moment. Of the named codes of each dimension, or of all.
        """

    def at_once(self) -> AbstractContextManager[ObservationStore]:
        """This store as it stands at the first read: all further ones see the same state, whatever is merged meanwhile.
        For one thread, which must not write to it."""

    def newest(self) -> Mapping[str, tuple[Vintage, ...]]:
        """For each sender of whom something was merged, of each of its dataflows, by their names, the vintage in force
        of the newest period."""

    def state(self) -> str:
        """A short text that is another one whenever a vintage, a refusal, a verdict, a run or a fork has been added:
        what was made of the store under the same text is still right.
        """

    def periods(self, dataflow: str) -> tuple[TimePeriod, ...]:
        """The periods that any sender has merged, oldest first."""


class ViewStore(Protocol):
    """What this node and its peers saw of one another's feeds, and the forks found in that."""

    def settled(self, witness: str) -> str:
        """SHA-256 of the witness's `observed.json` that was taken in last; empty where none was."""

    def record(
        self,
        seen: SeenSnapshot | None,
        told: Statement | None,
        find: Callable[[tuple[SeenSnapshot, ...]], tuple[Fork, ...]],
        at: datetime,
    ) -> tuple[ForkRecord, ...]:
        """Keep what this node has just seen, and a statement in place of the witness's one before; with them, in the
        same transaction, the forks that `find` sees in all views of these feeds. Returns those that are new.
        """

    def forks(self, sender: str | None = None) -> tuple[ForkRecord, ...]:
        """All forks of a sender, or of all, newest first."""


class ProfileLibrary(Protocol):
    """The exchange profiles this node holds."""

    def profile(self, dataflow: str) -> ExchangeProfile:
        """Raises: ProfileError where there is none or it is not valid."""

    def dataflows(self) -> tuple[str, ...]:
        """Dataflows with a profile, sorted."""


class AccessLedger(Protocol):
    """Who may enter what is not public, proved by tokens. An access is revoked, never deleted."""

    def issue(self, holder: str, scopes: Sequence[str], lifetime: timedelta) -> IssuedToken:
        """Grant an access. Its token is told here and nowhere else. Raises: OperatorError as `Access` does."""

    def check(self, token: str, scope: str) -> Access | None:
        """The access that `token` proves, where it is in force and allows `scope`; None otherwise, whyever."""

    def find(self, identifier: str) -> Access | None:
        """An access by its id, in force or not."""

    def revoke(self, identifier: str) -> Access:
        """End an access now; one that has ended so keeps its time. Raises: OperatorError where there is none."""

    def list(self) -> tuple[Access, ...]:
        """All there ever were, oldest first."""


class DecisionLedger(Protocol):
    """Reviewers' decisions. A decision is retired once, and otherwise neither changed nor deleted."""

    def enter(self, proposals: Sequence[Proposal]) -> tuple[Entered, ...]:
        """Keep proposals as decisions, all in one transaction; what their authors said otherwise is retired."""

    def retire(self, identifiers: Sequence[str], by: str, reason: str) -> tuple[Decision, ...]:
        """End decisions, all or none. Raises: OperatorError where one is not there, or was retired before."""

    def in_force(self) -> DecisionsInForce:
        """Those that count now."""

    def history(self) -> tuple[Decision, ...]:
        """All there ever were, oldest first."""


class ReviewLog(Protocol):
    """How well each source's periods were coded when they were last read. A later reading takes an earlier's place."""

    def record(self, review: Review) -> None:
        """Keep a review."""

    def reviews(self) -> tuple[Review, ...]:
        """The last of each source and period: by source, newest period first."""


@dataclass(frozen=True, slots=True)
class Node:
    """A node's identity and the adapters it works through."""

    country: str
    authority: str
    synthetic: bool
    sources: tuple[SourceConfig, ...]
    profiles: ProfileLibrary
    correspondences: CorrespondenceLibrary
    engine: MicrodataEngine
    publication: Publication
    fetcher: Fetcher
    store: ObservationStore
    views: ViewStore
    clock: Clock
    titles: Callable[[], TitleCoding] = lambda: NO_TITLES
    """How job titles are coded now; asked only where a source has titles, since a model takes a moment to load."""
    decisions: Callable[[], DecisionsInForce] = lambda: NO_DECISIONS
    """What reviewers have decided by now."""
