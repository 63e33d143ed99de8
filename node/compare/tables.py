"""Vacancies beside job seekers, by area, by occupation, and both at once. Levels do not compare across countries:
registers reach them unequally. A figure's position relative to its own country's does."""

from __future__ import annotations

from dataclasses import dataclass

from node.compare.indicators import pooled_tightness, ratio, signal, tightness, total
from node.compare.reading import known_code, lineages, measured, occupation_parts, tree_order
from node.errors import OperatorError
from node.model.codelist import Codelist
from node.model.comparison import (
    NOT_APPLICABLE,
    Absence,
    ComparisonMatrix,
    ComparisonRow,
    ComparisonTable,
    MatrixRow,
    Measured,
    MergedCube,
)
from node.model.profile import AREA, OCCUPATION, ExchangeProfile
from node.model.release import Vintage

TOTAL, NO_DIMENSION = "_T", "_Z"
VACANT = (NO_DIMENSION, "JV_OPEN")
SEEKING = (TOTAL, "JS_REGISTERED")
"""SEX and INDICATOR of the two figures: posts vacant, and persons registered, at the period's end."""


def occupations_needed(profile: ExchangeProfile, occupation: str, by: str) -> tuple[str, ...]:
    """The OCCUPATION codes a comparison reads: those of its rows, what they are parts of, and the total.

    Raises: NotPublished where the profile has no such code.
    """
    parts = profile.structure.axis(OCCUPATION).codelist.children(occupation) if by == "occupation" else ()
    return lineages(profile, (TOTAL, occupation, *parts))


def matrix_occupations(profile: ExchangeProfile) -> tuple[str, ...]:
    """All occupations together, then the major groups."""
    return (TOTAL, *occupation_parts(profile.structure.axis(OCCUPATION).codelist, TOTAL))


def compare_cubes(
    vacancies: MergedCube,
    jobseekers: MergedCube,
    profile: ExchangeProfile,
    *,
    occupation: str,
    by: str,
    area: str | None = None,
) -> ComparisonTable:
    """One table. By area: the sub-region, its countries and their areas, for `occupation`. By occupation:
    `occupation` and the groups just below it, for `area` (the sub-region by default).

    `profile`: whose areas and occupations are shown, those of VACANCIES.
    Raises: NotPublished where the profile has no such area or occupation; OperatorError where `by` is neither.
    """
    reader = _Reader(vacancies, jobseekers, profile)
    known_code(reader.occupations, occupation, "occupation")
    place = known_code(reader.areas, area or reader.root, "area")
    if by == "area":
        rows = tuple(reader.area_row(code, occupation) for code in tree_order(reader.areas, place))
    elif by == "occupation":
        rows = reader.occupation_rows(place, (occupation, *occupation_parts(reader.occupations, occupation)))
    else:
        raise OperatorError(f"a comparison is by `area` or by `occupation`, not by “{by}”")
    return ComparisonTable(
        period=vacancies.period,
        by=by,
        occupation=(occupation, reader.title(occupation)),
        area=(place, reader.name(place)),
        rows=rows,
        vintages=reader.vintages,
        absent=reader.absences(),
    )


def compare_matrix(vacancies: MergedCube, jobseekers: MergedCube, profile: ExchangeProfile) -> ComparisonMatrix:
    """All areas by all occupations together and each major group."""
    reader = _Reader(vacancies, jobseekers, profile)
    occupations = matrix_occupations(profile)
    rows = tuple(
        MatrixRow(
            code, reader.name(code), reader.country(code), reader.depth(code), reader.occupation_rows(code, occupations)
        )
        for code in tree_order(reader.areas, reader.root)
    )
    names = tuple((code, reader.title(code)) for code in occupations)
    return ComparisonMatrix(vacancies.period, names, rows, reader.vintages, reader.absences())


@dataclass(frozen=True, slots=True)
class _Reader:
    """Both cubes of one period, read through the areas and occupations of a profile."""

    vacancies: MergedCube
    jobseekers: MergedCube
    profile: ExchangeProfile

    @property
    def areas(self) -> Codelist:
        return self.profile.structure.axis(AREA).codelist

    @property
    def occupations(self) -> Codelist:
        return self.profile.structure.axis(OCCUPATION).codelist

    @property
    def root(self) -> str:
        return self.areas.roots[0]

    @property
    def countries(self) -> tuple[str, ...]:
        return self.areas.children(self.root)

    @property
    def vintages(self) -> tuple[Vintage, ...]:
        return (*self.vacancies.vintages, *self.jobseekers.vintages)

    def name(self, area: str) -> str:
        return self.areas.code(area).name

    def title(self, occupation: str) -> str:
        return self.occupations.code(occupation).name

    def country(self, area: str) -> str:
        """The country that an area is in, itself for a country, empty for the sub-region."""
        lineage = self.areas.lineage(area)
        return lineage[-2] if len(lineage) > 1 else ""

    def depth(self, area: str) -> int:
        return int(self.areas.depths[self.areas.index[area]])

    def area_row(self, area: str, occupation: str) -> ComparisonRow:
        return self._row((area, self.name(area), self.country(area), self.depth(area)), area, occupation)

    def occupation_rows(self, area: str, occupations: tuple[str, ...]) -> tuple[ComparisonRow, ...]:
        """The first of `occupations` is what the others are parts of."""
        whole = occupations[0]
        return tuple(
            self._row((code, self.title(code), "" if code == whole else whole, int(code != whole)), area, code)
            for code in occupations
        )

    def _row(self, label: tuple[str, str, str, int], area: str, occupation: str) -> ComparisonRow:
        """`label`: the row's code, name, group and level."""
        posts, persons, tight = self._figures(area, occupation)
        country = self.country(area)
        # A multiple of the sub-region's own would weigh registers that reach unequal shares of their countries.
        relative = ratio(tight, self._figures(country, TOTAL)[2]) if country else Measured(None, NOT_APPLICABLE)
        return ComparisonRow(*label, posts, persons, tight, relative, signal(relative))

    def _figures(self, area: str, occupation: str) -> tuple[Measured, Measured, Measured]:
        """Vacancies, job seekers, tightness; for the sub-region, which nobody publishes, of its countries together."""
        if area != self.root:
            posts, persons = self._published(area, occupation)
            return posts, persons, tightness(posts, persons)
        pairs = {country: self._published(country, occupation) for country in self.countries}
        posts_of = {country: pair[0] for country, pair in pairs.items()}
        persons_of = {country: pair[1] for country, pair in pairs.items()}
        return total(posts_of), total(persons_of), pooled_tightness(posts_of, persons_of)

    def _published(self, area: str, occupation: str) -> tuple[Measured, Measured]:
        return (
            measured(self.vacancies, (area, occupation, *VACANT), self.profile),
            measured(self.jobseekers, (area, occupation, *SEEKING), self.profile),
        )

    def absences(self) -> tuple[Absence, ...]:
        """Countries that no release speaks of, per dataflow."""
        found = []
        for cube in (self.vacancies, self.jobseekers):
            told = {self.country(area) for area, *_ in cube.observations if area in self.areas}
            found += [
                Absence(country, self.name(country), cube.dataflow) for country in self.countries if country not in told
            ]
        return tuple(found)
