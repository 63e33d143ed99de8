"""Whether what a reviewer proposes can be decided: a code of the scheme, a target that there is, a name, a reason."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime

from node.coding.codes import shown
from node.coding.correspondence import ISCO_08, OCCUPATION_PREFIX, OUT, CorrespondenceLibrary, CorrespondenceTable, Kind
from node.coding.decisions import NOT_CODABLE, Decision, DecisionsInForce, Matter, Retirement, Subject, normal_form
from node.coding.review import OpenEntry
from node.coding.titles.text import title_key
from node.errors import OperatorError
from node.model.records import Scheme

LONGEST_AUTHOR, LONGEST_REASON, LONGEST_WRITTEN = 200, 1000, 400
_DIGITS, _LETTERS = re.compile(r"\d"), re.compile(r"[A-Z]")


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody wants decided, checked. It has neither id nor time yet."""

    subject: Subject
    target: str
    author: str
    reason: str = field(repr=False)


def propose(
    library: CorrespondenceLibrary,
    areas: Collection[str],
    matter: Matter,
    scheme: Scheme | None,
    source: str | None,
    written: str,
    target: str,
    author: str,
    reason: str,
) -> Proposal:
    """A proposal in the forms in which it is kept. `areas`: the node's own.

    Raises: OperatorError naming what is missing, not of the scheme's form, or not there; MappingError for a scheme
    that there is not.
    """
    subject = subject_of(library, matter, scheme, source, written)
    group = target_of(library, areas, matter, target)
    _refuse_false_friend(library, subject, group)
    return Proposal(
        subject, group, plain_line("author", author, LONGEST_AUTHOR), plain_line("reason", reason, LONGEST_REASON)
    )


def subject_of(
    library: CorrespondenceLibrary, matter: Matter, scheme: Scheme | None, source: str | None, written: str
) -> Subject:
    """What was written, in the form in which it is looked up.

    A code for all sources must look like the scheme's codes. For one source it need not: who lost leading zeros, or
    writes `X`, does so in that source alone. Raises: OperatorError, MappingError.
    """
    if len(written) > LONGEST_WRITTEN:
        raise OperatorError(f"what is decided on has {len(written)} characters; at most {LONGEST_WRITTEN} can be kept")
    if matter is Matter.TITLE:
        key = title_key(written)
        if not key:
            raise OperatorError("nothing of this title says what the job is, so there is nothing to decide on")
        return Subject(matter, None, source, key)
    if scheme is None or matter.kind is None:
        raise OperatorError(f"a decision on {matter.value} codes names their scheme and edition, as `KBJI 2014`")
    table = library.table(matter.kind, scheme)
    code = normal_form(table, written)
    if not code:
        raise OperatorError(f"“{shown(written)}” holds no code; name the code as the source writes it")
    if source is None and not has_form(table, code):
        raise OperatorError(
            f"“{shown(written)}” has not the form of a code of {scheme}, as {_examples(table)}; decide on it for the "
            "one source that writes it so (`--this-source-only`), or as a title"
        )
    if source is not None and matter is Matter.OCCUPATION and shown(written) != written:
        raise OperatorError(f"{shown(written)} is no code; decide on it as a title")
    return Subject(matter, scheme, source, code)


def target_of(library: CorrespondenceLibrary, areas: Collection[str], matter: Matter, target: str) -> str:
    """The target in the exchange's own form: `2512` and `oc2512` are OC2512. Raises: OperatorError."""
    named = target.strip().upper()
    if named in (NOT_CODABLE, "NOT CODABLE"):
        return NOT_CODABLE
    if matter is Matter.PLACE:
        if named in areas or named == OUT:
            return named
        known = ", ".join(sorted(areas))
        raise OperatorError(f"{shown(named)} is none of this node's areas; there are {known}, {OUT} and {NOT_CODABLE}")
    group = named if named.startswith(OCCUPATION_PREFIX) else f"{OCCUPATION_PREFIX}{named}"
    if group not in groups_of(library):
        raise OperatorError(
            f"{shown(named)} is no group of ISCO-08; name one as OC2512, OC25 or OC2, or {NOT_CODABLE} for none"
        )
    return group


