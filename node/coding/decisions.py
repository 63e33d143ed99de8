"""What reviewers decided on codes, places and job titles that the tables leave open, or get wrong.

A decision is made once, by a named person for a stated reason, and retired rather than changed or deleted. Those in
force are applied over the correspondence tables, which stay as they were shipped. Where two in force on the same thing
name different targets, neither counts: the code stays unmapped until one is retired.
Source: for keeping human judgements beside data and never inside them, style guide of this project, 15.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from node.coding.codes import CodeForm
from node.coding.correspondence import OCCUPATION_PREFIX, OUT, CorrespondenceLibrary, CorrespondenceTable, Kind
from node.coding.names import words
from node.coding.occupation import NOT_CODED, OccupationDecision, leaf_on_axis
from node.coding.place import Scope
from node.coding.titles.text import title_key
from node.model.codelist import Codelist
from node.model.records import Scheme

NOT_CODABLE = "_X"
"""Target of what was looked at and belongs to no group or area: it stays uncoded, and is no longer called open.
Source: SDMX CL_OCCUPATION, `_X` (occupation not known)."""


class Matter(Enum):
    """What a decision is on."""

    OCCUPATION = "occupation"
    PLACE = "place"
    TITLE = "title"

    @property
    def kind(self) -> Kind | None:
        """The kind of scheme it is written in; None for a title, which has none."""
        return None if self is Matter.TITLE else Kind(self.value)


@dataclass(frozen=True, slots=True)
class Subject:
    """What was written, in the form in which it is looked up, and where it is read so.

    `scheme`: of a code or place, None for a title; `source`: the one source that writes it so, None for all.
    A title may hold a person's or an employer's words, so it is kept out of the representation.
    """

    matter: Matter
    scheme: Scheme | None
    source: str | None
    written: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Retirement:
    """Who ended a decision, why and when (UTC)."""

    by: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """One judgement. `target`: a group of CL_OCCUPATION, an area, OUT or NOT_CODABLE; `decided`: UTC."""

    id: str
    subject: Subject
    target: str
    author: str
    reason: str = field(repr=False)
    decided: datetime
    retirement: Retirement | None = None

    @property
    def in_force(self) -> bool:
        return self.retirement is None


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the decisions in force on one subject come to. `target` is None where they contradict one another."""

    subject: Subject
    decisions: tuple[Decision, ...]

    @property
    def target(self) -> str | None:
        targets = {decision.target for decision in self.decisions}
        return next(iter(targets)) if len(targets) == 1 else None

    @property
    def conflict(self) -> bool:
        return self.target is None

    @property
    def coded(self) -> bool:
        """Whether it gives a group or an area (or says that the place is out of scope)."""
        return self.target not in (None, NOT_CODABLE)


