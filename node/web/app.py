"""The pages and feeds of one node as a WSGI application. Public routes read; only the operator's forms write."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Flask, url_for

from node.web.audience import Audience, register, require_audiences
from node.web.exports import exports_blueprint
from node.web.feeds import feeds_blueprint
from node.web.headers import add_headers
from node.web.health import health_blueprint
from node.web.operator.guard import prepare_sessions
from node.web.operator.pages import operator_blueprint
from node.web.operator.services import OperatorServices
from node.web.pages import pages_blueprint
from node.web.problems import handle_problems
from node.web.services import WebServices
from node.web.wording import add_wording

STATIC_SECONDS = 365 * 24 * 3600
"""For how long browsers keep a static file: its address changes with its bytes."""


def create_app(services: WebServices, operator: OperatorServices | None = None) -> Flask:
    """An application that answers from `services`, with the operator's pages where `operator` is given.

    Raises: NodeError where a route declares no audience.
    """
    app = Flask("node.web", static_folder=None)
    app.json.sort_keys = False  # type: ignore[attr-defined]  # Flask types the provider by its base class
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = STATIC_SECONDS
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    add_wording(app)
    add_headers(app)
    handle_problems(app)
    for blueprint in (
        pages_blueprint(services),
        exports_blueprint(services),
        feeds_blueprint(services),
        health_blueprint(services),
    ):
        register(app, blueprint, Audience.PUBLIC)
    if operator is not None:
        prepare_sessions(app, operator.session_key)
        register(app, operator_blueprint(operator), Audience.OPERATOR)
        app.jinja_env.globals["operator_style_url"] = _versioned(app, "operator.css")
    app.jinja_env.globals.update(
        node=services, style_url=_versioned(app, "style.css"), icon_url=_versioned(app, "icon.svg")
    )
    require_audiences(app)
    return app


def _versioned(app: Flask, name: str) -> str:
    """The address of a static file, new whenever its bytes are, so that no browser shows an old one."""
    digest = hashlib.sha256(Path(app.root_path, "static", name).read_bytes()).hexdigest()[:12]
    with app.test_request_context():
        return url_for("pages.static", filename=name, v=digest)
