from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from node.coding.correspondence import CorrespondenceLibrary
from node.merge import gaps as room
from node.merge.gaps import CONTRADICTION, OBS_HIGH, OBS_LOW, with_gaps
from node.model.period import TimePeriod
from node.model.profile import ExchangeProfile
from node.model.release import MergePlan, Peer, Quarantined, VerifiedTarget
from node.pipeline import Node, pull_peer
from node.verify.conformance import verify_feed
from tests.support.made_releases import NOW, OCTOBER, draft, empty_cube, feed, protected_cube
from tests.support.memory_store import MemoryStore
from tests.support.profiles import employment, jobseekers, vacancies
from tests.support.web_world import FixedProfiles

ID = "IMTGT_ID"
PERIODS = {"M": OCTOBER, "Q": TimePeriod("2026-Q3")}
PROFILES = [vacancies(), jobseekers(), employment()]
PARTS = ("OC22", "OC25", "OC2_X")


def verified(profile: ExchangeProfile, cube=None, **options) -> VerifiedTarget:
    made = cube or protected_cube(profile, period=PERIODS[profile.frequency], **options)
    (target,) = verify_feed(feed([draft(made)]), {profile.dataflow: profile}, ID).accepted
    return target


def bounded(target: VerifiedTarget) -> VerifiedTarget:
    (found,) = with_gaps(MergePlan("ID", 1, (target,), (), NOW), ID).new
    return found


def changed(target: VerifiedTarget, number: int, value: float) -> VerifiedTarget:
    """The target with another value in one row."""
    values = target.observations.column("OBS_VALUE").to_pylist()
    values[number] = value
    place = target.observations.column_names.index("OBS_VALUE")
    table = target.observations.set_column(place, "OBS_VALUE", pa.array(values, pa.float64()))
    return VerifiedTarget(target.vintage, target.profile, table)


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.dataflow)
@pytest.mark.parametrize("seed", range(4))
def test_suppressed_cells_get_bounds_around_the_truth_and_others_none(profile: ExchangeProfile, seed: int) -> None:
    """The made cube of one seed has the same numbers, however much of it is hidden."""
    target = bounded(verified(profile, seed=seed, hide=0.15))
    truth = {tuple(row[:4]): row[4] for row in rows(verified(profile, seed=seed, hide=0.0))}
    assert target.vintage.flags == ()
    hidden = 0
    for *key, _, status, low, high in rows(target):
        if status == "Q":
            hidden += 1
            assert 0 <= low <= truth[tuple(key)] <= high
        else:
            assert (low, high) == (None, None)
    assert hidden > 5


def rows(target: VerifiedTarget) -> list[list[object]]:
    names = ("OCCUPATION", "REF_AREA", "INDICATOR", "SEX", "OBS_VALUE", "OBS_STATUS", OBS_LOW, OBS_HIGH)
    table = target.observations
    columns = [table.column(name).to_pylist() for name in names if name in table.column_names]
    return [list(row) for row in zip(*columns, strict=True)]


def test_what_was_there_stays_as_it_was() -> None:
    before = verified(jobseekers())
    after = bounded(before)
    assert after.observations.column_names == [*before.observations.column_names, OBS_LOW, OBS_HIGH]
    assert after.observations.select(before.observations.column_names) == before.observations
    assert after.vintage == before.vintage


def test_a_gap_is_at_most_what_its_published_total_leaves() -> None:
    """Checked for the occupations OC22, OC25 and OC2_X, whose total is OC2."""
    found = {tuple(row[:3]): row[4:] for row in rows(bounded(verified(vacancies(), seed=3)))}
    checked = 0
    for (occupation, area, indicator), (_, status, _, high) in found.items():
        if occupation not in PARTS or status != "Q" or found["OC2", area, indicator][1] == "Q":
            continue
        seen = [found[part, area, indicator][0] or 0.0 for part in PARTS if (part, area, indicator) in found]
        assert high <= found["OC2", area, indicator][0] - sum(seen)
        checked += 1
    assert checked


def test_missing_areas_bound_nothing_and_are_no_gaps() -> None:
    target = bounded(verified(jobseekers(), unobserved=("ID-JA",), seed=2, hide=0.15))
    found = {row[5]: [] for row in rows(target)}
    for row in rows(target):
        found[row[5]].append(row[6:])
    assert set(map(tuple, found["M"])) == {(None, None)}
    assert all(low >= 0 for low, _ in found["Q"])


