"""One dataflow's own figures side by side across the sub-region: employment, training, or any other."""

from __future__ import annotations

from dataclasses import dataclass

from node.compare.indicators import total
from node.compare.reading import known_code, lineages, measured, occupation_parts, tree_order
from node.errors import OperatorError
from node.model.codelist import Codelist
from node.model.comparison import FigureRow, FigureTable, Measured, MergedCube
from node.model.profile import AREA, OCCUPATION, SEX, ExchangeProfile

TOTAL, NO_DIMENSION = "_T", "_Z"


def figures_needed(profile: ExchangeProfile, occupation: str, by: str) -> tuple[str, ...]:
    """The OCCUPATION codes that a figure table reads. Raises: NotPublished where the profile has no such code."""
    return lineages(profile, _shown(profile, occupation, by))


def figure_table(
    cube: MergedCube, profile: ExchangeProfile, *, occupation: str, by: str, area: str | None
) -> FigureTable:
    """All indicators of a dataflow, by area for an occupation, or by occupation for an area (the sub-region
    by default). Raises: NotPublished for an unknown area or occupation; OperatorError where `by` is neither.
    """
    if by not in ("area", "occupation"):
        raise OperatorError(f"figures are by `area` or by `occupation`, not by “{by}”")
    reader = _Reader(cube, profile)
    place = known_code(reader.areas, area or reader.areas.roots[0], "area")
    occupations = _shown(profile, known_code(reader.occupations, occupation, "occupation"), by)
    if by == "area":
        rows = tuple(reader.area_row(code, occupation) for code in tree_order(reader.areas, place))
    else:
        rows = tuple(reader.occupation_row(place, code, int(code != occupation)) for code in occupations)
    indicators = tuple((indicator.id, indicator.name) for indicator in profile.indicators)
    return FigureTable(
        dataflow=cube.dataflow,
        unit=profile.unit,
        period=cube.period,
        by=by,
        occupation=(occupation, reader.occupations.code(occupation).name),
        area=(place, reader.areas.code(place).name),
        indicators=indicators,
        rows=rows,
        vintages=cube.vintages,
    )


def _shown(profile: ExchangeProfile, occupation: str, by: str) -> tuple[str, ...]:
    """The occupations of a table's rows."""
    codes = profile.structure.axis(OCCUPATION).codelist
    return (occupation, *occupation_parts(codes, occupation)) if by == "occupation" else (occupation,)


@dataclass(frozen=True, slots=True)
class _Reader:
    cube: MergedCube
    profile: ExchangeProfile

    @property
    def areas(self) -> Codelist:
        return self.profile.structure.axis(AREA).codelist

    @property
    def occupations(self) -> Codelist:
        return self.profile.structure.axis(OCCUPATION).codelist

    def area_row(self, area: str, occupation: str) -> FigureRow:
        code = self.areas.code(area)
        level = len(self.areas.lineage(area)) - 1
        return FigureRow(area, code.name, level, self._figures(area, occupation))

    def occupation_row(self, area: str, occupation: str, level: int) -> FigureRow:
        name = self.occupations.code(occupation).name
        return FigureRow(occupation, name, level, self._figures(area, occupation))

    def _figures(self, area: str, occupation: str) -> tuple[Measured, ...]:
        return tuple(self._figure(area, occupation, indicator.id) for indicator in self.profile.indicators)

    def _figure(self, area: str, occupation: str, indicator: str) -> Measured:
        """What was published; for the sub-region, which nobody publishes, the sum of its countries."""
        root = self.areas.roots[0]
        if area == root:
            return total(
                {country: self._figure(country, occupation, indicator) for country in self.areas.children(root)}
            )
        sex = TOTAL if SEX in self.profile.structure.position else NO_DIMENSION
        return measured(self.cube, (area, occupation, sex, indicator), self.profile)
