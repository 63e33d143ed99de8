"""A seeded generator of labour market microdata: same seed, same rows.

Occupations and areas are as unequal as real ones (`node.demo.shares`), employers heavy-tailed, vacancies and
registrations seasonal with a trend, and some areas are short of what others have too much of
(`node.demo.stories`). Columns bear the names of the exchange profiles' fields, with `occupation` and `place`
in national codes; `node.demo.sources` renames them to what each register calls them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from node.demo.codebook import Codebook, IntArray
from node.demo.shares import (
    COMMON_UNITS,
    EMPLOYED,
    EMPLOYMENT_MIX,
    FEMALE,
    FEMALE_UNITS,
    JOBSEEKER_MIX,
    SCHOOL_LEAVERS,
    SEASON,
    TRAINING_MIX,
    TREND,
    VACANCY_MIX,
)
from node.demo.stories import FloatArray, tilt
from node.model.period import TimePeriod

DayArray = NDArray[np.int64]

MONTHS_BEFORE = {"VACANCIES": 5, "JOBSEEKERS": 10, "TRAINING": 6, "EMPLOYMENT": 0}
"""Months of records before the first released one, so that its stocks are not empty."""

BLANK_CODE, FOREIGN_CODE, TWO_DIGITS, THREE_DIGITS = 0.025, 0.015, 0.04, 0.03
"""Shares of records whose occupation is left blank, mistyped, or known to two or three digits only."""

BLANK_PLACE = 0.004
LONGEST_ADVERTISEMENT_DAYS, MOST_POSTS = 300, 250
LAPSE_DAYS = 300
"""A registration that is not renewed lapses after so many days."""


@dataclass(frozen=True, slots=True)
class Market:
    """One source of one country: what is drawn from, where, and over which months."""

    country: str
    codebook: Codebook
    months: tuple[TimePeriod, ...]
    rng: np.random.Generator

    @property
    def until(self) -> int:
        """The day on which the registers were copied, as days since 1970: the first day after the last month."""
        return _day(self.months[-1], end=True)


def market(country: str, source: str, seed: int, codebook: Codebook, months: Sequence[TimePeriod]) -> Market:
    """A source's market. Each source has its own stream of random numbers, so that none depends on the others."""
    name = int.from_bytes(f"{country}/{source}".encode(), "big")
    return Market(country, codebook, tuple(months), np.random.default_rng(np.random.SeedSequence([seed, name])))


def vacancies(market: Market, rows: int) -> pa.Table:
    """Vacancies: record, occupation, place, employer, opened, closed (null while open), posts."""
    rng, pools = market.rng, market.codebook
    month, area, unit = _draw_cells(market, "vacancies", VACANCY_MIX, SEASON, rows)
    opened = np.sort(_days(market, month, rng))
    order = np.argsort(month, kind="stable")
    month, area, unit = month[order], area[order], unit[order]
    scarce = tilt("vacancies", [1], pools.places.groups, pools.occupations.groups)[0][area, unit]
    stays = np.exp(rng.normal(np.log(55.0), 0.6, rows)) * np.clip(scarce, 0.7, 1.8)
    closed = opened + np.clip(stays, 2, LONGEST_ADVERTISEMENT_DAYS).astype(np.int64)
    employer = _employers(area, unit, pools, rows, rng)
    posts = np.minimum(np.floor(rng.random(rows) ** (-1 / 2.1)), MOST_POSTS).astype(np.int64)
    return pa.table(
        {
            "record": _numbers(rows),
            "occupation": _written(unit, pools, rng),
            "place": pools.places.pick(area, _scattered(employer)),
            "employer": pa.array(employer).cast(pa.string()),
            "opened": _dates(opened),
            "closed": _dates(closed, closed < market.until),
            "posts": pa.array(posts),
        }
    )


def jobseekers(market: Market, rows: int) -> pa.Table:
    """Registered job seekers: record, occupation, place, SEX, registered, left and placed (null where not)."""
    rng, pools = market.rng, market.codebook
    month, area, unit = _draw_cells(market, "jobseekers", JOBSEEKER_MIX, SCHOOL_LEAVERS, rows)
    order = np.argsort(month, kind="stable")
    registered = np.sort(_days(market, month, rng))
    area, unit = area[order], unit[order]
    wanted = tilt("jobseekers", [1], pools.places.groups, pools.occupations.groups)[0][area, unit]
    search = rng.gamma(1.6, 110.0, rows) * np.clip(np.sqrt(wanted), 0.6, 1.6)
    found = (search < LAPSE_DAYS) & (rng.random(rows) < 0.72)
    left = registered + np.clip(np.where(found, search, LAPSE_DAYS), 1, None).astype(np.int64)
    gone = left < market.until
    return pa.table(
        {
            "record": _numbers(rows),
            "occupation": _written(unit, pools, rng),
            "place": _places(area, pools, rng),
            "SEX": _sexes(unit, pools, rng),
            "registered": _dates(registered),
            "left": _dates(left, gone),
            "placed": _dates(left, gone & found),
        }
    )


