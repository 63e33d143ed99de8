"""Decisions and reviews made by hand, for the rooms that decide, keep and show them."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from node.adapters.mapping_files import load_mappings
from node.coding.correspondence import CorrespondenceLibrary, Kind
from node.coding.decisions import Decision, DecisionsInForce, Matter, Retirement, Subject
from node.coding.proposal import Proposal, propose
from node.coding.review import Amount, OpenEntry, Review, State, Suggestion
from node.model.period import TimePeriod
from node.model.records import Scheme

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
KBJI, KEMENDAGRI = Scheme("KBJI", "2014"), Scheme("KEMENDAGRI", "2022")
SCHEMES = {Kind.OCCUPATION: KBJI, Kind.PLACE: KEMENDAGRI}
AREAS = {"ID-SU": "North Sumatra", "ID-JA": "Jambi"}


@cache
def shipped_library() -> CorrespondenceLibrary:
    """The tables that come with the program."""
    return load_mappings(Path(__file__).resolve().parents[2] / "mappings")


def decision(
    written: str,
    target: str,
    author: str = "Sari",
    *,
    matter: Matter = Matter.OCCUPATION,
    scheme: Scheme | None = KBJI,
    source: str | None = None,
    identifier: str = "",
    retired: bool = False,
) -> Decision:
    """A decision in its kept form; `written` is normal already."""
    ending = Retirement("Budi", "wrong", NOW) if retired else None
    subject = Subject(matter, None if matter is Matter.TITLE else scheme, source, written)
    name = identifier or f"{written}-{target}-{author}-{source}"
    return Decision(name, subject, target, author, "for a reason", NOW, ending)


def in_force(*decisions: Decision) -> DecisionsInForce:
    return DecisionsInForce(decisions)


def proposal(
    written: str,
    target: str,
    author: str = "Sari",
    *,
    matter: Matter = Matter.OCCUPATION,
    scheme: Scheme | None = KBJI,
    source: str | None = None,
    reason: str = "for a reason",
) -> Proposal:
    return propose(shipped_library(), AREAS, matter, scheme, source, written, target, author, reason)


def review(source: str = "sisnaker", period: str = "2026-10", *entries: OpenEntry, coded: int = 800) -> Review:
    """A review with 1,000 records in scope, `coded` of them to unit groups."""
    levels = (Amount(1000 - coded, 2000.0 - 2 * coded), Amount(), Amount(), Amount(), Amount(coded, 2.0 * coded))
    return Review(
        source=source,
        dataflow="VACANCIES",
        period=TimePeriod(period),
        indicator="JV_OPEN",
        schemes={"occupation": KBJI, "place": KEMENDAGRI},
        total=Amount(1100, 2200.0),
        out_of_scope=Amount(70, 140.0),
        place_unmapped=Amount(30, 60.0),
        levels=levels,
        by_title=(),
        duplicates=None,
        entries=entries,
        untold={"occupation": Amount(7, 9.0)},
        hints=("occupation codes: a hint",),
        taken=NOW,
        taken_by="code",
    )


def entry(
    written: str,
    *suggestions: Suggestion,
    matter: Matter = Matter.OCCUPATION,
    records: int = 50,
    state: State = State.OPEN,
    label: str | None = None,
) -> OpenEntry:
    scheme = {Matter.OCCUPATION: KBJI, Matter.PLACE: KEMENDAGRI}.get(matter)
    return OpenEntry(matter, scheme, written, label or written, Amount(records, 2.0 * records), state, suggestions)
