"""Both databases refuse to write where a program only reads, and a single question costs no transaction."""

import pytest

from node.adapters.store.database import Database
from node.adapters.store.migrate import upgrade_database
from node.errors import NodeError

WRITE = "INSERT INTO lease (name, holder, place, until) VALUES ('a', 'b', 'c', '2026-10-01 00:00:00')"
COUNT = "SELECT count(*) FROM lease"


@pytest.fixture
def database(either_url):
    upgrade_database(either_url)
    held = Database(either_url)
    yield held
    held.close()


@pytest.mark.parametrize("way", ["ask", "read"])
def test_reading_cannot_write(database, way):
    with pytest.raises(NodeError), getattr(database, way)() as connection:
        connection.exec_driver_sql(WRITE)
    with database.ask() as connection:
        assert connection.exec_driver_sql(COUNT).scalar_one() == 0


def test_writing_can_after_both_have_read(database):
    for way in (database.ask, database.read, database.ask):
        with way() as connection:
            assert connection.exec_driver_sql(COUNT).scalar_one() == 0
    with database.write() as connection:
        connection.exec_driver_sql(WRITE)
    for way in (database.ask, database.read):
        with way() as connection:
            assert connection.exec_driver_sql(COUNT).scalar_one() == 1


def test_all_reads_of_a_transaction_see_one_state(database):
    with database.read() as connection:
        before = connection.exec_driver_sql(COUNT).scalar_one()
        with database.write() as writing:
            writing.exec_driver_sql(WRITE)
        assert connection.exec_driver_sql(COUNT).scalar_one() == before == 0
    with database.read() as connection:
        assert connection.exec_driver_sql(COUNT).scalar_one() == 1


def test_on_postgresql_a_question_is_one_message(empty_database):
    upgrade_database(url := empty_database("postgresql"))
    held = Database(url)
    with held.ask() as connection:
        connection.exec_driver_sql(COUNT)
        driver = connection.connection.driver_connection
        assert driver.autocommit
        assert driver.info.transaction_status.name == "IDLE"
    with held.read() as connection:
        connection.exec_driver_sql(COUNT)
        driver = connection.connection.driver_connection
        assert not driver.autocommit
        assert driver.info.transaction_status.name == "INTRANS"
    held.close()
