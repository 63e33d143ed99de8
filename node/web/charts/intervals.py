"""Figures that are known as points, hidden ones as the interval that is left open."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from node.errors import NodeError

ARROW_RIGHT, ARROW_LEFT = "M-0.9,-0.8L0.95,0L-0.9,0.8Z", "M0.9,-0.8L-0.95,0L0.9,0.8Z"
ARROW_UP = "M-0.8,0.9L0,-0.95L0.8,0.9Z"
CIRCLE = "circle"


@dataclass(frozen=True, slots=True)
class Extent:
    """`value`: where it is known; else `low` and `high` where it is hidden (`high` may be infinite), else nothing.

    Raises: NodeError where a value comes with an interval that does not hold it, or the ends are not in order.
    """

    value: float | None = None
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        if (self.low is None) != (self.high is None):
            raise NodeError("an interval needs both of its ends; give infinity where there is no upper one")
        if self.value is not None and not math.isfinite(self.value):
            raise NodeError(f"{self.value} cannot be drawn as a known figure; give an interval")
        if self.low is None or self.high is None:
            return
        if not (math.isfinite(self.low) and self.low <= self.high):
            raise NodeError(f"an interval cannot lead from {self.low} to {self.high}; give its ends in order")
        if self.value is not None and not self.low <= self.value <= self.high:
            raise NodeError(f"the figure {self.value} is not between {self.low} and {self.high}, where it should lie")

    @property
    def interval(self) -> tuple[float, float] | None:
        """The ends, where they differ."""
        if self.low is None or self.high is None or self.low == self.high:
            return None
        return self.low, self.high

    @property
    def point(self) -> float | None:
        """The one value that the figure has or can have."""
        if self.value is not None:
            return self.value
        return self.low if self.low is not None and self.low == self.high else None


def finite_ends(extents: Iterable[Extent]) -> list[float]:
    """All finite values that a scale has to hold."""
    found = [part for extent in extents for part in (extent.value, extent.low, extent.high) if part is not None]
    return [value for value in found if math.isfinite(value)]


@dataclass(frozen=True, slots=True)
class Reference:
    """What figures are compared with: `value`, called `name`. Up to `low` the ground is shaded and called `low_name`,
    from `high` on `high_name`."""

    value: float
    name: str
    low: float
    low_name: str
    high: float
    high_name: str
