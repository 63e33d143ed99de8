"""Figures made of figures: tightness, its relative position, and sums over countries, with their gaps kept."""

from __future__ import annotations

from collections.abc import Mapping

from node.model.comparison import (
    MISSING,
    NORMAL,
    NOT_APPLICABLE,
    NOT_REPORTED,
    PROVISIONAL,
    SUPPRESSED,
    Measured,
    Signal,
    SignalThresholds,
)

PER = 100.0
"""Job seekers that tightness counts vacancies for: "35 vacancies per 100 job seekers" is read at sight, 0.35 is not."""

THRESHOLDS = SignalThresholds(version="1", shortage=1.5, surplus=2.0 / 3.0)
"""A group half again as tight as its country, or, the same step downwards, two thirds as tight."""

_GAPS = (NOT_REPORTED, MISSING, SUPPRESSED, NOT_APPLICABLE)
"""Which gap a figure takes over when it is made of several: that of which the least is known comes first."""


def ratio(numerator: Measured, denominator: Measured, times: float = 1.0) -> Measured:
    """`times` the one over the other, or the gap that stands in its way; not applicable over zero.

    Sums over countries divide only where both are of the same countries.
    """
    if numerator.value is None or denominator.value is None:
        return Measured(None, _gap(numerator, denominator))
    if denominator.value == 0 or numerator.lacking != denominator.lacking:
        return Measured(None, NOT_APPLICABLE)
    return Measured(times * numerator.value / denominator.value, _standing(numerator, denominator), numerator.lacking)


def tightness(vacancies: Measured, jobseekers: Measured) -> Measured:
    """Vacancies per 100 registered job seekers.

    Source: V/U, labour market tightness; Pissarides, Equilibrium Unemployment Theory (2000), 1.1; here with
    registered job seekers for U, so that it depends on how many of them a country's register reaches.
    """
    return ratio(vacancies, jobseekers, PER)


def total(parts: Mapping[str, Measured]) -> Measured:
    """The sum over countries (REF_AREA code to figure); those without a value are named in `lacking`."""
    known = [part for part in parts.values() if part.value is not None]
    if not known:
        return Measured(None, _gap(*parts.values()))
    lacking = tuple(area for area, part in parts.items() if part.value is None)
    return Measured(sum(part.value or 0.0 for part in known), _standing(*known), lacking)


def pooled_tightness(vacancies: Mapping[str, Measured], jobseekers: Mapping[str, Measured]) -> Measured:
    """Tightness of several countries together, over those alone for which both figures are known."""
    both = [area for area in vacancies if vacancies[area].value is not None and jobseekers[area].value is not None]
    if not both:
        return Measured(None, _gap(*vacancies.values(), *jobseekers.values()))
    inside = tightness(
        total({area: vacancies[area] for area in both}), total({area: jobseekers[area] for area in both})
    )
    return Measured(inside.value, inside.sign, tuple(area for area in vacancies if area not in both))


def signal(relative: Measured, thresholds: SignalThresholds = THRESHOLDS) -> Signal:
    """What a relative tightness signals; undetermined where it is not known."""
    if relative.value is None:
        return Signal.UNDETERMINED
    if relative.value >= thresholds.shortage:
        return Signal.SHORTAGE
    if relative.value <= thresholds.surplus:
        return Signal.SURPLUS
    return Signal.BALANCED


def _gap(*figures: Measured) -> str:
    signs = {figure.sign for figure in figures if figure.value is None}
    return next((gap for gap in _GAPS if gap in signs), NOT_REPORTED)


def _standing(*figures: Measured) -> str:
    return PROVISIONAL if any(figure.sign == PROVISIONAL for figure in figures) else NORMAL
