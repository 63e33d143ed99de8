"""The four languages of the pages."""

from __future__ import annotations

from enum import StrEnum


class Language(StrEnum):
    """A language by its code, as it stands in addresses and in `lang` attributes. Source: BCP 47."""

    INDONESIAN = "id"
    MALAY = "ms"
    THAI = "th"
    ENGLISH = "en"

    @property
    def own_name(self) -> str:
        """What its speakers call it."""
        return _OWN_NAMES[self]

    @property
    def locale(self) -> str:
        """The CLDR locale whose forms are used."""
        return "en_GB" if self is Language.ENGLISH else self.value

    @classmethod
    def of_code(cls, code: str) -> Language | None:
        """The language of that code; None where it is none of the four."""
        return _BY_CODE.get(code)


_OWN_NAMES = {
    Language.INDONESIAN: "Bahasa Indonesia",
    Language.MALAY: "Bahasa Melayu",
    Language.THAI: "ไทย",
    Language.ENGLISH: "English",
}
_BY_CODE = {one.value: one for one in Language}
