"""How well sources were coded, and when that is too little to publish."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from node.coding.codes import shown
from node.coding.correspondence import CorrespondenceLibrary, CorrespondenceTable, Kind
from node.coding.gazetteer import Gazetteer
from node.coding.occupation import NOT_CODED, OccupationDecision
from node.coding.place import Scope
from node.coding.suggest import hint, lost_zeros
from node.coding.titling import TitleCoding
from node.errors import MAX_PLACES, RecordsInvalid, ReleaseRefused
from node.model.records import CodeCount, Coverage, UnitRecords

ARMED_FORCES, MOST_ARMED = "OC0", 0.2
"""Group 0 of ISCO-08, and the share of it above which a source is doubted: no labour market has as many soldiers."""
LEVELS = 5
"""Not coded, and the four levels of ISCO-08."""


Written = tuple[str, str, str]
"""What a record's source wrote: occupation, place and job title; empty text where it wrote nothing."""


@dataclass(frozen=True, slots=True)
class DecidedSource:
    """One source with the counts and decisions on what it wrote.

    `titles`: decisions on the titles of in-scope records that their code does not settle; `ruled`: the codes (beside
    empty text) and titles (behind it) on which reviewers have decided.
    """

    records: UnitRecords
    counts: Mapping[Written, int] = field(repr=False)
    occupations: Mapping[str, OccupationDecision] = field(repr=False)
    places: Mapping[str, str | Scope] = field(repr=False)
    titles: Mapping[str, OccupationDecision] = field(repr=False)
    titling: TitleCoding
    occupation_table: CorrespondenceTable
    place_table: CorrespondenceTable | Gazetteer
    decision_digests: tuple[tuple[str, str], ...] = ()
    ruled: frozenset[tuple[str, str]] = field(default=frozenset(), repr=False)

    def by_title(self, occupation: str, title: str) -> bool:
        """Whether a record's title decides on it: its code does not."""
        return bool(title) and self.occupations[occupation] == NOT_CODED

    def by_ruling(self, occupation: str, title: str) -> bool:
        """Whether a reviewer's decision decides on a record, be it on its code or on its title."""
        return (("", title) if self.by_title(occupation, title) else (occupation, "")) in self.ruled

    def decision(self, occupation: str, title: str) -> OccupationDecision:
        """What a record with this code and title is."""
        if self.by_title(occupation, title):
            return self.titles.get(title, NOT_CODED)
        return self.occupations[occupation]


def coverage_of(source: DecidedSource, library: CorrespondenceLibrary) -> Coverage:
    """Each record of the source counted once: out of scope, of an unknown place, or at the level it was coded to."""
    levels: Counter[int] = Counter()
    by_title: Counter[int] = Counter()
    by_ruling: Counter[int] = Counter()
    scopes: Counter[Scope] = Counter()
    unmapped: Counter[str] = Counter()
    unmapped_places: Counter[str] = Counter()
    for (occupation, place, title), number in source.counts.items():
        area, decision = source.places[place], source.decision(occupation, title)
        if isinstance(area, Scope):
            scopes[area] += number
            if area is Scope.UNMAPPED:
                unmapped_places[place] += number
            continue
        levels[decision.level] += number
        if source.by_title(occupation, title):
            by_title[decision.level] += number
        if source.by_ruling(occupation, title):
            by_ruling[decision.level] += number
        if not decision.codes:
            unmapped[occupation] += number
    tables = (source.occupation_table, source.place_table)
    return Coverage(
        source=source.records.source,
        records=sum(source.counts.values()),
        out_of_scope=scopes[Scope.OUT],
        place_unmapped=scopes[Scope.UNMAPPED],
        by_level=_by_level(levels),
        unmapped=_most_frequent(unmapped),
        unmapped_places=_most_frequent(unmapped_places),
        mapping_digests=tuple(pair for table in tables for pair in table.digests)
        + _title_digests(source)
        + source.decision_digests,
        by_title=_by_level(by_title) if source.records.titled else (),
        by_decision=_by_level(by_ruling) if by_ruling else (),
        duplicates=source.records.duplicates,
        unrecognised=source.records.unrecognised,
        hints=tuple(_hints(source, library, sum(by_title.values()))),
    )


