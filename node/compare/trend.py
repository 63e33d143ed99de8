"""How a figure moves over periods: for how long it has been so, and where it goes, seasons aside."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np

from node.errors import NodeError
from node.model.comparison import Signal
from node.model.cube import FloatArray
from node.model.interval import Interval

WINDOW = 12
"""Periods that persistence looks back on: a year of months, so that no season counts twice."""
CONFIDENCE_Z = 1.96
"""Two-sided, at the five per cent level."""


@dataclass(frozen=True, slots=True)
class Persistence:
    """Of the `periods` with a release: in how many a signal was certainly there, and in how many it may have been
    besides."""

    periods: int
    certain: int
    possible: int

    @property
    def most(self) -> int:
        """In how many it was there at most."""
        return self.certain + self.possible


def persistence(signals: Sequence[Signal | None], sought: Signal) -> Persistence:
    """How often a signal was there in the last WINDOW periods; None is a period without a release: nobody here knows
    what it was, and it counts neither way."""
    known = [signal for signal in signals[-WINDOW:] if signal is not None]
    return Persistence(len(known), known.count(sought), known.count(Signal.UNDETERMINED))


class Direction(Enum):
    """Where a figure goes over the years."""

    RISING = "rising"
    FALLING = "falling"
    STEADY = "no clear trend"
    UNDETERMINED = "undetermined"
    """Hidden figures leave it open."""
    TOO_SHORT = "too short"
    """Fewer than two years: a season would pass for a trend."""


@dataclass(frozen=True, slots=True)
class Trend:
    """`direction`, and the range of the test's z that hidden figures leave; both 0 where it is too short."""

    direction: Direction
    low: float
    high: float


def seasonal_trend(figures: Sequence[Interval | None], seasons: int) -> Trend:
    """The trend of a series by the seasonal Kendall test: each period is held against the same one of other years.

    `figures`: one for each period without gaps in time, oldest first, None where there is none; `seasons`: periods in
    a year, 12 or 4. Of each pair the later one is above, below or level; where the intervals overlap, it may be any.
    Raises: NodeError where there are no seasons.
    Source: Hirsch, Slack, Smith, Techniques of Trend Analysis for Monthly Water Quality Data, Water Resources
    Research 18 (1982), equations 4 to 9, with the correction for ties.
    """
    if seasons < 1:
        raise NodeError(f"a year has at least one season, not {seasons}")
    least = most = 0
    variance = 0.0
    compared = 0
    for season in range(seasons):
        known = [figure for figure in figures[season::seasons] if figure is not None]
        low, high = np.array([[one.low, one.high] for one in known]).reshape(-1, 2).T
        least += _pairs(low, high)
        most -= _pairs(-high, -low)
        variance += _variance(low, high)
        compared += len(known) >= 2
    if compared < seasons or variance == 0:
        steady = compared == seasons
        return Trend(Direction.STEADY if steady else Direction.TOO_SHORT, 0.0, 0.0)
    z_low, z_high = _standard(least, variance), _standard(most, variance)
    return Trend(_direction(z_low, z_high), z_low, z_high)


def _pairs(low: FloatArray, high: FloatArray) -> int:
    """The least that the sum of signs of (later - earlier) can be over all pairs, each pair taken by itself."""
    total = 0
    for later in range(1, len(low)):
        above = low[later] > high[:later]
        below = low[later] < high[:later]  # where the later is as low, or the earlier as high, as they can be
        total += int(np.count_nonzero(above)) - int(np.count_nonzero(below))
    return total


def _variance(low: FloatArray, high: FloatArray) -> float:
    """Variance of the sum of signs were there no trend. Only known figures can be tied for certain."""
    count = len(low)
    known = low[low == high]
    _, ties = np.unique(known, return_counts=True)
    tied = float(np.sum(ties * (ties - 1) * (2 * ties + 5)))
    return (count * (count - 1) * (2 * count + 5) - tied) / 18.0


def _standard(total: int, variance: float) -> float:
    """The sum of signs in standard deviations, one step towards zero for continuity."""
    return (total - math.copysign(1, total)) / math.sqrt(variance) if total else 0.0


def _direction(low: float, high: float) -> Direction:
    if low >= CONFIDENCE_Z:
        return Direction.RISING
    if high <= -CONFIDENCE_Z:
        return Direction.FALLING
    if low > -CONFIDENCE_Z and high < CONFIDENCE_Z:
        return Direction.STEADY
    return Direction.UNDETERMINED
