"""What any observation store does. Runs on the store in memory, on SQLite and, where it is installed, PostgreSQL."""

import math
from dataclasses import replace
from datetime import timedelta

import pyarrow as pa
import pytest

from node.adapters.store.migrate import upgrade_database
from node.adapters.store.rows import RunRecord
from node.adapters.store.store import SqlObservationStore
from node.merge.gaps import with_gaps
from node.merge.plan import plan_merge
from node.model.period import TimePeriod
from node.model.release import MergePlan, Quarantined, TargetIdentity
from node.model.split_view import Verdict
from node.verify.conformance import verify_feed
from tests.support.made_releases import NOW, OCTOBER, as_previous, draft, feed, protected_cube, with_file
from tests.support.memory_store import MemoryStore
from tests.support.profiles import jobseekers, vacancies

PROFILES = {"VACANCIES": vacancies(), "JOBSEEKERS": jobseekers()}
AUTHORITIES = {"ID": "IMTGT_ID", "MY": "IMTGT_MY"}


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def store(request, empty_database):
    if request.param == "memory":
        yield MemoryStore()
        return
    upgrade_database(url := empty_database(request.param))
    held = SqlObservationStore(url)
    yield held
    held.close()


def merge(store, feed_of_sender):
    sender = feed_of_sender.sender
    verified = verify_feed(feed_of_sender, PROFILES, AUTHORITIES[sender])
    plan = plan_merge(verified, store.vintages(sender), NOW + timedelta(hours=feed_of_sender.snapshot_version))
    store.apply(plan)
    return plan


def release(dataflow="VACANCIES", sender="ID", seed=0, previous=None, period=OCTOBER):
    cube = protected_cube(PROFILES[dataflow], AUTHORITIES[sender], period=period, seed=seed)
    return draft(cube, None if previous is None else as_previous(previous))


def test_a_new_store_is_empty(store):
    cube = store.cube("VACANCIES", OCTOBER)
    assert (dict(cube.observations), cube.vintages) == ({}, ())
    assert (store.vintages("ID"), store.known_targets("ID"), store.periods("VACANCIES")) == ((), frozenset(), ())


def test_what_was_merged_is_read_back(store):
    pulled = feed([release()])
    plan = merge(store, pulled)
    (target,) = plan.new
    assert store.vintages("ID") == (target.vintage,)
    cube = store.cube("VACANCIES", OCTOBER)
    assert cube.vintages == (target.vintage,)
    rows = target.observations.to_pylist()
    assert len(cube.observations) == len(rows)
    for row in rows:
        held = cube.observations[row["REF_AREA"], row["OCCUPATION"], "_Z", row["INDICATOR"]]
        assert (held.value, held.status, held.confidentiality, held.sender) == (
            row["OBS_VALUE"],
            row["OBS_STATUS"],
            row["CONF_STATUS"],
            "ID",
        )


def test_merging_twice_changes_nothing(store):
    first = merge(store, feed([release()]))
    assert merge(store, feed([release()], version=2)).new == ()
    store.apply(first)
    assert len(store.vintages("ID")) == 1


def test_a_revision_supersedes_and_never_erases(store):
    first = release(seed=1)
    second = release(seed=2, previous=first)
    merge(store, feed([first], version=1))
    before = store.cube("VACANCIES", OCTOBER)
    merge(store, feed([second], version=2))
    after = store.cube("VACANCIES", OCTOBER)
    assert after.vintages[0].custom.revision == 2
    assert before.observations != after.observations
    assert store.cube("VACANCIES", OCTOBER, as_of=NOW + timedelta(hours=1, minutes=30)) == before
    assert store.cube("VACANCIES", OCTOBER, as_of=NOW).vintages == ()
    assert [vintage.custom.revision for vintage in store.vintages("ID")] == [1, 2]


def test_an_older_revision_that_comes_late_is_kept_and_not_in_force(store):
    first = release(seed=1)
    second = release(seed=2, previous=first)
    merge(store, feed([second], version=1))
    merge(store, feed([first], version=2))
    assert store.cube("VACANCIES", OCTOBER).vintages[0].custom.revision == 2
    assert len(store.vintages("ID")) == 2


