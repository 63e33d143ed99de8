"""Unit records to coded records. Decisions are made here on distinct written codes; records stay in the engine."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import pyarrow as pa

from node.coding.correspondence import CorrespondenceLibrary, Kind
from node.coding.coverage import DecidedSource, Written, coverage_of, refuse_poor_coverage, refuse_unknown_places
from node.coding.decisions import NO_DECISIONS, DecisionsInForce
from node.coding.gazetteer import places_of
from node.coding.occupation import NOT_CODED, UNKNOWN, decide_occupation, has_groups
from node.coding.place import Scope, decide_place
from node.coding.titling import NO_TITLES, TitleCoding
from node.config import SourceConfig
from node.errors import ConfigurationError
from node.model.profile import AREA, INDICATOR, OCCUPATION, SplitPolicy
from node.model.records import (
    CONTRIBUTOR,
    KEY_SUM,
    OCCUPATION_WRITTEN,
    PLACE_WRITTEN,
    RECORDS,
    TITLE_WRITTEN,
    CodedRecords,
    Scheme,
    UnitRecords,
)
from node.model.structure import DataStructure

SHARE = "share"
"""Column: the part of a record that goes to an occupation."""


def settled_codes(
    library: CorrespondenceLibrary,
    source: SourceConfig,
    splits: SplitPolicy,
    decisions: DecisionsInForce = NO_DECISIONS,
) -> Callable[[Collection[str]], frozenset[str]]:
    """Which of a source's written codes give an occupation by themselves, so that titles are read beside the others
    only. Raises (when called): MappingError for an unknown scheme.
    """

    def settled(codes: Collection[str]) -> frozenset[str]:
        scheme = Scheme(source.occupation.scheme, source.occupation.edition)
        table = library.table(Kind.OCCUPATION, scheme)
        ruled = decisions.of_source(source.id, library, {Kind.OCCUPATION: scheme}).settles
        return frozenset(
            code for code in codes if (has_groups(code, table, splits) if (said := ruled(code)) is None else said)
        )

    return settled


def written_codes(records: UnitRecords) -> ir.Table:
    """What a source wrote, each combination of codes (and title, where it has titles) once, with its RECORDS; empty
    text where it wrote nothing."""
    table = _with_text(records.table)
    return table.group_by(_written(table)).aggregate(**{RECORDS: table[RECORDS].sum()})


def code_records(
    records: tuple[UnitRecords, ...],
    written: tuple[pa.Table, ...],
    library: CorrespondenceLibrary,
    structure: DataStructure,
    observed: frozenset[str] | None,
    titles: TitleCoding = NO_TITLES,
    decisions: DecisionsInForce = NO_DECISIONS,
) -> CodedRecords:
    """The in-scope records of all sources, coded, and how well each source was coded.

    `written`: what `written_codes` gives for each of `records`; `structure`: the sender's own, so that its
    REF_AREA holds the sender's areas; `observed`: the areas that the sources cover, None for all of them.
    Records of an area that no source covers count as out of scope: their area is published as missing, since
    the few records of a neighbour are no measure of it. Records of an unknown place are counted, not published.
    `titles`: how records are coded whose code gives no occupation and that have a job title; `decisions`: what
    reviewers decided, which goes before tables and titles.
    Raises: MappingError for an unknown scheme; ConfigurationError for an observed area that the sender does not
    have; RecordsInvalid where no place is known, or none of a source's and its codes are another scheme's;
    ReleaseRefused where a smaller share of the in-scope records is coded than the profile's `coverage_minimum`.
    """
    areas = observed_areas(structure, observed)
    pairs = zip(records, written, strict=True)
    sources = tuple(decide_source(*pair, library, structure, areas, titles, decisions) for pair in pairs)
    coverage = tuple(coverage_of(source, library) for source in sources)
    refuse_unknown_places(sources, coverage, library)
    refuse_poor_coverage(sources, coverage, library)
    table = _united(tuple(_code(source, structure) for source in sources))
    return CodedRecords(records[0].profile, records[0].period, table, areas, coverage)


def observed_areas(structure: DataStructure, observed: frozenset[str] | None) -> frozenset[str]:
    """The areas among the sender's own that sources cover. Raises: ConfigurationError naming one that it has not."""
    leaves = frozenset(structure.axis(AREA).codelist.leaves)
    if observed is None:
        return leaves
    if unknown := sorted(observed - leaves):
        raise ConfigurationError(
            f"a source of {structure.id} is said to observe {', '.join(unknown)}, "
            f"which is none of this node's areas; name some of {', '.join(sorted(leaves))}"
        )
    return observed


