"""The way into the operator's pages, and out of them."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from node.model.access import OPERATOR
from node.web.language.catalogues import gettext
from node.web.operator.attempts import WITHIN, FailedLogins
from node.web.operator.guard import IDLE, LONGEST, open_session, way_back
from node.web.operator.services import OperatorServices

OPEN_TO_ALL = frozenset({"operator.login", "operator.enter"})
"""The only pages that no session is needed for."""


def add_entrance(operator: Blueprint, services: OperatorServices) -> None:
    """`/operator/login` and `/operator/logout`. The page to open after the login is in the form's address, so that it
    stays there when the language is changed."""
    failed = FailedLogins()

    @operator.get("/login")
    def login() -> str:
        return _entrance("", way_back(request.args.get("next")))

    @operator.post("/login")
    def enter() -> AnyResponse:
        now, address = services.clock(), request.remote_addr or ""
        back = way_back(request.args.get("next"))
        # Asked first: behind a proxy all come from one address, and nobody's wrong tries may keep the operator out.
        access = services.access.check(request.form.get("token", "").strip(), OPERATOR)
        if access is None and failed.too_many(address, now):
            response = _refused(gettext("Too many tries. Wait a minute and try again."), back, 429)
            response.headers["Retry-After"] = str(int(WITHIN.total_seconds()))
            return response
        if access is None:
            failed.note(address, now)
            problem = gettext("This is not a token for these pages, or it has expired or was revoked.")
            return _refused(problem, back, 401)
        open_session(access, now)
        return redirect(back, 303)

    @operator.post("/logout")
    def logout() -> AnyResponse:
        session.clear()
        return redirect(url_for("operator.login"), 303)


def _entrance(problem: str, back: str) -> str:
    idle, longest = int(IDLE.total_seconds()) // 60, int(LONGEST.total_seconds()) // 3600
    return render_template("operator/login.html", problem=problem, back=back, idle_minutes=idle, longest_hours=longest)


def _refused(problem: str, back: str, status: int) -> Response:
    response = make_response(_entrance(problem, back))
    response.status_code = status
    return response
