"""The language of what is being written: the one that was asked for in the address, the reader's own, or English."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from flask import g, has_request_context, request

from node.web.language.languages import Language

PARAMETER = "lang"
MACHINE_PATHS = (
    "/feeds/metadata/",
    "/feeds/targets/",
    "/sdmx/",
    "/intake/",
    "/api/",
    "/healthz",
    "/readyz",
    "/metrics",
)
TAKEN_AWAY = (".csv", ".json", ".xlsx")
"""Addresses of programs' own, and of files for them and for spreadsheets: in English unless they say otherwise, so that
one address gives everyone the same bytes."""

_FORMER_CODES = {"in": "id"}
"""Codes that BCP 47 has replaced and old systems still send."""

_spoken: ContextVar[Language | None] = ContextVar("language", default=None)


@dataclass(frozen=True, slots=True)
class Choice:
    """`in_address`: the address names the language; `negotiated`: another reader may get another one there."""

    language: Language
    in_address: bool = False
    negotiated: bool = False


def choose(asked: str, accepted: Iterable[tuple[str, float]], *, path: str) -> Choice:
    """The language for a request. `asked`: the address's `lang`, empty without one, or unknown, which counts as none;
    `accepted`: tags and qualities of Accept-Language, the best first. Source: RFC 9110, 12.5.4; RFC 4647, 3.4 (lookup).
    """
    if (named := Language.of_code(asked)) is not None:
        return Choice(named, in_address=True)
    if is_for_programs(path) or path.endswith(TAKEN_AWAY):
        return Choice(Language.ENGLISH)
    for tag, quality in accepted:
        primary = tag.replace("_", "-").split("-")[0].lower()
        known = Language.of_code(_FORMER_CODES.get(primary, primary))
        if quality > 0 and known is not None:
            return Choice(known, negotiated=True)
    return Choice(Language.ENGLISH, negotiated=True)


def is_for_programs(path: str) -> bool:
    """Whether a path, or the pattern of a route, is one that only programs ask."""
    return path.startswith(MACHINE_PATHS)


def chosen() -> Choice:
    """The choice for the request at hand, made once."""
    made: Choice | None = g.get("language_choice")
    if made is None:
        asked = request.args.get(PARAMETER, "")
        made = g.language_choice = choose(asked, request.accept_languages, path=request.path)
    return made


def is_chosen() -> bool:
    """Whether anything of the answer to the request at hand has asked for its language."""
    return "language_choice" in g


def language() -> Language:
    """The language to write in now; English outside a request, unless `speaking` says another."""
    spoken = _spoken.get()
    if spoken is not None:
        return spoken
    return chosen().language if has_request_context() else Language.ENGLISH


def language_in_address() -> Language | None:
    """The language that the address names: a form sent by GET needs it as a hidden field, since it drops the query."""
    choice = chosen() if has_request_context() else None
    return choice.language if choice is not None and choice.in_address else None


@contextmanager
def speaking(spoken: Language) -> Iterator[None]:
    """Write in one language whatever the reader's is, also outside a request: a briefing, a command, a test."""
    token = _spoken.set(spoken)
    try:
        yield
    finally:
        _spoken.reset(token)
