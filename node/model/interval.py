"""An interval that a figure certainly lies in: what is left to say of it when cells are hidden."""

from __future__ import annotations

import math
from dataclasses import dataclass

from node.errors import NodeError


@dataclass(frozen=True, slots=True)
class Interval:
    """The least and the most that a figure can be; both at the figure where it is known. `high` may be infinite, and
    `low` with it: posts over no job seekers.

    Raises: NodeError for bounds that are not numbers or the wrong way round, or a `low` of minus infinity.
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        if not (self.low <= self.high and self.low > -math.inf):
            raise NodeError(f"from {self.low} to {self.high} is no interval")

    @property
    def exact(self) -> bool:
        """Whether the figure is known."""
        return self.low == self.high


def exactly(value: float) -> Interval:
    """The interval of a known figure."""
    return Interval(value, value)
