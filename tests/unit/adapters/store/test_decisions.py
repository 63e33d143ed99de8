"""What any ledger of decisions and any log of reviews do: those in memory, on SQLite and on PostgreSQL."""

from dataclasses import replace
from datetime import timedelta

import pytest

from node.adapters.store.database import Database
from node.adapters.store.decisions import SqlDecisionLedger, SqlReviewLog
from node.adapters.store.migrate import upgrade_database
from node.coding.decisions import Matter
from node.coding.review import State, Suggestion
from node.errors import OperatorError
from tests.support.memory_decisions import MemoryDecisionLedger, MemoryReviewLog
from tests.support.reviewing import KBJI, KEMENDAGRI, NOW, entry, proposal, review


class Clock:
    def __init__(self):
        self.now = NOW

    def __call__(self):
        self.now += timedelta(minutes=1)
        return self.now


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def ledgers(request, empty_database):
    if request.param == "memory":
        yield MemoryDecisionLedger(Clock()), MemoryReviewLog()
        return
    upgrade_database(url := empty_database(request.param))
    database = Database(url)
    yield SqlDecisionLedger(database, Clock()), SqlReviewLog(database)
    database.close()


@pytest.fixture
def ledger(ledgers):
    return ledgers[0]


@pytest.fixture
def log(ledgers):
    return ledgers[1]


def test_a_new_ledger_is_empty(ledger):
    assert ledger.history() == ()
    assert ledger.in_force().rulings == {}


def test_decisions_are_read_back_as_they_were_entered(ledger):
    wanted = [
        proposal("2515", "OC2512"),
        proposal("99.01", "OUT", matter=Matter.PLACE, scheme=KEMENDAGRI, source="dinas"),
        proposal("Perawat gigi", "OC2261", matter=Matter.TITLE, scheme=None),
    ]
    entered = ledger.enter(wanted)
    assert all(one.new and not one.against and not one.replaced for one in entered)
    held = {one.id: one for one in ledger.history()}
    assert held == {one.decision.id: one.decision for one in entered}
    assert [one.decision.subject for one in entered] == [one.subject for one in wanted]
    assert all(one.decided > NOW for one in held.values())
    assert set(ledger.in_force().rulings) == {one.subject for one in wanted}


def test_two_people_who_differ_are_both_kept_and_shown(ledger):
    ledger.enter((proposal("2515", "OC2512", "Sari"),))
    (second,) = ledger.enter((proposal("2515", "OC2513", "Budi"),))
    assert [one.author for one in second.against] == ["Sari"]
    (ruling,) = ledger.in_force().conflicts
    assert [one.target for one in ruling.decisions] == ["OC2512", "OC2513"]
    assert ruling.target is None


def test_retiring_ends_a_conflict_and_deletes_nothing(ledger):
    first, second = (
        ledger.enter((proposal("2515", target, author),))[0].decision
        for target, author in (("OC2512", "Sari"), ("OC2513", "Budi"))
    )
    (ended,) = ledger.retire((second.id,), "Dewi", "Sari is right")
    assert (ended.retirement.by, ended.retirement.reason) == ("Dewi", "Sari is right")
    assert ended.retirement.at > second.decided
    assert ledger.history() == (first, ended)
    assert ledger.in_force().rulings[first.subject].target == "OC2512"
    assert ledger.in_force().conflicts == ()


def test_what_is_not_there_or_retired_cannot_be_retired_and_then_nothing_is(ledger):
    (entered,) = ledger.enter((proposal("2515", "OC2512"),))
    with pytest.raises(OperatorError, match="no decision “nosuch”"):
        ledger.retire((entered.decision.id, "nosuch"), "Dewi", "x")
    assert ledger.history()[0].in_force
    ledger.retire((entered.decision.id,), "Dewi", "x")
    with pytest.raises(OperatorError, match="was retired before, by Dewi"):
        ledger.retire((entered.decision.id,), "Sari", "y")
    assert ledger.history()[0].retirement.by == "Dewi"


def test_a_changed_mind_is_history(ledger):
    ledger.enter((proposal("2515", "OC2512"),))
    (entered,) = ledger.enter((proposal("2515", "OC2513"),))
    assert [one.target for one in entered.replaced] == ["OC2512"]
    assert [(one.target, one.in_force) for one in ledger.history()] == [("OC2512", False), ("OC2513", True)]
    assert ledger.in_force().conflicts == ()


def test_one_call_sees_what_it_entered_itself(ledger):
    entered = ledger.enter((proposal("2515", "OC2512"), proposal("2515", "OC2512"), proposal("2515", "OC251", "Budi")))
    assert [one.new for one in entered] == [True, False, True]
    assert len(entered[2].against) == 1


def test_what_was_retired_can_be_decided_again(ledger):
    (entered,) = ledger.enter((proposal("2515", "OC2512"),))
    ledger.retire((entered.decision.id,), "Dewi", "x")
    (again,) = ledger.enter((proposal("2515", "OC2512"),))
    assert again.new
    assert again.decision.id != entered.decision.id


def test_reviews_are_read_back_whole(log):
    open_entry = entry("2515", Suggestion("OC2512", "Software developers", ("one", "two")), state=State.CONFLICT)
    titled = entry("gigi perawat", matter=Matter.TITLE, label="perawat gigi", records=7)
    made = review("sisnaker", "2026-10", open_entry, titled)
    log.record(made)
    assert log.reviews() == (made,)
    assert log.reviews()[0].entries[0].scheme == KBJI


def test_a_later_reading_takes_the_place_of_an_earlier_one(log):
    log.record(review(coded=100))
    later = replace(review(coded=900), taken=NOW + timedelta(days=1), taken_by="release")
    log.record(later)
    assert log.reviews() == (later,)


def test_reviews_come_by_source_newest_period_first(log):
    for source, period in (("b", "2026-09"), ("a", "2026-08"), ("b", "2026-10")):
        log.record(review(source, period))
    found = [(one.source, str(one.period)) for one in log.reviews()]
    assert found == [("a", "2026-08"), ("b", "2026-10"), ("b", "2026-09")]
