"""What the templates of views are given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from node.compare.reading import level_of, tree_order
from node.compare.tables import REF_AREA
from node.compare.tightness import Tightness
from node.comparing.reading import VACANCIES
from node.errors import NodeError
from node.model.comparison import Signal
from node.model.period import TimePeriod
from node.model.table import Cell, Coded, Kind, Table
from node.web.charts.cache import RenderCache
from node.web.charts.sheet import NARROW, WIDE, with_notes_beside
from node.web.language import writing
from node.web.language.catalogues import gettext, ngettext
from node.web.workspace.address import SECONDS
from node.web.workspace.cells import figure, linked, marked, markup, named
from node.web.workspace.desk import Desk
from node.web.workspace.heads import head, table_title
from node.web.workspace.measures import Measure
from node.web.workspace.notes import is_synthetic, methods, noise_words
from node.web.workspace.shown import CellLinks, Shown
from node.web.workspace.words import SIGNAL_MARKS, SIGNAL_WORDS

LEVELLED = ("areas", "occupations")
NUMERIC = (Kind.FIGURE, Kind.RANGE, Kind.COUNT)


BESIDE = 560
"""Pixels of a chart that stands beside its table on a desk."""
DESK_WIDTHS = {"map": 720, "heat": WIDE, "ranking": WIDE, "flows": WIDE, "training": WIDE}


@dataclass(frozen=True, slots=True)
class HtmlTable:
    """A table ready for its template: heads and rows of cells, each with its class."""

    table: Table
    title: str
    heads: tuple[tuple[str, bool], ...]
    rows: tuple[tuple[str, tuple[tuple[str, Markup], ...]], ...]
    left: int
    """Rows that are not shown here; the data have all."""


@dataclass(frozen=True, slots=True)
class ChartLinks:
    """A chart in a page: drawn for a desk and for a phone, and where it is taken from."""

    wide: Markup
    narrow: Markup
    svg: str
    png: str


def page_context(desk: Desk, shown: Shown, charts: RenderCache) -> dict[str, object]:
    """For the template of a view."""
    moment = shown.moment
    return {
        **plain_context(desk),
        "shown": shown,
        "links": shown.links,
        "periods": desk.periods,
        "period": shown.view.period,
        "synthetic": is_synthetic(desk, shown),
        "notices": _notices(desk, shown, moment.period),
        "methods": methods(desk, shown),
        "vintages": shown.view.vintages,
        "table": lambda name, most=0: html_table(desk, shown, shown.view.table(name), most),
        "chart": lambda name: _chart(shown, charts, name),
        "pivot": lambda: pivot(desk, shown),
        "figure_of": figure,
        **shown.context,
    }


def plain_context(desk: Desk) -> dict[str, object]:
    """For every page of the workspace."""
    return {
        "naming": desk.naming,
        "area_name": lambda code: named(desk.naming.area(code)),
        "occupation_name": lambda code: named(desk.naming.occupation(code)),
        "marked": lambda sentence: marked(desk.naming, sentence),
        "thresholds": desk.reading.thresholds,
        "links": desk.links(_month(desk.query.period)),
        "as_of": desk.query.as_of,
        "as_of_text": desk.query.as_of.strftime(SECONDS) if desk.query.as_of else "",
        "synthetic": is_synthetic(desk),
        "troubled": desk.troubled,
    }


def _month(period: TimePeriod | None) -> TimePeriod | None:
    """The period of other views: none where the one asked for is a quarter, as a survey's number has."""
    return period if period is not None and period.frequency == "M" else None


def html_table(desk: Desk, shown: Shown, table: Table, most: int = 0) -> HtmlTable:
    """`most`: rows that are shown, 0 for all."""
    links, columns = CellLinks(desk, shown), table.columns
    rows = table.rows[:most] if most else table.rows
    return HtmlTable(
        table=table,
        title=table_title(table),
        heads=tuple((head(desk, column), column.kind in NUMERIC) for column in columns),
        rows=tuple((_row_class(table, row), _cells(desk, links, table, row)) for row in rows),
        left=len(table.rows) - len(rows),
    )


