"""From a source's rows to the groups that coding and protection need, as expressions."""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import reduce

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from node.adapters.engine.fields import clean, raw, text_of, typed, valid
from node.adapters.engine.mapping import RECORD_KEY, FieldMapping
from node.config import CodedColumn, Condition, SourceConfig
from node.model.period import TimePeriod
from node.model.profile import ExchangeProfile, FieldKind, Indicator, RecordField, Timing
from node.model.records import CONTRIBUTOR, OCCUPATION_WRITTEN, PLACE_WRITTEN, RECORDS

KEY_HASH, VALID, WRITTEN = "key_hash", "valid", "__written"


@ibis.udf.scalar.builtin(name="hash")  # type: ignore[untyped-decorator]  # Ibis does not type its decorators
def _hash(text: str) -> dt.UInt64:
    """DuckDB's own 64-bit hash; Ibis' takes a slow way round through bit strings."""
    raise NotImplementedError(text)


def typed_rows(table: ir.Table, source: SourceConfig, mapping: FieldMapping, *also: str) -> ir.Table:
    """One row a record: occupation and place as written, each field's value beside what was written, and the
    columns of `table` named in `also`."""
    columns: dict[str, ir.Value] = {
        **{name: table[name] for name in also},
        OCCUPATION_WRITTEN: _coded(table, source.occupation),
        PLACE_WRITTEN: _coded(table, source.place),
    }
    for field, mapped in mapping.fields:
        written = raw(table, mapped)
        columns[field.name] = typed(written, field, mapped)
        columns[f"{field.name}{WRITTEN}"] = written
    return table.select(**columns)


def validity(rows: ir.Table, field: RecordField) -> ir.BooleanValue:
    """Whether each of `typed_rows` holds what the field takes."""
    return valid(rows[f"{field.name}{WRITTEN}"], rows[field.name], field)


def counted_rows(rows: ir.Table, mapping: FieldMapping, profile: ExchangeProfile, period: TimePeriod) -> ir.Table:
    """One row a record: the keys it is grouped by, what it adds to each indicator (null where it does not count),
    whether all its fields are valid, and a hash of its record key where it has one."""
    counts = {field.name for field in profile.fields if field.kind is FieldKind.COUNT}
    valid_fields = (validity(rows, field) for field, _ in mapping.fields)
    columns: dict[str, ir.Value] = {
        **{key: rows[key] for key in (OCCUPATION_WRITTEN, PLACE_WRITTEN, *mapping.codes)},
        **{
            indicator.id: _contribution(rows, indicator, period, indicator.measure in counts)
            for indicator in profile.indicators
        },
        VALID: reduce(operator.and_, valid_fields, ibis.literal(True)),
    }
    if mapping.contributor is not None:
        columns[CONTRIBUTOR] = rows[mapping.contributor]
    if mapping.record_key:
        columns[KEY_HASH] = _hash(rows[RECORD_KEY])
    return rows.select(**columns)


def checks(counted: ir.Table) -> ir.Table:
    """One row: how many records there are, and how many of them break a rule."""
    return counted.aggregate(records=counted.count(), invalid=counted[VALID].count(where=~counted[VALID]))


def grouped(counted: ir.Table, mapping: FieldMapping, profile: ExchangeProfile) -> ir.Table:
    """`UnitRecords.table`: records that count in the period, grouped."""
    names = [indicator.id for indicator in profile.indicators]
    keys = [OCCUPATION_WRITTEN, PLACE_WRITTEN, *mapping.codes]
    keys += [CONTRIBUTOR] if mapping.contributor is not None else []
    counting = counted.filter(reduce(operator.or_, (counted[name].notnull() for name in names)))
    sums: dict[str, ir.Value] = {RECORDS: counting.count()}
    for name in names:
        kind = "float64" if counting[name].type().is_floating() else "int64"
        sums[name] = counting[name].sum().cast(kind).fill_null(0)
        sums[f"{name}__n"] = counting[name].count(where=counting[name] > 0)
    groups = counting.group_by(keys).aggregate(**sums)
    # Blanks are cut from the groups, of which there are far fewer than rows; what follows groups again.
    return groups.mutate(**{key: clean(groups[key]) for key in keys if key not in mapping.codes})


def in_scope(table: ir.Table, conditions: tuple[Condition, ...]) -> ir.Table:
    """The rows that keep all of a source's `where` conditions."""
    return table.filter([_holds(table, condition) for condition in conditions]) if conditions else table


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
