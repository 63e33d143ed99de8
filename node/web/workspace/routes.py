"""The workspace's addresses: each view as a page, and at the same address as CSV, XLSX, JSON, charts and a briefing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Response, jsonify, make_response, render_template, request
from werkzeug.exceptions import BadRequest, NotFound

from node.errors import NotPublished
from node.exchange.proof import as_json
from node.web.aside import Runner, here
from node.web.charts.cache import RenderCache
from node.web.charts.sheet import NARROW, WIDE
from node.web.services import Prover, WebServices
from node.web.workspace.briefs import briefing_of
from node.web.workspace.cache import AnswerCache
from node.web.workspace.desk import Desk
from node.web.workspace.helping import complementarity_shown, training_shown
from node.web.workspace.over_time import trends_shown
from node.web.workspace.overview import overview_shown
from node.web.workspace.page import page_context, plain_context
from node.web.workspace.shown import Shown
from node.web.workspace.tables import area_shown, matrix_shown, occupation_shown
from node.web.workspace.take import csv_of, json_of, svg_file, xlsx_of
from node.web.workspace.trust import proof_context, proof_of, provenance_shown

Make = Callable[..., Shown]
"""A desk, a period and the codes in the path to what is shown."""
Answered = Callable[[Callable[[Desk], Response]], Response]
"""The kept answer to the request at hand, or what is made of its desk."""

VIEWS: tuple[tuple[str, str, Make], ...] = (
    ("overview", "/overview", overview_shown),
    ("occupation", "/occupations/<code>", occupation_shown),
    ("area", "/areas/<code>", area_shown),
    ("matrix", "/matrix", matrix_shown),
    ("trends", "/trends", trends_shown),
    ("complementarity", "/complementarity", complementarity_shown),
    ("training", "/training", training_shown),
    ("provenance", "/provenance/<area>/<occupation>", provenance_shown),
)
"""Name, path and maker of each view."""

MIME_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "svg": "image/svg+xml",
    "png": "image/png",
    "pdf": "application/pdf",
}


@dataclass(frozen=True, slots=True)
class Kept:
    """What the application keeps between requests: whole answers, and rendered charts.

    `run`: where briefings are set.
    """

    answers: AnswerCache
    charts: RenderCache
    run: Runner = here


def workspace_blueprint(services: WebServices, kept: Kept, prove: Prover) -> Blueprint:
    """All views of VIEWS, `/`, `/methods` and `/proofs/<dataflow>/<key>`."""
    workspace = Blueprint("workspace", __name__)

    def answered(make: Callable[[Desk], Response]) -> Response:
        """All that an answer shows is of one state of the store."""
        return kept.answers.answer(services, lambda store: make(Desk.of_request(services, store)))

    for name, path, make in VIEWS:
        _add_view(workspace, answered, kept, name, path, make)

    @workspace.get("/")
    def overview_page() -> Response:
        return answered(lambda desk: _page(desk, kept, overview_shown, {}))

    @workspace.get("/methods")
    def methods() -> str:
        desk = Desk.of_words(services)
        return render_template("methods.html", **plain_context(desk))

    @workspace.get("/proofs/<dataflow>/<key>")
    def proof(dataflow: str, key: str) -> str:
        desk = Desk.of_request(services)
        found = proof_of(desk, prove, dataflow, key)
        return render_template("proof.html", **proof_context(desk, found), **plain_context(desk))

    @workspace.get("/proofs/<dataflow>/<key>.json")
    def proof_json(dataflow: str, key: str) -> Response:
        return jsonify(as_json(proof_of(Desk.of_request(services), prove, dataflow, key)))

    return workspace


def _add_view(workspace: Blueprint, answered: Answered, kept: Kept, name: str, path: str, make: Make) -> None:
    def page(**codes: str) -> Response:
        return answered(lambda desk: _page(desk, kept, make, codes))

    def data(form: str, **codes: str) -> Response:
        return answered(lambda desk: _data(desk, make, form, codes))

    def chart(chart: str, form: str, **codes: str) -> Response:
        return answered(lambda desk: _chart(desk, kept, make, chart, form, codes))

    def briefing(**codes: str) -> Response:
        return answered(lambda desk: _briefing(desk, kept, make, codes))

    workspace.add_url_rule(path, name, page)
    workspace.add_url_rule(f"{path}.<any(csv,xlsx,json):form>", f"{name}_data", data)
    workspace.add_url_rule(f"{path}/<chart>.<any(svg,png):form>", f"{name}_chart", chart)
    workspace.add_url_rule(f"{path}/briefing.pdf", f"{name}_briefing", briefing)


def _made(desk: Desk, make: Make, codes: dict[str, str]) -> Shown | None:
    """None where nothing has been merged."""
    periods = desk.periods
    return None if periods is None else make(desk, periods.chosen, **codes)


def _required(desk: Desk, make: Make, codes: dict[str, str]) -> Shown:
    shown = _made(desk, make, codes)
    if shown is None:
        raise NotPublished("nothing has been merged yet")
    return shown


def _page(desk: Desk, kept: Kept, make: Make, codes: dict[str, str]) -> Response:
    shown = _made(desk, make, codes)
    if shown is None:
        return make_response(render_template("empty.html", **plain_context(desk)))
    return make_response(render_template(shown.template, **page_context(desk, shown, kept.charts)))


def _data(desk: Desk, make: Make, form: str, codes: dict[str, str]) -> Response:
    shown = _required(desk, make, codes)
    if form == "json":
        return jsonify(json_of(desk, shown))
    body = csv_of(desk, shown).encode() if form == "csv" else xlsx_of(desk, shown, request.url)
    more = f"-{desk.query.table}" if form == "csv" and desk.query.table else ""
    return _file(body, form, _file_name(shown, form, more))


def _chart(desk: Desk, kept: Kept, make: Make, name: str, form: str, codes: dict[str, str]) -> Response:
    shown = _required(desk, make, codes)
    if name not in shown.charts:
        there = ", ".join(shown.charts) or "none"
        raise NotFound(f"this view has no chart “{name}”; it has {there}")
    chart, width = shown.charts[name](), _width()
    body = svg_file(kept.charts.svg(chart, "chart", width)) if form == "svg" else kept.charts.png(chart, width)
    return _file(body, form, _file_name(shown, form, f"-{name}"))


def _width() -> int:
    text = request.args.get("width", "")
    if not text:
        return WIDE
    if not (text.isascii() and text.isdigit() and len(text) < 5 and NARROW <= int(text) <= WIDE):
        raise BadRequest(f"“{text}” is no width of a chart; give pixels from {NARROW} to {WIDE}")
    return int(text)


def _briefing(desk: Desk, kept: Kept, make: Make, codes: dict[str, str]) -> Response:
    shown = _required(desk, make, codes)
    if not shown.briefing:
        raise NotFound("there is no briefing of this view; there are some of countries, areas and occupations")
    made = briefing_of(desk, shown, kept.charts, request.host_url.rstrip("/"), kept.run)
    return _file(made, "pdf", _file_name(shown, "pdf"))


def _file(body: bytes, form: str, name: str) -> Response:
    response = make_response(body)
    response.headers["Content-Type"] = MIME_TYPES[form]
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _file_name(shown: Shown, form: str, more: str = "") -> str:
    """What the file is called on the reader's disk: ASCII, as the codes of the address are."""
    codes = shown.path.strip("/").replace("/", "-")
    return f"imtgt-{codes}-{shown.view.period}{more}.{form}"
