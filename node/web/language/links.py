"""Addresses with a language: it goes on from page to page until the reader chooses another."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from flask import current_app, has_request_context, request

from node.web.language.current import PARAMETER, TAKEN_AWAY, chosen, is_for_programs, language
from node.web.language.languages import Language


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """One choice of the language switch. `name`: in the language itself; `current`: the page is in it."""

    language: Language
    name: str
    href: str
    current: bool


def language_links() -> tuple[LanguageLink, ...]:
    """The page at hand in each language, all else of its address kept.

    The address is written out of the request's own parts, since a reader's query must never reach `url_for`, whose
    `_scheme` and `_external` make other sites of it.
    """
    path = quote("/" + (request.root_path + request.path).lstrip("/"), safe="/:@!$'()*,;=~+")
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != PARAMETER]
    now = language()
    return tuple(
        LanguageLink(one, one.own_name, f"{path}?{urlencode([*kept, (PARAMETER, one.value)])}", one is now)
        for one in Language
    )


def carry_language(endpoint: str, values: MutableMapping[str, object]) -> None:
    """Defaults of `url_for`: the address's language goes on to other pages; a page's own goes on to what is taken away.

    An explicit `lang=...` wins; `lang=None` leaves it out.
    """
    if PARAMETER in values or not has_request_context():
        return
    rule = _rule(endpoint)
    if rule is None or is_for_programs(rule):
        return
    choice = chosen()
    if choice.in_address or (rule.endswith(TAKEN_AWAY) and choice.language is not Language.ENGLISH):
        values[PARAMETER] = choice.language


def _rule(endpoint: str) -> str | None:
    """The address pattern of an endpoint; None for static files, which speak no language, and for unknown endpoints."""
    if endpoint.rpartition(".")[2] == "static":
        return None
    try:
        return next(current_app.url_map.iter_rules(endpoint)).rule
    except KeyError:
        return None
