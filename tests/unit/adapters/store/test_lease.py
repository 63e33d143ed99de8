"""One worker at a time, also between machines that share a database. On SQLite and, where installed, PostgreSQL."""

import time

import pytest

from node.adapters.store.database import Database
from node.adapters.store.lease import DatabaseLease
from node.adapters.store.migrate import upgrade_database
from node.errors import Busy

LIFE = 3.0
"""Seconds; the database's clock counts whole ones on SQLite."""


@pytest.fixture
def database(either_url):
    upgrade_database(either_url)
    held = Database(either_url)
    yield held
    held.close()


def lease(database, machine, seconds=60.0):
    return DatabaseLease(database, "the worker", f"process 1 on {machine}", f"{machine}:/srv/id", seconds)


def test_a_second_machine_waits_and_takes_over_when_the_first_ends(database):
    refused = pytest.raises(Busy, match="the worker is under way already: process 1 on a has it until")
    with lease(database, "a").held(), refused:
        lease(database, "b").held().__enter__()
    with lease(database, "b").held():
        pass


def test_a_dead_holder_is_followed_once_its_lease_has_ended(database):
    lease(database, "a", LIFE)._take()  # as a process that is killed leaves it
    with pytest.raises(Busy):
        lease(database, "b").held().__enter__()
    time.sleep(LIFE + 1)
    with lease(database, "b").held():
        pass


def test_the_same_folder_need_not_wait_since_its_lock_file_has_told(database):
    lease(database, "a")._take()
    with lease(database, "a").held():
        pass


def test_a_holder_that_works_longer_than_a_lease_keeps_it(database):
    with lease(database, "a", LIFE).held():
        time.sleep(LIFE + 1)
        with pytest.raises(Busy):
            lease(database, "b").held().__enter__()


def test_a_holder_that_has_slept_is_told_that_it_lost_the_lease(database):
    first = lease(database, "a", 0.4)
    with first.held():
        first.check()
        with database.write() as connection:  # as if this process had stood still while another began
            connection.exec_driver_sql("UPDATE lease SET holder = 'process 1 on b'")
        deadline = time.monotonic() + 20
        with pytest.raises(Busy, match="was lost"):
            _check_until(first, deadline)
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT holder FROM lease").scalar_one() == "process 1 on b"


def _check_until(held, deadline):
    while time.monotonic() < deadline:
        held.check()
        time.sleep(0.05)
