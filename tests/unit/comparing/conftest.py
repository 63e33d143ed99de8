"""A reading of a store in memory, with small profiles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from node.compare.indicators import THRESHOLDS
from node.comparing.reading import Reading
from node.errors import MappingError
from node.model.codelist import Code, Codelist
from node.model.distance import Crossing, CrossingKind, DistanceTable, NearOccupations, Seat
from node.model.merged import MergedCube
from node.model.profile import INDICATOR, ExchangeProfile, Indicator, Timing
from node.model.structure import Dimension
from tests.support.distances import ABOUT, BORDERS
from tests.support.profiles import employment, jobseekers, vacancies
from tests.support.web_world import FixedProfiles, FixedStore

Read = Callable[..., Reading]

DISTANCES = DistanceTable(
    (
        Seat("ID-SU", "IMTGT_ID", "Medan", 0, 98),
        Seat("ID-JA", "IMTGT_ID", "Jambi", 0, 99),
        Seat("MY-07", "IMTGT_MY", "George Town", 1, 98),
        Seat("MY-08", "IMTGT_MY", "Ipoh", 1, 99),
    ),
    (Crossing("ID-SU", "MY-07", CrossingKind.LAND, "the bridge"),),
    BORDERS,
    NearOccupations(1, 200, "a major group is near enough for these tests"),
    ABOUT,
)


def no_distances() -> DistanceTable:
    raise MappingError("there is no distance table")


def training() -> ExchangeProfile:
    """Places, enrolled and graduates, by area and occupation of two digits."""
    indicators = (
        Indicator("TR_PLACES", "Places", Timing.STOCK, "opened", "closed", "posts"),
        Indicator("TR_ENROLLED", "Enrolled", Timing.STOCK, "opened", "closed", "posts"),
        Indicator("TR_GRADUATED", "Graduated", Timing.FLOW, "opened", None, "posts"),
    )
    made = vacancies()
    codes = Codelist("CL_INDICATOR_TRAINING", tuple(Code(one.id, one.name) for one in indicators))
    axes = tuple(Dimension(INDICATOR, codes, False) if axis.id == INDICATOR else axis for axis in made.structure.axes)
    structure = replace(made.structure, id="TRAINING", axes=axes)
    return replace(made, dataflow="TRAINING", structure=structure, indicators=indicators)


PROFILES = (vacancies(), jobseekers(), employment(), training())


@pytest.fixture
def read() -> Read:
    """Makes a reading of cubes; `profiles`: those of all four dataflows by default."""

    def made(
        *cubes: MergedCube,
        profiles: tuple[ExchangeProfile, ...] = PROFILES,
        distances: Callable[[], DistanceTable] = no_distances,
        as_of: datetime | None = None,
    ) -> Reading:
        return Reading(FixedStore(*cubes), FixedProfiles(*profiles), distances, THRESHOLDS, as_of)

    return made


@pytest.fixture
def distances() -> DistanceTable:
    """A square of one degree, with a land crossing of 300 more along one side."""
    return DISTANCES
