"""What was seen of feeds, and the forks found in it, on SQLite and, where installed, PostgreSQL."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest

from node.adapters.store.database import Database
from node.adapters.store.migrate import upgrade_database
from node.adapters.store.views import SqlViewStore
from node.errors import ConfigurationError
from node.model.split_view import SeenSnapshot, Statement, Verdict
from node.verify.forks import find_forks

AT = datetime(2026, 11, 1, tzinfo=UTC)
FIND = partial(find_forks, own="ID")


@pytest.fixture
def store(either_url):
    upgrade_database(either_url)
    database = Database(either_url)
    yield SqlViewStore(database)
    database.close()


def seen(witness="ID", signed="a", version=7, verified=True, root_version=1):
    return SeenSnapshot("TH", witness, version, root_version, f"f{signed}", signed, "c", "{}", verified, AT)


def told(*views, sha256="1"):
    return Statement("MY", sha256, views)


def record(store, mine=None, statement=None):
    return store.record(mine, statement, FIND, AT)


def test_a_fork_is_new_once_and_kept_with_both_sides(store):
    mine, theirs = seen(), seen("MY", "b")
    assert record(store, mine, told()) == ()
    (found,) = record(store, mine, told(theirs, sha256="2"))
    assert (found.fork.one, found.fork.other, found.held) == (mine, theirs, True)
    assert record(store, mine, told(theirs, seen("MY", "b", version=8), sha256="3")) == ()
    assert [kept.fork for kept in store.forks("TH")] == [found.fork]
    assert store.forks("MY") == ()


def test_the_order_of_sights_does_not_matter(store):
    assert record(store, None, told(seen("MY", "b"))) == ()
    assert len(record(store, seen())) == 1


def test_own_sights_stay_and_a_statement_takes_the_place_of_the_one_before(store):
    for version in (7, 8):
        record(store, seen(version=version), told(seen("MY", "a", version=version), sha256=str(version)))
    assert [view.version for view in store.recent("TH", "ID", 10)] == [8, 7]
    assert [view.version for view in store.views({"TH"}) if view.witness == "MY"] == [8]
    assert store.settled("MY") == "8"
    assert [view.version for view in store.recent("TH", "ID", 1)] == [8]


def test_the_same_sight_again_is_no_news(store):
    record(store, seen())
    record(store, replace(seen(), at=datetime(2027, 1, 1, tzinfo=UTC)))
    (kept,) = store.views()
    assert kept == seen()


def test_a_new_root_has_statements_read_again(store):
    record(store, seen(), told(seen("MY", "b", verified=False)))
    assert store.settled("MY") == "1"
    record(store, seen(version=8, root_version=2))
    assert store.settled("MY") == ""


def test_a_decision_ends_the_hold_and_is_kept(store):
    record(store, seen(), told(seen("MY", "b")))
    (kept,) = store.forks()
    for author in ("Siti", "Budi"):
        store.decide(kept.id, Verdict("go on", author, "an old backup had been put back", AT))
    (decided,) = store.forks()
    assert not decided.held
    assert [verdict.author for verdict in decided.verdicts] == ["Siti", "Budi"]
    with pytest.raises(ConfigurationError, match="there is no fork 99"):
        store.decide(99, Verdict("go on", "Siti", "no such fork at all", AT))


def test_nothing_is_kept_of_a_sight_whose_comparison_fails(store):
    def failing(views):
        raise RuntimeError

    with pytest.raises(RuntimeError):
        store.record(seen(), None, failing, AT)
    assert store.views() == ()
