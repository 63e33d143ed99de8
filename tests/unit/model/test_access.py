from datetime import UTC, datetime, timedelta

import pytest

from node.errors import OperatorError
from node.model.access import ALL_FEEDS, LONGEST_HOLDER, OPERATOR, Access, feed_scope

NOW = datetime(2026, 11, 22, tzinfo=UTC)
DAY = timedelta(days=1)


def access(*scopes, holder="A holder", lifetime=DAY):
    return Access("0123456789", holder, scopes, NOW, NOW + lifetime)


def test_scopes_are_kept_in_one_order_and_once():
    assert access(OPERATOR, "feed:VACANCIES", OPERATOR).scopes == ("feed:VACANCIES", OPERATOR)


@pytest.mark.parametrize(
    ("granted", "asked", "allowed"),
    [
        (OPERATOR, OPERATOR, True),
        (OPERATOR, feed_scope("VACANCIES"), False),
        ("feed:VACANCIES", feed_scope("VACANCIES"), True),
        ("feed:VACANCIES", feed_scope("VACANCIES2"), False),
        (ALL_FEEDS, feed_scope("VACANCIES"), True),
        (ALL_FEEDS, OPERATOR, False),
        ("feed:VACANCIES", ALL_FEEDS, False),
    ],
)
def test_what_a_scope_allows(granted, asked, allowed):
    assert access(granted).allows(asked, NOW) is allowed


@pytest.mark.parametrize("scope", ["", "admin", "Operator", "operator ", "feed:", "feed:vacancies", "feed:*X", "feed"])
def test_an_unknown_scope_is_refused(scope):
    with pytest.raises(OperatorError, match="there is no scope"):
        access(scope)


@pytest.mark.parametrize("holder", ["", "  ", "two\nlines", "x" * (LONGEST_HOLDER + 1)])
def test_a_holder_has_a_name_in_one_line(holder):
    with pytest.raises(OperatorError, match="needs a holder"):
        access(OPERATOR, holder=holder)


def test_an_access_ends_after_it_begins():
    with pytest.raises(OperatorError, match="must expire after"):
        access(OPERATOR, lifetime=timedelta(0))
