"""What a country's registers write: national codes for ISCO-08 unit groups, and district codes for areas."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from node.coding.correspondence import OCCUPATION_PREFIX, OUT, CorrespondenceTable
from node.demo.shares import EMPLOYED, OUTSIDE
from node.errors import MappingError

IntArray = NDArray[np.int64]
TextArray = NDArray[np.object_]

UNIT_DIGITS = 4

STRAY_CODES = ("3415", "5122", "7137", "7437", "8251", "9152", "9970", "9999")
"""ISCO-88 units that ISCO-08 dropped, and what surveys write for "not stated": left in registers by old forms."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Codes to choose from, by group. `codes[starts[g] : starts[g] + counts[g]]` are group g's.

    Raises: MappingError for a group without a code.
    """

    groups: tuple[str, ...]
    codes: TextArray
    starts: IntArray
    counts: IntArray

    @classmethod
    def of(cls, codes_by_group: Mapping[str, Sequence[str]]) -> Pool:
        groups = tuple(codes_by_group)
        counts = np.array([len(codes_by_group[group]) for group in groups], np.int64)
        if not counts.size or not counts.all():
            empty = [group for group in groups if not codes_by_group[group]]
            named = ", ".join(empty) or "any group"
            raise MappingError(f"no national code maps to {named}; check the tables in mappings/")
        codes = np.array([code for group in groups for code in codes_by_group[group]], dtype=object)
        return cls(groups, codes, np.cumsum(counts) - counts, counts)

    def pick(self, group: IntArray, chance: NDArray[np.float64]) -> TextArray:
        """A code of each `group` (its position), shape (n,). `chance`: uniform in [0, 1), decides which."""
        within = np.minimum((chance * self.counts[group]).astype(np.int64), self.counts[group] - 1)
        picked: TextArray = self.codes[self.starts[group] + within]
        return picked


@dataclass(frozen=True, slots=True)
class Codebook:
    """What one source writes. `occupations`: by ISCO-08 unit group; `places`: district codes by ISO 3166-2 area.

    `weights`: shape (areas,), share of the source's records in each area of `places`, adding to 1;
    `foreign`: occupation codes that its scheme does not know.
    """

    occupations: Pool
    places: Pool
    weights: NDArray[np.float64]
    foreign: tuple[str, ...]


def codebook(
    country: str,
    occupations: CorrespondenceTable,
    places: CorrespondenceTable,
    *,
    only: frozenset[str] = frozenset(),
    without: frozenset[str] = frozenset(),
) -> Codebook:
    """The codes of a national source, found by reading its correspondence tables backwards.

    `only`: the districts it covers, where not all; `without`: districts whose records another source has.
    """
    districts = _districts(places, only, without)
    return Codebook(
        occupations=Pool.of(_unit_codes(occupations)),
        places=Pool.of(districts),
        weights=_weights(country, tuple(districts), spread=bool(only)),
        foreign=tuple(code for code in STRAY_CODES if not occupations.find(code)),
    )


def _unit_codes(table: CorrespondenceTable) -> dict[str, list[str]]:
    """National codes by the one ISCO-08 unit group that each maps to: unit groups, and two jobs of each where
    the scheme has codes for jobs."""
    codes: dict[str, list[str]] = defaultdict(list)
    for source, rows in sorted(table.index.items()):
        target = rows[0].target.removeprefix(OCCUPATION_PREFIX)
        if len(rows) == 1 and len(source) == UNIT_DIGITS and len(target) == UNIT_DIGITS:
            codes[target].append(source)
            if table.prefix and UNIT_DIGITS + 2 in table.prefix.lengths:
                codes[target] += [f"{source}.01", f"{source}.02"]
    return dict(sorted(codes.items()))


def _districts(table: CorrespondenceTable, only: frozenset[str], without: frozenset[str]) -> dict[str, list[str]]:
    """District codes by area; a code that others go on from is a province."""
    area_of = {row.source: row.target for row in table.rows}
    provinces = {code for code, after in pairwise(sorted(area_of)) if after.startswith(code)}
    districts: dict[str, list[str]] = defaultdict(list)
    for code in sorted(area_of):
        if code not in provinces and code not in without and (not only or code in only):
            districts[area_of[code]].append(code)
    return dict(sorted(districts.items()))


def _weights(country: str, areas: tuple[str, ...], *, spread: bool) -> NDArray[np.float64]:
    """Share of each area; alike where the source is a few districts rather than a register of the country."""
    employed = EMPLOYED[country]
    weights = np.array([0.0 if area == OUT else 1.0 if spread else float(employed[area]) for area in areas])
    outside = np.array([area == OUT for area in areas])
    if outside.any():
        share = 0.5 if spread else OUTSIDE[country]
        weights[outside] = weights.sum() * share / (1.0 - share)
    shares: NDArray[np.float64] = weights / weights.sum()
    return shares
