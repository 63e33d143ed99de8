"""Files that never change under their address: style sheets, the icon, and the typeface of all pages."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Blueprint, Flask, Response, send_file, url_for
from werkzeug.exceptions import NotFound

from node.web.charts.fonts import font_files, font_licence
from node.web.language.catalogues import lazy_gettext as _l
from node.web.language.refusals import refused

LICENCE = "LICENCE.txt"
"""The terms of the typeface, which go with its files."""
STYLES = {"style_url": "style.css", "operator_style_url": "operator.css", "icon_url": "icon.svg"}


def static_blueprint() -> Blueprint:
    """`/static/<file>` and `/fonts/<file>`."""
    statics = Blueprint("pages", __name__, static_folder="static", static_url_path="/static")

    @statics.get("/fonts/<name>")
    def font(name: str) -> Response:
        for file in font_files():
            if file.path.name == name:
                return send_file(file.path, mimetype="font/ttf", conditional=True)
        if name == LICENCE:
            return send_file(font_licence(), mimetype="text/plain", conditional=True)
        raise refused(NotFound, _l("“%(name)s” is no typeface of these pages", name=name))

    return statics


def versioned(app: Flask, address: str | None) -> dict[str, str]:
    """The addresses of static files, new whenever their bytes are, so that no browser shows an old one. `address`: of
    the application, whose path they begin with."""
    found = {}
    with app.test_request_context(base_url=address):
        for variable, name in STYLES.items():
            digest = hashlib.sha256(Path(app.root_path, "static", name).read_bytes()).hexdigest()[:12]
            found[variable] = url_for("pages.static", filename=name, v=digest)
    return found
