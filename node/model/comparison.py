"""What the sub-region reads: the figures and signals that comparisons make."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from node.errors import NodeError
from node.model.interval import Interval

NORMAL, PROVISIONAL, SUPPRESSED, MISSING = "", "P", "Q", "M"
NOT_REPORTED, NOT_APPLICABLE = "-", "_Z"
"""The signs of a figure. Beside a value: NORMAL, PROVISIONAL. In place of one: SUPPRESSED (published as hidden,
never 0), MISSING (the sender does not observe it), NOT_REPORTED (no release has it), NOT_APPLICABLE (there are
no job seekers to divide by, or registers of several countries are mixed)."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One figure of a comparison: a value, or the sign that says why there is none.

    `interval`: what the figure certainly lies in: its value, wider where the sender altered it by noise; of a
    suppressed figure, what the published ones leave open. None where nothing is known of it.
    `lacking`: for a sum over countries, the REF_AREA codes of those whose figure is not in it; a figure with
    any is partial.
    Raises: NodeError where a sign that stands for a gap comes with a value, a value is lacking without one, or
    something is claimed of a figure that is missing, not reported or not applicable.
    """

    value: float | None
    sign: str = NORMAL
    lacking: tuple[str, ...] = ()
    interval: Interval | None = None

    def __post_init__(self) -> None:
        if (self.value is None) != (self.sign in (SUPPRESSED, MISSING, NOT_REPORTED, NOT_APPLICABLE)):
            raise NodeError(f"a figure of {self.value} cannot carry the sign “{self.sign}”")
        if self.interval is not None and self.sign in (MISSING, NOT_REPORTED, NOT_APPLICABLE):
            raise NodeError(f"a figure with the sign “{self.sign}” lies in no interval")
        if self.value is not None and self.interval is None:
            object.__setattr__(self, "interval", Interval(self.value, self.value))


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
class Absence:
    """A country of which no release tells anything for the period. `area`: its REF_AREA code."""

    area: str
    name: str
    dataflow: str
