"""What the sub-region reads: merged observations and the tables made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from node.errors import NodeError
from node.model.period import TimePeriod
from node.model.release import Vintage

SeriesKey = tuple[str, str, str, str]
"""REF_AREA, OCCUPATION, SEX, INDICATOR; `_Z` where a dataflow has no such dimension."""

NORMAL, PROVISIONAL, SUPPRESSED, MISSING = "", "P", "Q", "M"
NOT_REPORTED, NOT_APPLICABLE = "-", "_Z"
"""The signs of a figure. Beside a value: NORMAL, PROVISIONAL. In place of one: SUPPRESSED (published as hidden,
never 0), MISSING (the sender does not observe it), NOT_REPORTED (no release has it), NOT_APPLICABLE (there are
no job seekers to divide by, or registers of several countries are mixed)."""


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
    """One figure of a comparison: a value, or the sign that says why there is none.

    `lacking`: for a sum over countries, the REF_AREA codes of those whose figure is not in it; a figure with
    any is partial.
    Raises: NodeError where a sign that stands for a gap comes with a value, or a value is lacking without one.
    """

    value: float | None
    sign: str = NORMAL
    lacking: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if (self.value is None) != (self.sign in (SUPPRESSED, MISSING, NOT_REPORTED, NOT_APPLICABLE)):
            raise NodeError(f"a figure of {self.value} cannot carry the sign “{self.sign}”")


class Signal(Enum):
    """What relative tightness says, and no more: vacancies and job seekers alone do not prove a shortage."""

    SHORTAGE = "shortage"
    SURPLUS = "surplus"
    BALANCED = "balanced"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True)
class SignalThresholds:
    """Relative tightness from `shortage` up signals a shortage, down from `surplus` a surplus."""

    version: str
    shortage: float
    surplus: float


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """One area or occupation. `group`: the country of an area, the parent of an occupation, empty for the first row.

    `level`: steps below the first row's; `tightness`: vacancies per 100 job seekers; `relative`: tightness as a
    multiple of the country's own over all occupations, not applicable to the sub-region.
    """

    code: str
    name: str
    group: str
    level: int
    vacancies: Measured
    jobseekers: Measured
    tightness: Measured
    relative: Measured
    signal: Signal


@dataclass(frozen=True, slots=True)
class Absence:
    """A country of which no release tells anything for the period. `area`: its REF_AREA code."""

    area: str
    name: str
    dataflow: str


@dataclass(frozen=True, slots=True)
class ComparisonTable:
    """Areas by one occupation group (`by` area), or the groups within one, for one area (`by` occupation).

    `occupation`, `area`: code and name.
    """

    period: TimePeriod
    by: str
    occupation: tuple[str, str]
    area: tuple[str, str]
    rows: tuple[ComparisonRow, ...]
    vintages: tuple[Vintage, ...]
    absent: tuple[Absence, ...]


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One area; `cells` are in the order of the matrix's occupations, each with `code` of its occupation."""

    code: str
    name: str
    group: str
    level: int
    cells: tuple[ComparisonRow, ...]


@dataclass(frozen=True, slots=True)
class ComparisonMatrix:
    """All areas by all occupations first and then the major groups. `occupations`: code and name, in order."""

    period: TimePeriod
    occupations: tuple[tuple[str, str], ...]
    rows: tuple[MatrixRow, ...]
    vintages: tuple[Vintage, ...]
    absent: tuple[Absence, ...]


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One area or occupation. `figures` are in the order of the table's indicators."""

    code: str
    name: str
    level: int
    figures: tuple[Measured, ...]


@dataclass(frozen=True, slots=True)
class FigureTable:
    """One dataflow's own figures (SEX `_T`) for one period: areas by an occupation group, or the groups of an area.

    `occupation`, `area`, `indicators`: code and name.
    """

    dataflow: str
    unit: str
    period: TimePeriod
    by: str
    occupation: tuple[str, str]
    area: tuple[str, str]
    indicators: tuple[tuple[str, str], ...]
    rows: tuple[FigureRow, ...]
    vintages: tuple[Vintage, ...]
