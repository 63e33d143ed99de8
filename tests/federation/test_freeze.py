"""A feed that is kept from moving on looks like one that is down: stale, said to be so, and not an attack."""

import pytest

from node.errors import PeerStale
from tests.support.signed_feeds import LIFETIMES, Receiver, Sender


def test_an_expired_timestamp_is_stale_and_not_refused(sender: Sender, receiver: Receiver) -> None:
    sender.clock.move(days=LIFETIMES.timestamp_days)
    with pytest.raises(PeerStale, match=r"ID: timestamp\.json is expired"):
        receiver.pull()


def test_the_last_moment_of_a_timestamp_counts(sender: Sender, receiver: Receiver) -> None:
    sender.clock.move(days=LIFETIMES.timestamp_days, seconds=-1)
    assert len(receiver.pull().targets) == 1


def test_a_renewed_timestamp_ends_it(sender: Sender, receiver: Receiver) -> None:
    sender.clock.move(days=20)
    sender.publication.renew_timestamp()
    assert len(receiver.pull().targets) == 1


def test_renewing_for_a_year_keeps_every_role_valid(sender: Sender, receiver: Receiver) -> None:
    for turn in range(60):
        sender.clock.move(days=6)
        sender.publication.renew_timestamp()
        if turn % 4 == 0:
            assert receiver.pull().fetched == ()


def test_an_expired_root_stops_everything(sender: Sender, receiver: Receiver) -> None:
    sender.clock.move(days=LIFETIMES.root_days)
    sender.publication.renew_timestamp()
    with pytest.raises(PeerStale, match=r"root\.json is expired"):
        receiver.pull()
