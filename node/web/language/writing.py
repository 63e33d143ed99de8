"""Figures, months and times in the reader's language: the forms of `numbers` and `dates`, for templates and charts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from node.model.interval import Interval
from node.model.period import TimePeriod
from node.web.language import dates, numbers
from node.web.language.catalogues import gettext
from node.web.language.current import language


def number(value: float, decimals: int = 0) -> str:
    """12,345 or 26.9. Raises: NodeError for what is not a number."""
    return numbers.number(value, decimals, language())


def percent(share: float, decimals: int = 0) -> str:
    """A share of one as a percentage. Raises: NodeError for what is not a number."""
    return numbers.percent(share, decimals, language())


def interval(span: Interval, decimals: int = 0) -> str:
    """`3–12`, `≥ 3`."""
    return numbers.interval(span, decimals, language())


def size(length: int) -> str:
    """`812 bytes`, `34 kB`."""
    return numbers.size(length, language())


def join(words: Sequence[object]) -> str:
    """`a, b and c`."""
    return numbers.join(words, language())


def month(period: TimePeriod) -> str:
    """`October 2026`, or `3rd quarter of 2026`."""
    return dates.period_name(period, language())


def short_month(period: TimePeriod) -> str:
    """`Oct 2026`, or `Q3 2026`."""
    return dates.short_period(period, language())


def moment(at: datetime | None) -> str:
    """`22 November 2026, 05:12 UTC`, or `never`. Raises: NodeError for a time without a zone."""
    return gettext("never") if at is None else dates.moment(at, language())
