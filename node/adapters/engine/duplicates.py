"""Advertisements of the same job: of records that agree in the source's declared key, one counts.

Which one is decided for each indicator by itself, among the records that count in it in the period: the one that
began first; of those that began on one day the one that stands for most; then the first by all that was written.
A second advertisement thus changes no figure that was published before it. A flow leaves out a job that was in the
stock already when the period began: it is not new. A record with an empty cell in the key stands for itself.
"""

from __future__ import annotations

from functools import reduce
from operator import and_, or_

import ibis
import ibis.expr.types as ir

from node.model.period import TimePeriod
from node.model.profile import ExchangeProfile, Indicator, Timing

KEY, IS_DUPLICATE = "duplicate_key", "is_duplicate"
_BETWEEN = "\x1f"
"""Unit separator (ASCII 31), which no register writes inside a cell."""


def key_of(columns: tuple[ir.StringValue, ...]) -> ir.StringValue:
    """The key columns as one text, blanks around each cut; null where one of them is empty."""
    parts = [column.strip().nullif("") for column in columns]
    return reduce(lambda left, right: left + ibis.literal(_BETWEEN) + right, parts)


def one_of_each(
    rows: ir.Table, contributions: dict[str, ir.Value], profile: ExchangeProfile, period: TimePeriod, ties: list[str]
) -> dict[str, ir.Value]:
    """`contributions` (per indicator, null where a record does not count) with null for all but one of the records of
    each KEY of `rows`, and IS_DUPLICATE: whether a record that counted was set aside in all that it counted in.

    `ties`: columns that settle which of two records counts that began on one day and stand for as much.
    """
    settled: dict[str, ir.Value] = {}
    for indicator in profile.indicators:
        value = contributions[indicator.id]
        if indicator.on not in rows.columns or value.type().is_null():
            settled[indicator.id] = value
            continue
        keeps = _first(rows, value, indicator, ties) == 0
        stock = _stock(profile, indicator, rows)
        if stock is not None:
            keeps = keeps & (_standing(rows, stock, period) == 0)
        settled[indicator.id] = ibis.ifelse(rows[KEY].isnull() | keeps, value, ibis.null(value.type()))
    counted = reduce(or_, (value.notnull() for value in contributions.values()))
    nowhere = reduce(and_, (value.isnull() for value in settled.values()))
    return {**settled, IS_DUPLICATE: counted & nowhere}


def _first(rows: ir.Table, value: ir.Value, indicator: Indicator, ties: list[str]) -> ir.IntegerValue:
    """0 for the record of its key that counts."""
    absent = ibis.ifelse(value.isnull(), 1, 0)
    order = [absent, rows[indicator.on], value.desc(), *(rows[name].cast("string").fill_null("") for name in ties)]
    return ibis.row_number().over(ibis.window(group_by=rows[KEY], order_by=order))


def _standing(rows: ir.Table, stock: Indicator, period: TimePeriod) -> ir.IntegerValue:
    """How many records of the key were in the stock when the period began."""
    start = ibis.literal(period.start)
    standing = rows[stock.on] < start
    if stock.until in rows.columns:
        standing = standing & (rows[stock.until].isnull() | (rows[stock.until] >= start))
    return ibis.ifelse(standing.fill_null(False), 1, 0).sum().over(ibis.window(group_by=rows[KEY]))


def _stock(profile: ExchangeProfile, flow: Indicator, rows: ir.Table) -> Indicator | None:
    """The stock that a flow adds to: the one that begins on the same date. A stock itself adds to none."""
    if flow.timing is not Timing.FLOW:
        return None
    stocks = (each for each in profile.indicators if each.timing is Timing.STOCK and each.on == flow.on)
    return next((stock for stock in stocks if stock.on in rows.columns), None)
