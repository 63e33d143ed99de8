"""A merge is idempotent and independent of order, whatever senders publish and revise, in both stores."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from node.adapters.store.migrate import upgrade_database
from node.adapters.store.store import SqlObservationStore
from node.merge.plan import in_force, plan_merge
from node.model.period import TimePeriod
from node.verify.conformance import verify_feed
from tests.support.made_releases import NOW, as_previous, draft, feed, protected_cube
from tests.support.memory_store import MemoryStore
from tests.support.postgres import postgres_server
from tests.support.profiles import vacancies

PROFILE = vacancies()
AUTHORITIES = {"ID": "IMTGT_ID", "MY": "IMTGT_MY"}
PERIODS = (TimePeriod("2026-09"), TimePeriod("2026-10"))


@st.composite
def pulls(draw):
    """What two senders published over time, as the pulls that brought it: each a sender's state at that moment."""
    steps = draw(
        st.lists(
            st.tuples(st.sampled_from(sorted(AUTHORITIES)), st.sampled_from(PERIODS), st.integers(0, 2)), max_size=6
        )
    )
    state = {}
    brought = []
    for version, (sender, period, seed) in enumerate(steps, start=1):
        previous = state.get((sender, period))
        cube = protected_cube(PROFILE, AUTHORITIES[sender], period=period, seed=seed)
        state[sender, period] = draft(cube, previous and as_previous(previous), now=NOW + timedelta(hours=version))
        mine = [release for (owner, _), release in sorted(state.items()) if owner == sender]
        brought.append(feed(mine, sender, version=version))
    return brought


def merge(store, pulled):
    verified = verify_feed(pulled, {"VACANCIES": PROFILE}, AUTHORITIES[pulled.sender])
    assert verified.quarantined == ()
    plan = plan_merge(verified, store.vintages(pulled.sender), pulled.fetched_at)
    store.apply(plan)
    return plan


def merged(store, pulled):
    for one in pulled:
        merge(store, one)
    return store


def read(store):
    """All that a reader sees now: values with their status and sender, and the signed statement behind them."""
    cubes = [store.cube("VACANCIES", period) for period in PERIODS]
    return [(cube.observations, [(v.sender, v.key, v.custom, v.target) for v in cube.vintages]) for cube in cubes]


@settings(max_examples=40, deadline=None)
@given(pulls(), st.data())
def test_order_and_repetition_do_not_matter(pulled, data):
    shuffled = data.draw(
        st.permutations(pulled + data.draw(st.lists(st.sampled_from(pulled), max_size=3)) if pulled else [])
    )
    assert read(merged(MemoryStore(), shuffled)) == read(merged(MemoryStore(), pulled))


@settings(max_examples=40, deadline=None)
@given(pulls())
def test_a_second_merge_plans_nothing(pulled):
    store = merged(MemoryStore(), pulled)
    before = read(store)
    for one in pulled:
        assert merge(store, one).new == ()
    assert read(store) == before


@settings(max_examples=30, deadline=None)
@given(pulls())
def test_the_past_stays_as_it_was_believed(pulled):
    store = MemoryStore()
    believed = []
    for one in pulled:
        merge(store, one)
        believed.append((one.fetched_at, [store.cube("VACANCIES", period) for period in PERIODS]))
    for moment, cubes in believed:
        assert [store.cube("VACANCIES", period, as_of=moment) for period in PERIODS] == cubes


@pytest.fixture(scope="module")
def postgres():
    with postgres_server() as server:
        yield server


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pulls(), st.data())
def test_postgresql_and_sqlite_give_equal_results(postgres, tmp_path_factory, pulled, data):
    """Also of what was believed on a day, and of what the next pull would ask for."""
    postgres.psql("DROP SCHEMA public CASCADE; CREATE SCHEMA public;")
    order = data.draw(st.permutations(pulled))
    answers = []
    for url in (f"sqlite:///{tmp_path_factory.mktemp('store') / 'node.db'}", postgres.get_uri()):
        upgrade_database(url)
        store = SqlObservationStore(url)
        try:
            merged(store, order)
            moments = [None, *(one.fetched_at for one in pulled)]
            cubes = [store.cube("VACANCIES", period, as_of=moment) for period in PERIODS for moment in moments]
            known = [(sender, store.known_targets(sender), store.vintages(sender)) for sender in sorted(AUTHORITIES)]
            answers.append((cubes, known, store.periods("VACANCIES")))
        finally:
            store.close()
    assert answers[0] == answers[1]


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pulls(), st.data())
def test_sqlite_agrees_with_memory(tmp_path_factory, pulled, data):
    url = f"sqlite:///{tmp_path_factory.mktemp('store') / 'node.db'}"
    upgrade_database(url)
    store = SqlObservationStore(url)
    try:
        merged(store, data.draw(st.permutations(pulled)))
        assert read(store) == read(merged(MemoryStore(), pulled))
    finally:
        store.close()


@pytest.mark.parametrize("revisions", [(1, 2, 3), (3, 1, 2), (2, 3, 1)])
def test_the_highest_revision_is_in_force_in_any_order(revisions):
    chain = {1: draft(protected_cube(PROFILE, seed=1))}
    for revision in (2, 3):
        chain[revision] = draft(protected_cube(PROFILE, seed=revision), as_previous(chain[revision - 1]))
    store = merged(MemoryStore(), [feed([chain[revision]], version=n) for n, revision in enumerate(revisions)])
    (vintage,) = in_force(store.vintages("ID"))
    assert vintage.custom.revision == 3
