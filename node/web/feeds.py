"""The feed's files, as they lie in the folder: byte for byte, with the caching that each kind of file allows."""

from __future__ import annotations

import re

from flask import Blueprint, Response, send_from_directory
from werkzeug.exceptions import NotFound

from node.web.restricted import is_restricted, require_reader
from node.web.services import WebServices

METADATA_FILE = re.compile(r"(?P<version>\d+\.)?[a-z][a-z0-9_-]*\.json", re.ASCII)
TARGET_FILE = re.compile(
    r"(?:(?P<folder>[A-Za-z0-9_]+)/)?(?P<hash>[0-9a-f]{64}\.)?[A-Za-z0-9_][A-Za-z0-9_-]*(?:\.report)?(?P<kind>\.csv\.gz|\.json)",
    re.ASCII,
)
"""Nothing else that may lie in the folder, as a file half written, is served."""

CONTENT_TYPES = {".csv.gz": "application/gzip", ".json": "application/json"}
"""A gzip target is signed as it is stored: it is never announced as an encoding, which clients would undo."""

IMMUTABLE = "public, max-age=31536000, immutable"
CHANGING = "no-cache"
PRIVATE = "private, max-age=31536000, immutable"
"""Versioned and hashed names never change their bytes; `timestamp.json` and plain names are asked for again.
Source: TUF specification 1.0.33, 6.2 (consistent snapshots). What took a token is for the one who sent it: no cache in
between may keep it."""

OPEN_FOLDERS = frozenset({None, "structure"})
"""Folders of targets that hold no dataflow's figures."""


def feeds_blueprint(services: WebServices) -> Blueprint:
    """`/feeds/metadata/<file>` and `/feeds/targets/<path>`."""
    feeds = Blueprint("feeds", __name__)

    @feeds.get("/feeds/metadata/<name>")
    def metadata(name: str) -> Response:
        match = METADATA_FILE.fullmatch(name)
        if match is None:
            raise NotFound(f"“{name}” is no file of this feed's metadata")
        response = send_from_directory(services.feeds / "metadata", name, mimetype=CONTENT_TYPES[".json"])
        response.headers["Cache-Control"] = IMMUTABLE if match["version"] else CHANGING
        return response

    @feeds.get("/feeds/targets/<path:path>")
    def target(path: str) -> Response:
        match = TARGET_FILE.fullmatch(path)
        if match is None:
            raise NotFound(f"“{path}” is no target of this feed")
        restricted = match["folder"] not in OPEN_FOLDERS and is_restricted(services, match["folder"])
        if restricted:
            require_reader(services, match["folder"])
        response = send_from_directory(services.feeds / "targets", path, mimetype=CONTENT_TYPES[match["kind"]])
        response.headers["Cache-Control"] = _caching(hashed=bool(match["hash"]), restricted=restricted)
        return response

    return feeds


def _caching(*, hashed: bool, restricted: bool) -> str:
    if restricted:
        return PRIVATE if hashed else "private, no-cache"
    return IMMUTABLE if hashed else CHANGING
