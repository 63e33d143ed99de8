"""Place names as people write them: how they are compared, and which words around a name say what kind it is."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from node.errors import MappingError
from node.model.records import Scheme

LONGEST = 300
"""Characters of a location that is looked at; an address pasted whole is no place name."""
_SEPARATORS = re.compile(r"[,;/|()\[\]\n\t\u00b7\u2022]+|\s[-\u2013\u2014]+\s")
_POSTAL_CODE = re.compile(r"(?:^|\s)\d{5}\Z|\A\d+\Z")
_LETTERS = {"L", "M", "N"}


@dataclass(frozen=True, slots=True)
class NameRules:
    """How a country's place names are read. Words are as `words` gives them.

    `of`: the tables whose titles are names, too; `country`: names of the country itself, which say nothing of where
    in it; `before`, `after`: words before or after a name, each with its kind; a name of the tables that has no such
    word is `plain` (a province); `part_of`, `parts`: a name of the kind `part_of` with one of the words `parts`
    behind it is a part of it (Medan Kota lies in Kota Medan).
    """

    of: tuple[Scheme, ...]
    country: frozenset[str] = frozenset()
    before: tuple[tuple[str, str], ...] = ()
    after: tuple[tuple[str, str], ...] = ()
    part_of: str | None = None
    parts: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not self.of:
            raise MappingError("a table of place names says which tables hold the places (`of`)")
        if self.parts and self.part_of is None:
            raise MappingError("`parts` of a table of place names say of which kind they are parts (`part_of`)")

    def apart(self, name: str) -> tuple[str, ...]:
        """Places that only a word for their kind sets apart, as Thai addresses write them without commas."""
        marks = [f"{word} " if len(word) == 1 else word for word, _ in self.before if not word.isascii()]
        if not marks:
            return (name,)
        return tuple(re.split(rf"\s+(?={'|'.join(map(re.escape, marks))})", name))

    def split(self, name: str) -> tuple[str | None, str]:
        """The kind that `name` (of `words`) says, None where it says none, and the name without it."""
        for word, kind in self.before:
            # Thai writes no space between words; a single letter is an abbreviation, whose dot has become one.
            start = f"{word} " if word.isascii() or len(word) == 1 else word
            if name.startswith(start) and len(name) > len(start):
                return kind, name[len(start) :].strip()
        for word, kind in self.after:
            if name.endswith(f" {word}"):
                return kind, name[: -len(word)].strip()
        return None, name


def words(written: str) -> str:
    """Small letters, marks and digits with single spaces between words; Thai vowels and tones stay."""
    text = unicodedata.normalize("NFKC", written).casefold()
    kept = (char if unicodedata.category(char)[0] in _LETTERS else " " for char in text if char not in "'\u2019`\u02bc")
    return " ".join("".join(kept).split())


def key(name: str) -> str:
    """What two spellings of a name share: Lubuk Linggau is Lubuklinggau."""
    return name.replace(" ", "")


def parts(written: str, rules: NameRules) -> tuple[str, ...]:
    """The places that a location names, the smallest first as addresses do: `Hat Yai, Songkhla` names two.

    Postal codes are none, nor are names of the country.
    """
    found = (piece for part in _SEPARATORS.split(written) for piece in rules.apart(words(part)))
    named = (_POSTAL_CODE.sub("", part).strip() for part in found)
    return tuple(part for part in named if part and part not in rules.country)
