"""Figures, shares, intervals, sizes and lists in each language."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import pytest
from babel.numbers import format_decimal, format_percent

from node.errors import NodeError
from node.model.interval import Interval, exactly
from node.web.language import writing
from node.web.language.current import speaking
from node.web.language.languages import Language
from node.web.language.numbers import interval, join, number, percent, size

INDONESIAN, MALAY, THAI, ENGLISH = Language


@pytest.mark.parametrize(
    ("value", "decimals", "indonesian", "others"),
    [
        (1234.5, 1, "1.234,5", "1,234.5"),
        (1_234_567, 0, "1.234.567", "1,234,567"),
        (999, 0, "999", "999"),
        (-1234.56, 2, "-1.234,56", "-1,234.56"),
        (-0.04, 1, "0,0", "0.0"),
        (0, 0, "0", "0"),
        (math.inf, 1, "∞", "∞"),
        (-math.inf, 1, "-∞", "-∞"),
    ],
)
def test_numbers(value: float, decimals: int, indonesian: str, others: str) -> None:
    assert number(value, decimals, INDONESIAN) == indonesian
    assert {number(value, decimals, language) for language in (MALAY, THAI, ENGLISH)} == {others}


def test_what_is_not_a_number_is_never_written() -> None:
    with pytest.raises(NodeError, match="not a number"):
        number(math.nan, 0, THAI)


@pytest.mark.parametrize("language", Language)
def test_numbers_and_shares_are_those_of_cldr(language: Language) -> None:
    drawn = random.Random(7)  # noqa: S311 -- figures for a comparison
    for _ in range(200):
        value, decimals = round(drawn.uniform(-1e7, 1e7), 4), drawn.randrange(4)
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        expected = format_decimal(f"{value:.{decimals}f}", pattern, locale=language.locale)
        assert number(value, decimals, language) == expected
    assert percent(0.256, 0, language) == format_percent(0.256, locale=language.locale)


def test_shares() -> None:
    assert percent(0.2564, 1, INDONESIAN) == "25,6%"
    assert percent(0.2564, 1, ENGLISH) == "25.6%"


@pytest.mark.parametrize(
    ("span", "decimals", "written"),
    [
        (Interval(3, 12), 0, "3–12"),
        (Interval(3, math.inf), 0, "≥ 3"),
        (Interval(math.inf, math.inf), 1, "∞"),
        (exactly(26.94), 1, "26,9"),
        (Interval(1.04, 1.06), 1, "1,0–1,1"),
        (Interval(1.01, 1.04), 1, "1,0–1,1"),
        (Interval(1.16, 2.01), 1, "1,1–2,1"),
        (Interval(0.29, 0.3), 2, "0,29–0,30"),
        (Interval(1.99, math.inf), 0, "≥ 1"),
        (Interval(-3, 5), 0, "-3 – 5"),
        (Interval(1000, 2000), 0, "1.000–2.000"),
    ],
)
def test_intervals_hold_what_they_held(span: Interval, decimals: int, written: str) -> None:
    assert interval(span, decimals, INDONESIAN) == written


def test_noise_of_arithmetic_does_not_widen_an_interval() -> None:
    assert interval(Interval(2.9999999999, 12.0000000001), 0, ENGLISH) == "3–12"
    assert interval(Interval(0.1 + 0.2, 0.30000000000000009), 1, ENGLISH) == "0.3"


@pytest.mark.parametrize(
    ("length", "written"),
    [
        (1, ("1 byte", "1 bait", "1 ไบต์", "1 byte")),
        (812, ("812 byte", "812 bait", "812 ไบต์", "812 bytes")),
        (34_400, ("34 kB",) * 4),
        (999_499, ("999 kB",) * 4),
        (999_500, ("1,0 MB", "1.0 MB", "1.0 MB", "1.0 MB")),
        (1_240_000, ("1,2 MB", "1.2 MB", "1.2 MB", "1.2 MB")),
        (5_000_000_000, ("5,0 GB", "5.0 GB", "5.0 GB", "5.0 GB")),
    ],
)
def test_sizes(length: int, written: tuple[str, ...]) -> None:
    assert tuple(size(length, language) for language in Language) == written


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ((), ("", "", "", "")),
        (("a",), ("a", "a", "a", "a")),
        (("a", "b"), ("a dan b", "a dan b", "aและb", "a and b")),
        (("a", "b", "c"), ("a, b, dan c", "a, b dan c", "a b และc", "a, b and c")),
    ],
)
def test_lists(words: tuple[str, ...], written: tuple[str, ...]) -> None:
    assert tuple(join(words, language) for language in Language) == written


@pytest.mark.parametrize(
    ("write", "indonesian", "english"),
    [
        (lambda: writing.number(1234.5, 1), "1.234,5", "1,234.5"),
        (lambda: writing.percent(0.5, 1), "50,0%", "50.0%"),
        (lambda: writing.interval(Interval(1.5, 2.5), 1), "1,5–2,5", "1.5–2.5"),
        (lambda: writing.size(1_240_000), "1,2 MB", "1.2 MB"),
        (lambda: writing.join(["a", "b"]), "a dan b", "a and b"),
    ],
)
def test_the_readers_language_is_used(write: Callable[[], str], indonesian: str, english: str) -> None:
    assert write() == english
    with speaking(INDONESIAN):
        assert write() == indonesian
