"""The node's own public address: what all addresses that it writes begin with, whatever a request says.

A proxy that holds the certificate asks by plain HTTP, and the names that it passes on are the reader's own words:
anybody can send them. A name that one reader made up must not be printed in what another is given.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask

from node.errors import ConfigurationError

ASKED_HOST = "node.asked_host"
"""Key of a request's environment: the name by which it asked, which is not the address's past the proxy."""


def place_at(app: Flask, address: str) -> None:
    """Let an application answer each request as one to `address`. To be called when all its routes are there.

    A proxy may take the path of the address off or leave it: both are understood.
    Raises: ConfigurationError where that path begins as pages of the application do, so that nobody could tell.
    """
    own = {rule.rule.split("/")[1] for rule in app.url_map.iter_rules()}
    first = urlsplit(address).path[1:].split("/")[0]
    if first and first in own:
        raise ConfigurationError(
            f"web.address: below /{first} the node has pages of its own; serve it below another path, or at none"
        )
    app.wsgi_app = _At(app.wsgi_app, address)  # type: ignore[method-assign]  # where Flask wants it


class _At:
    """A WSGI application at one address. Source: PEP 3333, environ variables, URL reconstruction."""

    def __init__(self, app: WSGIApplication, address: str) -> None:
        parts = urlsplit(address)
        self._app, self._prefix = app, parts.path
        self._own = {"wsgi.url_scheme": parts.scheme, "HTTP_HOST": parts.netloc, "SCRIPT_NAME": parts.path}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if self._prefix and f"{path}/".startswith(f"{self._prefix}/"):
            path = path[len(self._prefix) :] or "/"
        own = {**self._own, "PATH_INFO": path, ASKED_HOST: environ.get("HTTP_HOST", "")}
        return self._app({**environ, **own}, start_response)
