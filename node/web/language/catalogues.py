"""Words in the reader's language: message catalogues as gettext text files, compiled in memory at their first use.

A message is its English wording. It is always a format: `%(name)s` for a value, and `%%` for a per cent sign.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from babel.support import NullTranslations, Translations
from flask_babel import Domain  # type: ignore[import-untyped]  # Flask-Babel carries no types

from node.errors import NodeError
from node.web.language.current import language
from node.web.language.languages import Language

FOLDER = Path(__file__).parents[1] / "translations"
"""Holds `<language>/messages.po`; English needs none."""


def read_catalogue(file: Path, spoken: Language) -> Translations:
    """The translations that a .po file holds; fuzzy and empty ones are left out, and read in English.

    Raises: NodeError where the file is missing or broken.
    """
    try:
        with file.open("rb") as text:
            messages = read_po(text, locale=spoken.locale, abort_invalid=True)
    except (OSError, PoFileError, ValueError) as problem:
        raise NodeError(f"the catalogue {spoken}/{file.name} cannot be read: {problem}") from problem
    for message in tuple(messages):
        # Babel would compile a plural without a translation as its English singular, for whatever number.
        if isinstance(message.string, tuple | list) and not all(message.string):
            messages.delete(message.id, message.context)
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return Translations(compiled)


@cache
def catalogue(spoken: Language) -> NullTranslations:
    """The translations into a language, read once. Two threads may both read a file: it is the same for either.

    Raises: NodeError as `read_catalogue`.
    """
    if spoken is Language.ENGLISH:
        return NullTranslations()
    return read_catalogue(FOLDER / spoken / "messages.po", spoken)


class Catalogues(Domain):  # type: ignore[misc]  # Flask-Babel carries no types
    """Flask-Babel's domain over the catalogues here: its own would look for compiled files beside the application."""

    def get_translations(self) -> NullTranslations:
        return catalogue(language())

    def gettext(self, string: str, /, **variables: object) -> str:
        return self.get_translations().ugettext(string) % variables

    def ngettext(self, singular: str, plural: str, num: int, /, **variables: object) -> str:
        return self.get_translations().ungettext(singular, plural, num) % {"num": num, **variables}


DOMAIN = Catalogues()


def gettext(message: str, /, **values: object) -> str:
    """The message in the reader's language, with its values put in. Plain text: a template escapes it."""
    return DOMAIN.gettext(message, **values)


def ngettext(singular: str, plural: str, num: int, /, **values: object) -> str:
    """The form of the message that `num` takes, in the reader's language.

    `%(num)s` in it is the bare number; to write it with separators give it once more: `num=number(rows)`.
    """
    return DOMAIN.ngettext(singular, plural, num, **values)


class LazyText:
    """A message put into words each time it is written, `str(text)`, `{{ text }}`: of a table made at import, or of an
    error, of which nobody knows yet who will read it.

    `values`: the same in every language, as codes and what a reader typed; a figure in it would be written before the
    reader's language is known. Unlike Flask-Babel's lazy string, templates escape it; and it is no JSON, since it would
    go out in the language of the moment.
    """

    __slots__ = ("message", "values")

    def __init__(self, message: str, values: Mapping[str, object] | None = None) -> None:
        self.message = message
        self.values = values or {}

    def __str__(self) -> str:
        return DOMAIN.gettext(self.message, **self.values)

    def __repr__(self) -> str:
        return f"lazy_gettext({self.message!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LazyText) and (self.message, self.values) == (other.message, other.values)

    def __hash__(self) -> int:
        return hash(self.message)


def lazy_gettext(message: str, /, **values: object) -> LazyText:
    """The message, not yet in any language."""
    return LazyText(message, values)
