"""Heads of columns and titles of tables in the reader's language."""

from __future__ import annotations

from node.model.table import Column, Table
from node.web.workspace.desk import Desk
from node.web.workspace.words import HEADS, TABLES

SIGNAL_OF = "SIGNAL_"


def head(desk: Desk, column: Column) -> str:
    """A column's head; the column of a country's own signal has the country's name."""
    if column.id in HEADS:
        return str(HEADS[column.id])
    country = column.id.removeprefix(SIGNAL_OF)
    return desk.naming.short_area(country) if country in desk.naming.areas else column.id


def heads(desk: Desk, table: Table) -> tuple[str, ...]:
    return tuple(head(desk, column) for column in table.columns)


def table_title(table: Table) -> str:
    return str(TABLES[table.id])