def _by_level(levels: Counter[int]) -> tuple[int, ...]:
    return tuple(levels[level] for level in range(LEVELS))


def _title_digests(source: DecidedSource) -> tuple[tuple[str, str], ...]:
    """The title model's, where the source has titles: it decides what its records are."""
    return source.titling.digests if source.records.titled else ()


def _hints(source: DecidedSource, library: CorrespondenceLibrary, titled: int) -> Iterator[str]:
    """What looks wrong with a source as a whole, and what to do. `titled`: in-scope records left to their titles."""
    occupations, places = _written(source, 0), _written(source, 1)
    for kind, scheme, counts in (
        (Kind.OCCUPATION, source.records.occupation_scheme, occupations),
        (Kind.PLACE, source.records.place_scheme, places),
    ):
        if clause := hint(library, kind, scheme, counts):
            yield f"{kind.value} codes{clause.replace(';', ':', 1)}; name the right scheme and edition in node.toml"
    for what, table, counts in (
        ("occupation", source.occupation_table, occupations),
        ("place", source.place_table, places),
    ):
        if lost := lost_zeros(table, counts):
            yield (
                f"{what} codes: {table.scheme} knows the codes of {lost:,} records with a zero in front and not "
                "without; a spreadsheet has lost it: export the column as text"
            )
    if (armed := _armed_share(source)) > MOST_ARMED:
        yield (
            f"{armed:.0%} of the records in scope are coded to the armed forces (group 0); survey files write 0 "
            "also for no occupation: leave persons without work out by a condition (`where`) in node.toml"
        )
    if titled and source.titling.model is None:
        yield (
            f"{titled:,} records have a job title and no usable code, and are not coded, since this node has no title "
            "model; make one: `lmis-node titles train`"
        )
    for strange in source.records.unrecognised:
        yield (
            f"field {strange.name}: {strange.records:,} records hold a value that is not declared and count as not "
            "known; translate it with `codes` in node.toml"
        )


def _armed_share(source: DecidedSource) -> float:
    """Share of the in-scope records that are coded to the armed forces."""
    armed = total = 0
    for (occupation, place, title), number in source.counts.items():
        if isinstance(source.places[place], Scope):
            continue
        codes = source.decision(occupation, title).codes
        total += number
        armed += number if codes and all(code.startswith(ARMED_FORCES) for code in codes) else 0
    return armed / total if total else 0.0


def _written(source: DecidedSource, position: int) -> dict[str, int]:
    """Records by what was written at a position of Written."""
    counts: Counter[str] = Counter()
    for written, number in source.counts.items():
        counts[written[position]] += number
    return dict(counts)


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
        unmapped.update({code.written: code.records for code in covered.unmapped})
        clause = hint(library, Kind.OCCUPATION, source.records.occupation_scheme, _written(source, 0))
        hints += f"{clause} (source {covered.source})" if clause else ""
        if source.titling.model is None and any(covered.by_title):
            hints += f"; source {covered.source} has job titles and this node no title model: `lmis-node titles train`"
    raise ReleaseRefused(
        f"{profile.dataflow} {sources[0].records.period}: {1 - uncoded / in_scope:.1%} of {in_scope} records are coded "
        f"to an occupation and the profile demands {profile.coverage_minimum:.0%}{hints}; "
        "extend the correspondence tables or correct the source; most frequent unmapped codes",
        places=_biggest(_most_frequent(unmapped)),
    )


def _biggest(codes: tuple[CodeCount, ...]) -> tuple[str, ...]:
    return tuple(f"{shown(code.written)}: {code.records} records" for code in codes[:MAX_PLACES])
