"""The indicators of `node.compare.bounded` over arrays of intervals, for tables of thousands of cells at once.

A pair of arrays `low`, `high` of one shape stands for intervals; both NaN where nothing is known or the indicator is
undefined. A property test holds each function to its namesake there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from node.model.comparison import Signal, SignalThresholds
from node.model.cube import FloatArray

SIGNALS = (Signal.UNDETERMINED, Signal.SHORTAGE, Signal.SURPLUS, Signal.BALANCED)
"""What the numbers of an array of signals stand for."""
SignalArray = NDArray[np.int8]


@dataclass(frozen=True, slots=True, eq=False)
class Spans:
    """Intervals; `low` and `high` of one shape."""

    low: FloatArray
    high: FloatArray


def quotient(numerator: Spans, denominator: Spans) -> Spans:
    """As `bounded.quotient`, for intervals that are not below 0."""
    low, high = _over(numerator.low, denominator.high), _over(numerator.high, denominator.low)
    undefined = np.isnan(low) | np.isnan(high)
    return Spans(np.where(undefined, np.nan, low), np.where(undefined, np.nan, high))


def product(one: Spans, other: Spans) -> Spans:
    """Of what may be infinitely many and is 0 for certain, none remain."""
    return Spans(_times(one.low, other.low), _times(one.high, other.high))


def relative_tightness(vacancies: Spans, jobseekers: Spans, country_v: Spans, country_u: Spans) -> Spans:
    """As `bounded.relative_tightness`; arrays of the countries broadcast."""
    return quotient(product(vacancies, country_u), product(jobseekers, country_v))


def signals(relative: Spans, thresholds: SignalThresholds) -> SignalArray:
    """As `bounded.signal`: places in SIGNALS."""
    low, high = np.nan_to_num(relative.low, nan=0.0), np.nan_to_num(relative.high, nan=np.inf)
    found = np.zeros(low.shape, np.int8)
    found[(low > thresholds.surplus) & (high < thresholds.shortage)] = SIGNALS.index(Signal.BALANCED)
    found[high <= thresholds.surplus] = SIGNALS.index(Signal.SURPLUS)
    found[low >= thresholds.shortage] = SIGNALS.index(Signal.SHORTAGE)
    found[np.isnan(relative.low)] = SIGNALS.index(Signal.UNDETERMINED)
    return found


def _times(one: FloatArray, other: FloatArray) -> FloatArray:
    with np.errstate(invalid="ignore"):
        found = np.asarray(one * other, np.float64)
    nothing = ((one == 0) & ~np.isnan(other)) | ((other == 0) & ~np.isnan(one))
    return np.where(nothing, 0.0, found)


def _over(above: FloatArray, below: FloatArray) -> FloatArray:
    """Infinite over 0; NaN where 0 is over 0 or infinite over infinite."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(above / below, np.float64)
