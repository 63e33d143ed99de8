"""From a source's rows to the groups that coding and protection need, as expressions."""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Mapping
from functools import reduce

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import pyarrow as pa

from node.adapters.engine.duplicates import IS_DUPLICATE, KEY, key_of, one_of_each
from node.adapters.engine.fields import clean, raw, text_of, typed, unrecognised, valid
from node.adapters.engine.mapping import RECORD_KEY, FieldMapping
from node.adapters.engine.record_keys import RECORD_KEY_NUMBER
from node.config import CodedColumn, Condition, SourceConfig
from node.model.period import TimePeriod
from node.model.profile import ExchangeProfile, FieldKind, Indicator, RecordField, Timing
from node.model.records import (
    CONTRIBUTOR,
    KEY_SUM,
    OCCUPATION_WRITTEN,
    PLACE_WRITTEN,
    RECORDS,
    TITLE_WRITTEN,
    FieldCount,
)

KEY_HASH, VALID, WRITTEN, UNRECOGNISED = "key_hash", "valid", "__written", "__unrecognised"
TITLE_CHARACTERS = 2_000
"""What is kept of a title. The longest that says more than its job is an advertisement pasted whole."""


@ibis.udf.scalar.builtin(name="hash")  # type: ignore[untyped-decorator]  # Ibis does not type its decorators
def _hash(text: str) -> dt.UInt64:
    """DuckDB's own 64-bit hash; Ibis' takes a slow way round through bit strings."""
    raise NotImplementedError(text)


def typed_rows(table: ir.Table, source: SourceConfig, mapping: FieldMapping, *also: str) -> ir.Table:
    """One row a record: occupation and place as written, each field's value beside what was written, and the
    columns of `table` named in `also`. With the title and the duplicates' KEY where the source has them."""
    columns: dict[str, ir.Value] = {
        **{name: table[name] for name in also},
        OCCUPATION_WRITTEN: _coded(table, source.occupation),
        PLACE_WRITTEN: _coded(table, source.place),
    }
    for field, mapped in mapping.fields:
        written = raw(table, mapped)
        columns[field.name] = typed(written, field, mapped)
        columns[f"{field.name}{WRITTEN}"] = written
        if field.kind is FieldKind.CODE and field.unknown is not None:
            columns[f"{field.name}{UNRECOGNISED}"] = unrecognised(written, field, mapped)
    if source.title is not None:
        columns[TITLE_WRITTEN] = clean(text_of(table[source.title])).substr(0, TITLE_CHARACTERS)
    if source.duplicates:
        columns[KEY] = key_of(tuple(text_of(table[name]) for name in source.duplicates))
    return table.select(**columns)


def validity(rows: ir.Table, field: RecordField) -> ir.BooleanValue:
    """Whether each of `typed_rows` holds what the field takes."""
    return valid(rows[f"{field.name}{WRITTEN}"], rows[field.name], field)


def counted_rows(rows: ir.Table, mapping: FieldMapping, profile: ExchangeProfile, period: TimePeriod) -> ir.Table:
    """One row a record: the keys it is grouped by, what it adds to each indicator (null where it does not count),
    whether all its fields are valid, and a hash of its record key where it has one. Where the source declares a key
    of duplicates, one record of each key adds, and IS_DUPLICATE says which were set aside."""
    counts = {field.name for field in profile.fields if field.kind is FieldKind.COUNT}
    valid_fields = (validity(rows, field) for field, _ in mapping.fields)
    titles = [name for name in (TITLE_WRITTEN,) if name in rows.columns]
    keys = [OCCUPATION_WRITTEN, PLACE_WRITTEN, *titles, *mapping.codes]
    contributions: dict[str, ir.Value] = {
        indicator.id: _contribution(rows, indicator, period, indicator.measure in counts)
        for indicator in profile.indicators
    }
    if KEY in rows.columns:
        ties = [*keys, *(field.name for field, _ in mapping.fields if field.name not in keys)]
        contributions = one_of_each(rows, contributions, profile, period, ties)
    columns: dict[str, ir.Value] = {
        **{name: rows[name] for name in (*keys, *_unrecognised_columns(rows))},
        **contributions,
        VALID: reduce(operator.and_, valid_fields, ibis.literal(True)),
    }
    if mapping.contributor is not None:
        columns[CONTRIBUTOR] = rows[mapping.contributor]
    if mapping.record_key:
        columns[KEY_HASH] = _hash(rows[RECORD_KEY])
    if RECORD_KEY_NUMBER in rows.columns:
        columns[RECORD_KEY_NUMBER] = rows[RECORD_KEY_NUMBER]
    return rows.select(**columns)


def checks(counted: ir.Table, profile: ExchangeProfile) -> ir.Table:
    """One row: how many records there are, how many of them break a rule or were set aside as duplicates, and of
    those that count in the period how many hold something unrecognised, per field."""
    sums: dict[str, ir.Value] = {
        "records": counted.count(),
        "invalid": counted[VALID].count(where=~counted[VALID]),
    }
    if IS_DUPLICATE in counted.columns:
        sums[IS_DUPLICATE] = counted[IS_DUPLICATE].count(where=counted[IS_DUPLICATE])
    if strange := _unrecognised_columns(counted):
        counts = _counting(counted, profile)
        sums |= {name: counted[name].count(where=counted[name] & counts) for name in strange}
    return counted.aggregate(**sums)


