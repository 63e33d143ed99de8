"""Scales of values: where they begin and end, and which round values are written along them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from node.errors import NodeError

LEAST_SPAN = 1e-6
"""Values this near to 0 are drawn as 0."""
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
LOG_STEPS = ((1.0, 1.5, 2.0, 3.0, 5.0, 7.0), (1.0, 2.0, 5.0), (1.0, 3.0), (1.0,))
"""Of each power of ten: the first of these that gives few enough ticks."""
POWERS = range(-6, 7)


@dataclass(frozen=True, slots=True)
class Numerals:
    """How numbers along an axis are written: what stands between thousands, and before decimals."""

    group: str = ","
    point: str = "."

    def write(self, value: float, decimals: int) -> str:
        """`1,250` or `0.5`; in Indonesian `1.250` and `0,5`."""
        return f"{value:,.{decimals}f}".translate({ord(","): self.group, ord("."): self.point})


ENGLISH = Numerals()


@dataclass(frozen=True, slots=True)
class Axis:
    """`low`, `high`: the least and the greatest value that has a place; `start`, `end`: these places in pixels.

    Raises: NodeError where the ends are not in order, not finite, or not above zero on a logarithmic axis.
    """

    low: float
    high: float
    start: float
    end: float
    logarithmic: bool = False

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            raise NodeError(f"an axis cannot lead from {self.low} to {self.high}; give two finite values in order")
        if self.logarithmic and self.low <= 0:
            raise NodeError(f"a logarithmic axis cannot begin at {self.low}; begin above zero")

    def held(self, value: float) -> float:
        """The value, or the end of the axis that lies before it."""
        return min(max(value, self.low), self.high)

    def share(self, value: float) -> float:
        """How far along the axis a value lies, from 0 to 1."""
        value = self.held(value)
        if self.logarithmic:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    def place(self, value: float) -> float:
        """Where a value lies, in pixels."""
        return self.start + self.share(value) * (self.end - self.start)

    def ticks(self, most: int = 5) -> tuple[float, ...]:
        """Round values within the axis, at most about `most` of them."""
        if self.logarithmic:
            for steps in LOG_STEPS:
                values = sorted(factor * 10.0**power for power in POWERS for factor in steps)
                within = tuple(round(value, 9) for value in values if self.low <= value <= self.high)
                if len(within) <= most:
                    return within
            return within
        step = _step(self.high - self.low, most)
        first = math.ceil(self.low / step - 1e-9)
        return tuple(index * step for index in range(first, math.floor(self.high / step + 1e-9) + 1))

    def written(self, numerals: Numerals, most: int = 5) -> tuple[tuple[float, str], ...]:
        """Ticks and their texts."""
        ticks = self.ticks(most)
        if self.logarithmic:
            return tuple((value, numerals.write(value, _decimals(value))) for value in ticks)
        decimals = max((_decimals(value) for value in ticks), default=0)
        return tuple((value, numerals.write(value, decimals)) for value in ticks)


def axis_from_zero(values: Iterable[float | None], start: float, end: float, *, most: int = 5) -> Axis:
    """An axis from 0 to a round value at or above all finite values given; to 1 where there is none above zero."""
    greatest = max((value for value in values if value is not None and math.isfinite(value)), default=0.0)
    if greatest <= LEAST_SPAN:
        return Axis(0.0, 1.0, start, end)
    step = _step(greatest, most)
    return Axis(0.0, math.ceil(greatest / step - 1e-9) * step, start, end)


def axis_around(values: Iterable[float | None], start: float, end: float, *, most: int = 5) -> Axis:
    """An axis between round values around all finite values given; never below 0 where none of them is."""
    finite = [value for value in values if value is not None and math.isfinite(value)]
    least, greatest = min(finite, default=0.0), max(finite, default=0.0)
    if max(abs(least), abs(greatest)) <= LEAST_SPAN:
        return Axis(0.0, 1.0, start, end)
    step = _step(max(greatest - least, abs(greatest) / 1_000), most)
    low = math.floor(least / step - 0.2) * step
    high = math.ceil(greatest / step + 0.2) * step
    return Axis(max(low, 0.0) if least >= 0 else low, high, start, end)


def logarithmic_axis(values: Iterable[float | None], start: float, end: float, *, around: float = 1.0) -> Axis:
    """A logarithmic axis that holds all finite values above zero and at least a third to three times `around`.

    It never spans more than from a hundredth to a hundred times `around`; what lies beyond is held at its ends.
    """
    finite = [value for value in values if value is not None and math.isfinite(value) and value > 0]
    low = max(min([around / 3, *finite]) / 1.15, around / 100)
    high = min(max([around * 3, *finite]) * 1.15, around * 100)
    return Axis(low, high, start, end, logarithmic=True)


def _step(span: float, most: int) -> float:
    rough = span / most
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in STEPS if factor * power >= rough * (1 - 1e-9))


def _decimals(value: float) -> int:
    return next((places for places in range(6) if abs(value - round(value, places)) < 1e-9), 6)
