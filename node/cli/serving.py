"""Serving a node's pages and feeds until it is told to stop."""

from __future__ import annotations

import os
from contextlib import closing
from datetime import datetime

import click

from node.adapters.access.session_key import session_key
from node.bootstrap import Services
from node.cli.output import say, with_services
from node.exchange.proof import Proof
from node.exchange.prove import prove
from node.model.period import TimePeriod
from node.reviewing import desk_of
from node.web.app import create_app
from node.web.aside import Aside
from node.web.operator.services import OperatorServices
from node.web.serve import serve as serve_app


def serve_node(services: Services, host: str, port: int) -> None:
    """Blocks until SIGTERM or Ctrl-C. Raises: PortInUse."""
    operator = OperatorServices(desk_of(services), services.access, services.clock, session_key(services.config.keys))

    def proved(dataflow: str, key: str, period: TimePeriod, as_of: datetime | None) -> Proof:
        return prove(services, dataflow, key, period, sender=None, as_of=as_of)

    with closing(Aside(os.environ)) as aside:
        app = create_app(services, proved, operator, aside, services.config.web.address)
        serve_app(app, host, port, report=say)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address; put a reverse proxy before it.")
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True)
@with_services
def serve(services: Services, host: str, port: int) -> None:
    """Serve the pages and the feeds until stopped."""
    serve_node(services, host, port)
