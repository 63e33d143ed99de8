"""What codes are called in the languages that pages are read in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from node.errors import MappingError
from node.model.structure import RESIDUAL

ENGLISH = "en"
"""The language of the codelists' own names, which stands in where another has none."""

SHORT_WIDTH = 12
"""Characters that a tile of the map has room for; see `width`."""

_LANGUAGE = re.compile(r"[a-z]{2}\Z")
_MARKUP = frozenset("<>&")
_UNSEEN = ("C", "Zl", "Zp")
"""Unicode's general categories of what nobody sees in a name: controls, formats, line and paragraph separators."""


@dataclass(frozen=True, slots=True)
class Name:
    """What a code is called in the language that was asked for.

    `official`: whether `text` is in that language; where not, English stands in for a missing title, and pages mark it
    and say `lang="en"`. Never False for readers of English.
    `group`: of a code for what is known no further than its group (`OC25_X`), the group's title in the language.
    Tables have no words for such a code: pages put `group` into theirs, in place of the English `text`. None for other
    codes, for readers of English, and where the group has no title in the language.
    """

    text: str
    official: bool = True
    group: str | None = None


@dataclass(frozen=True, slots=True)
class NameEntry:
    """One code's name in one language. `short`: for tiles, empty where there is no need of it.

    Raises: MappingError for a name that is empty or holds markup, unseen characters or marks apart from their letters,
    a short name that is wider than SHORT_WIDTH or the name itself, and for a code that has no name of its own: SDMX's
    (`_T`, `_X`) and residuals (`OC25_X`), for which pages have words.
    """

    code: str
    name: str
    short: str = ""

    def __post_init__(self) -> None:
        if self.code.startswith("_") or self.code.endswith(RESIDUAL):
            raise MappingError(f"“{self.code}” takes no name: pages say it in words of their own; leave the row out")
        if not self.name:
            raise MappingError(f"the name of {self.code} is empty; leave the row out where there is none")
        for text in (self.name, self.short):
            if found := _unfit(text):
                raise MappingError(f"the name of {self.code} holds {found}; write plain composed text")
        if self.short == self.name:
            raise MappingError(f"the short name of {self.code} is its name; leave it empty")
        if width(self.short) > SHORT_WIDTH:
            raise MappingError(
                f"the short name of {self.code} has {width(self.short)} characters; a tile has room for {SHORT_WIDTH}"
            )


@dataclass(frozen=True, slots=True)
class NameProvenance:
    """Where a table of names comes from, who made it, and how far to trust it. `digest`: SHA-256 of its file."""

    title: str
    author: str
    date: str
    licence: str
    provenance: str
    trust: str
    digest: str


@dataclass(frozen=True, slots=True, eq=False)
class NameTable:
    """The names of one codelist's codes in one language, not necessarily of all.

    Raises: MappingError for a language that is no two-letter code (ISO 639-1), or a code that is there twice.
    """

    codelist: str
    language: str
    entries: tuple[NameEntry, ...]
    about: NameProvenance
    index: Mapping[str, NameEntry] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if not _LANGUAGE.match(self.language):
            raise MappingError(f"“{self.language}” is no language: write its two-letter code in small letters, as “id”")
        index = {entry.code: entry for entry in self.entries}
        if len(index) < len(self.entries):
            twice = {entry.code for entry in self.entries if index[entry.code] is not entry}
            raise MappingError("a code has one name in a language", places=tuple(sorted(twice)))
        object.__setattr__(self, "index", index)


@dataclass(frozen=True, slots=True, eq=False)
class Names:
    """All tables of names.

    `languages`: in which pages can be read, English among them.
    Raises: MappingError where English or a table's language is not among the languages, one of them is there twice,
    or a codelist has two tables in one language.
    """

    languages: tuple[str, ...]
    tables: tuple[NameTable, ...]
    index: Mapping[tuple[str, str], Mapping[str, NameEntry]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if ENGLISH not in self.languages:
            raise MappingError(f"the languages lack {ENGLISH}, which stands in where another has no name")
        if len(set(self.languages)) < len(self.languages):
            raise MappingError(f"a language is there twice: {', '.join(self.languages)}")
        index = {}
        for table in self.tables:
            if (key := (table.codelist, table.language)) in index:
                raise MappingError(f"{table.codelist} has two tables of names in the language “{table.language}”")
            if table.language not in self.languages:
                raise MappingError(f"“{table.language}” is none of the languages: {', '.join(self.languages)}")
            index[key] = table.index
        object.__setattr__(self, "index", index)

    def name(self, codelist: str, code: str, language: str, english: str) -> Name:
        """What `code` is called. `english`: its name in the codelist, which stands in where the language has none."""
        if language == ENGLISH:
            return Name(english)
        entries = self.index.get((codelist, language), {})
        if entry := entries.get(code):
            return Name(entry.name)
        group = entries.get(code.removesuffix(RESIDUAL)) if code.endswith(RESIDUAL) else None
        return Name(english, official=False, group=group.name if group else None)

    def short(self, codelist: str, code: str, language: str, english: str) -> Name:
        """As `name`, in the short form for tiles where there is one: English stands in in its short form, too."""
        full = self.name(codelist, code, language, english)
        entry = self.index.get((codelist, language if full.official else ENGLISH), {}).get(code)
        return Name(entry.short, full.official, full.group) if entry and entry.short else full


def width(text: str) -> int:
    """Characters of a text as they stand side by side: marks above and below a letter (Thai vowels, tones) are none."""
    return sum(unicodedata.category(char) != "Mn" for char in text)


def _unfit(text: str) -> str:
    """What a name must not hold and this one does, in words; empty where it is fit to be shown."""
    if markup := sorted(_MARKUP & set(text)):
        return f"the markup character “{markup[0]}”"
    if unseen := [char for char in text if unicodedata.category(char).startswith(_UNSEEN)]:
        return f"the unseen character U+{ord(unseen[0]):04X}"
    return "" if unicodedata.is_normalized("NFC", text) else "letters with marks apart from them (not Unicode NFC)"
