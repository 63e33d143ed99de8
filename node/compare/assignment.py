"""An occupation's surplus assigned to its short posts across areas: from tables to the transport problem and back."""

from __future__ import annotations

from dataclasses import dataclass, replace

from node.compare.balances import Stocks, balances
from node.compare.complementarity import Complementarity, assign, most_filled, near_group
from node.compare.tables import GROUP, REF_AREA
from node.compare.tightness import Tightness
from node.model.codelist import Codelist
from node.model.comparison import SignalThresholds
from node.model.distance import DistanceTable
from node.model.profile import AREA, OCCUPATION, ExchangeProfile
from node.model.table import Cell, Coded, Column, Kind, Table

FLOWS = (
    Column("FROM_AREA", Kind.AREA),
    Column("FROM_OCCUPATION", Kind.OCCUPATION),
    Column("TO_AREA", Kind.AREA),
    Column("TO_OCCUPATION", Kind.OCCUPATION),
    Column("POSTS", Kind.COUNT),
    Column("KM", Kind.COUNT),
    Column("BORDER", Kind.WORD),
)
ACROSS, WITHIN = "across a border", "within the country"


@dataclass(frozen=True, slots=True)
class Assigned:
    """What the sub-region could fill from within for certain, the most that it could, and the tables of both."""

    found: Complementarity
    most: float
    flows: Table
    balances: Table


def cells_needed(occupations: Codelist, distances: DistanceTable, occupation: str) -> tuple[str, ...]:
    """The groups without parts within an occupation group, and those that are near them."""
    scope = near_group(occupation, occupations, distances.near.level) or occupation
    return tuple(code for code in occupations.leaves if scope in occupations.lineage(code))


def assigned(
    now: Tightness,
    profile: ExchangeProfile,
    distances: DistanceTable,
    occupation: str,
    thresholds: SignalThresholds,
) -> Assigned:
    """Short posts of the occupation group, filled by surplus of the same or a near occupation.

    `now` holds what `cells_needed` names. Cells of which nothing is known take no part.
    Raises: MappingError for an area that the distance table lacks.
    """
    areas, occupations = (profile.structure.axis(axis).codelist for axis in (AREA, OCCUPATION))
    needed = cells_needed(occupations, distances, occupation)
    cells = {
        (area, code): stocks
        for area in areas.leaves
        for code in needed
        if (stocks := _stocks(now, area, code)) is not None
    }
    total = occupations.roots[0]
    countries = {
        country: stocks
        for country in areas.children(areas.roots[0])
        if (stocks := _stocks(now, country, total)) is not None
    }
    sought = frozenset(code for code in needed if occupation in occupations.lineage(code))
    beyond = tuple(
        cell if cell.occupation in sought else replace(cell, short=0)
        for cell in balances(cells, countries, distances, thresholds)
    )
    found = assign(beyond, distances, occupations)
    most = most_filled(cells, countries, distances, occupations, thresholds, sought)
    rows: list[tuple[Cell, ...]] = [
        (
            _coded(areas, cell.area),
            _coded(occupations, cell.occupation),
            cell.short,
            cell.surplus,
        )
        for cell in beyond
        if cell.short or cell.surplus
    ]
    columns = (REF_AREA, GROUP, Column("SHORT_POSTS", Kind.COUNT), Column("SURPLUS_PERSONS", Kind.COUNT))
    return Assigned(
        found, most, _flow_table(found, areas, occupations, distances), Table("balances", columns, tuple(rows))
    )


def _flow_table(found: Complementarity, areas: Codelist, occupations: Codelist, distances: DistanceTable) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for flow in found.flows:
        abroad = distances.country(flow.from_area) != distances.country(flow.to_area)
        rows.append(
            (
                _coded(areas, flow.from_area),
                _coded(occupations, flow.from_occupation),
                _coded(areas, flow.to_area),
                _coded(occupations, flow.to_occupation),
                flow.posts,
                round(flow.km),
                ACROSS if abroad else WITHIN,
            )
        )
    return Table("flows", FLOWS, tuple(rows))


def _coded(codes: Codelist, code: str) -> Coded:
    return Coded(code, codes.code(code).name)


def _stocks(now: Tightness, area: str, occupation: str) -> Stocks | None:
    place = now.place(area, occupation)
    posts, persons = now.vacancies.at(*place).interval, now.jobseekers.at(*place).interval
    return None if posts is None or persons is None else Stocks(posts, persons)
