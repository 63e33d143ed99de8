"""What a page says in the language it declares, and which of its words came past the catalogues."""

from __future__ import annotations

import re
from collections.abc import Collection
from html.parser import HTMLParser

from babel.support import NullTranslations

from tests.support.untranslated import EMPTY, NOT_WORDS, READ_ATTRIBUTES

WORD = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
PLACEHOLDER = re.compile(r"(%\(\w+\)s|%%|\{\w+\})")


class Marked(NullTranslations):
    """A catalogue that puts the words of every message between brackets, so that whatever is said past it stands out,
    also where it is a value within a message."""

    def ugettext(self, message: str) -> str:
        return "".join(
            part if not part or PLACEHOLDER.fullmatch(part) else f"⟦{part}⟧" for part in PLACEHOLDER.split(message)
        )

    def ungettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.ugettext(msgid1 if n == 1 else msgid2)


class Said(HTMLParser):
    """Its texts and the attributes that are read out: neither code, nor what is marked as English or another language.

    `past`: elements whose texts are not looked at.
    """

    def __init__(self, page: str, past: Collection[str] = ()) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.attributes: list[str] = []
        self._past = {*NOT_WORDS, *past}
        self._declared = ""
        self._inside: list[tuple[str, bool]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = dict(attrs)
        if tag == "html":
            self._declared = own.get("lang") or ""
            return
        hidden = own["lang"] in ("en", None) or own["lang"] != self._declared if "lang" in own else self._hidden
        hidden = hidden or tag in self._past
        if not hidden:
            self.attributes += [value or "" for name, value in attrs if name in READ_ATTRIBUTES]
        if tag not in EMPTY:
            self._inside.append((tag, hidden))

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1][0] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.texts.append(data)

    @property
    def _hidden(self) -> bool:
        return bool(self._inside) and self._inside[-1][1]


def past_the_catalogues(page: str, known: Collection[str], past: Collection[str] = ()) -> set[str]:
    """Words in Latin letters that no message holds, of a page in Thai that was written with `Marked`.

    `known`: words that are in no language of the pages, as codes and names; `past`: elements that are not looked at.
    """
    said = Said(page, past)
    return {word for text in (" ".join(said.texts), *said.attributes) for word in words_past(text)} - set(known)


def words_past(text: str) -> set[str]:
    """Words in Latin letters outside of all brackets."""
    while text != (text := re.sub(r"⟦[^⟦⟧]*⟧", " ", text)):
        pass
    return set(WORD.findall(text))