def pivot(desk: Desk, shown: Shown) -> Iterator[tuple[int, str, Markup, list[tuple[str, Markup]]]]:
    """The matrix: level, code and name of each area, and its cells with their class, in the order of the groups."""
    now, measure, groups = shown.context["now"], shown.context["measure"], shown.context["groups"]
    if not isinstance(now, Tightness) or not isinstance(measure, Measure) or not isinstance(groups, tuple):
        raise NodeError("only the matrix can be turned into columns of groups")
    areas, grid = desk.naming.areas, measure.grid(now)
    places = [now.occupations.index(group) for group in groups]
    leads = {signal: (f" signal-{signal.value}", _lead(signal)) for signal in Signal}
    for area in tree_order(areas, desk.root):
        row, links = now.areas.index(area), [shown.links.provenance(area, group) for group in groups]
        cells = []
        for place, href in zip(places, links, strict=True):
            signal = now.signal_at(row, place) if measure.signalled else None
            content = linked(figure(grid.at(row, place), measure.decimals), href)
            cell_class, lead = leads[signal] if signal else ("", Markup())
            cells.append((cell_class, lead + content))
        label = Coded(area, areas.code(area).name)
        column = REF_AREA
        yield level_of(areas, area), area, named(desk.naming.area(area)) + desk.writer.feed_flag(column, label), cells


def _lead(signal: Signal) -> Markup:
    """What stands before a figure of the matrix: the word of its signal for those who do not see the mark, and this."""
    word, mark = str(SIGNAL_WORDS[signal]), SIGNAL_MARKS[signal]
    return markup('<span class="unseen">', word, ' </span><span class="mark">', mark, "</span> ")


def _cells(desk: Desk, links: CellLinks, table: Table, row: Sequence[Cell]) -> tuple[tuple[str, Markup], ...]:
    writer = desk.writer
    return tuple(
        (_cell_class(column.kind, cell), writer.html(column, cell, links.href(table, row, place)))
        for place, (column, cell) in enumerate(zip(table.columns, row, strict=True))
    )


def _row_class(table: Table, row: Sequence[Cell]) -> str:
    """Rows stand out by their level where rows are parts of others."""
    first = row[0]
    if table.id not in LEVELLED or not isinstance(first, Coded):
        return ""
    return f"level-{first.level + (1 if table.id == 'occupations' else 0)}"


def _cell_class(kind: Kind, cell: Cell) -> str:
    if isinstance(cell, Signal):
        return f"signal-{cell.value}"
    return "num" if kind in NUMERIC else ""


def _chart(shown: Shown, charts: RenderCache, name: str) -> ChartLinks:
    chart = with_notes_beside(shown.charts[name]())
    wide, narrow = (
        Markup(charts.svg(chart, f"chart-{name}-{word}", width))  # noqa: S704  # the renderer escapes what it writes
        for word, width in (("wide", DESK_WIDTHS.get(name, BESIDE)), ("narrow", NARROW))
    )
    return ChartLinks(wide, narrow, shown.chart(name, "svg"), shown.chart(name, "png"))


def _notices(desk: Desk, shown: Shown, period: TimePeriod) -> tuple[Markup, ...]:
    """What is not there, or not as it should be, said before any figure."""
    month, found = writing.month(period), []
    for absence in shown.moment.absent:
        what = gettext("vacancies") if absence.dataflow == VACANCIES else gettext("job seekers")
        text = gettext(
            "%(country)s: no %(what)s for %(month)s have been merged here. Totals of the sub-region are partial "
            "without them.",
            country=desk.naming.area_text(absence.area),
            what=what,
            month=month,
        )
        found.append(escape(text))
    for vintage in shown.moment.vintages:
        if vintage.custom.rows == 0:
            what = desk.dataflow_text(vintage.key.dataflow)
            values = {"sender": vintage.sender, "dataflow": what, "month": month}
            found.append(
                escape(gettext("%(sender)s published “%(dataflow)s” for %(month)s without a single record.", **values))
            )
    found += [escape(text) for text in noise_words(desk, shown.view.vintages)]
    if desk.query.as_of:
        at = writing.moment(desk.query.as_of)
        found.append(escape(gettext("As it was known here on %(time)s; newer releases are left out.", time=at)))
    return tuple(found)


def rows_said(count: int) -> str:
    """The row count on a button."""
    return ngettext("%(num)s row", "%(num)s rows", count, num=writing.number(count))
