"""How a database gets to this program's tables, from nothing and from what earlier versions left, losing nothing."""

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext

from node.adapters.store import tables
from node.adapters.store.connect import open_engine
from node.adapters.store.migrate import check_version, upgrade_database
from node.adapters.store.store import SqlObservationStore
from node.errors import StoreOutdated
from node.merge.plan import plan_merge
from node.verify.conformance import verify_feed
from tests.support.made_releases import NOW, OCTOBER, draft, feed, protected_cube
from tests.support.profiles import vacancies


def looked_at(url, look):
    """What `look` makes of a connection to the database."""
    engine = open_engine(url, read_only=False)
    with engine.begin() as connection:
        found = look(connection)
    engine.dispose()
    return found


def key_of_observations(url):
    return looked_at(url, lambda connection: sa.inspect(connection).get_pk_constraint("observation"))


def set_back(url, version):
    """Leave the database as an earlier version of the program did."""

    def downgrade(connection):
        config = Config()
        config.set_main_option("script_location", "node.adapters.store:migrations")
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        command.downgrade(config, version)

    looked_at(url, downgrade)


def with_figures(url):
    """An up-to-date store with a release merged into it; what it says of the release."""
    upgrade_database(url)
    pulled = feed([draft(protected_cube(vacancies(), period=OCTOBER))])
    store = SqlObservationStore(url)
    store.apply(plan_merge(verify_feed(pulled, {"VACANCIES": vacancies()}, "IMTGT_ID"), (), NOW))
    store.close()
    return figures(url)


def figures(url):
    store = SqlObservationStore(url)
    cube = store.cube("VACANCIES", OCTOBER)
    store.close()
    assert len(cube.observations) > 0
    return cube


def test_migrations_lead_to_the_declared_tables(either_url):
    upgrade_database(either_url)
    differences = looked_at(
        either_url, lambda connection: compare_metadata(MigrationContext.configure(connection), tables.metadata)
    )
    assert differences == []
    declared = tables.observation.primary_key
    found = key_of_observations(either_url)
    assert (found["name"], found["constrained_columns"]) == (declared.name, list(declared.columns.keys()))


def test_sqlite_keeps_observations_by_their_key_alone(tmp_path):
    upgrade_database(url := f"sqlite:///{tmp_path / 'node.db'}")
    query = sa.text("SELECT sql FROM sqlite_master WHERE name = 'observation'")
    assert "WITHOUT ROWID" in looked_at(url, lambda connection: connection.execute(query).scalar_one())


def test_upgrading_again_changes_nothing(either_url):
    before = with_figures(either_url)
    upgrade_database(either_url)
    check_version(either_url)
    assert figures(either_url) == before


def test_a_database_without_tables_is_outdated(either_url):
    with pytest.raises(StoreOutdated, match="has version none, this program needs"):
        check_version(either_url)


def test_a_database_from_the_future_is_left_alone(either_url):
    upgrade_database(either_url)
    future = sa.text("UPDATE alembic_version SET version_num = '9999'")
    looked_at(either_url, lambda connection: connection.execute(future))
    for call in (check_version, upgrade_database):
        with pytest.raises(StoreOutdated, match="9999, which is newer than this program"):
            call(either_url)


def test_a_store_that_was_never_upgraded_says_so(either_url):
    store = SqlObservationStore(either_url)
    with pytest.raises(StoreOutdated):
        store.runs()
    store.close()


def test_a_store_with_another_key_is_brought_up_to_date_and_loses_nothing(either_url):
    before = with_figures(either_url)
    set_back(either_url, "0005")
    assert key_of_observations(either_url)["constrained_columns"] == [
        "vintage_id", "occupation", "ref_area", "indicator", "sex",
    ]  # fmt: skip
    with pytest.raises(StoreOutdated, match="has version 0005, this program needs"):
        check_version(either_url)
    upgrade_database(either_url)
    assert figures(either_url) == before


def test_a_store_from_before_bounds_is_brought_up_to_date_and_claims_none(either_url):
    before = with_figures(either_url)
    set_back(either_url, "0004")
    columns = looked_at(either_url, lambda connection: sa.inspect(connection).get_columns("observation"))
    assert not {"obs_low", "obs_high"} & {column["name"] for column in columns}
    with pytest.raises(StoreOutdated, match="has version 0004, this program needs"):
        check_version(either_url)
    upgrade_database(either_url)
    assert figures(either_url) == before
