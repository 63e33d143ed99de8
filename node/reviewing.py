"""What reviewers do with a node's coding: see how far a source is coded, decide on what is open, retire decisions."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from node.adapters.decision_files import SheetRow, read_sheet
from node.bootstrap import Services
from node.coding.correspondence import CorrespondenceLibrary, Kind
from node.coding.coverage import coverage_of
from node.coding.decisions import Decision, Matter
from node.coding.proposal import LONGEST_AUTHOR, LONGEST_REASON, Entered, Proposal, contradicts, plain_line, propose
from node.coding.review import Review, UnitsRead, review, review_of_coverage, same_counts, weighed_codes
from node.coding.suggestions import Suggester
from node.coding.titling import NO_TITLES
from node.config import CodedColumn, SourceConfig
from node.errors import ConfigurationError, NodeError, OperatorError
from node.model.period import TimePeriod
from node.model.profile import AREA
from node.model.records import Coverage, Scheme
from node.ports import DecisionLedger, ReviewLog

if TYPE_CHECKING:
    from node.pipeline import ReleaseOutcome

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ReviewDesk:
    """What decisions are made with. `areas`: the node's own, with their names."""

    library: CorrespondenceLibrary
    areas: dict[str, str]
    sources: tuple[SourceConfig, ...]
    decisions: DecisionLedger
    reviews: ReviewLog

    def source(self, source_id: str) -> SourceConfig:
        """Raises: ConfigurationError where node.toml declares none such."""
        for entry in self.sources:
            if entry.id == source_id:
                return entry
        raise ConfigurationError(f"node.toml declares no source “{source_id}”")


@dataclass(frozen=True, slots=True)
class SheetOutcome:
    """What came of a reviewed sheet. `valid`: decisions that can be entered; `skipped`: rows without a target, and
    those of decisions retired elsewhere; `retired`: decisions that the sheet ends; `conflicts`: told for each decision
    that others contradict.
    """

    valid: int
    entered: tuple[Entered, ...]
    retired: tuple[Decision, ...]
    skipped: int
    conflicts: tuple[str, ...]


def desk_of(services: Services) -> ReviewDesk:
    """The desk of an open node."""
    areas: dict[str, str] = {}
    for dataflow in services.profiles.dataflows():
        structure = services.profiles.profile(dataflow).for_sender(services.authority)
        codelist = structure.axis(AREA).codelist
        areas |= {code: codelist.code(code).name for code in codelist.leaves}
    return ReviewDesk(
        services.node.correspondences, areas, services.config.sources, services.decisions, services.reviews
    )


def take_review(
    services: Services, source_id: str, period: TimePeriod, *, taken_by: str = "code"
) -> tuple[Coverage, Review]:
    """Read a source for a period, code it, and keep how well that went; publishes nothing, and refuses no source for
    being badly coded. Raises: as reading and coding do.
    """
    # What reads microdata is loaded here: the pages of reviewers, which this module is for as well, do without it.
    from node.coding.coder import decide_source, observed_areas, settled_codes  # noqa: PLC0415  # as said
    from node.coding.titles.model import TitleModel  # noqa: PLC0415  # as said

    source, node = services.source(source_id), services.node
    profile = node.profiles.profile(source.dataflow)
    structure, library, decisions = profile.for_sender(node.authority), node.correspondences, node.decisions()
    settled = settled_codes(library, source, profile.splits, decisions)
    records = node.engine.read(source, profile, period, settled)
    written = node.engine.run(weighed_codes(records))
    titles = node.titles() if source.title else NO_TITLES
    areas = observed_areas(structure, frozenset(source.areas) or None)
    decided = decide_source(records, written, library, structure, areas, titles, decisions)
    coverage = coverage_of(decided, library)
    schemes = {Kind.OCCUPATION: records.occupation_scheme, Kind.PLACE: records.place_scheme}
    rulings = decisions.of_source(source.id, library, schemes)
    model = titles.model if isinstance(titles.model, TitleModel) else None
    suggester = Suggester(library, decisions, desk_of(services).areas, model)
    made = review(
        decided, written, rulings, suggester.suggest, coverage.hints, taken=services.clock(), taken_by=taken_by
    )
    _keep(services, made)
    return coverage, made


def note_release(services: Services, outcome: ReleaseOutcome) -> None:
    """Keep how well each source of a release was coded. Weights, titles and the rest of what `take_review` found stay
    where it counted the same records."""
    held = {(review.source, review.period): review for review in services.reviews.reviews()}
    profile, decisions = services.profiles.profile(outcome.draft.key.dataflow), services.decisions.in_force()
    library, period, now = services.node.correspondences, outcome.draft.key.period, services.clock()
    suggester = Suggester(library, decisions, desk_of(services).areas, None)
    for coverage in outcome.coverage:
        source = services.source(coverage.source)
        schemes = {kind: Scheme(column.scheme, column.edition) for kind, column in _columns(source).items()}
        rulings = decisions.of_source(source.id, library, schemes)
        named = {kind.value: scheme for kind, scheme in schemes.items()}
        units = UnitsRead(profile.dataflow, period, profile.indicators[0].id, named)
        made = review_of_coverage(coverage, units, suggester.suggest, rulings, taken=now, taken_by="release")
        before = held.get((source.id, period))
        if before is not None and same_counts(before, made):
            made = replace(before, taken=now, taken_by="release")
        _keep(services, made)