def groups_of(library: CorrespondenceLibrary) -> dict[str, str]:
    """The groups of CL_OCCUPATION with their titles. Raises: MappingError where the table of ISCO 08 is not there."""
    return {row.target: row.title or row.note for row in library.table(Kind.OCCUPATION, ISCO_08).rows}


def of_one_source(library: CorrespondenceLibrary, entry: OpenEntry) -> bool:
    """Whether an entry can be decided for its source alone, since no code of its scheme looks like it."""
    if entry.matter.kind is None or entry.scheme is None:
        return False
    return not has_form(library.table(entry.matter.kind, entry.scheme), entry.written)


def has_form(table: CorrespondenceTable, code: str) -> bool:
    """Whether a normal code looks like the table's: its length, and where it has digits and letters.

    A scheme some of whose codes are names, as industrial estates, takes any.
    """
    shapes = {_shape(known) for known in table.index}
    if any(not _DIGITS.search(known) for known in table.index):
        return True
    unit = table.prefix.unit if table.prefix else 0
    longer = table.prefix is not None and len(code) in table.prefix.lengths and code[:unit].isdigit()
    return longer or _shape(code) in shapes


@dataclass(frozen=True, slots=True)
class Entered:
    """What became of a proposal. `decision`: the one that now says it; `new`: whether it was not there before;
    `replaced`: what the same author had said of the same thing; `against`: what others say of it, so that neither
    counts until one is retired.
    """

    decision: Decision
    new: bool
    replaced: tuple[Decision, ...]
    against: tuple[Decision, ...]


def enter(held: DecisionsInForce, proposal: Proposal, identifier: str, now: datetime) -> Entered:
    """What a ledger that holds `held` has to keep for a proposal: a new decision, unless its author said so before,
    and the retirement of what the same author said otherwise."""
    ruling = held.rulings.get(proposal.subject)
    own = [one for one in ruling.decisions if one.author == proposal.author] if ruling else []
    against = contradicts(held, proposal)
    for decision in own:
        if decision.target == proposal.target:
            return Entered(decision, False, (), against)
    made = Decision(identifier, proposal.subject, proposal.target, proposal.author, proposal.reason, now)
    ending = Retirement(proposal.author, f"replaced by {identifier} of the same author", now)
    return Entered(made, True, tuple(replace(one, retirement=ending) for one in own), against)


def contradicts(held: DecisionsInForce, proposal: Proposal) -> tuple[Decision, ...]:
    """The decisions in force, by others, that the proposal would stand against."""
    ruling = held.rulings.get(proposal.subject)
    decisions = ruling.decisions if ruling else ()
    return tuple(one for one in decisions if one.target != proposal.target and one.author != proposal.author)


def plain_line(what: str, text: str, longest: int) -> str:
    """A text of one line. Raises: OperatorError where there is none, or it is too long."""
    line = " ".join(text.split())
    if not line:
        raise OperatorError(f"a decision needs {'an' if what[0] in 'aeiou' else 'a'} {what}")
    if len(line) > longest or not line.isprintable():
        raise OperatorError(f"the {what} must be 1 to {longest} printable characters")
    return line


def _refuse_false_friend(library: CorrespondenceLibrary, subject: Subject, target: str) -> None:
    if subject.matter is not Matter.OCCUPATION or subject.scheme is None:
        return
    table = library.table(Kind.OCCUPATION, subject.scheme)
    friends = {table.form.normal(code) for code in table.false_friends}
    if subject.written in friends and target == f"{OCCUPATION_PREFIX}{subject.written}":
        raise OperatorError(
            f"{subject.scheme} {subject.written} means something else than ISCO-08 {subject.written}: the table names "
            "it a false friend; correct the table if it is wrong"
        )


def _shape(code: str) -> str:
    return _LETTERS.sub("A", _DIGITS.sub("9", code))


def _examples(table: CorrespondenceTable) -> str:
    by_shape: dict[str, str] = {}
    for code, rows in table.index.items():
        by_shape.setdefault(_shape(code), rows[0].source)
    return ", ".join(list(by_shape.values())[-3:])
