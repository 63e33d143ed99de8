"""What views are made of: the grids of periods, read from the store, and what stands behind them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from node.compare.grid import NOT_REPORTED_AT, OVERALL, Grid, read_grid, with_sum
from node.compare.periods import Periods, choose_period
from node.compare.reading import known_code, upwards
from node.compare.tightness import SEEKING, VACANT, Tightness, read_tightness
from node.errors import NotPublished
from node.model.codelist import Codelist
from node.model.comparison import Absence, SignalThresholds
from node.model.distance import DistanceTable
from node.model.merged import MergedCube
from node.model.period import TimePeriod
from node.model.profile import AREA, OCCUPATION, ExchangeProfile
from node.model.release import Vintage
from node.model.table import Table, View
from node.ports import ObservationStore, ProfileLibrary

VACANCIES, JOBSEEKERS, TRAINING, EMPLOYMENT = "VACANCIES", "JOBSEEKERS", "TRAINING", "EMPLOYMENT"


@dataclass(frozen=True, slots=True)
class Reading:
    """Where comparisons read from, and by which thresholds they judge. `distances`: asked where they are needed, and
    raises MappingError where there is no such table; `as_of`: as it was believed then; None now."""

    store: ObservationStore
    profiles: ProfileLibrary
    distances: Callable[[], DistanceTable]
    thresholds: SignalThresholds
    as_of: datetime | None = None

    @property
    def profile(self) -> ExchangeProfile:
        """That of VACANCIES, whose areas and occupations all views show."""
        return self.profiles.profile(VACANCIES)

    def periods(self, wanted: TimePeriod | None) -> Periods | None:
        """The periods a reader may choose; None where nothing has been merged. Raises: NotPublished."""
        return choose_period(*map(self.store.periods, (VACANCIES, JOBSEEKERS)), wanted=wanted)

    def area(self, code: str) -> str:
        """The code itself. Raises: NotPublished where there is no such area."""
        return known_code(self.profile.structure.axis(AREA).codelist, code, "area")

    def occupation(self, code: str) -> str:
        """The code itself. Raises: NotPublished where there is no such group."""
        return known_code(self.profile.structure.axis(OCCUPATION).codelist, code, "occupation")

    def country(self, area: str) -> str:
        """The country that an area is in, itself for a country, empty for the sub-region."""
        lineage = self.profile.structure.axis(AREA).codelist.lineage(area)
        return lineage[-2] if len(lineage) > 1 else ""

    def around(self, area: str) -> tuple[str, ...]:
        """The areas of which figures are needed to tell those of one: itself and all that it is a part of, since its
        position is beside its country; for the sub-region its countries, which it is the sum of."""
        areas = self.profile.structure.axis(AREA).codelist
        return (area, *areas.children(area)) if area in areas.roots else areas.lineage(area)

    def cubes(
        self,
        dataflow: str,
        periods: Sequence[TimePeriod],
        occupations: Sequence[str] | None,
        indicators: Sequence[str] | None = None,
        areas: Sequence[str] | None = None,
    ) -> tuple[MergedCube, ...]:
        """Over all sexes, with what the occupations are parts of."""
        codes = self.profiles.profile(dataflow).structure.axis(OCCUPATION).codelist
        needed = None if occupations is None else upwards(codes, occupations)
        return self.store.cubes(
            dataflow, periods, as_of=self.as_of, occupations=needed, areas=areas, indicators=indicators, sexes=OVERALL
        )


@dataclass(frozen=True, slots=True)
class Moment:
    """Both figures of one period, and the releases that they come from; `tightness` None where there is none."""

    period: TimePeriod
    tightness: Tightness
    vintages: tuple[Vintage, ...]
    absent: tuple[Absence, ...]

    @property
    def released(self) -> bool:
        """Whether any country has released either figure."""
        return bool(self.vintages)

    def view(self, *tables: Table, others: Sequence[Vintage] = ()) -> View:
        """A view of the period; `others`: releases of other periods and dataflows that its tables need."""
        vintages = tuple(dict.fromkeys((*self.vintages, *others)))
        return View(self.period, tables, vintages)


def moments(
    reading: Reading, periods: Sequence[TimePeriod], occupations: Sequence[str], areas: Sequence[str] | None = None
) -> tuple[Moment, ...]:
    """The periods in the order asked, over the occupations with all that they are parts of. `areas`: of which figures
    are read; by default all."""
    profile = reading.profile
    pairs = zip(
        reading.cubes(VACANCIES, periods, occupations, (VACANT,), areas),
        reading.cubes(JOBSEEKERS, periods, occupations, (SEEKING,), areas),
        strict=True,
    )
    return tuple(
        Moment(
            vacancies.period,
            now := read_tightness(vacancies, jobseekers, profile, occupations, reading.thresholds),
            (*vacancies.vintages, *jobseekers.vintages),
            _absences(profile, now),
        )
        for vacancies, jobseekers in pairs
    )


def history(
    reading: Reading, period: TimePeriod, count: int, occupations: Sequence[str], area: str | None = None
) -> tuple[Moment, ...]:
    """So many periods up to one, oldest first. `area`: the only one of which the periods before the last are read; by
    default all."""
    before = [period.shifted(-back) for back in reversed(range(1, count))]
    around = None if area is None else reading.around(area)
    return (*moments(reading, before, occupations, around), *moments(reading, (period,), occupations))


def grids(
    reading: Reading, dataflow: str, period: TimePeriod, occupations: Sequence[str], indicators: Sequence[str]
) -> tuple[dict[str, Grid], tuple[Vintage, ...]]:
    """Indicators of another dataflow, with the sub-region as the sum of its countries. Raises: NotPublished where the
    dataflow has no such occupation."""
    profile = reading.profiles.profile(dataflow)
    (cube,) = reading.cubes(dataflow, (period,), occupations, indicators)
    return {indicator: summed_grid(profile, cube, indicator, occupations) for indicator in indicators}, cube.vintages


def summed_grid(profile: ExchangeProfile, cube: MergedCube, indicator: str, occupations: Sequence[str]) -> Grid:
    """One indicator over all areas of the profile, the sub-region as the sum of its countries."""
    return with_countries(profile, own_grid(profile, cube, indicator, occupations))


def own_grid(profile: ExchangeProfile, cube: MergedCube, indicator: str, occupations: Sequence[str]) -> Grid:
    """One indicator over all areas of the profile as senders report them, and so without the sub-region."""
    codes = upwards(profile.structure.axis(OCCUPATION).codelist, occupations)
    return read_grid(cube, profile, indicator, profile.structure.axis(AREA).codelist.ids, codes)


def with_countries(profile: ExchangeProfile, grid: Grid) -> Grid:
    """The grid with the sub-region as the sum of its countries."""
    areas = profile.structure.axis(AREA).codelist
    return with_sum(grid, areas.roots[0], areas.children(areas.roots[0]))


def employed_of(
    reading: Reading, period: TimePeriod, occupations: Sequence[str]
) -> tuple[Grid, tuple[Vintage, ...]] | None:
    """The employed of the quarter that a period lies in, or of the newest before it within a year, of those of the
    occupations that the survey has; None where there is no survey or no such occupation."""
    if EMPLOYMENT not in reading.profiles.dataflows():
        return None
    codes = reading.profiles.profile(EMPLOYMENT).structure.axis(OCCUPATION).codelist
    shown = [code for code in occupations if code in codes]
    quarter = TimePeriod.quarter_of(period.start)
    released = {known for known in reading.store.periods(EMPLOYMENT) if quarter.shifted(-4) <= known <= quarter}
    if not shown or not released:
        return None
    found, vintages = grids(reading, EMPLOYMENT, max(released), shown, ("EMP",))
    return (found["EMP"], vintages) if vintages else None


def chosen(periods: Periods | None) -> Periods:
    """Raises: NotPublished where nothing has been merged yet."""
    if periods is None:
        raise NotPublished("nothing of VACANCIES or JOBSEEKERS has been merged yet")
    return periods


def _absences(profile: ExchangeProfile, now: Tightness) -> tuple[Absence, ...]:
    """Countries that no release speaks of, per dataflow."""
    areas = profile.structure.axis(AREA).codelist
    return tuple(
        Absence(country, areas.code(country).name, dataflow)
        for dataflow, grid in ((VACANCIES, now.vacancies), (JOBSEEKERS, now.jobseekers))
        for country, rows in _rows_within(areas)
        if (grid.sign[rows] == NOT_REPORTED_AT).all()
    )


@lru_cache(maxsize=8)
def _rows_within(areas: Codelist) -> tuple[tuple[str, list[int]], ...]:
    """Each country with the rows, in grids over all areas, of itself and of its areas."""
    return tuple(
        (country, [areas.index[code] for code in areas.ids if country in areas.lineage(code)])
        for country in areas.children(areas.roots[0])
    )
