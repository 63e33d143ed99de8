"""Dataflows that are for partners only: a token with the dataflow's scope opens them, and nothing else does."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from node.model.access import feed_scope
from node.model.profile import ExchangeProfile
from node.web.language.catalogues import lazy_gettext as _l
from node.web.language.refusals import refused
from node.web.services import WebServices

PUBLIC = "public"
CHALLENGE = "bearer"
"""Source: RFC 6750, 2.1 (the Authorization header) and 3 (the challenge)."""


def is_restricted(services: WebServices, dataflow: str) -> bool:
    """Whether a dataflow needs a token; one that has no profile here does, since nobody said that it is public."""
    profiles = services.profiles
    return dataflow not in profiles.dataflows() or profiles.profile(dataflow).audience != PUBLIC


@dataclass(frozen=True, slots=True)
class OpenProfiles:
    """The profiles of a node whose `dataflows` are those that need no token: what a view shows beside its own figures
    where it is there. A profile that is asked for by name is given."""

    services: WebServices

    def dataflows(self) -> tuple[str, ...]:
        known = self.services.profiles.dataflows()
        return tuple(dataflow for dataflow in known if not is_restricted(self.services, dataflow))

    def profile(self, dataflow: str) -> ExchangeProfile:
        """Raises: ProfileError where there is none."""
        return self.services.profiles.profile(dataflow)


def require_reader(services: WebServices, dataflow: str) -> None:
    """Raises: Unauthorized where the dataflow is restricted and the request brings no token that covers it.

    A token that is unknown, expired, revoked or of another scope gets the same answer: it says nothing about which
    tokens there are.
    """
    if is_restricted(services, dataflow) and not _brings_token(services, dataflow):
        raise refused(
            Unauthorized,
            _l(
                "%(dataflow)s is for partners only: send a token that covers it as `Authorization: Bearer ...`",
                dataflow=dataflow,
            ),
            www_authenticate=WWWAuthenticate(CHALLENGE, {"realm": "feeds", "scope": feed_scope(dataflow)}),
        )


def _brings_token(services: WebServices, dataflow: str) -> bool:
    sent = request.authorization
    if sent is None or sent.type != CHALLENGE or not sent.token:
        return False
    return services.access.check(sent.token, feed_scope(dataflow)) is not None
