"""The pages and feeds of one node as a WSGI application. Public routes read; only the operator's forms write."""

from __future__ import annotations

from flask import Flask

from node.web.aside import Runner, here
from node.web.audience import Audience, register, require_audiences
from node.web.charts.cache import RenderCache
from node.web.feeds import feeds_blueprint
from node.web.headers import add_headers
from node.web.health import health_blueprint
from node.web.language.wiring import add_languages
from node.web.operator.guard import prepare_sessions
from node.web.operator.pages import operator_blueprint
from node.web.operator.services import OperatorServices
from node.web.problems import handle_problems
from node.web.public_address import place_at
from node.web.services import Prover, WebServices
from node.web.statics import static_blueprint, versioned
from node.web.trust import trust_blueprint
from node.web.wording import add_wording
from node.web.workspace.cache import AnswerCache
from node.web.workspace.routes import Kept, workspace_blueprint

STATIC_SECONDS = 365 * 24 * 3600
"""For how long browsers keep a static file: its address changes with its bytes."""


def create_app(
    services: WebServices,
    prove: Prover,
    operator: OperatorServices | None = None,
    run: Runner = here,
    address: str | None = None,
) -> Flask:
    """An application that answers from `services`, with the operator's pages where `operator` is given.

    `run`: where charts are drawn and briefings set; `address`: the node's own, by default the one a reader asks by.
    Raises: NodeError where a route declares no audience; ConfigurationError where the address's path is a page's.
    """
    app = Flask("node.web", static_folder=None)
    app.json.sort_keys = False  # type: ignore[attr-defined]  # Flask types the provider by its base class
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = STATIC_SECONDS
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    add_languages(app)
    add_wording(app, services)
    add_headers(app)
    handle_problems(app)
    kept = Kept(AnswerCache(), RenderCache(run=run), run)
    for blueprint in (
        workspace_blueprint(services, kept, prove),
        trust_blueprint(services),
        static_blueprint(),
        feeds_blueprint(services),
        health_blueprint(services),
    ):
        register(app, blueprint, Audience.PUBLIC)
    if operator is not None:
        prepare_sessions(app, operator.session_key)
        register(app, operator_blueprint(operator), Audience.OPERATOR)
    app.jinja_env.globals.update(node=services, **versioned(app, address))
    require_audiences(app)
    if address is not None:
        place_at(app, address)
    return app