def test_a_return_to_earlier_bytes_is_a_vintage_of_its_own(store):
    releases = [release(seed=1)]
    for seed in (2, 3, 2):
        releases.append(release(seed=seed, previous=releases[-1]))
    assert releases[1].files[OCTOBER_PATH] == releases[3].files[OCTOBER_PATH]
    for version, revision in enumerate(releases):
        merge(store, feed([revision], version=version))
    assert store.cube("VACANCIES", OCTOBER).vintages[0].custom.revision == 4


def test_bounds_are_read_back_and_known_of_suppressed_observations_only(store):
    pulled = feed([release("JOBSEEKERS")])
    plan = with_gaps(plan_merge(verify_feed(pulled, PROFILES, "IMTGT_ID"), (), NOW), "IMTGT_ID")
    store.apply(plan)
    rows = plan.new[0].observations.to_pylist()
    held = store.cube("JOBSEEKERS", OCTOBER).observations
    assert any(row["OBS_LOW"] is not None for row in rows)
    for row in rows:
        one = held[row["REF_AREA"], row["OCCUPATION"], row["SEX"], row["INDICATOR"]]
        assert (one.low, one.high) == (row["OBS_LOW"], row["OBS_HIGH"])
        assert (one.low is None) == (one.status != "Q")


def test_a_bound_may_be_endless(store):
    (target,) = plan_merge(verify_feed(feed([release()]), PROFILES, "IMTGT_ID"), (), NOW).new
    count = target.observations.num_rows
    table = target.observations.append_column("OBS_LOW", pa.array([3.0] * count))
    table = table.append_column("OBS_HIGH", pa.array([math.inf] * count))
    store.apply(MergePlan("ID", 1, (replace(target, observations=table),), (), NOW))
    assert {(one.low, one.high) for one in store.cube("VACANCIES", OCTOBER).observations.values()} == {(3.0, math.inf)}


def test_of_vintages_without_bounds_none_is_claimed(store):
    merge(store, feed([release()]))
    found = store.cube("VACANCIES", OCTOBER).observations.values()
    assert "Q" in {one.status for one in found}
    assert {(one.low, one.high) for one in found} == {(None, None)}


def test_senders_stand_side_by_side(store):
    for sender in AUTHORITIES:
        merge(store, feed([release(sender=sender)], sender))
    cube = store.cube("VACANCIES", OCTOBER)
    assert [vintage.sender for vintage in cube.vintages] == ["ID", "MY"]
    assert cube.observations["ID-SU", "_T", "_Z", "JV_OPEN"].sender == "ID"
    assert cube.observations["MY-07", "_T", "_Z", "JV_OPEN"].sender == "MY"


def test_dataflows_and_periods_are_kept_apart(store):
    september = TimePeriod("2026-09")
    merge(store, feed([release(), release("JOBSEEKERS"), release(period=september)]))
    assert store.periods("VACANCIES") == (september, OCTOBER)
    assert store.periods("JOBSEEKERS") == (OCTOBER,)
    assert {key[2] for key in store.cube("JOBSEEKERS", OCTOBER).observations} == {"_T", "F", "M", "_U"}
    assert len(store.cube("VACANCIES", september).observations) == 60


def test_a_cube_can_be_asked_for_in_part(store):
    merge(store, feed([release()]))
    part = store.cube("VACANCIES", OCTOBER, occupations=["OC2", "_T"], areas=["ID-JA"])
    assert {key[:2] for key in part.observations} == {("ID-JA", "OC2"), ("ID-JA", "_T")}
    assert store.cube("VACANCIES", OCTOBER, areas=[]).observations == {}


def test_a_cube_can_be_asked_for_by_indicator_and_sex(store):
    merge(store, feed([release("JOBSEEKERS")]))
    whole = store.cube("JOBSEEKERS", OCTOBER).observations
    part = store.cube("JOBSEEKERS", OCTOBER, indicators=["JS_NEW"], sexes=["F", "_T"], occupations=["OC2"]).observations
    assert part == {key: one for key, one in whole.items() if key[1:] in {("OC2", s, "JS_NEW") for s in ("F", "_T")}}
    assert len(part) == 6
    assert store.cube("JOBSEEKERS", OCTOBER, sexes=[]).observations == {}
    assert store.cube("JOBSEEKERS", OCTOBER, indicators=["JV_NEW"]).observations == {}


