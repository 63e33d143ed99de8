"""What a reader is told when something goes wrong: one page, one JSON shape, and never a traceback."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, Response, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError

from node.errors import MachineError, NodeError, OperatorError, PeerError, ProofBroken
from node.web.language.catalogues import LazyText
from node.web.language.catalogues import lazy_gettext as _l
from node.web.language.current import MACHINE_PATHS, language, speaking
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
    401: _l("Ask the operator of this node who may see these figures. All that is public is on the other pages."),
    404: _l("Start from the overview, or see under Feeds and trust what this node publishes."),
    405: _l("This address can be read, and nothing else."),
}
DEFAULT_ADVICE = _l("Try again in a few minutes. If it lasts, tell the operator of this node.")

OWN_FAULTS: tuple[tuple[type[NodeError], LazyText, LazyText], ...] = (
    (
        ProofBroken,
        _l("A file or the database of this node is not what the sender of this number signed."),
        _l("Do not use the number, and tell the operator of this node."),
    ),
    (
        PeerError,
        _l("A signed file that this node holds is not signed as it must be."),
        _l("Do not use the figures that depend on it, and tell the operator of this node."),
    ),
    (
        MachineError,
        _l("The machine that this node runs on cannot do it now; nothing is wrong with the data."),
        DEFAULT_ADVICE,
    ),
    (
        OperatorError,
        _l("This node is not set up so that it could answer this; its log says what it lacks."),
        DEFAULT_ADVICE,
    ),
    (NodeError, MESSAGES[500], DEFAULT_ADVICE),
)
"""What people are told where the fault is not theirs, and what to do: of the first that an error is one of. The error's
own words are for the log."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is said of an error. `code`: the name of the error's class, or the HTTP reason without spaces; `message`,
    `remedy`: what is not translated is English; `for_programs`: the message in English where it is another one.
    """

    status: int
    code: str
    message: LazyText | str
    remedy: LazyText | str
    for_programs: str = ""
    translated: bool = False

    @property
    def language(self) -> str:
        """Of the message."""
        return _language_of(self.message, self.translated)

    @property
    def remedy_language(self) -> str:
        return _language_of(self.remedy, self.translated)

    @classmethod
    def of_node_error(cls, error: NodeError) -> Problem:
        """A request's fault is told as it is; the node's own is for its log, since it may name files and addresses."""
        name = type(error).__name__
        if error.http_status < 500:
            message = LazyText(error.template, error.values) if error.template else str(error)
            return cls(error.http_status, name, message, ADVICE.get(error.http_status, error.remedy))
        said = (type(error).__doc__ or "").split("\n")[0].strip()
        message, advice = next((words, advice) for kind, words, advice in OWN_FAULTS if isinstance(error, kind))
        return cls(error.http_status, name, message, advice, said)

    @classmethod
    def of_http(cls, error: HTTPException) -> Problem:
        status = error.code or 500
        own = error.description if error.description != type(error).description else None
        message = own if own else MESSAGES.get(status, error.name)
        return cls(status, error.name.replace(" ", ""), message, ADVICE.get(status, DEFAULT_ADVICE))


def _language_of(text: LazyText | str, translated: bool) -> str:
    return language().value if translated or isinstance(text, LazyText) else Language.ENGLISH.value


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
    """The problem as JSON in English for programs, as a page in the reader's language for people."""
    if _for_programs():
        with speaking(Language.ENGLISH):
            message, remedy = problem.for_programs or str(problem.message), str(problem.remedy)
        said = {"status": problem.status, "code": problem.code, "message": message, "remedy": remedy}
        response = jsonify({"error": said})
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
