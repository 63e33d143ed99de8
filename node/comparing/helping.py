"""Who could help whom, and who trains for what is short."""

from __future__ import annotations

from dataclasses import dataclass

from node.compare.assignment import Assigned, assigned, cells_needed
from node.compare.grid import Grid
from node.compare.reading import groups_at, level_of
from node.compare.training import (
    ENROLLED,
    GRADUATED,
    PLACES,
    summed,
    training_by_area,
    training_by_occupation,
)
from node.compare.trend import WINDOW
from node.comparing.reading import TRAINING, Moment, Reading, grids, moments, own_grid, with_countries
from node.comparing.views import Compared
from node.model.period import TimePeriod
from node.model.profile import AREA, OCCUPATION
from node.model.release import Vintage
from node.model.table import View


@dataclass(frozen=True, slots=True)
class Helping:
    """`view` has the tables `flows` and `balances`."""

    view: View
    moment: Moment
    occupation: str
    assigned: Assigned


def complementarity(reading: Reading, period: TimePeriod, occupation: str) -> Helping:
    """Surplus of an occupation group, and of groups near to it, assigned to its short posts across areas.

    Raises: NotPublished for an unknown group; MappingError where the distance table lacks an area.
    """
    profile = reading.profile
    codes = profile.structure.axis(OCCUPATION).codelist
    distances = reading.distances()
    needed = cells_needed(codes, distances, reading.occupation(occupation))
    (moment,) = moments(reading, (period,), (occupation, *needed))
    found = assigned(moment.tightness, profile, distances, occupation, reading.thresholds)
    return Helping(moment.view(found.flows, found.balances), moment, occupation, found)


def training(reading: Reading, period: TimePeriod, area: str, occupation: str | None) -> Compared:
    """Table `training`: an area's groups, those that are short first; or with `occupation` all areas for that one.

    Groups are the finest that the dataflow TRAINING has.
    Raises: NotPublished for an unknown area or a group that TRAINING does not have; ProfileError without a profile.
    """
    trained_codes = reading.profiles.profile(TRAINING).structure.axis(OCCUPATION).codelist
    finest = max(level_of(trained_codes, code) for code in trained_codes.ids)
    groups = groups_at(trained_codes, finest) if occupation is None else (occupation,)
    trained, others = _trained(
        reading, period, groups, reading.around(reading.area(area)) if occupation is None else None
    )
    (moment,) = moments(reading, (period,), groups)
    if occupation is None:
        table = training_by_occupation(moment.tightness, trained, reading.profile, reading.area(area), groups)
    else:
        table = training_by_area(moment.tightness, trained, reading.profile, occupation)
    root = reading.profile.structure.axis(AREA).codelist.roots[0]
    return Compared(moment, moment.view(table, others=others), area or root, occupation or "_T")


def _trained(
    reading: Reading, period: TimePeriod, groups: tuple[str, ...], areas: tuple[str, ...] | None
) -> tuple[dict[str, Grid], tuple[Vintage, ...]]:
    """Places and enrolled at the period's end; graduates over a year up to it, of `areas`, None for all."""
    stocks, vintages = grids(reading, TRAINING, period, groups, (PLACES, ENROLLED))
    year = [period.shifted(-back) for back in reversed(range(WINDOW))]
    cubes = reading.cubes(TRAINING, year, groups, (GRADUATED,), areas)
    profile = reading.profiles.profile(TRAINING)
    graduated = with_countries(profile, summed([own_grid(profile, cube, GRADUATED, groups) for cube in cubes]))
    others = tuple(vintage for cube in cubes for vintage in cube.vintages)
    return {**stocks, GRADUATED: graduated}, tuple(dict.fromkeys((*vintages, *others)))
