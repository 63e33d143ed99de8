"""Job titles as people write them, brought to the words in which they are compared."""

from __future__ import annotations

import html
import re
import unicodedata

from node.coding.titles.noise import FIRMS, NOISE, PLACES

MAX_READ = 10_000
"""Characters of a title that are looked at; what comes after is no title."""
MAX_WORDS = 40
"""Words that are kept. The longest of 16,000 titles in four indexes has 11."""

_TAG = re.compile(r"<[^<>]{0,400}>")
_BRACKET = re.compile(r"[(\[{【][^()\[\]{}【】]*[)\]}】]")
_WORD = re.compile(r"(?:[^\W_]|[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e])+(?:[+#]+)?")
"""Letters and digits, with the Thai vowels and tones that stand above and below; `c++` and `c#` are words."""
_MONEY = re.compile(r"(?:\b(?:rp|idr|rm|myr|thb|usd)\.?|[฿$])\s*\d[\d.,]*(?:\s*(?:jt|juta|rb|ribu|k|บาท)\b)?")


def clean(written: str) -> str:
    """The title without markup, emoji and control characters, in one case and one form, words apart."""
    text = _TAG.sub(" ", html.unescape(written[:MAX_READ]))
    return " ".join("".join(map(_kept, unicodedata.normalize("NFKC", text).casefold())).split())


def title_words(written: str) -> tuple[str, ...]:
    """The words that say what the job is: no place, pay, firm, urgency or number; none where nothing is left.

    A pair of brackets that names a place or a firm goes whole; what other brackets hold is part of the title.
    """
    text = _BRACKET.sub(_without_place, _MONEY.sub(" ", clean(written)))
    return tuple([word for word in _WORD.findall(text) if not _says_nothing(word)][:MAX_WORDS])


def title_key(written: str) -> str:
    """The same for titles of the same words in any order; empty where no word is left."""
    return " ".join(sorted(title_words(written)))


def _kept(char: str) -> str:
    category = unicodedata.category(char)
    if char in "+$฿":
        return char
    return " " if category[0] == "C" or category in ("So", "Sk", "Sm", "Sc") else char


def _without_place(found: re.Match[str]) -> str:
    words = set(_WORD.findall(found[0]))
    return " " if words & (PLACES | FIRMS) or all(map(_says_nothing, words)) else found[0]


def _says_nothing(word: str) -> bool:
    return word in NOISE or word in PLACES or word in FIRMS or word[0].isdigit()
