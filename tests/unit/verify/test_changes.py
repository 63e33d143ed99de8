"""How far figures may move from the period, or the revision, before."""

from dataclasses import replace

import pyarrow as pa
import pytest

from node.errors import ProfileError
from node.model.profile import PlausibleChange
from node.model.release import VerifiedFeed
from node.verify.changes import Verdict, check_change, judge_changes
from node.verify.conformance import verify_feed
from tests.support.made_releases import OCTOBER, draft, feed, protected_cube
from tests.support.profiles import vacancies

RULE = PlausibleChange(floor=10, flag_above=2, hold_above=5, why="for the test")
BASE = vacancies()
PROFILE = replace(BASE, plausibility=replace(BASE.plausibility, between_periods=RULE, between_revisions=RULE))
STRUCTURE = PROFILE.for_sender("IMTGT_ID")


def cube(times=1.0, period=OCTOBER, hide=0.0):
    made = protected_cube(PROFILE, period=period, hide=hide)
    return replace(made, value=made.value * times)


def verified(*releases, sender="ID"):
    result = verify_feed(feed(releases, sender), {"VACANCIES": PROFILE}, "IMTGT_ID")
    assert result.quarantined == ()
    return result


def table(times=1.0, **options):
    return verified(draft(cube(times, **options))).accepted[0].observations


def judge(found, earlier=lambda key, at_least: None, excused=frozenset(), hold=True):
    return judge_changes(found, "IMTGT_ID", earlier, excused=excused, hold=hold)


@pytest.mark.parametrize(
    ("times", "verdict"),
    [(1, Verdict.PLAUSIBLE), (2, Verdict.PLAUSIBLE), (3, Verdict.FLAGGED), (5, Verdict.FLAGGED), (6, Verdict.HELD)],
)
def test_more_than_so_many_times_up_or_down(times, verdict):
    for now, before in ((times, 1), (1, times)):
        change = check_change(table(now), table(before), RULE, STRUCTURE, "before")
        assert change.verdict is verdict
        assert bool(change.findings) == (verdict is not Verdict.PLAUSIBLE)


def test_findings_name_the_cells_and_what_they_are_compared_with():
    (finding,) = check_change(table(6), table(1), RULE, STRUCTURE, "2026-09, revision 1").findings
    assert finding.startswith("more than 5 times up or down from 2026-09, revision 1: IMTGT_ID")
    assert "more" in finding


def test_small_counts_may_come_and_go():
    high = replace(RULE, floor=1_000_000)
    assert check_change(table(40), table(1), high, STRUCTURE, "").verdict is Verdict.PLAUSIBLE


def test_a_hidden_number_is_not_compared():
    open_, hidden = table(1), table(1, hide=0.3)
    for now, before in ((hidden, open_), (open_, hidden)):
        assert check_change(now, before, RULE, STRUCTURE, "").verdict is Verdict.PLAUSIBLE


def test_a_release_without_rows_after_a_full_one_is_a_collapse():
    assert check_change(table(1).slice(0, 0), table(1), RULE, STRUCTURE, "").verdict is Verdict.HELD


def test_a_code_that_is_no_longer_there_is_left_out():
    before = table(1).to_pylist()
    strange = [{**before[0], "REF_AREA": "XX-1", "OBS_VALUE": 1e9}]
    assert (
        check_change(table(1), pa.Table.from_pylist(before + strange), RULE, STRUCTURE, "").verdict is Verdict.PLAUSIBLE
    )


def test_periods_of_one_feed_are_compared_with_one_another():
    months = [OCTOBER.shifted(by) for by in range(-2, 1)]
    found = judge(
        verified(*(draft(cube(times, period=month)) for times, month in zip((1, 3, 30), months, strict=True)))
    )
    flags = {str(target.vintage.key.period): target.vintage.flags for target in found.accepted}
    assert flags["2026-08"] == ()
    assert "2026-08, revision 1" in flags["2026-09"][0]
    (held,) = found.quarantined
    assert (held.held, held.target.path) == (True, "VACANCIES/2026-10.csv.gz")


def test_a_held_period_is_no_measure_for_the_next_which_is_held_against_the_one_before():
    months = [OCTOBER.shifted(by) for by in range(-2, 1)]
    found = judge(
        verified(*(draft(cube(times, period=month)) for times, month in zip((1, 30, 30), months, strict=True)))
    )
    assert [entry.target.path for entry in found.quarantined] == [
        "VACANCIES/2026-09.csv.gz",
        "VACANCIES/2026-10.csv.gz",
    ]
    assert "from 2026-08, revision 1" in found.quarantined[1].findings[0]


def test_a_released_one_is_flagged_and_merged():
    releases = [draft(cube(times, period=OCTOBER.shifted(by))) for by, times in enumerate((1, 30))]
    held = judge(verified(*releases)).quarantined[0].target
    found = judge(verified(*releases), excused=frozenset({held}))
    assert found.quarantined == ()
    assert "more than 5 times" in found.accepted[1].vintage.flags[0]


def test_an_own_feed_is_flagged_and_never_held():
    found = judge(
        verified(*(draft(cube(times, period=OCTOBER.shifted(by))) for by, times in enumerate((1, 30)))), hold=False
    )
    assert (len(found.accepted), found.quarantined) == (2, ())
    assert found.accepted[1].vintage.flags


def test_a_revision_is_measured_by_the_one_before_and_never_by_a_later_one():
    first = verified(draft(cube(1))).accepted[0]
    later = replace(first.vintage, custom=replace(first.vintage.custom, revision=9))
    second = draft(cube(30))
    second = replace(second, custom=replace(second.custom, revision=2))
    for before, held in ((first.vintage, 1), (later, 0)):
        accepted = verified(draft(cube(30))).accepted[0]
        vintage = replace(accepted.vintage, custom=replace(accepted.vintage.custom, revision=2))
        found = VerifiedFeed("ID", 1, (replace(accepted, vintage=vintage),), ())
        earlier = {first.vintage.key: (before, first.observations)}
        judged = judge(found, lambda key, at_least, earlier=earlier: earlier.get(key))
        assert len(judged.quarantined) == held


def test_nothing_is_asked_for_where_the_profile_has_no_rule():
    asked = []
    plain = verify_feed(feed([draft(cube(1))]), {"VACANCIES": BASE}, "IMTGT_ID")
    judge(plain, lambda key, at_least: asked.append(key))
    assert asked == []


@pytest.mark.parametrize(
    ("floor", "flag", "hold"), [(0, 2, 5), (10, None, None), (10, 1, None), (10, 5, 2), (10, None, 0.5)]
)
def test_a_rule_that_contradicts_itself_is_refused(floor, flag, hold):
    with pytest.raises(ProfileError, match="plausible change"):
        PlausibleChange(floor, flag, hold, "for the test")


def test_one_of_both_bounds_is_enough():
    only_hold, only_flag = replace(RULE, flag_above=None), replace(RULE, hold_above=None)
    assert check_change(table(3), table(1), only_hold, STRUCTURE, "").verdict is Verdict.PLAUSIBLE
    assert check_change(table(6), table(1), only_hold, STRUCTURE, "").verdict is Verdict.HELD
    assert check_change(table(6), table(1), only_flag, STRUCTURE, "").verdict is Verdict.FLAGGED
