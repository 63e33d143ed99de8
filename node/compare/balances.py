"""What a cell is short of, or has beyond its need, given that registers reach unequal shares of their countries.

No count of posts or persons is a norm for another country. The norm is the country's own tightness over all
occupations, T = V_c/U_c: at that tightness the U job seekers of a cell (an area and occupation) go with T U posts. A
cell that signals a shortage is short of the V - T U posts beyond these; one that signals a surplus has U - V/T job
seekers beyond those whom its V posts go with. Cells between the thresholds neither take nor give: a difference that
signals nothing moves nobody. Filling a short post takes one vacancy away and moves one job seeker, so that neither cell
is carried past its country's tightness.

Units: posts as the short country's register counts them, persons as the other's does, matched one by one. A register
that reaches a tenth of its job seekers shows a tenth of its surplus. The amounts are of registered posts and persons,
and say nothing of the others.

With intervals an amount is the least that holds for every table that fits, rounded down, and a cell whose signal is
undetermined has none: what is found is there whatever the hidden cells are.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from node.compare.bounded import relative_tightness, signal
from node.compare.indicators import THRESHOLDS
from node.errors import NodeError
from node.model.comparison import Signal, SignalThresholds
from node.model.distance import DistanceTable
from node.model.interval import Interval


@dataclass(frozen=True, slots=True)
class Stocks:
    """Posts vacant and persons registered, of a cell or of a country over all occupations."""

    vacancies: Interval
    jobseekers: Interval


@dataclass(frozen=True, slots=True)
class Balance:
    """What a cell is certainly short of (posts) or has beyond its need (persons); never both."""

    area: str
    occupation: str
    short: int = 0
    surplus: int = 0

    def __post_init__(self) -> None:
        if min(self.short, self.surplus) < 0 or (self.short and self.surplus):
            raise NodeError(f"{self.occupation} in {self.area} is either short or has a surplus, of whole numbers")


def short_posts(cell: Stocks, country: Stocks, thresholds: SignalThresholds = THRESHOLDS) -> int:
    """The least V - T U, rounded down, in a cell that certainly signals a shortage; else 0. In posts."""
    return _certain(cell, country, thresholds)[0]


def surplus_persons(cell: Stocks, country: Stocks, thresholds: SignalThresholds = THRESHOLDS) -> int:
    """The least U - V/T, rounded down, in a cell that certainly signals a surplus; else 0. In persons."""
    return _certain(cell, country, thresholds)[1]


def most_beyond(cell: Stocks, country: Stocks, thresholds: SignalThresholds = THRESHOLDS) -> tuple[float, float]:
    """The most V - T U in a cell that may signal a shortage, and the most U - V/T in one that may signal a surplus,
    each rounded down; else 0. Infinite where V_hi or U_hi is.
    """
    relative = _relative(cell, country)
    (v, u), (all_v, all_u) = (cell.vacancies, cell.jobseekers), (country.vacancies, country.jobseekers)
    balanced_above = relative is not None and relative.high < thresholds.shortage
    balanced_below = relative is not None and relative.low > thresholds.surplus
    return (
        0.0 if balanced_above else _at_most(v.high, all_v.low, u.low, all_u.high),
        0.0 if balanced_below else _at_most(u.high, all_u.low, v.low, all_v.high),
    )


def balances(
    cells: Mapping[tuple[str, str], Stocks],
    countries: Mapping[str, Stocks],
    distances: DistanceTable,
    thresholds: SignalThresholds = THRESHOLDS,
) -> tuple[Balance, ...]:
    """What each cell (REF_AREA without parts, OCCUPATION) is short of or has too much of, in order of the codes.

    `countries`: REF_AREA of a country to its stocks over all occupations. Cells must not overlap. Those of a country
    without stocks have neither.
    Raises: MappingError for an area that the distance table lacks.
    """
    found = []
    for (area, occupation), cell in sorted(cells.items(), key=lambda item: item[0]):
        country = countries.get(distances.country(area))
        if country is None:
            found.append(Balance(area, occupation))
            continue
        found.append(Balance(area, occupation, *_certain(cell, country, thresholds)))
    return tuple(found)


def _certain(cell: Stocks, country: Stocks, thresholds: SignalThresholds) -> tuple[int, int]:
    """Short posts and surplus persons, of which one is 0."""
    (v, u), (all_v, all_u) = (cell.vacancies, cell.jobseekers), (country.vacancies, country.jobseekers)
    match signal(_relative(cell, country), thresholds):
        case Signal.SHORTAGE:
            return _beyond(v.low, all_v.high, u.high, all_u.low), 0
        case Signal.SURPLUS:
            return 0, _beyond(u.low, all_u.high, v.high, all_v.low)
        case _:
            return 0, 0


def _relative(cell: Stocks, country: Stocks) -> Interval | None:
    return relative_tightness(cell.vacancies, cell.jobseekers, country.vacancies, country.jobseekers)


def _beyond(kept: float, one: float, other: float, divisor: float) -> int:
    """`kept` - `one` x `other` / `divisor`, rounded down without an error of rounding; 0 where it has no bound."""
    if 0 in (one, other):
        return math.floor(kept)
    if divisor == 0 or math.inf in (one, other):
        return 0
    return max(0, math.floor(Fraction(kept) - Fraction(one) * Fraction(other) / Fraction(divisor)))


def _at_most(kept: float, one: float, other: float, divisor: float) -> float:
    """As `_beyond`, where `kept` and `divisor` may be infinite and a divisor of 0 leaves all of `kept` possible."""
    if math.isinf(kept):
        return math.inf
    return float(_beyond(kept, one, other, divisor) if 0 < divisor < math.inf else math.floor(kept))
