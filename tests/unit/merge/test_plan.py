from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pyarrow as pa

from node.merge.plan import in_force, plan_merge
from node.model.period import TimePeriod
from node.model.release import (
    Quarantined,
    TargetCustom,
    TargetDigest,
    TargetKey,
    VerifiedFeed,
    VerifiedTarget,
    Vintage,
)
from tests.support.profiles import vacancies

NOW = datetime(2026, 11, 15, tzinfo=UTC)


def vintage(revision=1, sha256="a", *, report="r", sender="ID", period="2026-10", accepted=0, published=0):
    key = TargetKey("VACANCIES", TimePeriod(period))
    at = NOW + timedelta(hours=published)
    custom = TargetCustom("VACANCIES", period, revision, at, "1.0.0", "0" * 64, (), 60, synthetic=True)
    digest = TargetDigest(key.path, 10, sha256 * 64)
    return Vintage(sender, key, custom, digest, report * 64, 1, NOW + timedelta(hours=accepted))


def feed_of(*vintages, sender="ID", quarantined=()):
    targets = tuple(VerifiedTarget(held, vacancies(), pa.table({})) for held in vintages)
    return VerifiedFeed(sender, 1, targets, quarantined)


def planned(feed, known):
    return [target.vintage for target in plan_merge(feed, known, NOW).new]


def test_a_target_that_the_store_has_is_not_planned_again():
    old, new = vintage(1, "a"), vintage(2, "b")
    assert planned(feed_of(old, new), [vintage(1, "a", accepted=-5)]) == [new]


def test_the_same_bytes_under_a_later_revision_are_a_new_vintage():
    back = vintage(4, "b")
    assert planned(feed_of(back), [vintage(2, "b"), vintage(3, "c")]) == [back]


def test_the_same_data_with_another_report_are_a_new_vintage():
    explained = vintage(1, "a", report="s")
    assert planned(feed_of(explained), [vintage(1, "a")]) == [explained]


def test_what_waits_is_carried_into_the_plan():
    assert plan_merge(replace(feed_of(), waiting=3), (), NOW).waiting == 3


def test_the_same_bytes_of_another_period_or_sender_are_new():
    mine = vintage(1, "a")
    assert planned(feed_of(mine), [vintage(1, "a", period="2026-09"), vintage(1, "a", sender="MY")]) == [mine]


def test_refusals_are_carried_into_the_plan():
    held = vintage()
    refused = Quarantined(held.identity, "why", ("row 2",))
    plan = plan_merge(feed_of(quarantined=(refused,)), (), NOW)
    assert (plan.sender, plan.new, plan.quarantined, plan.at) == ("ID", (), (refused,), NOW)


def test_the_highest_revision_is_in_force_whenever_it_came():
    first, second = vintage(1, "a", accepted=5), vintage(2, "b", accepted=1)
    assert in_force([first, second]) == in_force([second, first]) == (second,)


def test_of_two_statements_with_one_revision_the_later_published_is_in_force_whenever_it_came():
    early, late = vintage(2, "z", published=1, accepted=9), vintage(2, "b", published=2, accepted=3)
    assert in_force([early, late]) == in_force([late, early]) == (late,)


def test_of_two_statements_that_differ_in_their_report_alone_one_is_in_force_whenever_it_came():
    one, other = vintage(report="r", accepted=1), vintage(report="s", accepted=0)
    assert in_force([one, other]) == in_force([other, one]) == (other,)


def test_as_of_looks_at_what_had_been_accepted_by_then():
    first, second = vintage(1, "a", accepted=0), vintage(2, "b", accepted=10)
    assert in_force([first, second], NOW + timedelta(hours=9)) == (first,)
    assert in_force([first, second], NOW + timedelta(hours=10)) == (second,)
    assert in_force([first, second], NOW - timedelta(seconds=1)) == ()


def test_each_sender_and_period_has_one_in_order():
    vintages = [vintage(sender="TH"), vintage(sender="ID"), vintage(sender="ID", period="2026-09"), vintage(2, "b")]
    found = [(held.sender, str(held.key.period), held.custom.revision) for held in in_force(vintages)]
    assert found == [("ID", "2026-09", 1), ("ID", "2026-10", 2), ("TH", "2026-10", 1)]


def test_a_vintage_knows_no_other_dataflow():
    other = replace(vintage(2), key=TargetKey("JOBSEEKERS", TimePeriod("2026-10")))
    assert len(in_force([vintage(1), other])) == 2
