"""Fields of a record as expressions: what a cell's text means, and whether it may stand there.

A field is read in two steps, since DuckDB would otherwise parse a cell once for every use of it: `typed` makes the
value, and `valid` judges it. Dates are written year, month, day; a time after them is cut. Numbers are written with
a point.
"""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from node.config import FieldSource
from node.errors import ConfigurationError
from node.model.codelist import Codelist
from node.model.profile import FieldKind, RecordField

HIGHEST_COUNT = 10**9
"""Posts or persons one record may stand for: more is a mistyped number. It fits 32 bits, and sums fit 64."""
HIGHEST_WEIGHT = 1e12

_FIRST_PRINTED = "!"
_DAY_LENGTH = len("2026-10-31")
_BOUNDS: dict[FieldKind, tuple[date | float, date | float]] = {
    # Years of four digits: the cast reads 26-10-31 as a day of the year 26, and “infinity” as one after all years.
    FieldKind.DATE: (date(1000, 1, 1), date(9999, 12, 31)),
    FieldKind.COUNT: (0, HIGHEST_COUNT),
    # NaN and infinity compare as larger than any bound.
    FieldKind.WEIGHT: (0, HIGHEST_WEIGHT),
}


def raw(table: ir.Table, mapped: FieldSource) -> ir.Value:
    """The field as the source writes it: a column, or the same constant in every row."""
    return table[mapped.column] if mapped.column is not None else ibis.literal(mapped.constant)


def typed(written: ir.Value, field: RecordField, mapped: FieldSource) -> ir.Value:
    """The field's value: text, date or float64 by its kind; null where the cell is empty or not valid.

    Raises: ConfigurationError when a code field's translation does not fit its codelist.
    """
    kind = written.type()
    if field.kind is FieldKind.DATE:
        return written.cast("date") if kind.is_temporal() else text_of(written).try_cast("date")
    if field.kind in {FieldKind.COUNT, FieldKind.WEIGHT}:
        # As whole numbers, a cast would round 1.5 to 2 unseen.
        return written.cast("float64") if kind.is_numeric() else text_of(written).try_cast("float64")
    if field.kind is FieldKind.CODE:
        text = text_of(written).strip().fill_null("")
        return text.cases(*_translation(field, mapped), else_=field.unknown).cast("string")
    return text_of(written)


def valid(written: ir.Value, value: ir.Value, field: RecordField) -> ir.BooleanValue:
    """Whether each row's cell is what the field takes; never null. An empty cell is, unless it is required."""
    if field.kind is FieldKind.CODE:
        return value.notnull()
    if field.kind is FieldKind.KEY:
        # A key is needed wherever its column is mapped: without one, records or contributors cannot be told apart.
        return ibis.ifelse(value >= _FIRST_PRINTED, ibis.literal(True), clean(value).notnull()).fill_null(False)
    lowest, highest = _BOUNDS[field.kind]
    fitting = (value >= ibis.literal(lowest)) & (value <= ibis.literal(highest))
    if field.kind is FieldKind.COUNT:
        fitting &= value % 1 == 0
        if written.type().is_string():
            # 1.000 is a thousand to whoever wrote it in Indonesia, and one to a parser; `.0` is a data frame's doing.
            fitting &= ~written.contains(".") | written.strip().endswith(".0")
    if field.kind is FieldKind.DATE and written.type().is_string():
        # Without a look at the text, DuckDB reads the column as dates at once and does not mind what follows them.
        fitting &= ibis.ifelse(
            written.length() == _DAY_LENGTH, ibis.literal(True), written.try_cast("timestamp").notnull()
        )
    fitting = fitting.fill_null(False)
    return fitting if field.required else written.isnull() | fitting


def unrecognised(written: ir.Value, field: RecordField, mapped: FieldSource) -> ir.BooleanValue:
    """Whether each row's cell of a CODE field holds something that neither source nor profile declares; never null."""
    text = text_of(written).strip().fill_null("")
    return (text != "") & ~text.isin([code for code, _ in _translation(field, mapped)])


def expected(field: RecordField, mapped: FieldSource) -> str:
    """What a message says should have stood in the cell."""
    if field.kind is FieldKind.CODE:
        return f"one of the codes {', '.join(code for code, _ in _translation(field, mapped))}"
    return {
        FieldKind.KEY: "a key, not an empty cell,",
        FieldKind.DATE: "a date such as 2026-10-31",
        FieldKind.COUNT: f"a whole number from 0 to {HIGHEST_COUNT:,}",
        FieldKind.WEIGHT: "a number that is not negative",
    }[field.kind]


def text_of(column: ir.Value) -> ir.StringValue:
    """A column as text. Whole numbers that a spreadsheet or data frame turned into floats lose their `.0`."""
    kind = column.type()
    if kind.is_string():
        return column
    if kind.is_floating() or kind.is_decimal():
        whole = column.try_cast("int64").cast("string")
        return ibis.ifelse(column % 1 == 0, whole, column.cast("string"))
    return column.cast("string")


def clean(text: ir.StringValue) -> ir.StringValue:
    """Text without surrounding blanks, null where nothing is left."""
    return text.strip().nullif("")


def _translation(field: RecordField, mapped: FieldSource) -> tuple[tuple[str, str], ...]:
    """A source's codes with the profile's: those it declares, and the profile's own as they are."""
    codelist: Codelist | None = field.codelist
    if codelist is None:
        raise ConfigurationError(f"field {field.name}: a code field needs a codelist in its profile")
    if stray := sorted({target for _, target in mapped.codes} - set(codelist.leaves)):
        raise ConfigurationError(
            f"field {field.name}: `codes` leads to {', '.join(stray)}; {codelist.id} has {', '.join(codelist.leaves)}"
        )
    declared = {source for source, _ in mapped.codes}
    return (*mapped.codes, *((leaf, leaf) for leaf in codelist.leaves if leaf not in declared))
