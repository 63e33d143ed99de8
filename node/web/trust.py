"""The page on feeds and trust: what this node publishes, how its partners' feeds stand, and what was refused."""

from __future__ import annotations

from flask import Blueprint, render_template

from node.web.freshness import own_releases, peer_lines
from node.web.services import WebServices


def trust_blueprint(services: WebServices) -> Blueprint:
    """`/feeds/`."""
    trust = Blueprint("trust", __name__)

    @trust.get("/feeds/")
    def feeds() -> str:
        return render_template(
            "feeds.html",
            synthetic=services.synthetic,
            feed=services.own_feed(),
            releases=own_releases(services),
            peers=peer_lines(services),
            forks=services.forks(),
            now=services.clock(),
        )

    return trust
