"""An application that answers in the reader's language."""

from __future__ import annotations

from flask import Flask, Response
from flask_babel import Babel  # type: ignore[import-untyped]  # Flask-Babel carries no types

from node.web.language.catalogues import DOMAIN
from node.web.language.current import chosen, is_chosen, language, language_in_address
from node.web.language.links import carry_language, language_links
from node.web.language.refusals import refuse_unknown_language


def add_languages(app: Flask) -> None:
    """Flask-Babel over the catalogues of the pages; the choice of the language; addresses that keep it.

    Templates get `_`, `gettext`, `ngettext` and `{% trans %}` (values are escaped), `language()`,
    `language_in_address()` and `language_links()`.
    """
    babel = Babel(app, default_locale="en", locale_selector=language)
    babel.domain_instance = DOMAIN
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.globals.update(
        language=language, language_in_address=language_in_address, language_links=language_links
    )
    app.before_request(refuse_unknown_language)
    app.after_request(_say_language)
    app.url_defaults(carry_language)


def _say_language(response: Response) -> Response:
    """What caches and readers are told of an answer that depends on the language at all, as a static file does not.

    Source: RFC 9110, 12.5.5 (Vary), 8.5 (Content-Language).
    """
    if not is_chosen():
        return response
    choice = chosen()
    if response.mimetype == "text/html":
        response.headers["Content-Language"] = choice.language
    if choice.negotiated:
        response.vary.add("Accept-Language")
    return response
