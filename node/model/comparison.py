"""What the sub-region reads: merged observations and the tables made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from node.model.period import TimePeriod
from node.model.release import Vintage

SeriesKey = tuple[str, str, str, str]
"""REF_AREA, OCCUPATION, SEX, INDICATOR; `_Z` where a dataflow has no such dimension."""


@dataclass(frozen=True, slots=True)
class Observation:
    """A published number or its gap. `value` is None where `status` is Q (suppressed) or M (missing)."""

    value: float | None
    status: str
    confidentiality: str
    sender: str


@dataclass(frozen=True, slots=True)
class MergedCube:
    """The observations in force for one dataflow and period, from all senders, and where they came from."""

    dataflow: str
    period: TimePeriod
    observations: Mapping[SeriesKey, Observation]
    vintages: tuple[Vintage, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """One figure of a comparison: a value, or the reason why there is none (`Q`, `M`, or `-` not reported)."""

    value: float | None
    sign: str


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """One area or occupation. `tightness` is vacancies a job seeker, None where either is hidden or no seekers."""

    code: str
    name: str
    group: str
    vacancies: Measured
    jobseekers: Measured
    tightness: Measured


@dataclass(frozen=True, slots=True)
class ComparisonTable:
    """Areas by one occupation group, or occupation groups of the sub-region, for one period."""

    period: TimePeriod
    by: str
    occupation: str
    rows: tuple[ComparisonRow, ...]
    vintages: tuple[Vintage, ...]
    absent: tuple[str, ...] = field(default=())
    """Senders that have nothing for this period."""
