"""HTTP errors with a description that waits for its reader's language."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import NotFound, Unauthorized

from node.web.language.catalogues import lazy_gettext
from node.web.language.current import speaking
from node.web.language.languages import Language
from node.web.language.refusals import refused

HELLO = lazy_gettext("Hello %(name)s", name="A")


@pytest.mark.usefixtures("words")
def test_a_description_is_put_into_words_when_it_is_read() -> None:
    error = refused(NotFound, HELLO)
    assert isinstance(error, NotFound)
    assert str(error) == "404 Not Found: Hello A"
    with speaking(Language.MALAY):
        assert f"{error.description}" == "Hai A"


def test_an_error_keeps_what_is_of_its_kind() -> None:
    challenge = WWWAuthenticate("bearer", {"realm": "feeds"})
    error = refused(Unauthorized, HELLO, www_authenticate=challenge)
    assert ("WWW-Authenticate", str(challenge)) in error.get_headers()
