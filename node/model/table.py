"""A table that people and programs take away: the one form that page, CSV, XLSX, JSON, PDF and command line write."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from node.errors import NodeError
from node.model.comparison import Measured, Signal
from node.model.period import TimePeriod
from node.model.release import Vintage


class Kind(Enum):
    """What the cells of a column are."""

    AREA = "area"
    """`Coded`: a code of REF_AREA."""
    OCCUPATION = "occupation"
    """`Coded`: a code of OCCUPATION."""
    FIGURE = "figure"
    """`Measured`."""
    SIGNAL = "signal"
    """`Signal`, or None where the row has none."""
    RANGE = "range"
    """Two whole numbers, the least and the most, or None: a rank, or in how many periods something was so."""
    COUNT = "count"
    """A whole number, or None."""
    PERIOD = "period"
    """`TimePeriod`."""
    WORD = "word"
    """A text of a small fixed set, which pages write in the reader's language."""
    TEXT = "text"
    """A text as somebody wrote it."""


@dataclass(frozen=True, slots=True)
class Coded:
    """A code with its English name. `level`: how far it stands inside the rows above it, for indenting."""

    code: str
    name: str
    level: int = 0


Cell = Coded | Measured | Signal | tuple[int, int] | int | TimePeriod | str | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `id`: its name for programs; `decimals`: of a FIGURE, for people."""

    id: str
    kind: Kind
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under columns. `id`: its name among the tables of one view; `about`: what is the same in all rows
    and no column, as the code of the occupation that a table by area is of; programs find it in each record.

    Raises: NodeError for a row of another width.
    """

    id: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    about: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise NodeError(f"table {self.id}: a row has not {len(self.columns)} cells")

    def column(self, name: str) -> tuple[Cell, ...]:
        """The cells of a column."""
        place = [column.id for column in self.columns].index(name)
        return tuple(row[place] for row in self.rows)


@dataclass(frozen=True, slots=True)
class View:
    """What one address shows: its tables, of one period, and the releases behind them."""

    period: TimePeriod
    tables: tuple[Table, ...]
    vintages: tuple[Vintage, ...]

    def table(self, name: str) -> Table:
        """Raises: NodeError where there is none such."""
        for table in self.tables:
            if table.id == name:
                return table
        raise NodeError(f"there is no table {name}")
