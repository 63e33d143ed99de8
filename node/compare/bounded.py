"""Indicators of figures that are known within intervals: what follows for certain, whatever the hidden cells are.

Each bound is the indicator of one end of each interval, so that the result holds every table that fits and is no wider
than single cells allow. What margins say besides is in the cells' intervals already (`node.feasible`).
Register figures of different countries do not compare as levels, since each register reaches another share of its
country; relative tightness, in which that share cancels, does.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from node.compare.indicators import THRESHOLDS
from node.errors import NodeError
from node.model.comparison import Signal, SignalThresholds
from node.model.interval import Interval
from node.model.period import TimePeriod

WIDESPREAD = Fraction(3, 4)
"""Of the areas that report: from this share up a shortage is widespread."""


def quotient(numerator: Interval, denominator: Interval) -> Interval | None:
    """The one over the other; None where a bound is 0 over 0 (or infinite over infinite).

    Infinite from above where the denominator may be 0, and from below too where it is.
    Raises: NodeError where either may be below 0.
    """
    if numerator.low < 0 or denominator.low < 0:
        raise NodeError("a count below 0 has no tightness")
    low, high = _over(numerator.low, denominator.high), _over(numerator.high, denominator.low)
    return None if math.isnan(low) or math.isnan(high) else Interval(low, high)


def tightness(vacancies: Interval, jobseekers: Interval) -> Interval | None:
    """V/U as [V_lo/U_hi, V_hi/U_lo], vacancies for each registered job seeker: infinite where U_lo is 0, and None,
    undefined, where what stands above it is 0 as well.

    Source: V/U, labour market tightness; Pissarides, Equilibrium Unemployment Theory (2000), 1.1.
    """
    return quotient(vacancies, jobseekers)


def vacancy_rate(vacancies: Interval, employed: Interval) -> Interval | None:
    """V/(V+E): vacant posts as a share of all posts, vacant and filled, between 0 and 1; None where a bound is 0/0.

    The rate rises with V and falls with E, so that its bounds are at [V_lo, E_hi] and [V_hi, E_lo].
    Source: Regulation (EC) No 453/2008 on quarterly statistics on job vacancies, article 2, with persons employed in
    place of occupied posts.
    """
    return _share(vacancies, employed)


def unemployment_proxy(jobseekers: Interval, employed: Interval) -> Interval | None:
    """U/(U+E): registered job seekers as a share of them and the employed. Not the unemployment rate: a register
    holds some who work, and lacks many who do not.
    """
    return _share(jobseekers, employed)


def relative_tightness(
    vacancies: Interval, jobseekers: Interval, country_vacancies: Interval, country_jobseekers: Interval
) -> Interval | None:
    """Tightness as a multiple of the country's own over all occupations: (V/U) / (V_c/U_c).

    A register that reaches one in ten vacancies or job seekers, whatever their occupation, gives the same multiple as
    one that reaches all. Counts are multiplied before they are divided, so that a ratio of whole numbers is rounded
    once and a threshold is met where it is met exactly. None where it is undefined.
    """
    return quotient(_product(vacancies, country_jobseekers), _product(jobseekers, country_vacancies))


def signal(relative: Interval | None, thresholds: SignalThresholds = THRESHOLDS) -> Signal:
    """What relative tightness t signals for certain: shortage where t_lo is at least the threshold, surplus where
    t_hi is at most its own, balanced where t lies wholly between, else undetermined.

    A tightness signal, no proof of a shortage: vacancies and job seekers alone tell nothing of wages, skills or posts
    that are never advertised.
    """
    if relative is None:
        return Signal.UNDETERMINED
    if relative.low >= thresholds.shortage:
        return Signal.SHORTAGE
    if relative.high <= thresholds.surplus:
        return Signal.SURPLUS
    inside = thresholds.surplus < relative.low and relative.high < thresholds.shortage
    return Signal.BALANCED if inside else Signal.UNDETERMINED


@dataclass(frozen=True, slots=True)
class Spread:
    """Of `reporting` areas: how many signal for certain, and how many may besides."""

    reporting: int
    certain: int
    possible: int

    @property
    def widespread(self) -> bool:
        """Whether for certain at least WIDESPREAD of the areas that report signal; never where none reports."""
        return self.reporting > 0 and self.certain >= WIDESPREAD * self.reporting

    @property
    def may_be_widespread(self) -> bool:
        """Whether they do if every undetermined area does."""
        return self.reporting > 0 and self.certain + self.possible >= WIDESPREAD * self.reporting


def spread(signals: Mapping[str, Signal | None], sought: Signal = Signal.SHORTAGE) -> Spread:
    """How far a signal has spread over areas (REF_AREA code to signal; None is an area that does not report).

    An area whose figures are hidden reports, and stays among those that are counted.
    Source: European Labour Authority, EURES Report on labour shortages and surpluses, which counts an occupation as
    widespread by the share of reporting countries; here areas.
    """
    told = [signal for signal in signals.values() if signal is not None]
    return Spread(len(told), told.count(sought), told.count(Signal.UNDETERMINED))


def complementary(here: Signal | None, there: Signal | None) -> bool:
    """Whether there is a certain shortage here and a certain surplus there, of the same occupation."""
    return here is Signal.SHORTAGE and there is Signal.SURPLUS


def complementary_pairs(signals: Mapping[str, Signal | None]) -> tuple[tuple[str, str], ...]:
    """The pairs of areas, short first and surplus second, that complement one another; in order of their codes."""
    codes = sorted(signals)
    return tuple((one, other) for one in codes for other in codes if complementary(signals[one], signals[other]))


@dataclass(frozen=True, slots=True)
class BeveridgeInput:
    """Of one period: vacancies, job seekers and the employed; None where nothing is published."""

    period: TimePeriod
    vacancies: Interval | None
    jobseekers: Interval | None
    employed: Interval | None


@dataclass(frozen=True, slots=True)
class BeveridgePoint:
    """One period: the vacancy rate, and job seekers as a share of them and the employed; None where unknown."""

    period: TimePeriod
    vacancy_rate: Interval | None
    unemployment: Interval | None


def beveridge_points(periods: Iterable[BeveridgeInput]) -> tuple[BeveridgePoint, ...]:
    """The points of a Beveridge curve, oldest first; a period with a gap keeps its place, so that none is bridged.

    Along the curve both move against one another with the cycle; a shift outwards, more of both, is what mismatch
    looks like. Registers give the shape of one country's curve, not its place beside another's.
    Source: Dow, Dicks-Mireaux, The Excess Demand for Labour, Oxford Economic Papers 10 (1958); Blanchard, Diamond, The
    Beveridge Curve, Brookings Papers on Economic Activity (1989).
    """
    return tuple(
        BeveridgePoint(
            one.period,
            vacancy_rate(one.vacancies, one.employed) if one.vacancies and one.employed else None,
            unemployment_proxy(one.jobseekers, one.employed) if one.jobseekers and one.employed else None,
        )
        for one in sorted(periods, key=lambda one: one.period)
    )


def _share(part: Interval, rest: Interval) -> Interval | None:
    """part / (part + rest). It rises with the one and falls with the other."""
    if (part.low == 0 == rest.high) or (part.high == 0 == rest.low):
        return None
    low = part.low / (part.low + rest.high)
    return Interval(low, 1.0 if math.isinf(part.high) else part.high / (part.high + rest.low))


def _product(one: Interval, other: Interval) -> Interval:
    return Interval(_times(one.low, other.low), _times(one.high, other.high))


def _times(one: float, other: float) -> float:
    """Of what may be infinitely many and is 0 for certain, none remain."""
    return 0.0 if 0 in (one, other) else one * other


def _over(above: float, below: float) -> float:
    """The quotient; infinite over 0, not a number where 0 is over 0 or infinite over infinite."""
    if below == 0:
        return math.inf if above > 0 else math.nan
    return above / below
