"""The views of one period: overview, an occupation group, an area, the matrix, and a dataflow's own figures."""

from __future__ import annotations

from dataclasses import dataclass

from node.compare.figures import figure_table, shown_occupations
from node.compare.mismatch import jackman_roper, mismatch
from node.compare.overview import change_table, shortage_table
from node.compare.reading import groups_at, level_of, occupation_parts
from node.compare.tables import Context, area_table, matrix_table, occupation_table
from node.compare.tightness import Tightness
from node.compare.trend import WINDOW
from node.comparing.reading import Moment, Reading, employed_of, grids, history, moments
from node.model.comparison import Absence
from node.model.interval import Interval
from node.model.period import TimePeriod
from node.model.profile import AREA, OCCUPATION
from node.model.release import Vintage
from node.model.structure import RESIDUAL
from node.model.table import Coded, View

OVERVIEW_LEVEL = 2
"""Digits of the groups among which the overview looks for shortages: fewer hide what is short inside them, and more
are hidden themselves in small areas."""
ELASTICITY = 0.5
"""Of hires to vacancies, for the mismatch that pages show; `docs/explanation/indicators.md` says what it rests on."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A view with the moment it is of. `area`, `occupation`: the codes that the address names."""

    moment: Moment
    view: View
    area: str
    occupation: str

    @property
    def period(self) -> TimePeriod:
        return self.moment.period

    @property
    def now(self) -> Tightness:
        return self.moment.tightness

    @property
    def absent(self) -> tuple[Absence, ...]:
        return self.moment.absent


def overview(reading: Reading, period: TimePeriod, occupation: str) -> Compared:
    """All areas for one occupation group (table `areas`), the groups that are short (`shortages`), and what changed
    since the period before (`changes`, of the major groups).

    `occupation`: empty for the group that is short most widely, all occupations where none is.
    """
    codes = reading.profile.structure.axis(OCCUPATION).codelist
    groups, majors = groups_at(codes, OVERVIEW_LEVEL), groups_at(codes, 1)
    asked = (reading.occupation(occupation),) if occupation else ()
    (moment,) = moments(reading, (period,), (*asked, *majors, *groups))
    (before,) = moments(reading, (period.shifted(-1),), majors)
    shortages = shortage_table(moment.tightness, reading.profile, groups)
    widest = shortages.rows[0][0] if shortages.rows else None
    occupation = occupation or (widest.code if isinstance(widest, Coded) else codes.roots[0])
    tables = (
        area_table(moment.tightness, reading.profile, occupation),
        shortages,
        change_table(moment.tightness, before.tightness if before.released else None, reading.profile, majors),
    )
    return Compared(moment, moment.view(*tables, others=before.vintages), _root(reading), occupation)


def by_area(reading: Reading, period: TimePeriod, occupation: str) -> Compared:
    """All areas for an occupation group, with a year's persistence (table `areas`)."""
    past = history(reading, period, WINDOW, (reading.occupation(occupation),))
    context, others = _context(reading, past, (occupation,))
    table = area_table(past[-1].tightness, reading.profile, occupation, context)
    return Compared(past[-1], past[-1].view(table, others=others), _root(reading), occupation)


def by_occupation(reading: Reading, period: TimePeriod, area: str, occupation: str) -> Compared:
    """An area's groups just below an occupation group, with a year's persistence (table `occupations`)."""
    codes = reading.profile.structure.axis(OCCUPATION).codelist
    shown = (reading.occupation(occupation), *occupation_parts(codes, occupation))
    past = history(reading, period, WINDOW, shown, reading.area(area))
    context, others = _context(reading, past, shown)
    table = occupation_table(past[-1].tightness, reading.profile, reading.area(area), occupation, context)
    return Compared(past[-1], past[-1].view(table, others=others), area, occupation)


def matrix(reading: Reading, period: TimePeriod, occupation: str) -> Compared:
    """All areas by an occupation group and those just below it (table `matrix`)."""
    shown = matrix_groups(reading, occupation)
    (moment,) = moments(reading, (period,), shown)
    table = matrix_table(moment.tightness, reading.profile, shown)
    return Compared(moment, moment.view(table), _root(reading), occupation)


def matrix_groups(reading: Reading, occupation: str) -> tuple[str, ...]:
    """The columns of the matrix: the group, then its parts but for what is known no further. Raises: NotPublished."""
    codes = reading.profile.structure.axis(OCCUPATION).codelist
    parts = occupation_parts(codes, reading.occupation(occupation))
    return (occupation, *(code for code in parts if not code.endswith(RESIDUAL)))


@dataclass(frozen=True, slots=True)
class Mismatch:
    """How far vacancies and job seekers of a country sit in different major groups; `groups`: how many there are."""

    lost_hires: Interval
    moving: Interval
    groups: int


def country_mismatch(reading: Reading, compared: Compared) -> Mismatch | None:
    """Over the major groups of a country whose totals are published; None for other areas and where they are not."""
    areas, codes = (reading.profile.structure.axis(axis).codelist for axis in (AREA, OCCUPATION))
    if level_of(areas, compared.area) != 1 or compared.occupation not in codes.roots:
        return None
    now, parts = compared.now, codes.children(compared.occupation)
    posts, persons = (
        [grid.at(*now.place(compared.area, code)) for code in (compared.occupation, *parts)]
        for grid in (now.vacancies, now.jobseekers)
    )
    inner = [[figure.interval for figure in figures[1:]] for figures in (posts, persons)]
    v, u = ([one for one in intervals if one is not None] for intervals in inner)
    if len(v) < len(parts) or len(u) < len(parts) or not posts[0].value or not persons[0].value:
        return None
    if any(vintage.custom.perturbation for vintage in compared.moment.vintages):
        return None  # noise does not add up, and the bounds hold for parts that do
    total_v, total_u = posts[0].value, persons[0].value
    lost = mismatch(v, u, total_v, total_u, ELASTICITY)
    return Mismatch(lost, jackman_roper(v, u, total_v, total_u), len(parts))


def own_figures(
    reading: Reading, dataflow: str, period: TimePeriod, *, occupation: str, by: str, area: str | None
) -> View:
    """One dataflow's own figures (table `figures`). Raises: ProfileError, NotPublished, OperatorError."""
    profile = reading.profiles.profile(dataflow)
    shown = shown_occupations(profile, occupation, by)
    found, vintages = grids(reading, dataflow, period, shown, [indicator.id for indicator in profile.indicators])
    table = figure_table(found, profile, occupation=occupation, by=by, area=area)
    return View(period, (table,), vintages)


def _context(
    reading: Reading, past: tuple[Moment, ...], occupations: tuple[str, ...]
) -> tuple[Context, tuple[Vintage, ...]]:
    """Persistence and survey of a table, and the releases that they come from besides those of the period."""
    survey = employed_of(reading, past[-1].period, occupations)
    before = tuple(vintage for moment in past[:-1] for vintage in moment.vintages)
    known = tuple(moment.tightness if moment.released else None for moment in past)
    if survey is None:
        return Context(known), before
    return Context(known, survey[0]), (*survey[1], *before)


def _root(reading: Reading) -> str:
    return reading.profile.structure.axis(AREA).codelist.roots[0]
