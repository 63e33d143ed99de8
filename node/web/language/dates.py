"""How months, quarters, days and times are written in each language. Names of months: Unicode CLDR, through Babel.

Thailand counts years from the Buddha's passing, 543 more than the common era; Babel writes the common era.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from typing import Literal

from babel import Locale

from node.errors import NodeError
from node.model.period import TimePeriod
from node.web.language.languages import Language

BUDDHIST_YEARS = 543

_QUARTERS = {
    Language.INDONESIAN: ("Triwulan I", "Triwulan II", "Triwulan III", "Triwulan IV"),
    Language.MALAY: ("Suku pertama", "Suku kedua", "Suku ketiga", "Suku keempat"),
    Language.THAI: ("ไตรมาสที่ 1", "ไตรมาสที่ 2", "ไตรมาสที่ 3", "ไตรมาสที่ 4"),
    Language.ENGLISH: ("1st quarter of", "2nd quarter of", "3rd quarter of", "4th quarter of"),
}
"""By hand: official Indonesian statistics say triwulan where CLDR says kuartal, and CLDR's Malay mixes words and
figures."""

_SHORT_QUARTERS = {
    Language.INDONESIAN: ("Tw I", "Tw II", "Tw III", "Tw IV"),
    Language.MALAY: ("S1", "S2", "S3", "S4"),
    Language.THAI: ("ไตรมาส 1", "ไตรมาส 2", "ไตรมาส 3", "ไตรมาส 4"),
    Language.ENGLISH: ("Q1", "Q2", "Q3", "Q4"),
}

_MOMENTS = {
    Language.INDONESIAN: "{day} pukul {time} UTC",
    Language.MALAY: "{day}, {time} UTC",
    Language.THAI: "{day} เวลา {time} UTC",
    Language.ENGLISH: "{day}, {time} UTC",
}

Width = Literal["wide", "abbreviated"]


def period_name(period: TimePeriod, language: Language) -> str:
    """`October 2026`, `ตุลาคม พ.ศ. 2569`; `3rd quarter of 2026`, `Triwulan III 2026`."""
    return f"{_name(period, language, 'wide')} {_year(period.start.year, language)}"


def short_period(period: TimePeriod, language: Language) -> str:
    """On axes and heads of columns: `Oct 2026`, `ต.ค. 69`; `Q3 2026`, `ไตรมาส 3/69`. Thai years have two digits."""
    name, year = _name(period, language, "abbreviated"), period.start.year
    if language is not Language.THAI:
        return f"{name} {year}"
    return f"{name}{' ' if period.frequency == 'M' else '/'}{(year + BUDDHIST_YEARS) % 100:02d}"


def day(at: date, language: Language) -> str:
    """`22 November 2026`, `22 พฤศจิกายน พ.ศ. 2569`."""
    return f"{at.day} {_months(language, 'wide')[at.month - 1]} {_year(at.year, language)}"


def moment(at: datetime, language: Language) -> str:
    """A day with the time in UTC: `22 November 2026, 05:12 UTC`. Raises: NodeError for a time without a zone."""
    if at.tzinfo is None:
        raise NodeError(f"{at} has no time zone, so that it names no moment")
    there = at.astimezone(UTC)
    time = f"{there:%H}{_time_separator(language)}{there:%M}"
    return _MOMENTS[language].format(day=day(there, language), time=time)


def _name(period: TimePeriod, language: Language, width: Width) -> str:
    if period.frequency == "M":
        return _months(language, width)[period.start.month - 1]
    quarters = _QUARTERS if width == "wide" else _SHORT_QUARTERS
    return quarters[language][period.start.month // 3]


def _year(year: int, language: Language) -> str:
    return f"พ.ศ. {year + BUDDHIST_YEARS}" if language is Language.THAI else f"{year}"


@cache
def _months(language: Language, width: Width) -> tuple[str, ...]:
    names = Locale.parse(language.locale).months["format"][width]
    return tuple(str(names[month]) for month in range(1, 13))


@cache
def _time_separator(language: Language) -> str:
    separator: str = Locale.parse(language.locale).number_symbols["latn"]["timeSeparator"]
    return separator
