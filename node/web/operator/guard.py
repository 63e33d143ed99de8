"""Who may enter the operator's pages: a session that a token opened, short, and proved again at every request."""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Flask, Response, g, redirect, request, session, url_for
from flask.sessions import SecureCookieSessionInterface
from werkzeug.exceptions import BadRequest, HTTPException
from werkzeug.wrappers import Response as AnyResponse

from node.model.access import OPERATOR, Access
from node.web.language.catalogues import gettext
from node.web.language.current import PARAMETER, language_in_address
from node.web.operator.services import OperatorServices
from node.web.problems import Problem, answer
from node.web.public_address import ASKED_HOST

IDLE, LONGEST = timedelta(minutes=30), timedelta(hours=8)
"""A session ends when nothing was asked for so long, and a working day after its beginning at the latest."""
COOKIE, PATH = "lmis_operator", "/operator"
FORM_FIELD = "csrf_token"
_OWN_PAGE = re.compile(rf"{PATH}/[A-Za-z0-9_/.?=&-]{{0,200}}")
_ACCESS, _SINCE, _SEEN, _TOKEN = "access", "since", "seen", "csrf"


class _OperatorSessions(SecureCookieSessionInterface):
    """Flask's signed cookie, for the operator's pages alone; `Secure` wherever they are not on this very machine.

    The server speaks plain HTTP behind a proxy that holds the certificate, and does not see the scheme, unless the
    node's address says it. On any other name than this machine's own a browser then keeps no session without TLS: the
    pages fail closed.
    """

    def get_cookie_secure(self, app: Flask) -> bool:
        host = urlsplit(f"//{request.host}").hostname
        return request.is_secure or host not in ("localhost", "127.0.0.1", "::1")

    def get_cookie_path(self, app: Flask) -> str:
        return f"{request.root_path}{PATH}"


def prepare_sessions(app: Flask, key: bytes) -> None:
    """Sessions of the operator's pages alone: public pages never look at a cookie."""
    app.secret_key = key
    app.session_interface = _OperatorSessions()
    app.config.update(
        SESSION_COOKIE_NAME=COOKIE,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        PERMANENT_SESSION_LIFETIME=LONGEST,
    )


def open_session(access: Access, now: datetime) -> None:
    """A new session for the holder of a token. Nothing of what the browser had before is kept."""
    session.clear()
    session.permanent = True
    session[_ACCESS] = access.id
    session[_SINCE] = session[_SEEN] = now.timestamp()
    session[_TOKEN] = secrets.token_urlsafe(32)


def require_operator(services: OperatorServices) -> AnyResponse | None:
    """Before each request: the way to the login page where there is no session, None where its access is in force.

    A revoked or expired access ends its sessions at once, since its row is read each time.
    """
    now = services.clock()
    access = _of_session(services, now)
    if access is None:
        session.clear()
        back = f"{request.root_path}{request.full_path}".rstrip("?") if request.method == "GET" else None
        return redirect(url_for("operator.login", next=back), 303)
    g.operator = access
    session[_SEEN] = now.timestamp()
    return None


def refuse_form() -> AnyResponse | None:
    """Before each change: None for a form that holds the session's own secret and comes from these pages, else what is
    said of it.

    `SameSite=Strict` keeps other sites' forms out in current browsers; the secret does so in all.
    Source: OWASP, Cross-Site Request Forgery Prevention (synchronizer token pattern).
    """
    expected, given = str(session.get(_TOKEN, "")), request.form.get(FORM_FIELD, "")
    origin = request.headers.get("Origin")
    asked = request.environ.get(ASKED_HOST) or request.host  # by a browser past the proxy
    foreign = origin is not None and urlsplit(origin).netloc not in (request.host, asked)
    if foreign or not expected or not hmac.compare_digest(expected.encode(), given.encode()):
        return refusal(
            BadRequest(
                gettext("This form was open for too long, or does not come from these pages. Open the page again.")
            )
        )
    return None


def refusal(error: HTTPException) -> Response:
    """The page on an error whose description is in the reader's language; raised, it would be taken for English."""
    return answer(replace(Problem.of_http(error), translated=True))


def form_token() -> str:
    """The secret that a page puts into its forms; made with the login page, before there is a session."""
    if _TOKEN not in session:
        session[_TOKEN] = secrets.token_urlsafe(32)
    token: str = session[_TOKEN]
    return token


def not_kept(response: Response) -> Response:
    """What operators see is kept by no cache, and found by no search engine."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def way_back(text: str | None) -> str:
    """Where to go after the login: a page of the operator's own, never another site's."""
    if text and _is_own(text):
        return _in_language(text)
    return url_for("operator.overview")


def _is_own(page: str) -> bool:
    """Whether it is one of these pages, below the path of the node's address where that has one."""
    root = request.root_path
    there = page.startswith(root) and _OWN_PAGE.fullmatch(page.removeprefix(root)) is not None
    return there and "//" not in page and ".." not in page


def _in_language(page: str) -> str:
    """The page in the language of the address at hand, which may have been chosen after that page was asked for."""
    chosen = language_in_address()
    if chosen is None:
        return page
    path, _, query = page.partition("?")
    kept = [(name, value) for name, value in parse_qsl(query) if name != PARAMETER]
    return f"{path}?{urlencode([*kept, (PARAMETER, chosen.value)])}"


def _of_session(services: OperatorServices, now: datetime) -> Access | None:
    identifier, since, seen = (session.get(name) for name in (_ACCESS, _SINCE, _SEEN))
    if not (isinstance(identifier, str) and isinstance(since, float) and isinstance(seen, float)):
        return None
    if now - datetime.fromtimestamp(seen, UTC) > IDLE or now - datetime.fromtimestamp(since, UTC) > LONGEST:
        return None
    access = services.access.find(identifier)
    return access if access is not None and access.allows(OPERATOR, now) else None
