"""How well sources were coded, and when that is too little to publish."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from node.coding.codes import shown
from node.coding.correspondence import CorrespondenceLibrary, CorrespondenceTable, Kind
from node.coding.occupation import OccupationDecision
from node.coding.place import Scope
from node.coding.suggest import hint
from node.errors import MAX_PLACES, RecordsInvalid, ReleaseRefused
from node.model.records import CodeCount, Coverage, UnitRecords

LEVELS = 5
"""Not coded, and the four levels of ISCO-08."""


@dataclass(frozen=True, slots=True)
class DecidedSource:
    """One source with the counts and decisions on what it wrote."""

    records: UnitRecords
    counts: Mapping[tuple[str, str], int] = field(repr=False)
    occupations: Mapping[str, OccupationDecision] = field(repr=False)
    places: Mapping[str, str | Scope] = field(repr=False)
    occupation_table: CorrespondenceTable
    place_table: CorrespondenceTable


def coverage_of(source: DecidedSource) -> Coverage:
    """Each record of the source counted once: out of scope, of an unknown place, or at the level it was coded to."""
    levels: Counter[int] = Counter()
    scopes: Counter[Scope] = Counter()
    unmapped: Counter[str] = Counter()
    unmapped_places: Counter[str] = Counter()
    for (occupation, place), number in source.counts.items():
        area, decision = source.places[place], source.occupations[occupation]
        if isinstance(area, Scope):
            scopes[area] += number
            if area is Scope.UNMAPPED:
                unmapped_places[place] += number
            continue
        levels[decision.level] += number
        if not decision.codes:
            unmapped[occupation] += number
    tables = (source.occupation_table, source.place_table)
    return Coverage(
        source=source.records.source,
        records=sum(source.counts.values()),
        out_of_scope=scopes[Scope.OUT],
        place_unmapped=scopes[Scope.UNMAPPED],
        by_level=tuple(levels[level] for level in range(LEVELS)),
        unmapped=_most_frequent(unmapped),
        unmapped_places=_most_frequent(unmapped_places),
        mapping_digests=tuple(pair for table in tables for pair in table.digests),
    )


def _most_frequent(counts: Mapping[str, int]) -> tuple[CodeCount, ...]:
    ordered = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    return tuple(CodeCount(written, number) for written, number in ordered)


def refuse_unknown_places(
    sources: tuple[DecidedSource, ...], coverage: tuple[Coverage, ...], library: CorrespondenceLibrary
) -> None:
    """Stop where no place at all is known, or none of one source's and its codes are another scheme's.

    One source's few unknown places are counted and shown, and do not stop the others.
    """
    nothing = all(source.place_unmapped == source.records for source in coverage)
    for source, covered in zip(sources, coverage, strict=True):
        if not covered.records or covered.place_unmapped < covered.records:
            continue
        scheme = source.records.place_scheme
        clause = hint(library, Kind.PLACE, scheme, {code.written: code.records for code in covered.unmapped_places})
        if clause or nothing:
            raise RecordsInvalid(
                f"source {covered.source}: none of its {covered.records} records is of a place that {scheme} knows"
                f"{clause}; name the right column, scheme and edition in node.toml",
                places=_biggest(covered.unmapped_places),
            )


def refuse_poor_coverage(
    sources: tuple[DecidedSource, ...], coverage: tuple[Coverage, ...], library: CorrespondenceLibrary
) -> None:
    """Hold the share of coded records, over all sources, against what the profile demands."""
    profile = sources[0].records.profile
    in_scope = sum(source.in_scope for source in coverage)
    uncoded = sum(source.by_level[0] for source in coverage)
    if not in_scope or 1 - uncoded / in_scope >= profile.coverage_minimum:
        return
    unmapped: Counter[str] = Counter()
    hints = ""
    for source, covered in zip(sources, coverage, strict=True):
        counts = {code.written: code.records for code in covered.unmapped}
        unmapped.update(counts)
        if covered.by_level[0] == covered.in_scope:
            clause = hint(library, Kind.OCCUPATION, source.records.occupation_scheme, counts)
            hints += f"{clause} (source {covered.source})" if clause else ""
    raise ReleaseRefused(
        f"{profile.dataflow} {sources[0].records.period}: {1 - uncoded / in_scope:.1%} of {in_scope} records are coded "
        f"to an occupation and the profile demands {profile.coverage_minimum:.0%}{hints}; "
        "extend the correspondence tables or correct the source; most frequent unmapped codes",
        places=_biggest(_most_frequent(unmapped)),
    )


def _biggest(codes: tuple[CodeCount, ...]) -> tuple[str, ...]:
    return tuple(f"{shown(code.written)}: {code.records} records" for code in codes[:MAX_PLACES])
