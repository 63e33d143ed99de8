"""Serving a node's pages and feeds until it is told to stop."""

from __future__ import annotations

from node.adapters.access.session_key import session_key
from node.bootstrap import Services
from node.cli.output import say
from node.reviewing import desk_of
from node.web.app import create_app
from node.web.operator.services import OperatorServices
from node.web.serve import serve as serve_app


def serve_node(services: Services, host: str, port: int) -> None:
    """Blocks until SIGTERM or Ctrl-C. Raises: PortInUse."""
    operator = OperatorServices(desk_of(services), services.access, services.clock, session_key(services.config.keys))
    serve_app(create_app(services, operator), host, port, report=say)
