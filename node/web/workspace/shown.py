"""What an address shows, before it is written as a page, a table for programs, a chart or a briefing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from node.compare.overview import BEFORE
from node.comparing.reading import Moment
from node.model.period import TimePeriod
from node.model.structure import RESIDUAL
from node.model.table import Cell, Coded, Column, Kind, Table, View
from node.web.charts.sheet import Chart
from node.web.workspace.address import Links
from node.web.workspace.desk import Desk

ChartMaker = Callable[[], Chart]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One view.

    `path`: of its address; `query`: what else its address says, beside what `links` keeps; `heading`: what the view
    is of, `message`: what it says first, in a sentence; `area`, `occupation`: the codes that rows without them are of;
    `english`: whether the heading is an English title that stands in for a missing one;
    `charts`: by id, made when they are asked for; `context`: what else its template needs.
    """

    template: str
    path: str
    heading: str
    message: str
    view: View
    moment: Moment
    links: Links
    area: str
    occupation: str
    query: Mapping[str, str] = field(default_factory=dict)
    charts: Mapping[str, ChartMaker] = field(default_factory=dict)
    context: Mapping[str, object] = field(default_factory=dict)
    briefing: bool = False
    english: bool = False

    def data(self, form: str, table: str = "") -> str:
        """The address of the view's data: `csv`, `xlsx`, `json`; of one table where it has several."""
        return self.links.to(f"{self.path}.{form}", table=table, **self.query)

    def chart(self, name: str, form: str) -> str:
        """The address of one of its charts, `svg` or `png`."""
        return self.links.to(f"{self.path}/{name}.{form}", **self.query)

    @property
    def pdf(self) -> str:
        """The address of its briefing."""
        return self.links.to(f"{self.path}/briefing.pdf", **self.query)


@dataclass(frozen=True, slots=True)
class CellLinks:
    """Where the cells of a view's tables lead: names to their own view, figures to where they come from."""

    desk: Desk
    shown: Shown

    def href(self, table: Table, row: Sequence[Cell], place: int) -> str:
        """The address behind a cell; empty for none."""
        column, cell = table.columns[place], row[place]
        if isinstance(cell, Coded):
            return self._of_code(column, cell, table, row)
        if column.kind is Kind.FIGURE:
            return self._of_figure(column, table, row)
        return ""

    def _of_figure(self, column: Column, table: Table, row: Sequence[Cell]) -> str:
        """Of a period of which nothing has been merged, nothing leads anywhere."""
        period, periods = self._period(column, row), self.desk.periods
        if periods is None or period not in periods.offered:
            return ""
        return self.shown.links.provenance(self._area(table, row), self._occupation(table, row), period)

    def _period(self, column: Column, row: Sequence[Cell]) -> TimePeriod:
        """The month that a figure is of: its row's, of a quarter the last, by default the view's."""
        own = next((cell for cell in row if isinstance(cell, TimePeriod)), self.shown.view.period)
        if own.frequency == "Q":
            return TimePeriod.month_of(own.start).shifted(2)
        return own.shifted(-1) if column in BEFORE else own

    def _of_code(self, column: Column, cell: Coded, table: Table, row: Sequence[Cell]) -> str:
        links = self.shown.links
        if column.kind is Kind.AREA:
            return self.desk.area_href(links, cell.code, self._occupation(table, row))
        if table.id == "occupations":
            return self.desk.group_href(links, self.shown.area, cell.code)
        return "" if cell.code.endswith(RESIDUAL) else links.occupation(cell.code)

    def _area(self, table: Table, row: Sequence[Cell]) -> str:
        return _code(table, row, Kind.AREA) or self.shown.area

    def _occupation(self, table: Table, row: Sequence[Cell]) -> str:
        return _code(table, row, Kind.OCCUPATION) or self.shown.occupation


def _code(table: Table, row: Sequence[Cell], kind: Kind) -> str:
    """The code in the first column of a kind; empty where the table has none."""
    for column, cell in zip(table.columns, row, strict=True):
        if column.kind is kind and isinstance(cell, Coded):
            return cell.code
    return ""
