"""Which rows of a source break a rule. Slow, and run only when the fast pass has found that some do.

Places name row and column and what was expected, never what stands there: a mistyped cell may be anyone's name.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from node.adapters.engine.fields import expected
from node.adapters.engine.intake import in_order
from node.adapters.engine.mapping import RECORD_KEY, FieldMapping
from node.adapters.engine.open_source import describe
from node.adapters.engine.records import in_scope, typed_rows, validity
from node.config import FieldSource, SourceConfig
from node.errors import MAX_PLACES, RecordsInvalid
from node.model.profile import ExchangeProfile, RecordField

_ROW, _FIRST, _TIMES = "row_in_source", "first_row", "times"

Places = list[tuple[int, str]]
"""Row numbers with what is wrong there."""


def refuse_invalid(
    connection: Backend, table: ir.Table, source: SourceConfig, mapping: FieldMapping, profile: ExchangeProfile
) -> None:
    """Name what is wrong with the source `table`.

    Raises: RecordsInvalid, unless what looked like a repeated key was two keys of equal hash.
    """
    with in_order(connection):
        # Numbered before any condition, so that the numbers are those that an editor shows.
        numbered = table.mutate(**{_ROW: ibis.row_number() + 1})
        rows = typed_rows(in_scope(numbered, source.where), source, mapping, _ROW)
        total, places = 0, Places()
        for field, mapped in mapping.fields:
            found = [_invalid(connection, rows, field, mapped)]
            if field.name == RECORD_KEY and mapping.record_key:
                found.append(_repeated(connection, rows, field, mapped))
            for count, first in found:
                total += count
                places += first
    if total:
        shown = sorted(places)[:MAX_PLACES]
        more = f", the first {len(shown)} of them named here" if total > len(shown) else ""
        raise RecordsInvalid(
            f"{describe(source)}: {total:,} {'cell breaks' if total == 1 else 'cells break'} the rules of "
            f"{profile.dataflow}{more}; row 1 is the first row of data",
            places=tuple(text for _, text in shown),
        )


def _invalid(connection: Backend, rows: ir.Table, field: RecordField, mapped: FieldSource) -> tuple[int, Places]:
    """How many cells of a field are not valid, and the first of them."""
    wrong = rows.filter(~validity(rows, field)).select(_ROW)
    count, first = _first(connection, wrong)
    said = f"{expected(field, mapped)} was expected"
    return count, [(row[_ROW], f"row {row[_ROW]}, {_where(field, mapped)}: {said}") for row in first]


def _repeated(connection: Backend, rows: ir.Table, field: RecordField, mapped: FieldSource) -> tuple[int, Places]:
    """How many rows have the record key of an earlier row, and the first of them."""
    keyed = rows.filter(rows[field.name].notnull()).select(_ROW, field.name)
    keys = keyed.group_by(field.name).aggregate(**{_FIRST: keyed[_ROW].min(), _TIMES: keyed.count()})
    keys = keys.filter(keys[_TIMES] > 1)
    joined = keyed.join(keys, field.name)
    count, first = _first(connection, joined.filter(joined[_ROW] > joined[_FIRST]).select(_ROW, _FIRST))
    where = _where(field, mapped)
    return count, [
        (row[_ROW], f"row {row[_ROW]}, {where}: it repeats the record key of row {row[_FIRST]}") for row in first
    ]


def _first(connection: Backend, wrong: ir.Table) -> tuple[int, list[dict[str, int]]]:
    """How many rows there are in all, and the first of them as row numbers."""
    count = int(connection.to_pyarrow(wrong.count()).as_py())
    first = connection.to_pyarrow(wrong.order_by(_ROW).limit(MAX_PLACES)).to_pylist() if count else []
    return count, first


def _where(field: RecordField, mapped: FieldSource) -> str:
    return f"column {mapped.column}" if mapped.column is not None else f"field {field.name}"