def unrecognised_counts(found: Mapping[str, int]) -> tuple[FieldCount, ...]:
    """Of the row of `checks`: the fields in which something was not recognised."""
    return tuple(
        FieldCount(name.removesuffix(UNRECOGNISED), number)
        for name, number in found.items()
        if name.endswith(UNRECOGNISED) and number
    )


def without_settled_titles(counted: ir.Table, settled: Collection[str]) -> ir.Table:
    """`counted` with a title only where the written code is not one of `settled`, so that no other is grouped by."""
    if not settled:
        return counted
    codes = ibis.memtable(pa.table({"settled": pa.array(sorted(settled), pa.string())}))
    joined = counted.left_join(codes, counted[OCCUPATION_WRITTEN] == codes["settled"])
    title = ibis.ifelse(joined["settled"].isnull(), joined[TITLE_WRITTEN], ibis.null("string"))
    return joined.mutate(**{TITLE_WRITTEN: title}).drop("settled")


def grouped(counted: ir.Table, mapping: FieldMapping, profile: ExchangeProfile) -> ir.Table:
    """`UnitRecords.table`: records that count in the period, grouped."""
    names = [indicator.id for indicator in profile.indicators]
    keys = [OCCUPATION_WRITTEN, PLACE_WRITTEN, *mapping.codes]
    keys += [name for name in (TITLE_WRITTEN, CONTRIBUTOR) if name in counted.columns]
    counting = counted.filter(_counting(counted, profile))
    sums: dict[str, ir.Value] = {RECORDS: counting.count()}
    for name in names:
        kind = "float64" if counting[name].type().is_floating() else "int64"
        sums[name] = counting[name].sum().cast(kind).fill_null(0)
        sums[f"{name}__n"] = counting[name].count(where=counting[name] > 0)
        if RECORD_KEY_NUMBER in counted.columns:
            number = counting[RECORD_KEY_NUMBER].sum(where=counting[name] > 0)
            sums[f"{name}{KEY_SUM}"] = number.cast("int64").fill_null(0)
    groups = counting.group_by(keys).aggregate(**sums)
    # Blanks are cut from the groups, of which there are far fewer than rows; what follows groups again.
    return groups.mutate(**{key: clean(groups[key]) for key in keys if key not in mapping.codes})


def in_scope(table: ir.Table, conditions: tuple[Condition, ...]) -> ir.Table:
    """The rows that keep all of a source's `where` conditions."""
    return table.filter([_holds(table, condition) for condition in conditions]) if conditions else table


def _counting(counted: ir.Table, profile: ExchangeProfile) -> ir.BooleanValue:
    """Whether each record counts in the period at all."""
    return reduce(operator.or_, (counted[indicator.id].notnull() for indicator in profile.indicators))


def _unrecognised_columns(table: ir.Table) -> list[str]:
    return [name for name in table.columns if name.endswith(UNRECOGNISED)]


def _coded(table: ir.Table, coded: CodedColumn) -> ir.StringValue:
    return text_of(table[coded.column]) if coded.column is not None else ibis.literal(coded.constant)


def _added(measure: ir.NumericValue, whole: bool) -> ir.NumericValue:
    """What a record adds up to: counts as 32-bit numbers, which take less room; nothing where the cell is empty."""
    return (measure.try_cast("int32") if whole else measure).fill_null(0)


def _contribution(rows: ir.Table, indicator: Indicator, period: TimePeriod, whole: bool) -> ir.NumericValue:
    """What each record adds to the indicator in the period; null where it does not count in it.

    A source that does not map an optional field which an indicator needs has nothing to say about it.
    """
    there = rows.columns
    if indicator.on not in there or (indicator.measure is not None and indicator.measure not in there):
        return ibis.null("int32")
    measure = ibis.literal(1, "int32") if indicator.measure is None else _added(rows[indicator.measure], whole)
    on, end = rows[indicator.on], ibis.literal(period.end)
    if indicator.timing is Timing.FLOW:
        counts = (on >= ibis.literal(period.start)) & (on < end)
    else:
        counts = on < end
        if indicator.until in there:
            counts = counts & (rows[indicator.until].isnull() | (rows[indicator.until] >= end))
    return ibis.ifelse(counts, measure, ibis.null(measure.type()))


def _holds(table: ir.Table, condition: Condition) -> ir.BooleanValue:
    """Whether each row keeps the condition: as numbers where both sides are, else as text.

    A cell that is not a number is neither smaller nor larger than one, nor equal to it.
    """
    compare = _COMPARISONS[condition.operator]
    text = text_of(table[condition.column]).fill_null("")
    try:
        value = float(condition.value)
    except ValueError:
        return compare(text, ibis.literal(condition.value))
    number = text.strip().try_cast("float64")
    return compare(number, ibis.literal(value)).fill_null(condition.operator == "!=")


_COMPARISONS: dict[str, Callable[[ir.Value, ir.Value], ir.BooleanValue]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
