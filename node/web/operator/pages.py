"""The operator's pages: sources, what is open in them, and decisions. Forms work without scripts.

Pages show what was last recorded of a source: reading one may take minutes, and is for commands.
"""

from __future__ import annotations

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from node.coding.correspondence import OUT
from node.coding.decisions import NOT_CODABLE, Matter
from node.coding.proposal import groups_of
from node.coding.review import Review
from node.errors import OperatorError
from node.reviewing import propose_decision, retire_decision
from node.web.language import writing
from node.web.language.catalogues import gettext
from node.web.operator.entrance import OPEN_TO_ALL, add_entrance
from node.web.operator.guard import FORM_FIELD, form_token, not_kept, refusal, refuse_form, require_operator
from node.web.operator.lines import (
    CODELISTS,
    DECISION_STATES,
    LEVELS,
    MATTERS,
    decision_lines,
    entry_lines,
    sides,
    source_lines,
    waiting,
)
from node.web.operator.services import OperatorServices

WORDS = {
    "CODELISTS": CODELISTS,
    "DECISION_STATES": DECISION_STATES,
    "FORM_FIELD": FORM_FIELD,
    "LEVELS": LEVELS,
    "Matter": Matter,
    "NOT_CODABLE": NOT_CODABLE,
    "OUT": OUT,
    "form_token": form_token,
    "percent": writing.percent,
    "sides": sides,
    "waiting": waiting,
}
"""What the templates write with."""


def operator_blueprint(services: OperatorServices) -> Blueprint:
    """`/operator/...`."""
    operator = Blueprint("operator", __name__, url_prefix="/operator")
    operator.after_request(not_kept)

    @operator.before_request
    def guard() -> AnyResponse | None:
        if request.endpoint not in OPEN_TO_ALL and (refused := require_operator(services)) is not None:
            return refused
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            return refuse_form()
        return None

    @operator.context_processor
    def words() -> dict[str, object]:
        return {**WORDS, "operator": g.get("operator")}

    add_entrance(operator, services)
    _add_views(operator, services)
    _add_changes(operator, services)
    return operator


def _add_views(operator: Blueprint, services: OperatorServices) -> None:
    desk = services.desk

    @operator.get("/")
    def overview() -> str:
        conflicts = desk.decisions.in_force().conflicts
        return render_template("operator/overview.html", sources=source_lines(desk), conflicts=conflicts)

    @operator.get("/sources/<source>/<period>")
    def source(source: str, period: str) -> str | Response:
        review = _review(services, source, period)
        if review is None:
            return refusal(
                NotFound(
                    gettext("No coverage of this source and period was recorded. Run `lmis-node code` for it first.")
                )
            )
        kinds = [(matter, name, entry_lines(desk, review, matter)) for matter, name in MATTERS.items()]
        return render_template(
            "operator/source.html",
            review=review,
            kinds=kinds,
            groups=groups_of(desk.library),
            areas=desk.areas,
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
            return refusal(NotFound(gettext("There is no such thing to decide on.")))
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
            _flash_refused(gettext("Nothing was decided:"), problem)
        else:
            target = entered.decision.target
            if entered.new:
                said = gettext("Decided: %(target)s. It counts from the next release on.", target=target)
            else:
                said = gettext(
                    "You had decided so before: %(target)s. It counts from the next release on.", target=target
                )
            flash(said, "done")
            if entered.against:
                said = gettext("Others have decided otherwise. Neither counts until one is retired: see Decisions.")
                flash(said, "problem")
        return redirect(_back_to(form.get("source", ""), form.get("period", "")), 303)

    @operator.post("/retire")
    def retire() -> AnyResponse:
        try:
            ended = retire_decision(
                desk, request.form.get("id", ""), by=g.operator.holder, reason=request.form.get("reason", "")
            )
        except OperatorError as problem:
            _flash_refused(gettext("Nothing was retired:"), problem)
        else:
            flash(gettext("Decision %(id)s is retired. It stays in the history.", id=ended.id), "done")
        return redirect(url_for("operator.decisions"), 303)


def _flash_refused(what: str, problem: OperatorError) -> None:
    """Errors speak English alone, and are marked so that they are read out as such."""
    flash(Markup('{} <span lang="en">{}</span>').format(what, str(problem)), "problem")


def _review(services: OperatorServices, source: str, period: str) -> Review | None:
    for review in services.desk.reviews.reviews():
        if (review.source, str(review.period)) == (source, period):
            return review
    return None


def _back_to(source: str, period: str) -> str:
    if source and period:
        return url_for("operator.source", source=source, period=period)
    return url_for("operator.overview")
