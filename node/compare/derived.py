"""Figures that are made of single other figures."""

from __future__ import annotations

from collections.abc import Sequence

from node.compare.bounded import vacancy_rate
from node.compare.grid import SIGNS, SUPPRESSED_AT
from node.compare.indicators import PER
from node.model.comparison import NOT_APPLICABLE, SUPPRESSED, Measured
from node.model.interval import Interval


def vacancy_rate_percent(vacancies: Measured, employed: Measured) -> Measured:
    """Vacant posts as a share of all posts, vacant and filled, in percent. Source: `bounded.vacancy_rate`."""
    interval = None
    if vacancies.interval is not None and employed.interval is not None:
        share = vacancy_rate(vacancies.interval, employed.interval)
        interval = None if share is None else Interval(PER * share.low, PER * share.high)
    value = None
    if vacancies.value is not None and employed.value is not None and vacancies.value + employed.value > 0:
        value = PER * vacancies.value / (vacancies.value + employed.value)
    return made_of((vacancies, employed), value, interval)


def made_of(figures: Sequence[Measured], value: float | None, interval: Interval | None) -> Measured:
    """A figure made of others, with the sign of that of which the least is known. Not applicable where they are sums
    over different countries, which do not divide."""
    place = max(SIGNS.index(figure.sign) for figure in figures)
    if place > SUPPRESSED_AT:
        return Measured(None, SIGNS[place])
    lacking = figures[0].lacking
    if any(figure.lacking != lacking for figure in figures):
        return Measured(None, NOT_APPLICABLE)
    if place == SUPPRESSED_AT:
        return Measured(None, SUPPRESSED, lacking, interval)
    if value is None or interval is None:
        return Measured(None, NOT_APPLICABLE)
    if interval.exact:  # it is the value, rounded in another order
        return Measured(value, SIGNS[place], lacking)
    within = Interval(min(interval.low, value), max(interval.high, value))
    return Measured(value, SIGNS[place], lacking, within)
