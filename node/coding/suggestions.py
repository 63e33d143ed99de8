"""What an unmapped code, place or title may be, with the reasons for it. A reviewer decides; nothing here does."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from node.coding.correspondence import (
    OCCUPATION_PREFIX,
    OUT,
    Correspondence,
    CorrespondenceLibrary,
    CorrespondenceTable,
    Kind,
)
from node.coding.decisions import DecisionsInForce, Matter
from node.coding.gazetteer import places_of
from node.coding.occupation import common_ancestor
from node.coding.proposal import groups_of
from node.coding.review import OpenEntry, Suggestion
from node.coding.titles.decision import TitleCandidate
from node.model.records import Scheme

MOST = 3
"""Suggestions for one entry."""

# How much each kind of reason says, from 0 to 1; reasons for one target add up as chances do (1 - product of the
# rest). The order is what counts: an edition of the same scheme above a lost zero above a group above look-alikes.
OTHER_EDITION, LOST_ZERO, NAMED, DECIDED, PARENT, SIBLINGS, OTHER_SCHEME = 0.8, 0.7, 0.65, 0.6, 0.55, 0.4, 0.25


class TitleSuggester(Protocol):
    """A title model, as suggestions need it."""

    def candidates(self, title: str, n: int = 3) -> tuple[TitleCandidate, ...]:
        """The likeliest unit groups of a title, best first, with known titles near to it."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason for a target, and how much it says."""

    target: str
    strength: float
    reason: str


@dataclass(frozen=True, slots=True)
class Suggester:
    """Gathers what speaks for a target. `areas`: the node's own with their names; `model`: None where there is none."""

    library: CorrespondenceLibrary
    decisions: DecisionsInForce = field(repr=False)
    areas: dict[str, str]
    model: TitleSuggester | None = field(repr=False)

    def suggest(self, entry: OpenEntry, titles: Sequence[str]) -> tuple[Suggestion, ...]:
        """The best targets for an entry, given the titles that its records have most often (for a code)."""
        if entry.matter is Matter.TITLE:
            found = list(self._from_title(entry.label, "the title is"))
        elif entry.scheme is None or entry.matter.kind is None:
            found = []
        else:
            found = list(self._from_code(entry.matter.kind, entry.scheme, entry.written))
            if entry.matter is Matter.OCCUPATION:
                found += [one for title in titles for one in self._from_title(title, "records with it have titles")]
        found += self._from_decisions(entry)
        return self._best(entry.matter, found)

    def _best(self, matter: Matter, found: Sequence[Evidence]) -> tuple[Suggestion, ...]:
        names = {**self.areas, OUT: "outside the areas of the exchange"}
        if matter is not Matter.PLACE:
            names = groups_of(self.library)
        doubt: defaultdict[str, float] = defaultdict(lambda: 1.0)
        reasons: defaultdict[str, list[str]] = defaultdict(list)
        for one in sorted(found, key=lambda one: -one.strength):
            if one.target in names and one.reason not in reasons[one.target]:
                doubt[one.target] *= 1.0 - one.strength
                reasons[one.target].append(one.reason)
        best = sorted(doubt, key=lambda target: (doubt[target], target))[:MOST]
        return tuple(Suggestion(target, names[target], tuple(reasons[target])) for target in best)

    def _from_code(self, kind: Kind, scheme: Scheme, code: str) -> Iterator[Evidence]:
        table = self.library.table(kind, scheme)
        for other in self.library.of_kind(kind):
            if (
                other.scheme != scheme
                and other.names is None
                and (target := _target(other.index.get(other.form.normal(code), ())))
            ):
                yield _of_other_scheme(scheme, other, code, target)
        for zeros in ("0", "00"):
            if target := _target(table.find(zeros + code)):
                yield Evidence(
                    target,
                    LOST_ZERO,
                    f"with its lost leading zero it is {zeros}{code}, {_says(table, zeros + code, target)}",
                )
        if kind is Kind.PLACE:
            yield from self._from_names(code)
        yield from _from_parent(table, code)
        yield from _from_siblings(table, code)

    def _from_names(self, written: str) -> Iterator[Evidence]:
        """A place's name in place of its code."""
        for other in self.library.of_kind(Kind.PLACE):
            if other.names is not None and (target := _target(places_of(self.library, other.scheme).find(written))):
                yield Evidence(target, NAMED, f"{other.scheme} knows a place of this name, going to {target}")

    def _from_title(self, title: str, opening: str) -> Iterator[Evidence]:
        if self.model is None:
            return
        for candidate in self.model.candidates(title, MOST):
            yield Evidence(candidate.code, min(candidate.confidence, 0.95), f"{opening} {candidate.reason}")

    def _from_decisions(self, entry: OpenEntry) -> Iterator[Evidence]:
        """What was decided on the same thing in another source or edition; in a conflict, by each side."""
        for subject, ruling in self.decisions.rulings.items():
            if (subject.matter, subject.written) != (entry.matter, entry.written):
                continue
            for decision in ruling.decisions:
                where = f"source {subject.source}" if subject.source else str(subject.scheme or "all sources")
                yield Evidence(decision.target, DECIDED, f"{decision.author} decided so for {where}")


def _of_other_scheme(scheme: Scheme, other: CorrespondenceTable, code: str, target: str) -> Evidence:
    says = _says(other, code, target)
    if other.scheme.name == scheme.name:
        return Evidence(target, OTHER_EDITION, f"{other.scheme} has this code, {says}")
    return Evidence(target, OTHER_SCHEME, f"{other.scheme} has this code, where it may mean something else, {says}")


def _from_parent(table: CorrespondenceTable, code: str) -> Iterator[Evidence]:
    """The nearest group above that the table has, by the code's beginning."""
    for length in range(len(code) - 1, 0, -1):
        parent = code[:length].rstrip(table.form.separator) if table.form.separator else code[:length]
        if target := _target(table.index.get(parent, ())):
            yield Evidence(target, PARENT, f"its group {parent} is mapped, {_says(table, parent, target)}")
            return


def _from_siblings(table: CorrespondenceTable, code: str) -> Iterator[Evidence]:
    """Where most codes of the same group and length go: each one's own target, or what they share."""
    if len(code) < 2:
        return
    beside = {
        known: _target(rows)
        for known, rows in table.index.items()
        if known[:-1] == code[:-1] and len(known) == len(code) and known != code
    }
    targets = Counter(target for target in beside.values() if target)
    if len(beside) < 2 or not targets:
        return
    best, number = targets.most_common(1)[0]
    shared = best if number > len(beside) / 2 else _shared(list(targets))
    if shared:
        near = ", ".join(sorted(beside)[:3])
        count = number if shared == best else sum(targets.values())
        yield Evidence(shared, SIBLINGS, f"{count} of the {len(beside)} codes beside it ({near} …) go there")


def _shared(targets: list[str]) -> str | None:
    return common_ancestor(targets) if all(target.startswith(OCCUPATION_PREFIX) for target in targets) else None


def _target(rows: tuple[Correspondence, ...]) -> str | None:
    """Where a code's rows go together; None where there are none, or they have nothing in common."""
    if len(rows) <= 1:
        return rows[0].target if rows else None
    return common_ancestor(row.target for row in rows)


def _says(table: CorrespondenceTable, code: str, target: str) -> str:
    rows = table.find(code)
    title = next((row.title for row in rows if row.title), "")
    spread = f"spread over {len(rows)} groups" if len(rows) > 1 else ""
    return " ".join(filter(None, [f"“{title}”" if title else "", spread, f"going to {target}"]))
