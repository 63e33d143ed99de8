"""Which figures come from a feed that does not stand as it should."""

from __future__ import annotations

from node.comparing.standing import states_of_areas, troubled
from node.model.release import PeerState
from tests.support.profiles import AREAS
from tests.support.web_world import standing

INDONESIA = standing("ID", "Indonesia")
MALAYSIA = standing("MY", "Malaysia", PeerState.STALE, "no new timestamp for 9 days")


def test_only_feeds_that_are_not_fresh_are_troubled() -> None:
    assert troubled([INDONESIA, MALAYSIA]) == {"IMTGT_MY": MALAYSIA}
    assert troubled([INDONESIA]) == {}


def test_a_feed_marks_its_country_and_all_areas_of_it_and_no_others() -> None:
    assert states_of_areas([INDONESIA, MALAYSIA], AREAS) == {"IMTGT_MY": "stale", "MY-07": "stale", "MY-08": "stale"}
    held = standing("ID", "Indonesia", PeerState.QUARANTINED, "VACANCIES 2026-10 was refused")
    assert states_of_areas([held, MALAYSIA], AREAS)["ID-JA"] == "quarantined"
