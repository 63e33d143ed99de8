"""The ledger of decisions' and the log of reviews' twins in memory. One contract test runs on each and its twin."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from node.adapters.store.decisions import retired
from node.coding.decisions import Decision, DecisionsInForce, Retirement
from node.coding.proposal import Entered, Proposal, enter
from node.coding.review import Review
from node.ports import Clock


class MemoryDecisionLedger:
    """`node.ports.DecisionLedger` in a dictionary."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._held: dict[str, Decision] = {}

    def enter(self, proposals: Sequence[Proposal]) -> tuple[Entered, ...]:
        done = []
        for proposal in proposals:
            entered = enter(self.in_force(), proposal, secrets.token_hex(5), self._clock())
            self._held |= {one.id: one for one in (*entered.replaced, entered.decision)}
            done.append(entered)
        return tuple(done)

    def retire(self, identifiers: Sequence[str], by: str, reason: str) -> tuple[Decision, ...]:
        ending = Retirement(by, reason, self._clock())
        ended = tuple(retired(self._held.get(identifier), identifier, ending) for identifier in identifiers)
        self._held |= {one.id: one for one in ended}
        return ended

    def in_force(self) -> DecisionsInForce:
        return DecisionsInForce(self.history())

    def history(self) -> tuple[Decision, ...]:
        return tuple(sorted(self._held.values(), key=lambda one: (one.decided, one.id)))


class MemoryReviewLog:
    """`node.ports.ReviewLog` in a dictionary."""

    def __init__(self, *reviews: Review) -> None:
        self._held = {(review.source, review.period): review for review in reviews}

    def record(self, review: Review) -> None:
        self._held[review.source, review.period] = review

    def reviews(self) -> tuple[Review, ...]:
        found = sorted(self._held.values(), key=lambda review: review.period, reverse=True)
        return tuple(sorted(found, key=lambda review: review.source))
