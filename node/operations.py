"""What operators do with a node, one function a use case: each leaves a record, also when it fails."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from math import inf
from time import monotonic

from node.adapters.store.rows import RunRecord
from node.adapters.trust.proof import keep_for_proof
from node.bootstrap import Services
from node.compare.periods import choose_period
from node.comparing.reading import JOBSEEKERS, VACANCIES
from node.comparing.standing import states_of_areas
from node.comparing.views import Compared, by_area, by_occupation, own_figures
from node.errors import (
    ConfigurationError,
    FeedForked,
    FeedQuarantined,
    NodeError,
    NotPublished,
    OperatorError,
    PeerError,
    PeerStale,
    PeerUnreachable,
)
from node.exchange.forks import note_forks, tell_observed
from node.exchange.quarantine import keep_quarantined
from node.exchange.side_by_side import side_by_side
from node.model.foreign import shown
from node.model.period import TimePeriod
from node.model.profile import AREA
from node.model.records import Coverage
from node.model.release import MergePlan, Peer, PeerState, Quarantined, TargetIdentity
from node.model.table import View
from node.pipeline import (
    ReleaseOutcome,
    code_sources,
    pull_peer,
    release_dataflow,
)

_log = logging.getLogger(__name__)

MAX_TOLD = 3
"""Refused releases that a peer's standing names; `lmis-node peer quarantine list` lists them all."""

WITHHELD_REMEDY = (
    "Where you should have these, ask the partner's operator for a token and give it to "
    "`lmis-node peer token ID --file FILE`."
)

HELD_REMEDY = (
    "Ask the peer's operator whether the figures are right, then `lmis-node peer quarantine release` or `discard`; the "
    "previous version stays in force until then."
)


def release(services: Services, dataflow: str, period: TimePeriod, *, dry_run: bool = False) -> ReleaseOutcome:
    """Release a dataflow's period. Raises: what `node.pipeline.release_dataflow` raises, and ConfigurationError where
    node.toml and the signed root disagree on whose node this is; nothing is published then.
    """
    with recorded(services, "dry run" if dry_run else "release", dataflow, period):
        services.own_peer()
        return release_dataflow(services.node, dataflow, period, dry_run=dry_run)


def release_and_merge(
    services: Services, dataflow: str, period: TimePeriod, *, dry_run: bool = False
) -> ReleaseOutcome:
    """Release a dataflow's period, then merge it from this node's own feed as a partner would.

    The own feed is pulled before, too: where its folder was put back to an older state than this node has seen,
    the pull refuses it, and nothing is signed that would contradict what partners hold.
    """
    if not dry_run:
        _pull_own(services)
    outcome = release(services, dataflow, period, dry_run=dry_run)
    if outcome.signed is not None:
        try:
            _pull_own(services)
        except NodeError as problem:
            message = f"{dataflow} {period} was published; merging it from this node's own feed failed: {problem}"
            raise type(problem)(message) from problem
    return outcome


def _pull_own(services: Services) -> None:
    for _ in pull_and_note(services, services.own_peer()):
        pass  # a part at a time, so that none outgrows the memory


def check_coverage(services: Services, source_id: str, period: TimePeriod) -> Coverage:
    """Read one source for a period and code it; publishes nothing. Raises: as reading and coding do."""
    source, node = services.source(source_id), services.node
    coded = code_sources(node, (source,), node.profiles.profile(source.dataflow), period)
    return coded.coverage[0]


def pull_all(services: Services, only: str | None = None) -> Iterator[tuple[str, MergePlan | NodeError]]:
    """Pull every peer, or the one named, this node's own feed included: side by side, so that a failure of one stops
    no other, and one that is slow delays none.

    Outcomes come in the order in which they are there; a peer with a large feed comes more than once, each time with
    what the last part brought.
    """
    chosen = [peer for peer in services.directory.list() if only in (None, peer.id)]
    if not chosen:
        raise ConfigurationError(f"there is no peer “{only}”; see `lmis-node peer list`")
    yield from side_by_side([(peer.id, partial(_plans, services, peer)) for peer in chosen])


