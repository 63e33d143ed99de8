"""Who may enter: every blueprint declares its audience, and an app with one that does not will not start."""

from __future__ import annotations

from enum import Enum

from flask import Blueprint, Flask

from node.errors import NodeError


class Audience(Enum):
    """Whom a blueprint's routes are for."""

    PUBLIC = "public"
    OPERATOR = "operator"
    """Whoever holds an operator's token; the blueprint asks for a session before every view but the login."""


def register(app: Flask, blueprint: Blueprint, audience: Audience) -> None:
    """Register a blueprint together with its audience."""
    app.extensions.setdefault("audiences", {})[blueprint.name] = audience
    app.register_blueprint(blueprint)


def undeclared(app: Flask) -> tuple[str, ...]:
    """The routes for which nobody has said who may enter."""
    declared = app.extensions.get("audiences", {})
    return tuple(
        sorted(str(rule) for rule in app.url_map.iter_rules() if rule.endpoint.rpartition(".")[0] not in declared)
    )


def require_audiences(app: Flask) -> None:
    """Raises: NodeError where a route's blueprint declares no audience."""
    if routes := undeclared(app):
        raise NodeError("routes without a declared audience", places=routes)
