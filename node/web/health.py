"""Whether this node is well, for those who watch it: `/healthz`; and whether it can answer: `/readyz`."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from node.comparing.reading import VACANCIES
from node.errors import NodeError
from node.model.release import Json
from node.web.services import WebServices


def health_blueprint(services: WebServices) -> Blueprint:
    """Both answer 200, or 503 with what is wrong."""
    health = Blueprint("health", __name__)

    @health.get("/healthz")
    def healthz() -> Response:
        checks = {"database": _database(services), "feed": _feed(services)}
        merges = _merges(services) if checks["database"]["ok"] else None
        return _answer(checks, {"synthetic": services.synthetic, "newest_merges": merges})

    @health.get("/readyz")
    def readyz() -> Response:
        return _answer({"database": _database(services), "profiles": _profiles(services)}, {})

    return health


def _answer(checks: dict[str, dict[str, Json]], more: dict[str, Json]) -> Response:
    well = all(check["ok"] for check in checks.values())
    response = jsonify({"status": "ok" if well else "failing", "checks": checks, **more})
    response.status_code = 200 if well else 503
    response.headers["Cache-Control"] = "no-store"
    return response


def _database(services: WebServices) -> dict[str, Json]:
    try:
        services.check_store()
    except NodeError as problem:
        return _failing(problem)
    return {"ok": True}


def _profiles(services: WebServices) -> dict[str, Json]:
    try:
        services.profiles.profile(VACANCIES)
    except NodeError as problem:
        return _failing(problem)
    return {"ok": True}


def _feed(services: WebServices) -> dict[str, Json]:
    """A node that has published nothing yet is well; one whose timestamp has expired is stale to its partners."""
    try:
        feed = services.own_feed()
    except NodeError as problem:
        return _failing(problem)
    if feed is None:
        return {"ok": True, "published": False}
    return {
        "ok": feed.timestamp_expires > services.clock(),
        "published": True,
        "timestamp_expires": feed.timestamp_expires.isoformat(),
        "snapshot_version": feed.snapshot_version,
    }


def _merges(services: WebServices) -> Json:
    """Per peer and dataflow: the newest period here, and when it came."""
    newest = services.store.newest()
    return {
        standing.peer.id: {
            vintage.key.dataflow: {"period": str(vintage.key.period), "accepted": vintage.accepted_at.isoformat()}
            for vintage in newest.get(standing.peer.id, ())
        }
        for standing in services.peers()
    }


def _failing(problem: NodeError) -> dict[str, Json]:
    """The kind of error alone: its message may name addresses and paths, and anyone may ask."""
    return {"ok": False, "error": type(problem).__name__}
