"""TIME_PERIOD: the months and quarters that observations speak of."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from functools import total_ordering

from node.errors import OperatorError

_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_QUARTER = re.compile(r"([0-9]{4})-Q([1-4])")


@total_ordering
@dataclass(frozen=True, slots=True, eq=False)
class TimePeriod:
    """A month (`2026-10`) or a quarter (`2026-Q3`).

    Source: SDMX 2.1 section 6, 4.2.6 (Gregorian months, reporting quarters of the calendar year).
    Raises: OperatorError when the text is neither.
    """

    text: str
    frequency: str = field(init=False)
    start: date = field(init=False)
    end: date = field(init=False)
    """First day after the period."""

    def __post_init__(self) -> None:
        months = 1
        if match := _MONTH.fullmatch(self.text):
            frequency, first = "M", int(match[2])
        elif match := _QUARTER.fullmatch(self.text):
            frequency, first, months = "Q", 3 * int(match[2]) - 2, 3
        else:
            raise OperatorError.to_reader(
                "“%(text)s” is not a period: write a month as 2026-10 or a quarter as 2026-Q3", text=self.text
            )
        year = int(match[1])
        if not 1900 <= year <= 2999:
            raise OperatorError.to_reader(
                "“%(text)s” is not a period of this exchange: the year must be 1900 to 2999", text=self.text
            )
        object.__setattr__(self, "frequency", frequency)
        object.__setattr__(self, "start", date(year, first, 1))
        object.__setattr__(self, "end", _plus_months(date(year, first, 1), months))

    def __str__(self) -> str:
        return self.text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TimePeriod) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __lt__(self, other: TimePeriod) -> bool:
        return (self.start, self.end) < (other.start, other.end)

    def shifted(self, by: int) -> TimePeriod:
        """The period `by` periods later (earlier when negative), of the same frequency."""
        if self.frequency == "M":
            return TimePeriod.month_of(_plus_months(self.start, by))
        return TimePeriod.quarter_of(_plus_months(self.start, 3 * by))

    @classmethod
    def month_of(cls, day: date) -> TimePeriod:
        return cls(f"{day.year:04d}-{day.month:02d}")

    @classmethod
    def quarter_of(cls, day: date) -> TimePeriod:
        return cls(f"{day.year:04d}-Q{(day.month + 2) // 3}")


def _plus_months(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)