def test_a_target_that_contradicts_itself_is_flagged_and_nothing_is_claimed() -> None:
    """A total becomes 0 above a part that is hidden and one that is not."""
    target = verified(vacancies(), seed=3)
    found = {tuple(row[:3]): row for row in rows(target)}
    number = next(
        number
        for number, (occupation, area, indicator, _, value, *_) in enumerate(rows(target))
        if occupation == "OC2" and value and len({found[part, area, indicator][5] for part in PARTS}) > 1
    )
    flagged = bounded(changed(target, number, 0.0))
    assert flagged.vintage.flags == (CONTRADICTION,)
    assert {tuple(row[6:]) for row in rows(flagged)} == {(None, None)}


@pytest.mark.parametrize(
    "cube", [empty_cube(vacancies()), protected_cube(vacancies(), hide=0.0)], ids=["empty", "open"]
)
def test_without_gaps_both_columns_are_there_and_empty(cube) -> None:
    table = bounded(verified(vacancies(), cube)).observations
    for name in (OBS_LOW, OBS_HIGH):
        assert table.column(name).type == pa.float64()
        assert table.column(name).null_count == table.num_rows


def test_refusals_and_the_rest_of_a_plan_are_carried_along() -> None:
    target = verified(vacancies())
    refused = Quarantined(target.vintage.identity, "why", ())
    plan = MergePlan("ID", 7, (target, target), (refused,), NOW, waiting=3)
    found = with_gaps(plan, ID)
    assert (found.sender, found.snapshot_version, found.quarantined, found.at, found.waiting) == (
        "ID", 7, (refused,), NOW, 3,
    )  # fmt: skip
    assert len(found.new) == 2


class Quiet:
    """A fetcher of one feed, and views of nothing."""

    def __init__(self, fetched) -> None:
        self._fetched = fetched

    def fetch(self, peer, known, settled=""):
        return self._fetched

    def settled(self, witness):
        return ""

    def record(self, seen, told, find, at):
        return ()

    def forks(self, sender=None):
        return ()


def test_a_pull_stores_what_suppressed_cells_can_be() -> None:
    profile, store = jobseekers(), MemoryStore()
    around = Quiet(feed([draft(protected_cube(profile, seed=2, hide=0.15))]))
    node = Node(
        country="MY",
        authority="IMTGT_MY",
        synthetic=True,
        sources=(),
        profiles=FixedProfiles(profile),
        correspondences=CorrespondenceLibrary(()),
        engine=None,
        publication=None,
        fetcher=around,
        store=store,
        views=around,
        clock=lambda: NOW,
    )
    pull_peer(node, Peer("ID", ID, "Indonesia", "https://peer.example/feeds/", "0" * 64))
    found = store.cube("JOBSEEKERS", OCTOBER).observations.values()
    assert {one.low is None for one in found if one.status == "Q"} == {False}


@pytest.fixture
def asked(monkeypatch):
    """What is asked of `node.feasible.gaps`."""
    seen = []

    def note(axes, value, hidden, missing, first, **options):
        seen.append((axes, first, options))
        return np.zeros(value.shape), np.zeros(value.shape)

    monkeypatch.setattr(room, "gaps", note)
    return seen


@pytest.mark.parametrize(
    ("profile", "whole", "indicators", "sexes"),
    [
        (vacancies(), True, {"JV_OPEN"}, None),
        (jobseekers(), True, {"JS_REGISTERED"}, {"_T"}),
        (employment(), False, {"EMP"}, {"_T"}),
    ],
    ids=["posts", "persons", "estimates"],
)
def test_stocks_in_total_are_solved_first_and_estimates_are_not_rounded(profile, whole, indicators, sexes, asked):
    bounded(verified(profile, hide=0.2, seed=3))
    ((axes, first, options),) = asked
    assert options == {"whole": whole, "seconds": room.SECONDS}
    chosen = {
        axis.id: {code for code, some in zip(axis.codelist.ids, np.moveaxis(first, at, 0), strict=True) if some.any()}
        for at, axis in enumerate(axes)
    }
    assert chosen["INDICATOR"] == indicators
    assert chosen.get("SEX") == sexes
    assert len(chosen["REF_AREA"]) == 3
    assert first.sum() == np.prod([len(codes) for codes in chosen.values()])


def test_deeper_occupations_are_not_solved(asked, monkeypatch) -> None:
    monkeypatch.setattr(room, "FIRST_LEVELS", 1)
    bounded(verified(vacancies()))
    ((axes, first, _),) = asked
    codes = axes[1].codelist
    chosen = {code for code, some in zip(codes.ids, np.moveaxis(first, 1, 0), strict=True) if some.any()}
    assert chosen == {"_T", "OC2", "OC7", "_X"}
