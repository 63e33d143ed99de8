"""Serving a node's pages and feeds until it is told to stop."""

from __future__ import annotations

from node.bootstrap import Services
from node.cli.output import say
from node.web.app import create_app
from node.web.serve import serve as serve_app


def serve_node(services: Services, host: str, port: int) -> None:
    """Blocks until SIGTERM or Ctrl-C. Raises: PortInUse."""
    serve_app(create_app(services), host, port, report=say)
