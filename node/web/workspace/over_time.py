"""The view of one area and occupation group over time."""

from __future__ import annotations

from collections.abc import Sequence

from node.comparing.trends import Trends, trends
from node.model.comparison import Measured, Signal
from node.model.period import TimePeriod
from node.model.table import Column, Table
from node.web.charts.beveridge import Beveridge, BeveridgePoint
from node.web.charts.palette import FigureState
from node.web.charts.time_series import Moment, Series, TimeSeries
from node.web.language import writing
from node.web.language.catalogues import gettext, ngettext
from node.web.workspace.charting import extent_of, gap_state, key_of, numerals, short_figure, state_of
from node.web.workspace.desk import Desk
from node.web.workspace.notes import chart_text
from node.web.workspace.overview import choices
from node.web.workspace.shown import ChartMaker, Shown
from node.web.workspace.words import DIRECTIONS, HEADS


def trends_shown(desk: Desk, period: TimePeriod) -> Shown:
    """Raises: NotPublished for an unknown area or group."""
    areas, codes = desk.naming.areas, desk.naming.occupations
    area = desk.query.area or desk.home
    group = desk.query.occupation or codes.roots[0]
    found = trends(desk.reading, period, area, group)
    charts: dict[str, ChartMaker] = {
        "relative": lambda: relative_chart(desk, found),
        "stocks": lambda: stocks_chart(desk, found),
    }
    if len(found.view.tables) > 1:
        charts["beveridge"] = lambda: beveridge_chart(desk, found)
    place, occupation = desk.naming.area_text(area), desk.naming.occupation_text(group)
    return Shown(
        template="trends.html",
        path="/trends",
        heading=gettext("%(occupation)s in %(area)s over time", occupation=occupation, area=place),
        message=_persistence(found),
        view=found.view,
        moment=found.now,
        links=desk.links(period),
        area=area,
        occupation=group,
        query={"area": desk.query.area, "occupation": desk.query.occupation},
        charts=charts,
        context={
            "course": found.course,
            "direction": DIRECTIONS[found.course.trend.direction],
            "choices": choices(desk),
            "places": tuple(areas.ids),
        },
    )


def _persistence(found: Trends) -> str:
    short = found.course.short
    said = ngettext(
        "Short for certain in %(certain)s of the last %(num)s month",
        "Short for certain in %(certain)s of the last %(num)s months",
        short.periods,
        certain=writing.number(short.certain),
    )
    if not short.possible:
        return said + "."
    left = ngettext(
        "in %(num)s more month it cannot be told", "in %(num)s more months it cannot be told", short.possible
    )
    return f"{said}; {left}."


def _labels(table: Table) -> tuple[str, ...]:
    return tuple(writing.short_month(cell) for cell in table.column("TIME_PERIOD") if isinstance(cell, TimePeriod))


def _series(table: Table, name: str, column: Column, states: Sequence[FigureState] | None = None) -> Series:
    """A column as a series; `states`: of each of its figures, by default known or its gap."""
    cells = [cell for cell in table.column(column.id) if isinstance(cell, Measured)]
    found = states or [gap_state(cell) for cell in cells]
    moments = tuple(
        Moment(extent_of(cell), short_figure(cell, column.decimals), state)
        for cell, state in zip(cells, found, strict=True)
    )
    return Series(name, moments)


def relative_chart(desk: Desk, found: Trends) -> TimeSeries:
    """Relative tightness month by month; tightness itself for a country over all occupations and the sub-region, whose
    own level it would be held against."""
    table, thresholds = found.view.table("series"), desk.reading.thresholds
    column = _column(table, "RELATIVE_TO_COUNTRY")
    own = found.area in desk.naming.areas.children(desk.root) and found.occupation in desk.naming.occupations.roots
    if own or found.area == desk.root:
        column = _column(table, "VACANCIES_PER_100_JOBSEEKERS")
        series = _series(table, "", column)
    else:
        pairs = zip(table.column(column.id), table.column("SIGNAL"), strict=True)
        states = [
            state_of(cell, signal if isinstance(signal, Signal) else None)
            for cell, signal in pairs
            if isinstance(cell, Measured)
        ]
        series = _series(table, "", column, states)
    measure = (
        f"{desk.naming.occupation_text(found.occupation)}, {desk.naming.area_text(found.area)}: {HEADS[column.id]}"
    )
    text = chart_text(desk, found.view, _persistence(found), measure, f"{_persistence(found)} {_direction(found)}")
    key = key_of((moment.state for moment in series.moments), thresholds)
    return TimeSeries(text, _labels(table), (series,), key, numerals())


def stocks_chart(desk: Desk, found: Trends) -> TimeSeries:
    """Vacancies and job seekers, one below the other on scales of their own."""
    table = found.view.table("series")
    series = tuple(_series(table, str(HEADS[name]), _column(table, name)) for name in ("VACANCIES", "JOBSEEKERS"))
    place = desk.naming.area_text(found.area)
    headline = gettext("Vacancies and job seekers in %(area)s", area=place)
    measure = gettext("At the end of each month; each on a scale of its own")
    text = chart_text(desk, found.view, headline, measure, f"{headline}. {measure}.")
    return TimeSeries(text, _labels(table), series, (), numerals())


def beveridge_chart(desk: Desk, found: Trends) -> Beveridge:
    """The vacancy rate against the share of job seekers, quarter by quarter."""
    table = found.view.table("beveridge")
    pairs = zip(table.column("JOBSEEKER_RATE_PERCENT"), table.column("VACANCY_RATE_PERCENT"), strict=True)
    points = tuple(
        BeveridgePoint(label, extent_of(across), extent_of(up))
        for label, (across, up) in zip(_labels(table), pairs, strict=True)
        if isinstance(across, Measured) and isinstance(up, Measured)
    )
    place = desk.naming.area_text(found.area)
    headline = gettext("Beveridge points of %(area)s", area=place)
    measure = gettext("Vacancy rate against job seekers as a share of them and the employed, in per cent, by quarter")
    text = chart_text(desk, found.view, headline, measure, f"{headline}. {measure}.")
    heads = str(HEADS["JOBSEEKER_RATE_PERCENT"]), str(HEADS["VACANCY_RATE_PERCENT"])
    return Beveridge(text, points, *heads, numerals=numerals())


def _direction(found: Trends) -> str:
    return str(DIRECTIONS[found.course.trend.direction])


def _column(table: Table, name: str) -> Column:
    return next(column for column in table.columns if column.id == name)