def test_cubes_of_several_periods_are_those_of_each(store):
    september, august = TimePeriod("2026-09"), TimePeriod("2026-08")
    first = release(seed=1, period=september)
    merge(store, feed([release(), first, release("JOBSEEKERS")], version=1))
    merge(store, feed([release(seed=5, period=september, previous=first)], version=2))
    merge(store, feed([release(sender="MY")], "MY", version=3))
    asked = (OCTOBER, august, september, OCTOBER)
    some = {"occupations": ["OC2", "_T"], "areas": ["ID-JA", "MY-07"], "indicators": ["JV_NEW"], "sexes": ["_Z"]}
    for moment in (None, NOW + timedelta(hours=1, minutes=30)):
        for filters in ({}, some):
            found = store.cubes("VACANCIES", asked, as_of=moment, **filters)
            assert found == tuple(store.cube("VACANCIES", one, as_of=moment, **filters) for one in asked)
    october, nothing, revised, again = store.cubes("VACANCIES", asked, **some)
    assert [one.sender for one in october.vintages] == ["ID", "MY"]
    assert {key[:2] for key in october.observations} == {
        (area, occupation) for area in ("ID-JA", "MY-07") for occupation in ("OC2", "_T")
    }
    assert (nothing.period, nothing.observations, nothing.vintages) == (august, {}, ())
    assert [one.custom.revision for one in revised.vintages] == [2]
    assert again == october
    assert store.cubes("VACANCIES", ()) == ()


def test_the_newest_of_each_dataflow_is_that_of_its_latest_period_in_its_highest_revision(store):
    assert store.newest() == {}
    september = TimePeriod("2026-09")
    second = release(seed=2, previous=release(seed=1))
    revised = release("JOBSEEKERS", seed=3, period=september, previous=release("JOBSEEKERS", period=september))
    merge(store, feed([second, revised], version=1))
    merge(store, feed([release(seed=1), release(period=september)], version=2))
    merge(store, feed([release(sender="MY", period=TimePeriod("2026-11"))], "MY", version=3))
    found = [(one.key.dataflow, str(one.key.period), one.custom.revision) for one in store.newest()["ID"]]
    assert found == [("JOBSEEKERS", "2026-09", 2), ("VACANCIES", "2026-10", 2)]
    assert [str(one.key.period) for one in store.newest()["MY"]] == ["2026-11"]


@pytest.mark.parametrize(
    ("periods", "newest"),
    [(("2026-09", "2026-Q4"), "2026-Q4"), (("2026-Q3", "2026-10"), "2026-10"), (("2025-Q4", "2026-02"), "2026-02")],
)
def test_the_newest_is_found_where_a_dataflow_went_from_quarters_to_months(store, periods, newest):
    """By their text alone, all quarters of a year would come after its months."""
    (target,) = plan_merge(verify_feed(feed([release()]), PROFILES, "IMTGT_ID"), (), NOW).new
    for number, text in enumerate(periods):
        key = replace(target.vintage.key, period=TimePeriod(text))
        custom = replace(target.vintage.custom, period=text)
        digest = replace(target.vintage.target, path=key.path)
        vintage = replace(target.vintage, key=key, custom=custom, target=digest)
        store.apply(MergePlan("ID", number, (replace(target, vintage=vintage),), (), NOW))
    assert [str(one.key.period) for one in store.newest()["ID"]] == [newest]


def test_what_is_read_at_once_is_of_one_state_whatever_is_merged_meanwhile(store):
    merge(store, feed([release()]))
    with store.at_once() as held:
        before = held.state(), held.cube("VACANCIES", OCTOBER), held.newest(), held.periods("VACANCIES")
        merge(store, feed([release(seed=1, previous=release()), release(period=TimePeriod("2026-11"))], version=2))
        after = held.state(), held.cube("VACANCIES", OCTOBER), held.newest(), held.periods("VACANCIES")
        assert after == before
        assert store.state() != before[0]
    assert store.cube("VACANCIES", OCTOBER) != before[1]
    assert store.periods("VACANCIES") == (OCTOBER, TimePeriod("2026-11"))


