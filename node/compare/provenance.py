"""Where the figures of an area and occupation group come from: each published number behind them, and its release."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from node.compare.grid import Grid
from node.model.comparison import Measured
from node.model.period import TimePeriod
from node.model.profile import INDICATOR, OCCUPATION, SEX, ExchangeProfile
from node.model.release import Vintage
from node.model.table import Cell, Column, Kind, Table

TOTAL = "_T"
COLUMNS = (
    Column("DATAFLOW", Kind.WORD),
    Column("SERIES_KEY", Kind.TEXT),
    Column("TIME_PERIOD", Kind.PERIOD),
    Column("OBS_VALUE", Kind.FIGURE),
    Column("SENDER", Kind.TEXT),
    Column("REVISION", Kind.COUNT),
    Column("PUBLISHED", Kind.TEXT),
    Column("TARGET", Kind.TEXT),
    Column("SHA256", Kind.TEXT),
)


@dataclass(frozen=True, slots=True)
class Input:
    """One published number behind a figure. `vintage`: the release it stands in, None where there is none."""

    dataflow: str
    key: str
    period: TimePeriod
    figure: Measured
    vintage: Vintage | None


def series_key(profile: ExchangeProfile, area: str, occupation: str, indicator: str) -> str:
    """The codes in the structure's order, as `M.ID-SU.OC25.JV_OPEN`; over all sexes where there is SEX."""
    codes = {"REF_AREA": area, OCCUPATION: occupation, SEX: TOTAL, INDICATOR: indicator}
    return ".".join([profile.frequency, *(codes[axis.id] for axis in profile.structure.axes)])


def inputs_of(
    profile: ExchangeProfile,
    grid: Grid,
    cells: Sequence[tuple[str, str]],
    indicator: str,
    period: TimePeriod,
    releases: Mapping[str, Vintage],
) -> tuple[Input, ...]:
    """An indicator's numbers for some areas and occupations. `releases`: area to the release that speaks for it."""
    found = []
    for area, occupation in dict.fromkeys(cells):
        figure = grid.at(grid.areas.index(area), grid.occupations.index(occupation))
        key = series_key(profile, area, occupation, indicator)
        found.append(Input(profile.dataflow, key, period, figure, releases.get(area)))
    return tuple(found)


def provenance_table(inputs: Sequence[Input]) -> Table:
    """A row a number."""
    rows: list[tuple[Cell, ...]] = []
    for one in inputs:
        vintage = one.vintage
        told: tuple[Cell, ...] = (
            (None,) * 5
            if vintage is None
            else (
                vintage.sender,
                vintage.custom.revision,
                vintage.custom.published.isoformat(),
                vintage.target.path,
                vintage.target.sha256,
            )
        )
        rows.append((one.dataflow, one.key, one.period, one.figure, *told))
    return Table("provenance", COLUMNS, tuple(rows))
