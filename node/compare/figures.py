"""One dataflow's own figures side by side across the sub-region: employment, training, or any other."""

from __future__ import annotations

from collections.abc import Mapping

from node.compare.grid import Grid
from node.compare.reading import known_code, level_of, occupation_parts, tree_order
from node.compare.tables import GROUP, REF_AREA
from node.errors import OperatorError
from node.model.codelist import Codelist
from node.model.profile import AREA, OCCUPATION, ExchangeProfile
from node.model.table import Cell, Coded, Column, Kind, Table


def shown_occupations(profile: ExchangeProfile, occupation: str, by: str) -> tuple[str, ...]:
    """The occupation groups of a figure table's rows. Raises: NotPublished where the profile has no such code."""
    codes = profile.structure.axis(OCCUPATION).codelist
    known_code(codes, occupation, "occupation")
    return (occupation, *occupation_parts(codes, occupation)) if by == "occupation" else (occupation,)


def figure_table(
    grids: Mapping[str, Grid], profile: ExchangeProfile, *, occupation: str, by: str, area: str | None
) -> Table:
    """All indicators of a dataflow (id to grid), by area for an occupation, or by occupation for an area (the
    sub-region by default).

    Raises: NotPublished for an unknown area or occupation; OperatorError where `by` is neither.
    """
    if by not in ("area", "occupation"):
        raise OperatorError(f"figures are by `area` or by `occupation`, not by “{by}”")
    areas, occupations = (profile.structure.axis(axis).codelist for axis in (AREA, OCCUPATION))
    place = known_code(areas, area or areas.roots[0], "area")
    shown = shown_occupations(profile, occupation, by)
    columns = tuple(Column(indicator.id, Kind.FIGURE) for indicator in profile.indicators)
    if by == "area":
        labels = [_coded(areas, code, level_of(areas, code)) for code in tree_order(areas, place)]
        rows = tuple((label, *_figures(grids, columns, label.code, occupation)) for label in labels)
        return Table("figures", (REF_AREA, *columns), rows, ((OCCUPATION, occupation),))
    labels = [_coded(occupations, code, int(code != occupation)) for code in shown]
    rows = tuple((label, *_figures(grids, columns, place, label.code)) for label in labels)
    return Table("figures", (GROUP, *columns), rows, ((AREA, place),))


def _coded(codes: Codelist, code: str, level: int) -> Coded:
    return Coded(code, codes.code(code).name, level)


def _figures(grids: Mapping[str, Grid], columns: tuple[Column, ...], area: str, occupation: str) -> tuple[Cell, ...]:
    found = (grids[column.id] for column in columns)
    return tuple(grid.at(grid.areas.index(area), grid.occupations.index(occupation)) for grid in found)
