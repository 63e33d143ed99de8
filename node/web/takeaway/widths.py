"""How wide texts and columns are, in characters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

THAI = re.compile("[\u0e00-\u0e7f]")
THAI_WORD = 12
"""Places that most words of Thai keep within."""


def display_length(text: str) -> int:
    """How many places a text takes: marks above and below a letter, as Thai has many, take none."""
    return sum(unicodedata.category(letter) != "Mn" for letter in text)


def unbreakable(text: str) -> int:
    """The places of its longest part that stays on one line: a word; of Thai, which has no spaces, a usual word."""
    return max(
        (min(display_length(word), THAI_WORD if THAI.search(word) else 1_000) for word in text.split()), default=0
    )


def longest(texts: Iterable[str]) -> int:
    """The places that the longest text takes; 0 where there is none."""
    return max(map(display_length, texts), default=0)
