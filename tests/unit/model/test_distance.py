"""What lies between areas: great circles at home, crossings abroad, and no way round that is shorter."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.errors import MappingError
from node.model.distance import (
    BorderCost,
    Crossing,
    CrossingKind,
    DistanceTable,
    NearOccupations,
    Seat,
    great_circle_km,
)
from tests.support.distances import ABOUT, BORDERS, CROSSINGS, NEAR, SEATS, TABLE

DEGREE = math.pi * 6371.0088 / 180
LAND, SEA = CrossingKind.LAND, CrossingKind.SEA


def test_a_degree_of_the_equator() -> None:
    assert TABLE.between("A1", "A2") == pytest.approx(DEGREE)
    assert pytest.approx(111.195, abs=1e-3) == DEGREE


@pytest.mark.parametrize(
    ("one", "other", "km"),
    [
        # Medan to George Town, Bangkok to Singapore, and half round the earth, as atlases have them.
        ((3.59, 98.67), (5.41, 100.33), 273),
        ((13.75, 100.50), (1.29, 103.85), 1427),
        ((0, 0), (0, 180), 20015),
    ],
)
def test_known_distances(one: tuple[float, float], other: tuple[float, float], km: float) -> None:
    found = great_circle_km((Seat("X", "Z", "x", *one), Seat("Y", "Z", "y", *other)))
    assert found[0, 1] == pytest.approx(km, rel=0.006)


def test_a_border_is_added_at_its_crossing() -> None:
    bridge = DEGREE + 300
    assert TABLE.between("A1", "B1") == pytest.approx(bridge)
    assert TABLE.between("A2", "B1") == pytest.approx(DEGREE + bridge)
    home = great_circle_km(SEATS)[2, 3]
    assert TABLE.between("B2", "A2") == pytest.approx(DEGREE + bridge + home)


def test_the_cheapest_crossing_is_taken() -> None:
    ferry = Crossing("B2", "A2", SEA, "the ferry")
    table = dataclasses.replace(TABLE, crossings=(*CROSSINGS, ferry))
    assert table.between("A1", "B1") == TABLE.between("A1", "B1")
    assert table.between("A2", "B2") < TABLE.between("A2", "B2")
    assert table.between("A2", "B2") == pytest.approx(great_circle_km(SEATS)[1, 3] + 600)


def test_the_country_of_an_area() -> None:
    assert TABLE.country("B2") == "B"
    for ask in (lambda: TABLE.country("C1"), lambda: TABLE.between("A1", "C1")):
        with pytest.raises(MappingError, match="C1"):
            ask()


@pytest.mark.parametrize(
    ("crossings", "says"),
    [
        ((Crossing("A1", "A2", LAND, "x"),), "within one country"),
        ((Crossing("A1", "C1", LAND, "x"),), "C1"),
        ((*CROSSINGS, Crossing("B1", "A1", LAND, "x")), "twice"),
        ((), "no way leads.*A1 to B1"),
    ],
)
def test_crossings_that_make_no_table(crossings: tuple[Crossing, ...], says: str) -> None:
    with pytest.raises(MappingError, match=says):
        DistanceTable(SEATS, crossings, BORDERS, NEAR, ABOUT)


def test_other_values_that_make_no_table() -> None:
    with pytest.raises(MappingError, match=r"one seat.*A1"):
        DistanceTable((*SEATS, SEATS[0]), CROSSINGS, BORDERS, NEAR, ABOUT)
    with pytest.raises(MappingError, match="by land"):
        DistanceTable(SEATS, CROSSINGS, {SEA: BORDERS[SEA]}, NEAR, ABOUT)
    with pytest.raises(MappingError, match="nowhere on earth"):
        Seat("A1", "A", "a", 91, 0)
    with pytest.raises(MappingError, match="nowhere on earth"):
        Seat("A1", "A", "a", 0, math.nan)
    for km in (-1, math.inf, math.nan):
        with pytest.raises(MappingError, match="some kilometres or none"):
            BorderCost(km, "w")
        with pytest.raises(MappingError, match="some kilometres or none"):
            NearOccupations(3, km, "w")
    with pytest.raises(MappingError, match="one digit or more"):
        NearOccupations(0, 1, "w")


def test_what_was_computed_stays() -> None:
    with pytest.raises(ValueError, match="read-only"):
        TABLE.km[0, 0] = 1


degrees = st.tuples(st.floats(-89, 89), st.floats(-179, 179))


@given(st.lists(degrees, min_size=3, max_size=6), st.floats(0, 1000))
def test_a_table_is_a_metric(places: list[tuple[float, float]], border: float) -> None:
    seats = tuple(Seat(f"X{n}", "AB"[n % 2], "x", *place) for n, place in enumerate(places))
    table = DistanceTable(seats, (Crossing("X0", "X1", LAND, "x"),), {LAND: BorderCost(border, "w")}, NEAR, ABOUT)
    km = table.km
    assert (km == km.T).all()
    assert (np.diag(km) == 0).all()
    assert (km[:, None, :] <= km[:, :, None] + km[None, :, :] + 1e-6).all()
    assert (km >= great_circle_km(seats) - 1e-6).all()
