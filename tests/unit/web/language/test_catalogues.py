"""The catalogues hold every message of the pages, each translated whole.

`python -m tests.support.messages` brings the catalogues up to the code; the translations are people's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from node.web.language.catalogues import FOLDER, catalogue
from node.web.language.languages import Language
from tests.support.messages import TRANSLATED, brought_up, extracted, messages, read, unwritten
from tests.support.untranslated import has_words

PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]")
MARKUP = re.compile(r"</?[a-zA-Z][^>]*>|&[a-zA-Z#0-9]+;")
THAI_LETTER = re.compile("[\u0e01-\u0e4e]")


def forms(message: Message) -> Iterator[tuple[str, str]]:
    """Each translated form beside the original that it stands for."""
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    original = message.id[1] if isinstance(message.id, tuple | list) else message.id
    for string in strings:
        yield original, string or ""


def said(message: Message) -> str:
    return message.id[0] if isinstance(message.id, tuple | list) else message.id


@pytest.fixture(scope="module")
def now() -> Catalog:
    return extracted()


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_is_there_and_no_other(language: Language, now: Catalog) -> None:
    assert messages(now), "nothing was extracted: this test looks in the wrong place"
    held = {(message.id, message.context) for message in messages(read(language))}
    wanted = {(message.id, message.context) for message in messages(now)}
    assert held == wanted, "run python -m tests.support.messages, and translate what is new"


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_is_translated(language: Language) -> None:
    missing = [said(message) for message in messages(read(language)) if not all(text for _, text in forms(message))]
    unsure = [said(message) for message in messages(read(language)) if message.fuzzy]
    assert not missing, f"{len(missing)} without a translation"
    assert not unsure, f"{len(unsure)} fuzzy"


@pytest.mark.parametrize("language", TRANSLATED)
def test_plural_forms_are_complete(language: Language) -> None:
    held = read(language)
    short = [
        said(message)
        for message in messages(held)
        if isinstance(message.id, tuple | list) and len(list(forms(message))) != held.num_plurals
    ]
    assert not short


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_values_and_the_markup_of_its_original(language: Language) -> None:
    wrong = [
        text
        for message in messages(read(language))
        for original, text in forms(message)
        if text and not alike(original, text)
    ]
    assert not wrong


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_can_be_written(language: Language) -> None:
    """A per cent sign that is not doubled breaks the page that says it."""
    for message in messages(read(language)):
        for original, text in forms(message):
            values = dict.fromkeys(PLACEHOLDER.findall(original), 1)
            assert original % values
            assert not text or text % values


def test_thai_is_written_in_thai_letters() -> None:
    latin = [
        text
        for message in messages(read(Language.THAI))
        for original, text in forms(message)
        if text and has_words(PLACEHOLDER.sub("", MARKUP.sub("", original))) and not THAI_LETTER.search(text)
    ]
    assert not latin


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_lies_as_it_is_written(language: Language, now: Catalog) -> None:
    assert (FOLDER / language / "messages.po").read_bytes() == brought_up(read(language), now, language)


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_node_reads_what_lies_there(language: Language) -> None:
    held = catalogue(language)
    for message in messages(read(language)):
        for original, text in forms(message):
            one = said(message)
            read_as = held.ngettext(one, original, 2) if message.pluralizable else held.gettext(one)
            assert read_as == (text or original)


def test_every_message_is_written_out_where_it_is_asked_for() -> None:
    assert list(unwritten()) == []


def test_a_message_that_is_not_written_out_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(
        'x = 1\ngettext(f"{x}")\n_("said")\nngettext("one", more, 2)\nE.to_reader(x)\nE.to_reader("said", x=x)\n',
        encoding="utf-8",
    )
    (tmp_path / "b.html").write_text("{{ _('said') }}\n{{ _(name) }}{% trans %}said{% endtrans %}\n", encoding="utf-8")
    assert list(unwritten(tmp_path)) == ["a.py:2", "a.py:4", "a.py:5", "b.html:2"]


def test_messages_are_found_in_code_and_templates(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(
        '# Translators: of a table\nA = _("one")\nB = lazy_gettext("two")\nC = _l("three")\n'
        'ngettext("row", "rows", n)\nraise NotPublished.to_reader("seven " "%(x)s", x=x)\n',
        encoding="utf-8",
    )
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/b.html").write_text(
        "{{ _('four') }}<a title=\"{{ gettext('five') }}\">{% trans n=x %}\n  six\n  {{ n }}\n{% endtrans %}</a>",
        encoding="utf-8",
    )
    found = messages(extracted(tmp_path))
    assert {said(message) for message in found} == {
        "one", "two", "three", "row", "four", "five", "six %(n)s", "seven %(x)s",
    }  # fmt: skip
    assert [message.auto_comments for message in found if message.id == "one"] == [["of a table"]]


def test_a_catalogue_brought_up_keeps_what_is_said_and_drops_what_is_not() -> None:
    held = Catalog(locale="th")
    held.add("kept", "คง")
    held.add("dead", "ตาย")
    held.add("row", "แถว")
    now = Catalog()
    for message in ("new", "kept", ("row", "rows")):
        now.add(message)
    text = brought_up(held, now, Language.THAI)
    body = text.decode().split("\n\n", 1)[1]
    assert body == (
        'msgid "kept"\nmsgstr "คง"\n\nmsgid "new"\nmsgstr ""\n\n'
        'msgid "row"\nmsgid_plural "rows"\nmsgstr[0] ""\n'
    )  # fmt: skip
    assert b"Date" not in text


@pytest.mark.parametrize(
    ("original", "text", "same"),
    [
        ("Hello %(name)s", "สวัสดี %(name)s", True),
        ("Hello %(name)s", "สวัสดี %(nama)s", False),
        ("Hello %(name)s", "สวัสดี", False),
        ("%(a)s of %(b)s", "%(b)s, %(a)s", True),
        ("<strong>Now</strong>", "<strong>เดี๋ยวนี้</strong>", True),
        ("<strong>Now</strong>", "<strong>เดี๋ยวนี้", False),
        ("Now", "<b>เดี๋ยวนี้</b>", False),
    ],
)
def test_values_and_markup_are_compared(original: str, text: str, same: bool) -> None:
    assert alike(original, text) is same


def alike(original: str, text: str) -> bool:
    """Whether a translation has its original's values and its markup, in whatever order."""
    return all(sorted(pattern.findall(original)) == sorted(pattern.findall(text)) for pattern in (PLACEHOLDER, MARKUP))
