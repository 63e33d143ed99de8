"""A node's pages at an address of this machine, for as long as a test needs them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from node.web.serve import Server


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The address, without a slash at its end."""
    server = Server(app, "127.0.0.1", 0)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield server.url.rstrip("/")
    finally:
        server.stop()
        thread.join(15)