@dataclass(frozen=True, slots=True)
class DecisionsInForce:
    """The decisions that count now, by what they are on. Retired ones are left aside."""

    decisions: tuple[Decision, ...] = field(repr=False)
    rulings: Mapping[Subject, Ruling] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        groups: defaultdict[Subject, list[Decision]] = defaultdict(list)
        for decision in sorted(self.decisions, key=lambda one: (one.decided, one.id)):
            if decision.in_force:
                groups[decision.subject].append(decision)
        rulings = {subject: Ruling(subject, tuple(held)) for subject, held in groups.items()}
        object.__setattr__(self, "rulings", rulings)

    @property
    def conflicts(self) -> tuple[Ruling, ...]:
        """Subjects on which decisions in force contradict one another, oldest first."""
        return tuple(ruling for ruling in self.rulings.values() if ruling.conflict)

    def of_source(self, source: str, library: CorrespondenceLibrary, schemes: Mapping[Kind, Scheme]) -> SourceRulings:
        """Those that count for one source, whose codes and places are written in `schemes`."""
        tables = {kind: library.index.get((kind, scheme)) for kind, scheme in schemes.items()}
        return SourceRulings(self, source, schemes, tables)

    def digest(self, matter: Matter, scheme: Scheme | None) -> str | None:
        """SHA-256 over the decisions in force on a scheme's codes, or on titles; None where there are none.

        The ids that are hashed along are random, so that nobody finds a title again by trying.
        """
        found = [
            _canonical(decision)
            for ruling in self.rulings.values()
            if (ruling.subject.matter, ruling.subject.scheme) == (matter, scheme)
            for decision in ruling.decisions
        ]
        if not found:
            return None
        return hashlib.sha256(json.dumps(sorted(found), ensure_ascii=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class SourceRulings:
    """What the decisions say of one source's codes, places and titles; None where they say nothing.

    A ruling for this source goes before one for all. What holds for a unit holds for its jobs, as in the tables.
    """

    held: DecisionsInForce = field(repr=False)
    source: str
    schemes: Mapping[Kind, Scheme] = field(repr=False)
    tables: Mapping[Kind, CorrespondenceTable | None] = field(repr=False)

    def code(self, matter: Matter, written: str) -> Ruling | None:
        """On an occupation or place as the source wrote it."""
        kind = matter.kind
        if not self.held.rulings or kind is None:
            return None
        scheme, table = self.schemes[kind], self.tables[kind]
        code = normal_form(table, written)
        found = self._find(matter, scheme, code) if code else None
        if found is not None or table is None or code in table.index or table.prefix is None:
            return found
        stem = table.prefix.stem(code)
        return self._find(matter, scheme, stem) if stem else None

    def title(self, written: str) -> Ruling | None:
        """On a job title as the source wrote it."""
        if not any(subject.matter is Matter.TITLE for subject in self.held.rulings):
            return None
        named = title_key(written)
        return self._find(Matter.TITLE, None, named) if named else None

    def occupation(self, written: str, axis: Codelist) -> OccupationDecision | None:
        """What the records of a code are. Raises: MappingError where `axis` has no place for it."""
        return _occupation(self.code(Matter.OCCUPATION, written), axis)

    def settles(self, written: str) -> bool | None:
        """Whether a code gives an occupation by itself; None where the table has to say."""
        ruling = self.code(Matter.OCCUPATION, written)
        return None if ruling is None else ruling.coded

    def place(self, written: str, areas: frozenset[str]) -> str | Scope | None:
        """The area of a place, or why there is none."""
        ruling = self.code(Matter.PLACE, written)
        if ruling is None:
            return None
        if not ruling.coded:
            return Scope.UNMAPPED
        return ruling.target if ruling.target != OUT and ruling.target in areas else Scope.OUT

    def titles(self, written: Collection[str], axis: Codelist) -> dict[str, OccupationDecision]:
        """What the records of each title are that there is a ruling on."""
        found = {title: _occupation(self.title(title), axis) for title in written}
        return {title: decision for title, decision in found.items() if decision is not None}

    def digests(self, *, titled: bool) -> tuple[tuple[str, str], ...]:
        """What to name beside the digests of the tables: only what there are decisions on, and of titles only where
        the source has them (`titled`)."""
        named = [(Matter(kind.value), scheme, f"{scheme} decisions") for kind, scheme in self.schemes.items()]
        digests = [(name, self.held.digest(matter, scheme)) for matter, scheme, name in named]
        if titled:
            digests.append(("title decisions", self.held.digest(Matter.TITLE, None)))
        return tuple((name, digest) for name, digest in digests if digest is not None)

    def _find(self, matter: Matter, scheme: Scheme | None, written: str) -> Ruling | None:
        own = self.held.rulings.get(Subject(matter, scheme, self.source, written))
        return own or self.held.rulings.get(Subject(matter, scheme, None, written))


NO_DECISIONS = DecisionsInForce(())


def normal_form(table: CorrespondenceTable | None, written: str) -> str:
    """A written code or place as decisions are looked up by; empty where it holds none."""
    if table is not None and table.names is not None:
        return words(written)
    return (table.form if table is not None else CodeForm()).normal(written)


def _occupation(ruling: Ruling | None, axis: Codelist) -> OccupationDecision | None:
    if ruling is None:
        return None
    if ruling.target is None or not ruling.coded:
        return NOT_CODED
    leaf = leaf_on_axis(ruling.target, axis)
    return OccupationDecision((ruling.target,), ((leaf, 1.0),), len(ruling.target) - len(OCCUPATION_PREFIX))


def _canonical(decision: Decision) -> list[str]:
    subject = decision.subject
    scheme = subject.scheme or Scheme("", "")
    return [
        decision.id, subject.matter.value, scheme.name, scheme.edition, subject.source or "", subject.written,
        decision.target, decision.author, decision.reason, decision.decided.isoformat(),
    ]  # fmt: skip
