"""Every published number behind the figures of one area and occupation group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from node.compare.grid import Grid
from node.compare.provenance import Input, inputs_of, provenance_table
from node.compare.tightness import SEEKING, VACANT
from node.comparing.reading import (
    EMPLOYMENT,
    JOBSEEKERS,
    TRAINING,
    VACANCIES,
    Moment,
    Reading,
    employed_of,
    grids,
    moments,
)
from node.model.period import TimePeriod
from node.model.profile import AREA, OCCUPATION
from node.model.release import Vintage
from node.model.table import View


@dataclass(frozen=True, slots=True)
class Provenance:
    """`view` has the table `provenance`, a row for each of `inputs`."""

    view: View
    moment: Moment
    area: str
    occupation: str
    inputs: tuple[Input, ...]


def provenance(
    reading: Reading,
    period: TimePeriod,
    area: str,
    occupation: str,
    senders: Mapping[str, str],
    dataflows: Sequence[str] = (TRAINING, EMPLOYMENT),
) -> Provenance:
    """The stocks of the area (of its countries, for the sub-region) and of its country over all occupations, and what
    the other `dataflows` say of them where they have the group.

    `senders`: country (a REF_AREA code) to the sender that speaks for it. Raises: NotPublished for unknown codes.
    """
    areas = reading.profile.structure.axis(AREA).codelist
    total = reading.profile.structure.axis(OCCUPATION).codelist.roots[0]
    (moment,) = moments(reading, (period,), (reading.occupation(occupation),))
    places = areas.children(area) if reading.area(area) in areas.roots else (area,)
    cells = [(place, occupation) for place in places] + [(reading.country(place), total) for place in places]
    inputs: list[Input] = []
    for dataflow, grid, indicator in (
        (VACANCIES, moment.tightness.vacancies, VACANT),
        (JOBSEEKERS, moment.tightness.jobseekers, SEEKING),
    ):
        releases = _releases(reading, moment.vintages, dataflow, senders)
        inputs += inputs_of(reading.profiles.profile(dataflow), grid, cells, indicator, period, releases)
    others: list[Vintage] = []
    for dataflow in dataflows:
        for indicator, grid, of_period, vintages in _others(reading, dataflow, period, occupation):
            releases = _releases(reading, vintages, dataflow, senders)
            profile = reading.profiles.profile(dataflow)
            inputs += inputs_of(profile, grid, cells[: len(places)], indicator, of_period, releases)
            others += vintages
    view = moment.view(provenance_table(inputs), others=others)
    return Provenance(view, moment, area, occupation, tuple(inputs))


def _others(
    reading: Reading, dataflow: str, period: TimePeriod, occupation: str
) -> list[tuple[str, Grid, TimePeriod, tuple[Vintage, ...]]]:
    if dataflow not in reading.profiles.dataflows():
        return []
    profile = reading.profiles.profile(dataflow)
    if occupation not in profile.structure.axis(OCCUPATION).codelist:
        return []
    if dataflow == EMPLOYMENT:
        survey = employed_of(reading, period, (occupation,))
        return [] if survey is None else [("EMP", survey[0], survey[1][0].key.period, survey[1])]
    indicators = [indicator.id for indicator in profile.indicators]
    found, vintages = grids(reading, dataflow, period, (occupation,), indicators)
    return [(indicator, found[indicator], period, vintages) for indicator in indicators] if vintages else []


def _releases(
    reading: Reading, vintages: Sequence[Vintage], dataflow: str, senders: Mapping[str, str]
) -> dict[str, Vintage]:
    """Area to the release that speaks for it."""
    areas = reading.profile.structure.axis(AREA).codelist
    by_sender = {vintage.sender: vintage for vintage in vintages if vintage.key.dataflow == dataflow}
    of_area = {area: by_sender.get(senders.get(reading.country(area), "")) for area in areas.ids}
    return {area: vintage for area, vintage in of_area.items() if vintage is not None}
