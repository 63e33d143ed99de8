"""Who trains for what is short: training places and graduates beside the signal of each occupation group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from node.compare.grid import NOT_REPORTED_AT, SUPPRESSED_AT, Grid
from node.compare.reading import level_of, tree_order
from node.compare.tables import FIGURES, GROUP, REF_AREA, figure_cells
from node.compare.tightness import Tightness
from node.model.comparison import NOT_REPORTED, Measured, Signal
from node.model.profile import AREA, OCCUPATION, ExchangeProfile
from node.model.table import Cell, Coded, Column, Kind, Table

PLACES, ENROLLED, GRADUATED = "TR_PLACES", "TR_ENROLLED", "TR_GRADUATED"
TRAINED = (
    Column("TRAINING_PLACES", Kind.FIGURE),
    Column("ENROLLED", Kind.FIGURE),
    Column("GRADUATED_IN_12_PERIODS", Kind.FIGURE),
)
SHORT_FIRST = {Signal.SHORTAGE: 0, Signal.UNDETERMINED: 1, Signal.BALANCED: 2, None: 2, Signal.SURPLUS: 3}


def summed(grids: Sequence[Grid]) -> Grid:
    """The sum of an indicator over periods, as flows are; not reported where any period is, or is not observed. Of
    grids that are not yet summed over countries: the sums then are of the same countries in every period."""
    first = grids[0]
    sign = np.stack([grid.sign for grid in grids]).max(axis=0)
    value, low, high = (
        np.sum(arrays, axis=0) for arrays in zip(*((grid.value, grid.low, grid.high) for grid in grids), strict=True)
    )
    gone = sign > SUPPRESSED_AT
    sign = np.where(gone, np.maximum(sign, NOT_REPORTED_AT), sign).astype(np.uint8)
    return replace(
        first,
        value=np.where(sign >= SUPPRESSED_AT, np.nan, value),
        low=np.where(gone, np.nan, low),
        high=np.where(gone, np.nan, high),
        sign=sign,
        lacking={},
    )


def training_by_occupation(
    now: Tightness, trained: Mapping[str, Grid], profile: ExchangeProfile, area: str, groups: Sequence[str]
) -> Table:
    """An area's occupation groups, those that are short first. `trained`: PLACES and ENROLLED at the period's end,
    GRADUATED over the periods up to it; those not there have no release. `profile`: that of VACANCIES."""
    occupations = profile.structure.axis(OCCUPATION).codelist
    rows: list[tuple[Cell, ...]] = []
    for group in sorted(groups, key=lambda code: SHORT_FIRST[now.signal_at(*now.place(area, code))]):
        label = Coded(group, occupations.code(group).name)
        rows.append((label, *_kept(now, area, group), *_trained(trained, area, group)))
    return Table("training", (GROUP, *_KEPT, *TRAINED), tuple(rows), ((AREA, area),))


def training_by_area(now: Tightness, trained: Mapping[str, Grid], profile: ExchangeProfile, occupation: str) -> Table:
    """All areas for an occupation group."""
    areas = profile.structure.axis(AREA).codelist
    rows: list[tuple[Cell, ...]] = []
    for area in tree_order(areas, areas.roots[0]):
        label = Coded(area, areas.code(area).name, level_of(areas, area))
        rows.append((label, *_kept(now, area, occupation), *_trained(trained, area, occupation)))
    return Table("training", (REF_AREA, *_KEPT, *TRAINED), tuple(rows), ((OCCUPATION, occupation),))


_KEPT = (*FIGURES[:2], *FIGURES[3:])


def _kept(now: Tightness, area: str, occupation: str) -> tuple[Cell, ...]:
    cells = figure_cells(now, area, occupation)
    return (*cells[:2], *cells[3:])


def _trained(trained: Mapping[str, Grid], area: str, occupation: str) -> tuple[Cell, ...]:
    cells = []
    for indicator in (PLACES, ENROLLED, GRADUATED):
        grid = trained.get(indicator)
        if grid is None:
            cells.append(Measured(None, NOT_REPORTED))
        else:
            cells.append(grid.at(grid.areas.index(area), grid.occupations.index(occupation)))
    return tuple(cells)
