"""What a reader is told when something goes wrong: one page, one JSON shape, and never a traceback."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, Response, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError

from node.errors import NodeError
from node.web.language.catalogues import lazy_gettext as _l
from node.web.language.current import MACHINE_PATHS, language
from node.web.language.languages import Language

MACHINE_SUFFIXES = (".json", ".csv", ".xlsx", ".svg", ".png", ".pdf")

MESSAGES = {
    404: _l("There is nothing at this address."),
    405: _l("Nothing can be sent to this address."),
    500: _l("The node made a mistake; its log says which."),
}
"""Said where an HTTP error brings no words of its own."""

ADVICE = {
    400: _l("Correct the address and try again."),
    404: _l("Start from the overview, or see under Feeds and trust what this node publishes."),
    405: _l("This address can be read, and nothing else."),
}
DEFAULT_ADVICE = _l("Try again in a few minutes. If it lasts, tell the operator of this node.")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is said of an error. `code`: the name of the error's class, or the HTTP reason without spaces."""

    status: int
    code: str
    message: str
    remedy: str
    translated: bool = False

    @property
    def language(self) -> str:
        """Of the message: an error's own words are English."""
        return language().value if self.translated else Language.ENGLISH.value

    @classmethod
    def of_node_error(cls, error: NodeError) -> Problem:
        """A request's fault is told as it is; the node's own is for its log, since it may name files and addresses."""
        if error.http_status < 500:
            advice = ADVICE.get(error.http_status, error.remedy)
            return cls(error.http_status, type(error).__name__, str(error), str(advice))
        said = (type(error).__doc__ or "").split("\n")[0].strip()
        return cls(error.http_status, type(error).__name__, said, str(DEFAULT_ADVICE))

    @classmethod
    def of_http(cls, error: HTTPException) -> Problem:
        status = error.code or 500
        own = error.description if error.description != type(error).description else None
        message, advice = own or str(MESSAGES.get(status, error.name)), str(ADVICE.get(status, DEFAULT_ADVICE))
        return cls(status, error.name.replace(" ", ""), message, advice, translated=own is None and status in MESSAGES)


def handle_problems(app: Flask) -> None:
    """Handlers for errors raised on purpose, for HTTP errors, and for defects."""

    @app.errorhandler(NodeError)
    def node_error(error: NodeError) -> Response:
        if error.http_status >= 500:
            app.logger.error("%s %s: %s: %s", request.method, request.path, type(error).__name__, error)
        return answer(Problem.of_node_error(error))

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        response = answer(Problem.of_http(error))
        for name, value in error.get_headers(request.environ):
            if name not in ("Content-Type", "Content-Length"):
                response.headers[name] = value
        return response

    @app.errorhandler(Exception)
    def defect(error: Exception) -> Response:
        app.logger.error("%s %s failed", request.method, request.path, exc_info=error)
        return answer(Problem.of_http(InternalServerError()))


def answer(problem: Problem) -> Response:
    """The problem as JSON for programs, as a page for people."""
    if _for_programs():
        body = {"error": {"status": problem.status, "code": problem.code, "message": problem.message}}
        body["error"]["remedy"] = problem.remedy
        response = jsonify(body)
    else:
        response = make_response(render_template("problem.html", problem=problem))
    response.status_code = problem.status
    response.headers["Cache-Control"] = "no-store"
    return response


def _for_programs() -> bool:
    if request.path.startswith(MACHINE_PATHS) or request.path.endswith(MACHINE_SUFFIXES):
        return True
    accepted = request.accept_mimetypes
    return accepted.best_match(("text/html", "application/json")) == "application/json"
