import sqlite3
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from node.adapters.store import connect, tables
from node.adapters.store.migrate import upgrade_database
from node.adapters.store.rows import RunRecord
from node.adapters.store.store import SqlObservationStore
from node.errors import Busy, ConfigurationError, NodeError, StorageFull
from node.merge.plan import plan_merge
from node.model.period import TimePeriod
from node.verify.conformance import verify_feed
from tests.support.made_releases import NOW, OCTOBER, draft, feed, protected_cube
from tests.support.profiles import vacancies

RUN = RunRecord("release", "VACANCIES", "2026-10", "ok", "revision 1", NOW, 1.5)


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'node.db'}"


@pytest.fixture
def store(url):
    upgrade_database(url)
    held = SqlObservationStore(url)
    yield held
    held.close()


def plan(period=OCTOBER):
    pulled = feed([draft(protected_cube(vacancies(), period=period))])
    return plan_merge(verify_feed(pulled, {"VACANCIES": vacancies()}, "IMTGT_ID"), (), NOW)


def test_sqlite_runs_with_wal_and_foreign_keys(store):
    with store._database._writer.connect() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 1, "foreign_keys": 1}


def test_reads_cannot_write(store):
    with pytest.raises(sa.exc.OperationalError, match="readonly"), store._database._reader.connect() as connection:
        connection.execute(tables.run.delete())


def test_a_locked_database_is_busy(store, tmp_path, monkeypatch):
    monkeypatch.setattr(connect, "BUSY_SECONDS", 0.1)
    impatient = SqlObservationStore(f"sqlite:///{tmp_path / 'node.db'}")
    other = sqlite3.connect(tmp_path / "node.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(Busy, match="another process is writing"):
            impatient.record_run(RUN)
        assert impatient.runs() == ()
    finally:
        other.close()
        impatient.close()


def test_a_full_disk_stores_nothing(store):
    store.apply(plan())
    before = store.cube("VACANCIES", OCTOBER)
    with store._database._writer.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    large = replace(plan(), new=tuple(plan(TimePeriod(f"2025-{month:02d}")).new[0] for month in range(1, 13)))
    with pytest.raises(StorageFull, match="nothing was stored"):
        store.apply(large)
    assert store.periods("VACANCIES") == (OCTOBER,)
    assert store.cube("VACANCIES", OCTOBER) == before


def test_a_merge_that_breaks_in_the_middle_leaves_nothing(store, monkeypatch):
    def torn(*_):
        yield [(1,)]

    monkeypatch.setattr("node.adapters.store.store.observation_rows", torn)
    with pytest.raises(NodeError, match="refused a statement"):
        store.apply(plan())
    assert store.vintages("ID") == ()


def test_observations_need_their_vintage(store):
    with pytest.raises(sa.exc.IntegrityError), store._database._writer.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO observation VALUES (99, 'OC2', 'ID-SU', 'JV_NEW', '_Z', 1, 'A', 'F', NULL, NULL)"
        )


def test_two_stores_see_one_anothers_work(store, url):
    other = SqlObservationStore(url)
    merge = plan()
    store.apply(merge)
    other.apply(merge)
    assert other.vintages("ID") == store.vintages("ID")
    assert len(store.vintages("ID")) == 1
    other.close()


def test_times_come_back_aware_and_equal(store):
    store.apply(plan())
    (vintage,) = store.vintages("ID")
    assert vintage.accepted_at == NOW + timedelta(hours=1)
    assert vintage.accepted_at.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "url", ["nonsense", "oracle://host/db", "mysql://host/db", "sqlite:////no/such/folder/node.db"]
)
def test_a_database_that_cannot_be_used_is_a_wrong_setting(url):
    with pytest.raises(ConfigurationError, match="store"):
        SqlObservationStore(url).runs()


@pytest.mark.parametrize("url", ["oracle://node:secret@host/db", "postgres//node:secret@host", "x://node:secret@["])
def test_a_password_in_the_url_is_not_repeated(url):
    with pytest.raises(ConfigurationError) as refused:
        SqlObservationStore(url)
    assert "secret" not in str(refused.value)


def plan_of_query(store, run):
    """The reading statements that `run` makes, and what SQLite says of how it finds the rows of the last."""
    seen = []
    engine = store._database._reader

    def note(connection, cursor, statement, parameters, context, many):
        if statement.startswith("SELECT"):
            seen.append((statement, parameters))

    sa.event.listen(engine, "before_cursor_execute", note)
    run()
    sa.event.remove(engine, "before_cursor_execute", note)
    statement, parameters = seen[-1]
    with engine.connect() as connection:
        lines = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
    return seen, [line[-1] for line in lines]


@pytest.mark.parametrize(
    ("filters", "key"),
    [
        ({}, "vintage_id=?"),
        ({"indicators": ["JV_OPEN"]}, "vintage_id=? AND indicator=?"),
        ({"indicators": ["JV_OPEN"], "sexes": ["_Z"]}, "vintage_id=? AND indicator=? AND sex=?"),
        (
            {"indicators": ["JV_OPEN"], "sexes": ["_Z"], "occupations": ["OC2", "_T"]},
            "vintage_id=? AND indicator=? AND sex=? AND occupation=?",
        ),
    ],
)
def test_observations_are_found_by_their_key_and_read_in_two_statements(store, filters, key):
    store.apply(plan())
    store.apply(plan(TimePeriod("2026-09")))
    periods = (TimePeriod("2026-09"), OCTOBER)
    statements, (line,) = plan_of_query(store, lambda: store.cubes("VACANCIES", periods, **filters))
    assert len(statements) == 2
    assert line == f"SEARCH observation USING PRIMARY KEY ({key})"


def test_the_state_takes_one_statement(store):
    statements, _ = plan_of_query(store, store.state)
    assert len(statements) == 1


def test_a_fork_is_another_state(store):
    before = store.state()
    with store._database._writer.begin() as connection:
        values = {"sender": "TH", "version": 3, "one_sha256": "a", "other_sha256": "b", "views": [], "found_at": NOW}
        connection.execute(tables.fork.insert().values(values))
    assert store.state() != before


def test_observations_are_written_in_the_order_of_their_key(url):
    upgrade_database(url)
    store = SqlObservationStore(url)
    written = []

    def note(connection, cursor, statement, parameters, context, many):
        if statement.startswith("INSERT INTO observation"):
            written.extend(parameters)

    sa.event.listen(store._database._writer, "before_cursor_execute", note)
    store.apply(plan())
    store.close()
    keys = [row[:5] for row in written]
    assert len(keys) > 1
    assert keys == sorted(keys)