def decide_source(
    records: UnitRecords,
    written: pa.Table,
    library: CorrespondenceLibrary,
    structure: DataStructure,
    areas: frozenset[str],
    titles: TitleCoding,
    decisions: DecisionsInForce,
) -> DecidedSource:
    """What each code, place and title that a source wrote is. `areas`: those that the sources cover.

    Raises: MappingError for an unknown scheme.
    """
    occupation_table = library.table(Kind.OCCUPATION, records.occupation_scheme)
    place_table = places_of(library, records.place_scheme)
    counts = _counts(written)
    axis = structure.axis(OCCUPATION).codelist
    schemes = {Kind.OCCUPATION: records.occupation_scheme, Kind.PLACE: records.place_scheme}
    rulings = decisions.of_source(records.source, library, schemes)
    codes = sorted({code for code, _, _ in counts})
    ruled_codes = {code: said for code in codes if (said := rulings.occupation(code, axis)) is not None}
    occupations = {
        code: ruled_codes.get(code) or decide_occupation(code, occupation_table, axis, records.profile.splits)
        for code in codes
    }
    places = {
        code: rulings.place(code, areas) or decide_place(code, place_table, areas)
        for code in sorted({code for _, code, _ in counts})
    }
    # Only titles that decide something are looked at: not beside a code that settles it, nor out of scope.
    open_titles = {
        title
        for code, place, title in counts
        if title and occupations[code] == NOT_CODED and not isinstance(places[place], Scope)
    }
    ruled = rulings.titles(open_titles, axis)
    return DecidedSource(
        records=records,
        counts=counts,
        occupations=occupations,
        places=places,
        titles=titles.decide(open_titles - ruled.keys(), axis) | ruled,
        titling=titles,
        occupation_table=occupation_table,
        place_table=place_table,
        decision_digests=rulings.digests(titled=records.titled),
        ruled=frozenset((code, "") for code in ruled_codes) | {("", title) for title in ruled},
    )


def _counts(written: pa.Table) -> dict[Written, int]:
    """Records by occupation, place and title (empty text where the source has no titles) as written."""
    occupations, places = (written.column(name).to_pylist() for name in (OCCUPATION_WRITTEN, PLACE_WRITTEN))
    titled = TITLE_WRITTEN in written.column_names
    titles = written.column(TITLE_WRITTEN).to_pylist() if titled else [""] * written.num_rows
    numbers = map(int, written.column(RECORDS).to_pylist())
    return dict(zip(zip(occupations, places, titles, strict=True), numbers, strict=True))


def _code(source: DecidedSource, structure: DataStructure) -> ir.Table:
    """The source's in-scope records with the columns of coded records.

    A record that is divided over several occupations is a row for each, with its share of all sums and of its
    number: added up in a cell, the shares count no more contributors than there are.
    """
    table = _with_text(source.records.table)
    areas = {written: area for written, area in source.places.items() if isinstance(area, str)}
    inside = _lookup({PLACE_WRITTEN: tuple(areas), AREA: tuple(areas.values())})
    joined = table.inner_join(inside, PLACE_WRITTEN)
    # An inner join keeps what is in scope. The left join keeps a record whose code appeared since the codes were
    # counted (a database in use): it is not known, but not lost.
    occupations = _occupations(source)
    joined = joined.left_join(occupations, [name for name in _written(table) if name in occupations.columns])
    sums = [name for indicator in source.records.profile.indicators for name in (indicator.id, f"{indicator.id}__n")]
    sums += [name for name in table.columns if name.endswith(KEY_SUM)]
    columns: dict[str, ir.Value] = {OCCUPATION: joined[OCCUPATION].fill_null(UNKNOWN)}
    if SHARE in joined.columns:
        columns |= {name: joined[name] * joined[SHARE].fill_null(1.0) for name in sums}
    axes = [axis.id for axis in structure.axes if axis.id != INDICATOR]
    contributor = [CONTRIBUTOR] if CONTRIBUTOR in table.columns else []
    return joined.mutate(**columns).select(*axes, *contributor, *sums)


def _united(tables: tuple[ir.Table, ...]) -> ir.Table:
    """All rows of the tables. Sources may differ in whether a column can be null, or holds whole numbers."""
    if len(tables) == 1:
        return tables[0]
    schemas = [table.schema() for table in tables]
    common = {
        name: dt.highest_precedence([schema[name](nullable=True) for schema in schemas]) for name in tables[0].columns
    }
    return ibis.union(*(table.cast(common) for table in tables))


def _with_text(table: ir.Table) -> ir.Table:
    """What was written as text, with empty text for nothing, so that no join or grouping loses it."""
    return table.mutate(**{name: table[name].cast("string").fill_null("") for name in _written(table)})


def _written(table: ir.Table) -> list[str]:
    return [name for name in (OCCUPATION_WRITTEN, PLACE_WRITTEN, TITLE_WRITTEN) if name in table.columns]


def _occupations(source: DecidedSource) -> ir.Table:
    """Each written occupation, beside its titles where the source has them, with its leaf; with several leaves and
    the SHARE of each where records are divided."""
    pairs = {(code, title): source.decision(code, title) for code, _, title in source.counts}
    rows = [(*pair, leaf, share) for pair, decision in pairs.items() for leaf, share in decision.leaves]
    columns = {OCCUPATION_WRITTEN: [row[0] for row in rows], OCCUPATION: [row[2] for row in rows]}
    if source.records.titled:
        columns[TITLE_WRITTEN] = [row[1] for row in rows]
    divided = len(rows) > len(pairs)
    return _lookup(columns, [row[3] for row in rows] if divided else None)


def _lookup(columns: Mapping[str, Sequence[str]], shares: Sequence[float] | None = None) -> ir.Table:
    """A small table in the engine: what was written, and what it is."""
    arrays = {name: pa.array(values, pa.string()) for name, values in columns.items()}
    if shares is not None:
        arrays[SHARE] = pa.array(shares, pa.float64())
    return ibis.memtable(pa.table(arrays))