def _plans(services: Services, peer: Peer) -> Iterator[MergePlan | NodeError]:
    try:
        yield from pull_and_note(services, peer)
    except NodeError as problem:
        yield problem


def pull_and_note(services: Services, peer: Peer) -> Iterator[MergePlan]:
    """Pull one peer, part by part where its feed is large, and note after each how it stands.

    Nothing is pulled before the first plan is asked for. Parts end when one leaves no fewer waiting than the one
    before: a feed that grows while it is pulled goes on at the next pull.
    Raises: what `node.pipeline.pull_peer` raises; PeerError for anything unforeseen that the peer's feed provokes.
    """
    refused: dict[TargetIdentity, Quarantined] = {}
    withheld: set[TargetIdentity] = set()
    left: float = inf
    while True:
        plan = _pull_part(services, peer, frozenset(refused) | withheld)
        refused |= {entry.target: entry for entry in plan.quarantined}
        withheld.update(plan.withheld)
        _note(services, peer, plan.snapshot_version, tuple(refused.values()), withheld)
        if plan.new:
            keep_for_proof(services.config.peers / peer.id, plan.snapshot_version)
        note_forks(services, plan.forks)
        keep_quarantined(services, peer, plan.quarantined)
        yield plan
        if not 0 < plan.waiting < left:
            return
        left = plan.waiting


def _pull_part(services: Services, peer: Peer, seen: frozenset[TargetIdentity]) -> MergePlan:
    try:
        with recorded(services, "pull", peer.id, None):
            return pull_peer(services.node, peer, seen)
    except NodeError as problem:
        services.directory.note(peer.id, state_after(problem), services.clock(), str(problem), problem.remedy)
        _forked_meanwhile(services, peer)
        raise
    except Exception as defect:
        # Whatever a feed provokes is told as its peer's trouble, so that the peers after it are still pulled. Only
        # the kind is named: a text might quote what the peer wrote.
        unforeseen = PeerError(f"{peer.id}: its feed could not be taken in ({type(defect).__name__})")
        services.directory.note(peer.id, PeerState.REFUSED, services.clock(), str(unforeseen), unforeseen.remedy)
        _forked_meanwhile(services, peer)
        raise unforeseen from defect


def _note(
    services: Services,
    peer: Peer,
    version: int,
    refused: tuple[Quarantined, ...],
    withheld: Collection[TargetIdentity],
) -> None:
    if _forked_meanwhile(services, peer):
        return
    if not refused:
        dataflows = sorted({target.path.partition("/")[0] for target in withheld})
        why = f"takes a token: {', '.join(map(shown, dataflows))}" if dataflows else ""
        remedy = WITHHELD_REMEDY if dataflows else ""
        services.directory.note(peer.id, PeerState.FRESH, services.clock(), why, remedy, version)
        _forked_meanwhile(services, peer)
        return
    told = "; ".join(f"{entry.target.path}: {entry.reason}" for entry in refused[:MAX_TOLD])
    more = f"; and {len(refused) - MAX_TOLD} more" if len(refused) > MAX_TOLD else ""
    reason, remedy = f"refused: {told}{more}", FeedQuarantined.remedy
    if all(entry.held for entry in refused):
        remedy = HELD_REMEDY
    services.directory.note(peer.id, PeerState.QUARANTINED, services.clock(), reason, remedy, version)
    _forked_meanwhile(services, peer)


def _forked_meanwhile(services: Services, peer: Peer) -> bool:
    """Whether the peer's feed was found forked, by this pull or another, which outlasts what a pull says of it.

    Asked before the peer is noted and after: a fork is on record before it is noted, so one of the two sees it. The
    evidence of each is kept: of a pull that ends at a fork held before, nobody else hears what it found besides.
    """
    forked = [record for record in services.views.forks(peer.id) if record.held]
    note_forks(services, forked)
    return bool(forked)


