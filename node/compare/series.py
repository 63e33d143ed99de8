"""One area and occupation group over time: figures, for how long it has been short, where it goes, Beveridge points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from node.compare.bounded import unemployment_proxy
from node.compare.derived import made_of, vacancy_rate_percent
from node.compare.grid import Grid
from node.compare.indicators import PER
from node.compare.tables import EMPLOYED, FIGURES, VACANCY_RATE, figure_cells, signals_over
from node.compare.tightness import Tightness
from node.compare.trend import Persistence, Trend, persistence, seasonal_trend
from node.model.comparison import NOT_REPORTED, Measured, Signal
from node.model.interval import Interval
from node.model.period import TimePeriod
from node.model.profile import AREA, OCCUPATION
from node.model.table import Cell, Column, Kind, Table

TIME_PERIOD = Column("TIME_PERIOD", Kind.PERIOD)
JOBSEEKER_RATE = Column("JOBSEEKER_RATE_PERCENT", Kind.FIGURE, 2)
MONTHS_OF_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Month:
    """One period of a series; None where nothing was released of it."""

    period: TimePeriod
    tightness: Tightness | None


@dataclass(frozen=True, slots=True)
class Course:
    """What a series says: in how many of the last periods it was short, and where it goes. `short`: None of what cannot
    be short; `trend`: None of what does not compare over time either."""

    short: Persistence | None
    trend: Trend | None


def series_table(months: Sequence[Month], area: str, occupation: str) -> Table:
    """A row a period, oldest first; a period without a release keeps its place."""
    gap = (*[Measured(None, NOT_REPORTED)] * (len(FIGURES) - 1), None)
    rows: list[tuple[Cell, ...]] = []
    for month in months:
        cells = gap if month.tightness is None else figure_cells(month.tightness, area, occupation)
        rows.append((month.period, *cells))
    return Table("series", (TIME_PERIOD, *FIGURES), tuple(rows), ((AREA, area), (OCCUPATION, occupation)))


def course(months: Sequence[Month], area: str, occupation: str) -> Course:
    """Persistence and trend of relative tightness. Raises: nothing; a series without releases is too short."""
    history = [month.tightness for month in months]
    signals = signals_over(history, area, occupation)
    figures = [None if now is None else now.relative.at(*now.place(area, occupation)).interval for now in history]
    return Course(persistence(signals, Signal.SHORTAGE), seasonal_trend(figures, MONTHS_OF_A_YEAR))


def level_course(months: Sequence[Month], area: str, occupation: str) -> Course:
    """The trend of tightness itself, of a country over all occupations: relative to itself it always is 1."""
    history = [month.tightness for month in months]
    figures = [None if now is None else now.tight.at(*now.place(area, occupation)).interval for now in history]
    return Course(None, seasonal_trend(figures, MONTHS_OF_A_YEAR))


NO_COURSE = Course(None, None)
"""Of the sub-region, whose countries' registers do not mix."""


@dataclass(frozen=True, slots=True)
class Quarter:
    """Of one quarter: the stocks at the end of its last month, and the employed; None where nothing was released."""

    period: TimePeriod
    tightness: Tightness | None
    employed: Grid | None


def beveridge_table(quarters: Sequence[Quarter], area: str, occupation: str) -> Table:
    """A point a quarter, oldest first. Source: `bounded.beveridge_points`."""
    rows: list[tuple[Cell, ...]] = []
    for quarter in quarters:
        posts = persons = employed = Measured(None, NOT_REPORTED)
        if quarter.tightness is not None:
            place = quarter.tightness.place(area, occupation)
            posts, persons = quarter.tightness.vacancies.at(*place), quarter.tightness.jobseekers.at(*place)
        if (survey := quarter.employed) is not None:
            employed = survey.at(survey.areas.index(area), survey.occupations.index(occupation))
        rates = vacancy_rate_percent(posts, employed), jobseeker_rate_percent(persons, employed)
        rows.append((quarter.period, posts, persons, employed, *rates))
    columns = (TIME_PERIOD, *FIGURES[:2], EMPLOYED, VACANCY_RATE, JOBSEEKER_RATE)
    return Table("beveridge", columns, tuple(rows), ((AREA, area), (OCCUPATION, occupation)))


def jobseeker_rate_percent(jobseekers: Measured, employed: Measured) -> Measured:
    """Registered job seekers as a share of them and the employed, in percent. Source: `bounded.unemployment_proxy`."""
    interval, value = None, None
    if jobseekers.interval is not None and employed.interval is not None:
        share = unemployment_proxy(jobseekers.interval, employed.interval)
        interval = None if share is None else Interval(PER * share.low, PER * share.high)
    if jobseekers.value is not None and employed.value is not None and jobseekers.value + employed.value > 0:
        value = PER * jobseekers.value / (jobseekers.value + employed.value)
    return made_of((jobseekers, employed), value, interval)
