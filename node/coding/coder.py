"""Unit records to coded records. Decisions are made here on distinct written codes; records stay in the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import pyarrow as pa

from node.coding.correspondence import CorrespondenceLibrary, Kind
from node.coding.coverage import DecidedSource, coverage_of, refuse_poor_coverage, refuse_unknown_places
from node.coding.occupation import UNKNOWN, decide_occupation
from node.coding.place import decide_place
from node.errors import ConfigurationError
from node.model.profile import AREA, INDICATOR, OCCUPATION
from node.model.records import CONTRIBUTOR, OCCUPATION_WRITTEN, PLACE_WRITTEN, RECORDS, CodedRecords, UnitRecords
from node.model.structure import DataStructure

SHARE = "share"
"""Column: the part of a record that goes to an occupation."""


def written_codes(records: UnitRecords) -> ir.Table:
    """The distinct pairs of written codes of a source (empty text where it wrote none) with their RECORDS."""
    table = _with_text(records.table)
    return table.group_by(OCCUPATION_WRITTEN, PLACE_WRITTEN).aggregate(**{RECORDS: table[RECORDS].sum()})


def code_records(
    records: tuple[UnitRecords, ...],
    written: tuple[pa.Table, ...],
    library: CorrespondenceLibrary,
    structure: DataStructure,
    observed: frozenset[str] | None,
) -> CodedRecords:
    """The in-scope records of all sources, coded, and how well each source was coded.

    `written`: what `written_codes` gives for each of `records`; `structure`: the sender's own, so that its
    REF_AREA holds the sender's areas; `observed`: the areas that the sources cover, None for all of them.
    Records of an area that no source covers count as out of scope: their area is published as missing, since
    the few records of a neighbour are no measure of it. Records of an unknown place are counted, not published.
    Raises: MappingError for an unknown scheme; ConfigurationError for an observed area that the sender does not
    have; RecordsInvalid where no place is known, or none of a source's and its codes are another scheme's;
    ReleaseRefused where a smaller share of the in-scope records is coded than the profile's `coverage_minimum`.
    """
    areas = _observed_areas(structure, observed)
    pairs = zip(records, written, strict=True)
    sources = tuple(_decide(source, codes, library, structure, areas) for source, codes in pairs)
    coverage = tuple(coverage_of(source) for source in sources)
    refuse_unknown_places(sources, coverage, library)
    refuse_poor_coverage(sources, coverage, library)
    table = _united(tuple(_code(source, structure) for source in sources))
    return CodedRecords(records[0].profile, records[0].period, table, areas, coverage)


def _observed_areas(structure: DataStructure, observed: frozenset[str] | None) -> frozenset[str]:
    leaves = frozenset(structure.axis(AREA).codelist.leaves)
    if observed is None:
        return leaves
    if unknown := sorted(observed - leaves):
        raise ConfigurationError(
            f"a source of {structure.id} is said to observe {', '.join(unknown)}, "
            f"which is none of this node's areas; name some of {', '.join(sorted(leaves))}"
        )
    return observed


def _decide(
    records: UnitRecords,
    written: pa.Table,
    library: CorrespondenceLibrary,
    structure: DataStructure,
    areas: frozenset[str],
) -> DecidedSource:
    occupation_table = library.table(Kind.OCCUPATION, records.occupation_scheme)
    place_table = library.table(Kind.PLACE, records.place_scheme)
    columns = (written.column(name).to_pylist() for name in (OCCUPATION_WRITTEN, PLACE_WRITTEN, RECORDS))
    counts = {(occupation, place): int(number) for occupation, place, number in zip(*columns, strict=True)}
    axis = structure.axis(OCCUPATION).codelist
    return DecidedSource(
        records=records,
        counts=counts,
        occupations={
            code: decide_occupation(code, occupation_table, axis, records.profile.splits)
            for code in sorted({code for code, _ in counts})
        },
        places={code: decide_place(code, place_table, areas) for code in sorted({code for _, code in counts})},
        occupation_table=occupation_table,
        place_table=place_table,
    )


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
    joined = joined.left_join(_occupations(source), OCCUPATION_WRITTEN)
    sums = [name for indicator in source.records.profile.indicators for name in (indicator.id, f"{indicator.id}__n")]
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
    """Written codes as text, with empty text for none, so that no join or grouping loses them."""
    return table.mutate(
        **{name: table[name].cast("string").fill_null("") for name in (OCCUPATION_WRITTEN, PLACE_WRITTEN)}
    )


def _occupations(source: DecidedSource) -> ir.Table:
    """Each written occupation with its leaf; with several leaves and the SHARE of each where records are divided."""
    rows = [
        (written, leaf, share) for written, decision in source.occupations.items() for leaf, share in decision.leaves
    ]
    columns = {OCCUPATION_WRITTEN: [row[0] for row in rows], OCCUPATION: [row[1] for row in rows]}
    divided = len(rows) > len(source.occupations)
    return _lookup(columns, [row[2] for row in rows] if divided else None)


def _lookup(columns: Mapping[str, Sequence[str]], shares: Sequence[float] | None = None) -> ir.Table:
    """A small table in the engine: what was written, and what it is."""
    arrays = {name: pa.array(values, pa.string()) for name, values in columns.items()}
    if shares is not None:
        arrays[SHARE] = pa.array(shares, pa.float64())
    return ibis.memtable(pa.table(arrays))
