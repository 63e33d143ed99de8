"""Small distance tables and codelists for tests of who could help whom."""

from __future__ import annotations

from node.model.codelist import Code, Codelist
from node.model.distance import (
    BorderCost,
    Crossing,
    CrossingKind,
    DistanceProvenance,
    DistanceTable,
    NearOccupations,
    Seat,
)

ABOUT = DistanceProvenance("made up", "the tests", "2026-11-22", "none needed", "nowhere", "no further", "0" * 64)
SEATS = (
    Seat("A1", "A", "Aa", 0.0, 100.0),
    Seat("A2", "A", "Ab", 0.0, 101.0),
    Seat("B1", "B", "Ba", 1.0, 100.0),
    Seat("B2", "B", "Bb", 1.0, 103.0),
)
"""Two countries of two areas. One degree of the equator is 111.195 km."""
CROSSINGS = (Crossing("A1", "B1", CrossingKind.LAND, "the bridge"),)
BORDERS = {CrossingKind.LAND: BorderCost(300, "made up"), CrossingKind.SEA: BorderCost(600, "made up")}
NEAR = NearOccupations(3, 200, "made up")
TABLE = DistanceTable(SEATS, CROSSINGS, BORDERS, NEAR, ABOUT)

OCCUPATIONS = Codelist(
    "CL_OCCUPATION",
    tuple(
        Code(code, code, parent)
        for code, parent in (
            ("_T", None),
            ("OC2", "_T"),
            ("OC25", "OC2"),
            ("OC251", "OC25"),
            ("OC2511", "OC251"),
            ("OC2512", "OC251"),
            ("OC251_X", "OC251"),
            ("OC252", "OC25"),
            ("OC2521", "OC252"),
            ("OC252_X", "OC252"),
            ("OC25_X", "OC25"),
            ("OC2_X", "OC2"),
            ("_X", "_T"),
        )
    ),
)