def test_the_state_is_another_one_after_whatever_pages_show(store):
    entry = Quarantined(TargetIdentity("VACANCIES/x.csv.gz", 0, "", ""), "why", ())
    steps = [
        lambda: None,
        lambda: merge(store, feed([release()])),
        lambda: store.apply(MergePlan("ID", 1, (), (entry,), NOW)),
        lambda: store.apply(MergePlan("ID", 1, (), (replace(entry, held=True),), NOW)),
        lambda: store.decide(store.quarantined()[0].id, Verdict("discarded", "a", "wrong unit", NOW)),
        lambda: store.decide(store.quarantined()[0].id, Verdict("released", "b", "right after all", NOW)),
        lambda: store.record_run(RunRecord("pull", "ID", None, "ok", "", NOW, 0.5)),
    ]
    states = []
    for step in steps:
        step()
        states.append(store.state())
        assert store.state() == states[-1]
    assert len(set(states)) == len(steps)


def test_the_state_stays_while_nothing_comes(store):
    merge(store, feed([release()]))
    before = store.state()
    merge(store, feed([release()], version=2))
    store.cube("VACANCIES", OCTOBER)
    assert store.state() == before


def test_refusals_are_kept_once_with_their_reason(store):
    bad = release(sender="MY")
    pulled = feed([bad], "ID")
    plan = merge(store, pulled)
    merge(store, feed([bad], "ID", version=2))
    (record,) = store.quarantined()
    assert record.findings == plan.quarantined[0].findings
    assert "outside the sender's authority" in record.findings[0]
    assert (record.sender, record.path, record.decided) == ("ID", OCTOBER_PATH, None)
    assert store.quarantined("MY") == ()
    assert store.cube("VACANCIES", OCTOBER).vintages == ()


def test_known_targets_are_the_merged_ones_and_no_refused_one(store):
    good = release(seed=1)
    bad = replace(release(sender="MY", seed=3), custom=replace(good.custom, revision=2))
    first, second = feed([good], version=1), feed([bad], version=2)
    merge(store, first)
    merge(store, second)
    assert store.known_targets("ID") == {first.targets[0].identity}
    assert store.known_targets("MY") == frozenset()
    assert len(store.quarantined("ID")) == 1


def test_a_revision_with_the_same_data_is_a_vintage_of_its_own_and_in_force(store):
    """The profile's text changes in a comment alone: another digest, and not another byte of data."""
    made = [release(seed=1)]
    for version in range(3):
        profile = replace(PROFILES["VACANCIES"], digest=str(version) * 64)
        if version:
            made.append(draft(protected_cube(profile, seed=1), as_previous(made[-1])))
        verified = verify_feed(feed([made[-1]], version=version), {"VACANCIES": profile}, "IMTGT_ID")
        store.apply(plan_merge(verified, store.vintages("ID"), NOW + timedelta(hours=version)))
    assert made[1].files[OCTOBER_PATH] == made[2].files[OCTOBER_PATH]
    (vintage,) = store.cube("VACANCIES", OCTOBER).vintages
    assert (vintage.custom.revision, vintage.custom.profile_digest) == (3, "2" * 64)
    assert len(store.known_targets("ID")) == 3


def test_a_refusal_of_the_same_data_with_another_report_is_evidence_too(store):
    bad = release(sender="MY")
    merge(store, feed([bad], "ID"))
    merge(store, feed([with_file(bad, bad.key.report_path, b"{}")], "ID", version=2))
    assert len(store.quarantined("ID")) == 2


def test_what_could_not_be_read_is_kept_as_evidence_once(store):
    entry = Quarantined(TargetIdentity("VACANCIES/x.csv.gz", 0, "", ""), "it has no report beside it", ("a", "b"))
    for _ in range(2):
        store.apply(MergePlan("ID", 1, (), (entry,), NOW))
    (record,) = store.quarantined("ID")
    assert (record.path, record.revision, record.sha256, record.reason) == (
        "VACANCIES/x.csv.gz", 0, "", "it has no report beside it",
    )  # fmt: skip


def test_an_empty_plan_is_nothing(store):
    store.apply(MergePlan("ID", 1, (), (), NOW))
    assert store.vintages("ID") == ()


def test_runs_are_listed_newest_first(store):
    runs = [
        RunRecord("release", "VACANCIES", "2026-10", "ok", "revision 1", NOW, 1.5),
        RunRecord("pull", "MY", None, "PeerStale", "expired", NOW + timedelta(hours=1), 0.25),
    ]
    for run in runs:
        store.record_run(run)
    assert store.runs() == tuple(runs[::-1])
    assert store.runs(limit=1) == (runs[1],)


OCTOBER_PATH = "VACANCIES/2026-10.csv.gz"
