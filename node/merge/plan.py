"""Which verified targets are new, and which vintage is in force."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from node.model.release import MergePlan, TargetKey, VerifiedFeed, Vintage


def plan_merge(feed: VerifiedFeed, known: Iterable[Vintage], now: datetime) -> MergePlan:
    """The vintages of a feed that the store lacks. Merging the same feed twice plans nothing the second time.

    A vintage is known by its revision and its report as well as its data: a sender may return to the data of an
    earlier revision, or change only how they came about, and that is a new statement.
    """
    stored = {vintage.identity for vintage in known if vintage.sender == feed.sender}
    new = tuple(target for target in feed.accepted if target.vintage.identity not in stored)
    return MergePlan(feed.sender, feed.snapshot_version, new, feed.quarantined, now, feed.waiting)


def in_force(vintages: Iterable[Vintage], as_of: datetime | None = None) -> tuple[Vintage, ...]:
    """Of each sender's period, the vintage of the highest revision, among those accepted by `as_of`.

    What the sender signed decides, revision before publication time, and never the order of arrival, so that
    merging is independent of order. The result is sorted by sender, dataflow and period.
    """
    best: dict[tuple[str, TargetKey], Vintage] = {}
    for vintage in vintages:
        if as_of is not None and vintage.accepted_at > as_of:
            continue
        slot = (vintage.sender, vintage.key)
        if slot not in best or _rank(vintage) > _rank(best[slot]):
            best[slot] = vintage
    return tuple(best[slot] for slot in sorted(best, key=lambda slot: (slot[0], slot[1].dataflow, slot[1].period)))


def _rank(vintage: Vintage) -> tuple[int, datetime, str, str]:
    return vintage.custom.revision, vintage.custom.published, vintage.target.sha256, vintage.report_sha256
