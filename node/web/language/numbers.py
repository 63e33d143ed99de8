"""How figures, shares, intervals, sizes and lists are written in each language. Source: Unicode CLDR, through Babel."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache

from babel import Locale
from babel.lists import format_list
from babel.units import format_unit

from node.errors import NodeError
from node.model.interval import Interval
from node.web.language.languages import Language

NOISE_DECIMALS = 6
"""A bound that exceeds a figure as shown by less than half a unit of so many decimals more is that figure: what is over
comes from arithmetic, and must not widen the interval."""


def number(value: float, decimals: int, language: Language) -> str:
    """A figure with the language's separators: 1,234.5, in Indonesian 1.234,5. `∞` for one over nothing.

    Raises: NodeError for what is not a number, which must be told as a gap.
    """
    if not math.isfinite(value):
        return _without_end(value)
    return f"{value:z,.{decimals}f}".translate(_separators(language))


def percent(share: float, decimals: int, language: Language) -> str:
    """A share of one as a percentage: .256 is 25.6%. Raises: NodeError as `number`."""
    return number(100 * share, decimals, language) + _symbol(language, "percentSign")


def interval(span: Interval, decimals: int, language: Language) -> str:
    """`3–12`; `≥ 3` where nothing is known above; the figure alone where it is known.

    The bounds are rounded outwards, so that what is written still holds the figure for certain.
    """
    if span.exact:
        return number(span.low, decimals, language)
    low = number(_outwards(span.low, decimals, math.floor), decimals, language)
    if math.isinf(span.high):
        return f"≥ {low}"
    high = number(_outwards(span.high, decimals, math.ceil), decimals, language)
    if low == high:
        return low
    return f"{low}–{high}" if span.low >= 0 else f"{low} – {high}"


def size(length: int, language: Language) -> str:
    """`812 bytes`, `34 kB`, `1.2 MB`; a kB is 1,000 bytes."""
    if length < 1_000:
        return format_unit(length, "digital-byte", "long", locale=language.locale)
    if length < 999_500:
        unit, scale, decimals = "kilobyte", 1e3, 0
    elif length < 999_950_000:
        unit, scale, decimals = "megabyte", 1e6, 1
    else:
        unit, scale, decimals = "gigabyte", 1e9, 1
    return format_unit(number(length / scale, decimals, language), f"digital-{unit}", "short", locale=language.locale)


def join(words: Sequence[object], language: Language) -> str:
    """`a`, `a and b`, `a, b and c`, with the word and the commas of the language; empty for no words."""
    return format_list([str(word) for word in words], locale=language.locale)


def _outwards(bound: float, decimals: int, whole: Callable[[float], int]) -> float:
    scale = 10.0**decimals
    return float(whole(round(bound * scale, NOISE_DECIMALS)) / scale)


def _without_end(value: float) -> str:
    if math.isnan(value):
        raise NodeError("a figure that is not a number was to be written; write the sign of its gap")
    return "∞" if value > 0 else "-∞"


@cache
def _separators(language: Language) -> dict[int, str]:
    """From Python's separators to the language's, for str.translate."""
    return str.maketrans({",": _symbol(language, "group"), ".": _symbol(language, "decimal")})


@cache
def _symbol(language: Language, name: str) -> str:
    symbol: str = Locale.parse(language.locale).number_symbols["latn"][name]
    return symbol