def tell_what_was_seen(services: Services) -> str | None:
    """Publish what this node saw of its peers' feeds, where there is news; in words, None where there is none.

    A failure is told and stops nothing: the next round tries again, and pulls go on without it.
    """
    try:
        if tell_observed(services):
            return "what this node saw of its peers' feeds was published (observed.json)"
    except NodeError as problem:
        return f"what this node saw of its peers' feeds could not be published: {problem} — {problem.remedy}"
    return None


def renew_timestamp(services: Services) -> datetime:
    """Sign the timestamp anew (and snapshot and targets, where due). Returns until when it is valid (UTC).

    Raises: KeyStoreError, StorageFull, Busy; ConfigurationError where there is no feed.
    """
    with recorded(services, "renew", services.country, None):
        return services.publication.renew_timestamp()


def state_after(problem: NodeError) -> PeerState | None:
    """How a peer stands after a pull that failed; None where the failure says nothing about the peer."""
    match problem:
        case PeerUnreachable():
            return PeerState.UNREACHABLE
        case PeerStale():
            return PeerState.STALE
        case FeedQuarantined():
            return PeerState.QUARANTINED
        case FeedForked():
            return PeerState.FORKED
        case PeerError():
            return PeerState.REFUSED
        case _:
            return None


def compare_period(services: Services, period: str | None, *, occupation: str, by: str, area: str | None) -> Compared:
    """The comparison for a period, the latest merged one by default.

    Raises: NotPublished where there is none, or no such area or occupation; OperatorError where `by` is neither.
    """
    chosen = _merged_period(services, (VACANCIES, JOBSEEKERS), period)
    reading = services.reading()
    if by == "area":
        return by_area(reading, chosen, occupation)
    if by == "occupation":
        return by_occupation(
            reading, chosen, area or reading.profile.structure.axis(AREA).codelist.roots[0], occupation
        )
    raise OperatorError(f"a comparison is by `area` or by `occupation`, not by “{by}”")


def figures_of(
    services: Services, dataflow: str, period: str | None, *, occupation: str, by: str, area: str | None
) -> View:
    """A dataflow's own figures, of the latest merged period by default. Raises: ProfileError, NotPublished."""
    services.profiles.profile(dataflow)
    chosen = _merged_period(services, (dataflow,), period)
    return own_figures(services.reading(), dataflow, chosen, occupation=occupation, by=by, area=area)


def feed_states(services: Services) -> dict[str, str]:
    """REF_AREA code to the state of the feed that its figures come from, of all areas whose feed is not fresh."""
    areas = services.comparison.profile.structure.axis(AREA).codelist
    return states_of_areas(services.peers(), areas)


def _merged_period(services: Services, dataflows: tuple[str, ...], period: str | None) -> TimePeriod:
    merged = map(services.store.periods, dataflows)
    periods = choose_period(*merged, wanted=TimePeriod(period) if period else None)
    if periods is None:
        raise NotPublished(f"nothing of {' or '.join(dataflows)} has been merged yet")
    return periods.chosen


@contextmanager
def recorded(services: Services, kind: str, subject: str, period: TimePeriod | None) -> Iterator[None]:
    """Leaves a record of a use case in the store, with outcome and duration, whatever comes of it."""
    started, clock = services.node.clock(), monotonic()
    outcome, message = "ok", ""
    try:
        yield
    except NodeError as problem:
        outcome, message = type(problem).__name__, str(problem)
        raise
    except BaseException as defect:
        outcome = type(defect).__name__  # its text may quote data, so only its kind is kept
        raise
    finally:
        seconds = monotonic() - clock
        shown = str(period) if period else None
        try:
            services.record_run(RunRecord(kind, subject, shown, outcome, message, started, seconds))
        except NodeError as problem:  # what was published or merged stays so, and is said to be
            _log.warning("the %s of %s was not recorded: %s", kind, subject, problem)