def _keep(services: Services, made: Review) -> None:
    """Keep a review for the pages. What was read or released stays so where that fails, and is said to be."""
    try:
        services.reviews.record(made)
    except NodeError as problem:
        _log.warning("the coverage of %s was not kept for the pages: %s", made.source, problem)


def _columns(source: SourceConfig) -> dict[Kind, CodedColumn]:
    return {Kind.OCCUPATION: source.occupation, Kind.PLACE: source.place}


def propose_decision(
    desk: ReviewDesk,
    source_id: str,
    matter: Matter,
    written: str,
    target: str,
    *,
    author: str,
    reason: str,
    here_only: bool,
) -> Proposal:
    """A checked proposal on what a source writes. `here_only`: for this source alone, not for its scheme.

    Raises: ConfigurationError, MappingError, OperatorError naming what is wrong.
    """
    source = desk.source(source_id)
    scheme = scheme_of(source, matter)
    return propose(
        desk.library, desk.areas, matter, scheme, source_id if here_only else None, written, target, author, reason
    )


def retire_decision(desk: ReviewDesk, identifier: str, *, by: str, reason: str) -> Decision:
    """End a decision. Raises: OperatorError where it is not there, was retired before, or nobody says why."""
    named, why = plain_line("author", by, LONGEST_AUTHOR), plain_line("reason", reason, LONGEST_REASON)
    (ended,) = desk.decisions.retire((identifier,), named, why)
    return ended


def import_sheet(desk: ReviewDesk, text: str, where: str, *, dry_run: bool) -> SheetOutcome:
    """Enter what an expert decided in a spreadsheet; all of it, or nothing where any row is wrong.

    Raises: OperatorError naming each wrong row.
    """
    rows = read_sheet(text, where)
    held = {decision.id: decision for decision in desk.decisions.history()}
    proposals: list[Proposal] = []
    ending: list[SheetRow] = []
    wrong: list[str] = []
    skipped = 0
    for row in rows:
        try:
            if row.id in held:
                if _ends(held[row.id], row, [one.id for one in ending]):
                    ending.append(row)
            elif not row.target or row.retired_by:
                skipped += 1
            else:
                proposals.append(_of_row(desk, row))
        except NodeError as problem:
            wrong.append(f"row {row.line}: {problem}")
    if wrong:
        raise OperatorError(f"{where}: nothing was entered, since rows are wrong", places=tuple(wrong))
    if dry_run:
        held_now = desk.decisions.in_force()
        against = ((proposal, contradicts(held_now, proposal)) for proposal in proposals)
        conflicts = tuple(_would(proposal, decisions) for proposal, decisions in against if decisions)
        return SheetOutcome(len(proposals), (), tuple(held[row.id] for row in ending), skipped, conflicts)
    retired = [retire_decision(desk, row.id, by=row.retired_by, reason=row.retired_reason) for row in ending]
    entered = desk.decisions.enter(proposals)
    conflicts = tuple(told((*one.against, one.decision)) for one in entered if one.against)
    return SheetOutcome(len(proposals), entered, tuple(retired), skipped, conflicts)


def scheme_of(source: SourceConfig, matter: Matter) -> Scheme | None:
    """The scheme that a source writes its occupations or places in; None for titles."""
    if matter is Matter.TITLE:
        return None
    column = source.occupation if matter is Matter.OCCUPATION else source.place
    if column.absent:
        raise OperatorError(f"source {source.id} has no {matter.value} codes; decide on its titles")
    return Scheme(column.scheme, column.edition)


def _ends(decision: Decision, row: SheetRow, before: Sequence[str]) -> bool:
    """Whether the row of a known decision retires it. Raises: OperatorError where it says something else besides."""
    if row.target and row.target.upper() != decision.target:
        raise OperatorError(
            f"decision {decision.id} is {decision.target}, and a decision is never changed; leave the column id of "
            "this row empty to decide anew"
        )
    if not (row.retired_by and decision.in_force):
        return False
    if row.id in before:
        raise OperatorError(f"decision {row.id} is retired twice; leave one of the rows away")
    plain_line("author", row.retired_by, LONGEST_AUTHOR)
    plain_line("reason", row.retired_reason, LONGEST_REASON)
    return True


def _of_row(desk: ReviewDesk, row: SheetRow) -> Proposal:
    if row.source:
        desk.source(row.source)
    try:
        matter = Matter(row.matter)
    except ValueError:
        known = ", ".join(one.value for one in Matter)
        raise OperatorError(f"column matter: one of {known} is expected") from None
    scheme = Scheme(row.scheme, row.edition) if row.scheme else None
    return propose(
        desk.library, desk.areas, matter, scheme, row.source or None, row.written, row.target, row.author, row.reason
    )


def told(decisions: Sequence[Decision]) -> str:
    """Decisions that contradict one another, in a sentence that quotes no title."""
    subject = decisions[0].subject
    what = "a job title" if subject.matter is Matter.TITLE else f"{subject.scheme} {subject.written}"
    sides = " and ".join(f"{one.author} says {one.target} ({one.id})" for one in decisions)
    return f"{what}: {sides}; it stays unmapped until one is retired"


def _would(proposal: Proposal, against: Sequence[Decision]) -> str:
    ends = f"{proposal.author} says {proposal.target} (not entered yet)"
    return told(against).replace("; it stays", f" and {ends}; it stays")
