"""What any ledger of access tokens does. Runs on the one in memory, on SQLite and, where installed, PostgreSQL."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from node.adapters.access.ledger import SqlAccessLedger
from node.adapters.store.database import Database
from node.adapters.store.migrate import upgrade_database
from node.errors import OperatorError
from node.model.access import ALL_FEEDS, OPERATOR, feed_scope
from tests.support.memory_access import MemoryAccessLedger

BEGIN = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
MONTH = timedelta(days=30)


class Clock:
    def __init__(self):
        self.now = BEGIN

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def ledger(request, empty_database, clock):
    if request.param == "memory":
        yield MemoryAccessLedger(clock)
        return
    upgrade_database(url := empty_database(request.param))
    database = Database(url)
    yield SqlAccessLedger(database, clock)
    database.close()


def test_a_token_opens_what_it_was_made_for_and_nothing_else(ledger):
    issued = ledger.issue("Bank Negara", (feed_scope("VACANCIES"),), MONTH)
    found = ledger.check(issued.token, "feed:VACANCIES")
    assert (found.id, found.holder, found.scopes) == (issued.access.id, "Bank Negara", ("feed:VACANCIES",))
    assert (found.created, found.expires) == (BEGIN, BEGIN + MONTH)
    assert ledger.check(issued.token, "feed:JOBSEEKERS") is None
    assert ledger.check(issued.token, OPERATOR) is None


def test_a_token_for_every_feed_opens_no_operator_page(ledger):
    token = ledger.issue("x", (ALL_FEEDS,), MONTH).token
    assert ledger.check(token, "feed:VACANCIES")
    assert ledger.check(token, OPERATOR) is None


def test_an_operators_token_opens_no_feed(ledger):
    token = ledger.issue("x", (OPERATOR,), MONTH).token
    assert ledger.check(token, OPERATOR)
    assert ledger.check(token, "feed:VACANCIES") is None


def test_two_accesses_are_two_tokens(ledger):
    first, second = (ledger.issue(name, (OPERATOR,), MONTH) for name in ("a", "b"))
    assert first.token != second.token
    assert ledger.check(first.token, OPERATOR).holder == "a"
    assert ledger.check(second.token, OPERATOR).holder == "b"
    mixed = f"lmis_{first.access.id}_{second.token.rpartition('lmis_')[2].partition('_')[2]}"
    assert ledger.check(mixed, OPERATOR) is None


@pytest.mark.parametrize("token", ["", "x", "lmis_", "lmis_0123456789_", "lmis_0123456789_" + "A" * 43, "é" * 60])
def test_what_is_no_token_opens_nothing(ledger, token):
    ledger.issue("x", (OPERATOR,), MONTH)
    assert ledger.check(token, OPERATOR) is None


@pytest.mark.parametrize("position", [5, 16, 58])
def test_one_changed_character_opens_nothing(ledger, position):
    token = ledger.issue("x", (OPERATOR,), MONTH).token
    other = "0" if token[position] != "0" else "1"
    assert ledger.check(token[:position] + other + token[position + 1 :], OPERATOR) is None


def test_an_access_ends_at_its_time(ledger, clock):
    token = ledger.issue("x", (OPERATOR,), MONTH).token
    clock.now = BEGIN + MONTH - timedelta(seconds=1)
    assert ledger.check(token, OPERATOR)
    clock.now = BEGIN + MONTH
    assert ledger.check(token, OPERATOR) is None
    assert len(ledger.list()) == 1


def test_a_revoked_access_opens_nothing_and_stays_in_the_list(ledger, clock):
    issued = ledger.issue("x", (OPERATOR,), MONTH)
    clock.now = BEGIN + timedelta(days=1)
    assert ledger.revoke(issued.access.id).revoked == clock.now
    assert ledger.check(issued.token, OPERATOR) is None
    clock.now += timedelta(days=1)
    assert ledger.revoke(issued.access.id).revoked == BEGIN + timedelta(days=1)
    (held,) = ledger.list()
    assert held == ledger.find(issued.access.id)
    assert not held.in_force(clock.now)


def test_revoking_what_there_is_not_says_so(ledger):
    with pytest.raises(OperatorError, match="no access “0123456789”"):
        ledger.revoke("0123456789")
    assert ledger.find("0123456789") is None


def test_the_last_use_is_kept_to_the_hour(ledger, clock):
    issued = ledger.issue("x", (OPERATOR,), MONTH)
    assert ledger.find(issued.access.id).last_used is None
    for minutes in (0, 20, 59):
        clock.now = BEGIN + timedelta(minutes=minutes)
        assert ledger.check(issued.token, OPERATOR)
    assert ledger.find(issued.access.id).last_used == BEGIN
    clock.now = BEGIN + timedelta(hours=1)
    ledger.check(issued.token, OPERATOR)
    assert ledger.find(issued.access.id).last_used == clock.now
    clock.now += timedelta(hours=2)
    ledger.check(issued.token, "feed:VACANCIES")
    assert ledger.find(issued.access.id).last_used == BEGIN + timedelta(hours=1)


def test_accesses_are_listed_oldest_first(ledger, clock):
    for day, name in enumerate("cab"):
        clock.now = BEGIN + timedelta(days=day)
        ledger.issue(name, (OPERATOR, "feed:VACANCIES"), MONTH)
    assert [entry.holder for entry in ledger.list()] == ["c", "a", "b"]


@pytest.mark.parametrize(("holder", "scopes"), [("", (OPERATOR,)), ("x", ()), ("x", ("admin",)), ("a\nb", (OPERATOR,))])
def test_an_access_that_cannot_be_is_not_made(ledger, holder, scopes):
    with pytest.raises(OperatorError):
        ledger.issue(holder, scopes, MONTH)
    assert ledger.list() == ()


def test_neither_the_token_nor_its_secret_is_kept_or_shown(tmp_path, clock):
    url = f"sqlite:///{tmp_path / 'node.db'}"
    upgrade_database(url)
    database = Database(url)
    issued = SqlAccessLedger(database, clock).issue("x", (OPERATOR,), MONTH)
    secret = issued.token.split("_", 2)[2]
    with database.read() as connection:
        row = connection.execute(sa.text("SELECT * FROM access_token")).mappings().one()
    database.close()
    assert not any(secret in str(value) for value in row.values())
    assert secret not in repr(issued)
    assert not any(secret.encode() in file.read_bytes() for file in tmp_path.iterdir())
    assert len(secret) == 43  # 256 bits in base64
