"""Which months and quarters the demo releases. Its last month is fixed, so that its bytes do not follow the clock."""

from __future__ import annotations

from dataclasses import dataclass

from node.errors import OperatorError
from node.model.period import TimePeriod

LAST_MONTH = TimePeriod("2026-10")
DEFAULT_PERIODS = 12
MOST_PERIODS = 120


@dataclass(frozen=True, slots=True)
class DemoCalendar:
    """`months` and `quarters`: the periods to release, oldest first; there is at least one of each."""

    months: tuple[TimePeriod, ...]
    quarters: tuple[TimePeriod, ...]

    def since(self, months: int) -> tuple[TimePeriod, ...]:
        """The months, and that many before them, from which stocks are still there when the first one ends."""
        earlier = tuple(self.months[0].shifted(-back) for back in range(months, 0, -1))
        return earlier + self.months


def demo_calendar(periods: int, last: TimePeriod = LAST_MONTH) -> DemoCalendar:
    """The `periods` months that end with `last`, and the quarters that lie whole within them.

    Where no quarter does, the last one that had ended by then.
    Raises: OperatorError for a number of months that makes no demo.
    """
    if not 1 <= periods <= MOST_PERIODS:
        raise OperatorError(f"a demo has 1 to {MOST_PERIODS} months, not {periods}; choose another --periods")
    months = tuple(last.shifted(-back) for back in range(periods - 1, -1, -1))
    ended = TimePeriod.quarter_of(last.start)
    if ended.end > last.end:
        ended = ended.shifted(-1)
    quarters = [ended]
    while quarters[0].shifted(-1).start >= months[0].start:
        quarters.insert(0, quarters[0].shifted(-1))
    return DemoCalendar(months, tuple(quarters))
