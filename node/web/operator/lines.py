"""What the operator's pages show of reviews and decisions, in the order in which they show it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from node.coding.correspondence import Kind
from node.coding.decisions import Decision, DecisionsInForce, Matter, Ruling, SourceRulings
from node.coding.proposal import of_one_source
from node.coding.review import OpenEntry, Review, State
from node.config import SourceConfig
from node.reviewing import ReviewDesk
from node.web.language import writing
from node.web.language.catalogues import gettext
from node.web.language.catalogues import lazy_gettext as _l

MATTERS = {
    Matter.OCCUPATION: _l("Occupation codes that are not mapped"),
    Matter.TITLE: _l("Job titles that are not mapped"),
    Matter.PLACE: _l("Places that are not mapped"),
}
CODELISTS = {Matter.OCCUPATION: "CL_OCCUPATION", Matter.TITLE: "CL_OCCUPATION", Matter.PLACE: "CL_AREA"}
"""Where the targets of each kind have their names."""
LEVELS = (
    _l("Not coded"),
    _l("Major group, 1 digit"),
    _l("Sub-major group, 2 digits"),
    _l("Minor group, 3 digits"),
    _l("Unit group, 4 digits"),
)
DECISION_STATES = {"in force": _l("in force"), "conflict": _l("conflict"), "retired": _l("retired")}
"""Words for `DecisionLine.state`."""
SHOWN = 100
"""Entries of a kind on one page: what comes after has little weight, and goes through a sheet."""


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One open thing, with what was decided on it since the source was read. `share`: of the in-scope weight;
    `here_only`: it can be decided for its source alone."""

    entry: OpenEntry
    ruling: Ruling | None
    share: float
    here_only: bool

    @property
    def state(self) -> str:
        """`open`, `conflict`, `decided` or `not codable`: a code, in no language."""
        if self.ruling is None:
            return "open"
        if self.ruling.conflict:
            return "conflict"
        return "decided" if self.ruling.coded else "not codable"


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """One decision, and whether others contradict it. `state`: a key of DECISION_STATES."""

    decision: Decision
    state: str


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source with its last reviews, newest period first."""

    source: SourceConfig
    reviews: tuple[Review, ...]


def source_lines(desk: ReviewDesk) -> tuple[SourceLine, ...]:
    """Every source of node.toml, also one that was never read."""
    reviews = desk.reviews.reviews()
    return tuple(
        SourceLine(source, tuple(review for review in reviews if review.source == source.id)) for source in desk.sources
    )


def entry_lines(desk: ReviewDesk, review: Review, matter: Matter) -> tuple[EntryLine, ...]:
    """What is open of one kind, heaviest first, what still waits for a decision before what does not."""
    rulings = _rulings(desk, review)
    whole = review.in_scope + review.place_unmapped
    lines = [
        EntryLine(
            entry,
            _ruling(rulings, entry),
            _share(entry, whole.weight, whole.records),
            of_one_source(desk.library, entry),
        )
        for entry in review.entries
        if entry.matter is matter
    ]
    return tuple(sorted(lines, key=lambda line: line.state not in ("open", "conflict")))[:SHOWN]


def decision_lines(history: Iterable[Decision], held: DecisionsInForce) -> tuple[DecisionLine, ...]:
    """Decisions newest first, with contradictions before all others."""
    contested = {one.id for ruling in held.conflicts for one in ruling.decisions}
    lines = [DecisionLine(decision, _state(decision, contested)) for decision in history]
    newest = sorted(lines, key=lambda line: line.decision.decided, reverse=True)
    return tuple(sorted(newest, key=lambda line: line.state != "conflict"))


def sides(ruling: Ruling) -> str:
    """Who says what of one thing, in the reader's language: `Sari says OC2512 and Budi says OC2513`."""
    said = [gettext("%(author)s says %(target)s", author=one.author, target=one.target) for one in ruling.decisions]
    return writing.join(said)


def waiting(review: Review) -> int:
    """Entries of a review that nobody had settled when it was taken."""
    return sum(entry.state is not State.SETTLED for entry in review.entries)


def _rulings(desk: ReviewDesk, review: Review) -> SourceRulings:
    schemes = {Kind(matter): scheme for matter, scheme in review.schemes.items()}
    return desk.decisions.in_force().of_source(review.source, desk.library, schemes)


def _ruling(rulings: SourceRulings, entry: OpenEntry) -> Ruling | None:
    if entry.matter is Matter.TITLE:
        return rulings.title(entry.written)
    return rulings.code(entry.matter, entry.written)


def _share(entry: OpenEntry, weight: float, records: int) -> float:
    if weight > 0:
        return entry.amount.weight / weight
    return entry.amount.records / records if records else 0.0


def _state(decision: Decision, contested: set[str]) -> str:
    if not decision.in_force:
        return "retired"
    return "conflict" if decision.id in contested else "in force"
