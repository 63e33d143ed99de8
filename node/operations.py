"""What operators do with a node, one function a use case: each leaves a record, also when it fails."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from time import monotonic

from node.adapters.store.rows import RunRecord
from node.bootstrap import Services
from node.coding.coder import code_records, written_codes
from node.compare.periods import choose_period
from node.errors import (
    ConfigurationError,
    FeedQuarantined,
    NodeError,
    NotPublished,
    PeerError,
    PeerStale,
    PeerUnreachable,
)
from node.model.comparison import ComparisonTable, FigureTable
from node.model.period import TimePeriod
from node.model.records import Coverage
from node.model.release import MergePlan, Peer, PeerState
from node.pipeline import JOBSEEKERS, VACANCIES, ReleaseOutcome, compare, figures, pull_peer, release_dataflow

_log = logging.getLogger(__name__)


def release(services: Services, dataflow: str, period: TimePeriod, *, dry_run: bool = False) -> ReleaseOutcome:
    """Release a dataflow's period. Raises: what `node.pipeline.release_dataflow` raises; nothing is published then."""
    with _recorded(services, "dry run" if dry_run else "release", dataflow, period):
        return release_dataflow(services.node, dataflow, period, dry_run=dry_run)


def release_and_merge(
    services: Services, dataflow: str, period: TimePeriod, *, dry_run: bool = False
) -> ReleaseOutcome:
    """Release a dataflow's period, then merge it from this node's own feed as a partner would."""
    outcome = release(services, dataflow, period, dry_run=dry_run)
    if outcome.signed is not None:
        pull_and_note(services, services.own_peer())
    return outcome


def check_coverage(services: Services, source_id: str, period: TimePeriod) -> Coverage:
    """Read one source for a period and code it; publishes nothing. Raises: as reading and coding do."""
    source = next((entry for entry in services.config.sources if entry.id == source_id), None)
    if source is None:
        known = ", ".join(entry.id for entry in services.config.sources) or "none"
        raise ConfigurationError(f"node.toml declares no source “{source_id}”; it declares {known}")
    node = services.node
    profile = node.profiles.profile(source.dataflow)
    records = node.engine.read(source, profile, period)
    written = node.engine.run(written_codes(records))
    observed = frozenset(source.areas) or None
    structure = profile.for_sender(node.authority)
    coded = code_records((records,), (written,), node.correspondences, structure, observed)
    return coded.coverage[0]


def pull_all(services: Services, only: str | None = None) -> Iterator[tuple[str, MergePlan | NodeError]]:
    """Pull every peer, or the one named, this node's own feed included; a failure of one never stops the others."""
    chosen = [peer for peer in services.directory.list() if only in (None, peer.id)]
    if not chosen:
        raise ConfigurationError(f"there is no peer “{only}”; see `lmis-node peer list`")
    for peer in chosen:
        try:
            yield peer.id, pull_and_note(services, peer)
        except NodeError as problem:
            yield peer.id, problem


def pull_and_note(services: Services, peer: Peer) -> MergePlan:
    """Pull one peer and note how it stands. Raises: what `node.pipeline.pull_peer` raises."""
    try:
        with _recorded(services, "pull", peer.id, None):
            plan = pull_peer(services.node, peer)
    except NodeError as problem:
        services.directory.note(peer.id, state_after(problem), services.clock(), str(problem), problem.remedy)
        raise
    version = plan.snapshot_version
    if plan.quarantined:
        names = ", ".join(refused.published.key.path for refused in plan.quarantined)
        reason, remedy = f"refused: {names}", FeedQuarantined.remedy
        services.directory.note(peer.id, PeerState.QUARANTINED, services.clock(), reason, remedy, version)
    else:
        services.directory.note(peer.id, PeerState.FRESH, services.clock(), snapshot_version=version)
    return plan


def renew_timestamp(services: Services) -> datetime:
    """Sign the timestamp anew (and snapshot and targets, where due). Returns until when it is valid (UTC).

    Raises: KeyStoreError, StorageFull, Busy; ConfigurationError where there is no feed.
    """
    with _recorded(services, "renew", services.country, None):
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
        case PeerError():
            return PeerState.REFUSED
        case _:
            return None


def compare_period(
    services: Services, period: str | None, *, occupation: str, by: str, area: str | None
) -> ComparisonTable:
    """The comparison for a period, the latest merged one by default. Raises: NotPublished when there is none."""
    chosen = _merged_period(services, (VACANCIES, JOBSEEKERS), period)
    return compare(services.store, services.profiles, chosen, occupation=occupation, by=by, area=area)


def figures_of(
    services: Services, dataflow: str, period: str | None, *, occupation: str, by: str, area: str | None
) -> FigureTable:
    """A dataflow's own figures, of the latest merged period by default. Raises: ProfileError, NotPublished."""
    profile = services.profiles.profile(dataflow)
    chosen = _merged_period(services, (dataflow,), period)
    return figures(services.store, profile, chosen, occupation=occupation, by=by, area=area)


def _merged_period(services: Services, dataflows: tuple[str, ...], period: str | None) -> TimePeriod:
    merged = map(services.store.periods, dataflows)
    periods = choose_period(*merged, wanted=TimePeriod(period) if period else None)
    if periods is None:
        raise NotPublished(f"nothing of {' or '.join(dataflows)} has been merged yet")
    return periods.chosen


@contextmanager
def _recorded(services: Services, kind: str, subject: str, period: TimePeriod | None) -> Iterator[None]:
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