def training(market: Market, rows: int) -> pa.Table:
    """Courses: record, occupation, place, centre, starts, ends, places, enrolled, graduated (0 until it ends)."""
    rng, pools = market.rng, market.codebook
    month, area, unit = _draw_cells(market, "training", TRAINING_MIX, None, rows)
    order = np.argsort(month, kind="stable")
    starts = np.sort(_days(market, month, rng))
    area, unit = area[order], unit[order]
    ends = starts + rng.choice(np.array([20, 30, 45, 60, 90, 120, 180]), rows)
    centres = np.maximum(3, np.bincount(area, minlength=len(pools.places.groups)) // 12)
    centre = 500_000_000 + area * 1_000_000 + _heavy_tailed(centres[area], rng)
    places = rng.choice(np.array([16, 16, 16, 20, 20, 24, 32, 40]), rows)
    enrolled = rng.binomial(places, 0.88)
    graduated = np.where(ends < market.until, rng.binomial(enrolled, 0.87), 0)
    return pa.table(
        {
            "record": _numbers(rows),
            "occupation": _written(unit, pools, rng),
            "place": pools.places.pick(area, _scattered(centre)),
            "centre": pa.array(centre).cast(pa.string()),
            "starts": _dates(starts),
            "ends": _dates(ends),
            "places": pa.array(places),
            "enrolled": pa.array(enrolled),
            "graduated": pa.array(graduated),
        }
    )


def survey(market: Market, rows: int) -> pa.Table:
    """A labour force survey's employed persons: record, occupation, place, SEX, reference, weight (persons).

    `market.months` are quarters here: the same number of persons is interviewed in each, and their weights add
    up to the area's employed persons.
    """
    rng, pools = market.rng, market.codebook
    quarter = np.sort(rng.integers(0, len(market.months), rows))
    unit_weights = _structure(EMPLOYMENT_MIX[market.country], market)
    area, unit = _draw(pools.weights[:, None] * unit_weights, rows, rng)
    persons = np.array([1000.0 * EMPLOYED[market.country].get(name, 0.0) for name in pools.places.groups])
    persons[persons == 0] = persons.sum() * pools.weights[persons == 0] / pools.weights[persons > 0].sum()
    raw = np.exp(rng.normal(0.0, 0.35, rows))
    cell = quarter * len(persons) + area
    totals = np.bincount(cell, raw, minlength=len(market.months) * len(persons))
    growth = 1.0 + 0.004 * quarter
    return pa.table(
        {
            "record": _numbers(rows),
            "occupation": _written(unit, pools, rng),
            "place": _places(area, pools, rng),
            "SEX": _sexes(unit, pools, rng),
            "reference": _dates(_days(market, quarter, rng)),
            "weight": pa.array(np.round(raw / totals[cell] * persons[area] * growth, 3)),
        }
    )


def _draw_cells(
    market: Market,
    kind: str,
    mix: Mapping[str, Sequence[float]],
    season: Mapping[str, Sequence[float]] | None,
    rows: int,
) -> tuple[IntArray, IntArray, IntArray]:
    """Month, area and unit group of each row, as positions, each of shape (rows,)."""
    pools, calendar = market.codebook, [month.start.month for month in market.months]
    rhythm = np.array([season[market.country][month - 1] if season else 1.0 for month in calendar])
    if kind == "vacancies":
        rhythm *= (1.0 + TREND[market.country]) ** np.arange(len(calendar))
    weights = rhythm[:, None, None] * pools.weights[None, :, None] * _structure(mix[market.country], market)
    if kind != "training":
        weights = weights * tilt(kind, calendar, pools.places.groups, pools.occupations.groups)
    month, area, unit = _draw(weights, rows, market.rng)
    return month, area, unit


def _draw(weights: FloatArray, rows: int, rng: np.random.Generator) -> tuple[IntArray, ...]:
    """Cells drawn in proportion to `weights`: one array of shape (rows,) for each of its dimensions."""
    reached = np.cumsum(weights.ravel())
    drawn = np.searchsorted(reached, rng.random(rows) * reached[-1], side="right")
    return tuple(np.unravel_index(np.minimum(drawn, reached.size - 1), weights.shape))


def _structure(mix: Sequence[float], market: Market) -> FloatArray:
    """Weight of each unit group in each area, shape (areas, units): the country's mix, each area a little its own."""
    units = market.codebook.occupations.groups
    national = unit_shares(mix, units)
    minor = np.unique([unit[:2] for unit in units], return_inverse=True)[1]
    own = market.rng.normal(0.0, 0.10, (len(market.codebook.weights), minor.max() + 1))
    fine = market.rng.normal(0.0, 0.15, (len(market.codebook.weights), len(units)))
    return national[None, :] * np.exp(own[:, minor] + fine)


def unit_shares(mix: Sequence[float], units: Sequence[str]) -> FloatArray:
    """Share of each unit group, shape (units,), adding to 1: Zipf within each major group, common ones first."""
    rank = {unit: place for common in COMMON_UNITS for place, unit in enumerate(common)}
    shares = np.zeros(len(units))
    for major, percent in enumerate(mix):
        members = [place for place, unit in enumerate(units) if unit.startswith(str(major))]
        members.sort(key=lambda place: (rank.get(units[place], len(rank)), _shuffle(units[place])))
        zipf = 1.0 / np.arange(1, len(members) + 1) ** 1.05
        shares[members] = percent * zipf / zipf.sum() if members else 0.0
    total: float = shares.sum()
    return shares / total


def _shuffle(unit: str) -> int:
    """A fixed order of the less common unit groups that does not follow their codes."""
    return int(unit) * 7919 % 10_007


def _written(unit: IntArray, pools: Codebook, rng: np.random.Generator) -> pa.Array:
    """The occupation code as the source writes it, null where left blank."""
    codes = pools.occupations.pick(unit, rng.random(unit.size))
    chance = rng.random(unit.size)
    bounds = np.cumsum([BLANK_CODE, FOREIGN_CODE, TWO_DIGITS, THREE_DIGITS])
    how = np.searchsorted(bounds, chance, side="right")
    foreign = np.array(pools.foreign, dtype=object)
    codes[how == 1] = foreign[rng.integers(0, foreign.size, int((how == 1).sum()))]
    for wanted, digits in ((2, 2), (3, 3)):
        codes[how == wanted] = [code[:digits] for code in codes[how == wanted]]
    return pa.array(codes, pa.string(), mask=how == 0)


def _places(area: IntArray, pools: Codebook, rng: np.random.Generator) -> pa.Array:
    """A district of each area: its first ones have most people; null where left blank."""
    codes = pools.places.pick(area, rng.random(area.size) ** 1.6)
    return pa.array(codes, pa.string(), mask=rng.random(area.size) < BLANK_PLACE)


def _sexes(unit: IntArray, pools: Codebook, rng: np.random.Generator) -> pa.Array:
    share = np.array([_female(name) for name in pools.occupations.groups])
    sexes = np.where(rng.random(unit.size) < share[unit], "F", "M")
    return pa.array(sexes.astype(object), pa.string())


def _female(unit: str) -> float:
    for digits in (4, 3):
        if unit[:digits] in FEMALE_UNITS:
            return FEMALE_UNITS[unit[:digits]]
    return FEMALE[int(unit[0])]


def _employers(area: IntArray, unit: IntArray, pools: Codebook, rows: int, rng: np.random.Generator) -> IntArray:
    """A number for the employer of each row: employers hire in one area and a few trades, and few hire much."""
    majors = np.array([int(name[0]) for name in pools.occupations.groups])
    sector = np.array([0, 1, 2, 1, 1, 3, 4, 5, 5, 3])[majors][unit]
    house = area * 6 + sector
    size = np.maximum(4, np.bincount(house, minlength=len(pools.weights) * 6) // 3)
    numbers: IntArray = 1_000_000_000 + house * 1_000_000 + _heavy_tailed(size[house], rng)
    return numbers


def _heavy_tailed(size: IntArray, rng: np.random.Generator) -> IntArray:
    """Ranks from 0 to `size` - 1, where rank r is drawn about in proportion to 1 / (r + 8)."""
    ranks = 8.0 * ((size + 8.0) / 8.0) ** rng.random(size.size) - 8.0
    whole: IntArray = np.minimum(ranks.astype(np.int64), size - 1)
    return whole


def _scattered(number: IntArray) -> FloatArray:
    """A fixed fraction in [0, 1) for each number, so that an employer stays in its district.

    Source: Knuth, The Art of Computer Programming, volume 3, 6.4 (multiplicative hashing).
    """
    hashed: FloatArray = (number * 2_654_435_761 % 2**32).astype(np.float64)
    return hashed / 2**32


def _days(market: Market, month: IntArray, rng: np.random.Generator) -> DayArray:
    """A day of each month, as days since 1970. Offices register on working days, here: fewer on the last days."""
    first = np.array([_day(period) for period in market.months], np.int64)
    length = np.array([_day(period, end=True) for period in market.months], np.int64) - first
    return first[month] + (rng.random(month.size) ** 1.15 * length[month]).astype(np.int64)


def _day(period: TimePeriod, *, end: bool = False) -> int:
    return (period.end if end else period.start).toordinal() - 719_163


def _dates(days: DayArray, known: NDArray[np.bool_] | None = None) -> pa.Array:
    return pa.array(days.astype(np.int32), pa.int32(), mask=None if known is None else ~known).cast(pa.date32())


def _numbers(rows: int) -> pa.Array:
    return pa.array(np.arange(1, rows + 1)).cast(pa.string())
