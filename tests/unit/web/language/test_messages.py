"""Messages in the reader's language: values, plurals, tables made at import, and catalogues that are broken."""

from __future__ import annotations

from pathlib import Path

import flask_babel  # type: ignore[import-untyped]  # Flask-Babel carries no types
import pytest
from flask import Flask, jsonify
from flask.testing import FlaskClient

from node.errors import NodeError
from node.web.language.catalogues import catalogue, gettext, lazy_gettext, ngettext, read_catalogue
from node.web.language.current import speaking
from node.web.language.languages import Language
from tests.support.four_languages import EMPTY, HEAD


def test_templates_escape_values(client: FlaskClient) -> None:
    assert client.get("/hello.html?lang=id").text == "Halo &lt;b&gt;peer&lt;/b&gt;|1200 baris"
    assert client.get("/hello.html?lang=en").text == "Hello &lt;b&gt;peer&lt;/b&gt;|1200 rows"


def test_templates_escape_words_of_tables(client: FlaskClient) -> None:
    assert client.get("/lazy.html?lang=en").text == "Nothing &lt;yet&gt;|80 % full"
    assert client.get("/lazy.html?lang=th").text == "ว่าง &lt;&amp;&gt;|เต็ม 80 %"


def test_blocks_of_words_are_trimmed_and_have_plurals(client: FlaskClient) -> None:
    assert client.get("/block.html?lang=en").text == "1200 rows"
    assert client.get("/block.html?lang=id").text == "1200 baris"


@pytest.mark.usefixtures("words")
def test_plurals_and_their_numbers() -> None:
    assert [ngettext("%(num)s row", "%(num)s rows", rows) for rows in (0, 1, 2)] == ["0 rows", "1 row", "2 rows"]
    with speaking(Language.THAI):
        assert [ngettext("%(num)s row", "%(num)s rows", rows) for rows in (1, 2)] == ["1 แถว", "2 แถว"]
        assert ngettext("%(num)s row", "%(num)s rows", 1_200, num="1,200") == "1,200 แถว"


@pytest.mark.usefixtures("words")
def test_a_message_is_always_a_format() -> None:
    assert gettext("100 %% sure") == "100 % sure"
    with pytest.raises(KeyError, match="name"):
        gettext("Hello %(name)s")


@pytest.mark.usefixtures("words")
def test_a_message_of_a_table_is_put_into_words_when_it_is_written() -> None:
    assert f"{EMPTY}" == "Nothing <yet>"
    with speaking(Language.MALAY):
        assert f"{EMPTY}" == "Tiada apa-apa <&>"
    assert lazy_gettext("Nothing <yet>") == EMPTY
    assert len({EMPTY, lazy_gettext("Nothing <yet>"), lazy_gettext("More")}) == 2


@pytest.mark.usefixtures("words")
def test_values_of_a_message_wait_for_its_language() -> None:
    hello = lazy_gettext("Hello %(name)s", name="A")
    assert f"{hello}" == "Hello A"
    with speaking(Language.THAI):
        assert f"{hello}" == "สวัสดี A"
    assert hello == lazy_gettext("Hello %(name)s", name="A")
    assert hello != lazy_gettext("Hello %(name)s", name="B")


def test_a_message_of_a_table_is_no_json(app: Flask) -> None:
    """It would go out in the language of the moment: who means that, says str()."""
    with app.test_request_context("/?lang=id"):
        assert jsonify(str(EMPTY)).json == "Kosong <&>"
        with pytest.raises(TypeError):
            jsonify(EMPTY)


def test_flask_babels_own_functions_read_the_same_catalogues(app: Flask) -> None:
    later = flask_babel.lazy_gettext("Hello %(name)s", name="B")
    with app.test_request_context("/?lang=th"):
        assert flask_babel.gettext("Hello %(name)s", name="A") == "สวัสดี A"
        assert flask_babel.ngettext("%(num)s row", "%(num)s rows", 3) == "3 แถว"
        assert str(later) == "สวัสดี B"
    assert str(later) == "Hello B"


@pytest.mark.usefixtures("words")
def test_what_is_not_translated_is_read_in_english() -> None:
    with speaking(Language.THAI):
        assert gettext("Nobody translated this") == "Nobody translated this"


def test_fuzzy_and_empty_translations_do_not_count(tmp_path: Path) -> None:
    file = tmp_path / "messages.po"
    file.write_text(
        f'{HEAD}#, fuzzy\nmsgid "one"\nmsgstr "satu"\n\nmsgid "two"\nmsgstr ""\n\n'
        'msgid "row"\nmsgid_plural "rows"\nmsgstr[0] ""\n\nmsgid "three"\nmsgstr "tiga"\n',
        encoding="utf-8",
    )
    held = read_catalogue(file, Language.INDONESIAN)
    assert [held.gettext(word) for word in ("one", "two", "three")] == ["one", "two", "tiga"]
    assert [held.ngettext("row", "rows", rows) for rows in (1, 2)] == ["row", "rows"]


def test_a_catalogue_is_read_once(words: Path) -> None:
    first = catalogue(Language.THAI)
    (words / "th/messages.po").unlink()
    assert catalogue(Language.THAI) is first


@pytest.mark.parametrize(
    "content", [None, b'msgid "a"\nmsgstr[x] "b"\n', b'msgid "a"\nmsgstr "\xff"\n', b"no catalogue\n"]
)
def test_a_broken_catalogue_is_named(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "messages.po"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(NodeError, match=r"th/messages\.po cannot be read"):
        read_catalogue(file, Language.THAI)
