"""The operator's pages: sources, what is open in them, and decisions. Forms work without scripts.

Pages show what was last recorded of a source: reading one may take minutes, and is for commands.
"""

from __future__ import annotations

from flask import Blueprint, Response, flash, g, make_response, redirect, render_template, request, session, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from node.coding.decisions import NOT_CODABLE, Matter
from node.coding.proposal import groups_of
from node.coding.review import Review
from node.errors import OperatorError
from node.model.access import OPERATOR
from node.reviewing import propose_decision, retire_decision
from node.web.operator.attempts import WITHIN, FailedLogins
from node.web.operator.guard import (
    FORM_FIELD,
    check_form,
    form_token,
    not_kept,
    open_session,
    require_operator,
    way_back,
)
from node.web.operator.lines import LEVELS, MATTERS, decision_lines, entry_lines, source_lines, waiting
from node.web.operator.services import OperatorServices

OPEN_TO_ALL = frozenset({"operator.login", "operator.enter"})
"""The only pages that no session is needed for."""


def operator_blueprint(services: OperatorServices) -> Blueprint:
    """`/operator/...`."""
    operator = Blueprint("operator", __name__, url_prefix="/operator")
    operator.after_request(not_kept)

    @operator.before_request
    def guard() -> AnyResponse | None:
        if request.endpoint not in OPEN_TO_ALL and (refused := require_operator(services)) is not None:
            return refused
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            check_form()
        return None

    @operator.context_processor
    def words() -> dict[str, object]:
        return {"form_token": form_token, "FORM_FIELD": FORM_FIELD, "operator": g.get("operator"), "waiting": waiting}

    _add_entrance(operator, services)
    _add_views(operator, services)
    _add_changes(operator, services)
    return operator


def _add_entrance(operator: Blueprint, services: OperatorServices) -> None:
    failed = FailedLogins()

    @operator.get("/login")
    def login() -> str:
        return render_template("operator/login.html", problem="", back=way_back(request.args.get("next")))

    @operator.post("/login")
    def enter() -> AnyResponse:
        now, address = services.clock(), request.remote_addr or ""
        back = way_back(request.form.get("next"))
        # Asked first: behind a proxy all come from one address, and nobody's wrong tries may keep the operator out.
        access = services.access.check(request.form.get("token", "").strip(), OPERATOR)
        if access is None and failed.too_many(address, now):
            response = _refused("Too many tries. Wait a minute and try again.", back, 429)
            response.headers["Retry-After"] = str(int(WITHIN.total_seconds()))
            return response
        if access is None:
            failed.note(address, now)
            return _refused("This is not a token for these pages, or it has expired or was revoked.", back, 401)
        open_session(access, now)
        return redirect(back, 303)

    @operator.post("/logout")
    def logout() -> AnyResponse:
        session.clear()
        return redirect(url_for("operator.login"), 303)


def _refused(problem: str, back: str, status: int) -> Response:
    response = make_response(render_template("operator/login.html", problem=problem, back=back))
    response.status_code = status
    return response


def _add_views(operator: Blueprint, services: OperatorServices) -> None:
    desk = services.desk

    @operator.get("/")
    def overview() -> str:
        conflicts = desk.decisions.in_force().conflicts
        return render_template("operator/overview.html", sources=source_lines(desk), conflicts=conflicts)

    @operator.get("/sources/<source>/<period>")
    def source(source: str, period: str) -> str:
        review = _review(services, source, period)
        kinds = [(matter, name, entry_lines(desk, review, matter)) for matter, name in MATTERS.items()]
        return render_template(
            "operator/source.html",
            review=review,
            kinds=kinds,
            levels=LEVELS,
            groups=groups_of(desk.library),
            areas=desk.areas,
            NOT_CODABLE=NOT_CODABLE,
            Matter=Matter,
        )

    @operator.get("/decisions")
    def decisions() -> str:
        everything = request.args.get("all") == "1"
        held, history = desk.decisions.in_force(), desk.decisions.history()
        kept = [decision for decision in history if everything or decision.in_force]
        return render_template(
            "operator/decisions.html",
            lines=decision_lines(kept, held),
            conflicts=held.conflicts,
            everything=everything,
            retired=sum(not decision.in_force for decision in history),
        )


def _add_changes(operator: Blueprint, services: OperatorServices) -> None:
    desk = services.desk

    @operator.post("/decide")
    def decide() -> AnyResponse:
        form = request.form
        try:
            matter = Matter(form.get("matter", ""))
        except ValueError:
            raise NotFound("There is no such thing to decide on.") from None
        try:
            proposal = propose_decision(
                desk,
                form.get("source", ""),
                matter,
                form.get("written", ""),
                form.get("target") or form.get("other", ""),
                author=g.operator.holder,
                reason=form.get("reason", ""),
                here_only="here_only" in form,
            )
            (entered,) = desk.decisions.enter((proposal,))
        except OperatorError as problem:
            flash(f"Nothing was decided: {problem}", "problem")
        else:
            said = "Decided" if entered.new else "You had decided so before"
            flash(f"{said}: {entered.decision.target}. It counts from the next release on.", "done")
            if entered.against:
                flash("Others have decided otherwise. Neither counts until one is retired: see Decisions.", "problem")
        return redirect(_back_to(form.get("source", ""), form.get("period", "")), 303)

    @operator.post("/retire")
    def retire() -> AnyResponse:
        try:
            ended = retire_decision(
                desk, request.form.get("id", ""), by=g.operator.holder, reason=request.form.get("reason", "")
            )
        except OperatorError as problem:
            flash(f"Nothing was retired: {problem}", "problem")
        else:
            flash(f"Decision {ended.id} is retired. It stays in the history.", "done")
        return redirect(url_for("operator.decisions"), 303)


def _review(services: OperatorServices, source: str, period: str) -> Review:
    for review in services.desk.reviews.reviews():
        if (review.source, str(review.period)) == (source, period):
            return review
    raise NotFound("No coverage of this source and period was recorded; run `lmis-node code` for it.")


def _back_to(source: str, period: str) -> str:
    if source and period:
        return url_for("operator.source", source=source, period=period)
    return url_for("operator.overview")
