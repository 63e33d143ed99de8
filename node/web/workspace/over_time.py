"""The view of one area and occupation group over time."""

from __future__ import annotations

from collections.abc import Sequence

from node.compare.trend import WINDOW
from node.comparing.trends import Trends, trends
from node.model.comparison import Measured, Signal
from node.model.period import TimePeriod
from node.model.table import Column, Table
from node.web.charts.beveridge import Beveridge, BeveridgePoint
from node.web.charts.palette import FigureState
from node.web.charts.time_series import Moment, Series, TimeSeries
from node.web.language import writing
from node.web.language.catalogues import gettext, ngettext
from node.web.workspace.charting import (
    extent_of,
    figure_signs,
    gap_state,
    key_of,
    numerals,
    reference,
    short_figure,
    state_of,
)
from node.web.workspace.desk import Desk
from node.web.workspace.notes import chart_text, no_signal
from node.web.workspace.overview import choices
from node.web.workspace.shown import ChartMaker, Shown
from node.web.workspace.words import DIRECTIONS, HEADS

LEVEL = "VACANCIES_PER_100_JOBSEEKERS"


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
        message=_persistence(desk, found),
        view=found.view,
        moment=found.now,
        links=desk.links(period),
        area=area,
        occupation=group,
        query={"area": desk.query.area, "occupation": desk.query.occupation},
        charts=charts,
        context={
            "course": found.course,
            "direction": _direction(found),
            "choices": choices(desk),
            "places": tuple(areas.ids),
        },
    )


def _level(found: Trends) -> str:
    """Tightness itself at the end."""
    column = _column(found.view.table("series"), LEVEL)
    figure = short_figure(_measured(found.view.table("series"), LEVEL)[-1], column.decimals)
    return f"{HEADS[LEVEL]}, {writing.month(found.now.period)}: {figure}."


def _measure_of_groups() -> str:
    return gettext(
        "A country’s tightness over all occupations is what its groups are held against, and signals nothing by itself."
    )


def _persistence(desk: Desk, found: Trends) -> str:
    short = found.course.short
    if short is None:
        return f"{_level(found)} {no_signal() if found.area == desk.root else _measure_of_groups()}"
    certain = writing.number(short.certain)
    if not short.periods:
        return gettext("Nothing was released of the last 12 months.")
    if short.periods == WINDOW:
        said = gettext("Short for certain in %(certain)s of the last 12 months", certain=certain)
    else:
        said = ngettext(
            "Short for certain in %(certain)s of the %(num)s month released among the last 12",
            "Short for certain in %(certain)s of the %(num)s months released among the last 12",
            short.periods,
            certain=certain,
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
    cells = _measured(table, column.id)
    found = states or [gap_state(cell) for cell in cells]
    moments = tuple(
        Moment(extent_of(cell), short_figure(cell, column.decimals), state, signs=figure_signs(cell))
        for cell, state in zip(cells, found, strict=True)
    )
    return Series(name, moments)


def relative_chart(desk: Desk, found: Trends) -> TimeSeries:
    """Relative tightness month by month; tightness itself for a country over all occupations and the sub-region, whose
    own level it would be held against."""
    table, thresholds = found.view.table("series"), desk.reading.thresholds
    column = _column(table, "RELATIVE_TO_COUNTRY")
    headline = _persistence(desk, found)
    if found.course.short is None:
        column, headline = _column(table, LEVEL), _level(found)
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
    text = chart_text(
        desk,
        found.view,
        headline,
        measure,
        f"{_persistence(desk, found)} {_direction(found)}".strip(),
        areas=(found.area,),
        figures=_measured(table, column.id),
    )
    there = {moment.state for moment in series.moments} - {FigureState.BALANCED}  # which is a plain dot
    if found.course.short is None:
        return TimeSeries(text, _labels(table), (series,), key_of(there, thresholds), numerals())
    key = key_of(there | {FigureState.SHORTAGE, FigureState.SURPLUS}, thresholds)
    return TimeSeries(text, _labels(table), (series,), key, numerals(), reference(thresholds))


def stocks_chart(desk: Desk, found: Trends) -> TimeSeries:
    """Vacancies and job seekers, one below the other on scales of their own."""
    table = found.view.table("series")
    names = ("VACANCIES", "JOBSEEKERS")
    series = tuple(_series(table, str(HEADS[name]), _column(table, name)) for name in names)
    place = desk.naming.area_text(found.area)
    headline = gettext("Vacancies and job seekers in %(area)s", area=place)
    measure = gettext("At the end of each month; each on a scale of its own")
    figures = [cell for name in names for cell in _measured(table, name)]
    said = f"{headline}. {measure}."
    text = chart_text(desk, found.view, headline, measure, said, areas=(found.area,), figures=figures)
    return TimeSeries(text, _labels(table), series, (), numerals())


def beveridge_chart(desk: Desk, found: Trends) -> Beveridge:
    """The vacancy rate against the share of job seekers, quarter by quarter."""
    table = found.view.table("beveridge")
    across, up = (_measured(table, name) for name in ("JOBSEEKER_RATE_PERCENT", "VACANCY_RATE_PERCENT"))
    points = tuple(
        BeveridgePoint(label, extent_of(seekers), extent_of(vacancies), signs=_joined(seekers, vacancies))
        for label, seekers, vacancies in zip(_labels(table), across, up, strict=True)
    )
    place = desk.naming.area_text(found.area)
    headline = gettext("Beveridge points of %(area)s", area=place)
    measure = gettext("Vacancy rate against job seekers as a share of them and the employed, in per cent, by quarter")
    said = f"{headline}. {measure}."
    text = chart_text(desk, found.view, headline, measure, said, areas=(found.area,), figures=(*across, *up))
    heads = str(HEADS["JOBSEEKER_RATE_PERCENT"]), str(HEADS["VACANCY_RATE_PERCENT"])
    return Beveridge(text, points, *heads, numerals=numerals())


def _measured(table: Table, name: str) -> list[Measured]:
    """A column of figures."""
    return [cell for cell in table.column(name) if isinstance(cell, Measured)]


def _joined(*figures: Measured) -> str:
    """The signs of a point that several figures make, each once."""
    return "".join(dict.fromkeys("".join(map(figure_signs, figures))))


def _direction(found: Trends) -> str:
    """Empty where there is nothing that could rise or fall."""
    return "" if found.course.trend is None else str(DIRECTIONS[found.course.trend.direction])


def _column(table: Table, name: str) -> Column:
    return next(column for column in table.columns if column.id == name)
