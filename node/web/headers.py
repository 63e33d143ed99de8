"""Headers that every answer carries."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from flask import Flask, Response, request

CONTENT_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""Pages need style sheets, an icon and a typeface of their own, and no script. Source: W3C Content Security Policy 3.
"""

SECURITY_HEADERS = (
    ("Content-Security-Policy", CONTENT_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
)


def add_headers(app: Flask) -> None:
    """Security headers on every answer; an entity tag and revalidation on those that set no caching of their own;
    redirects without scheme and host, which only the proxy before this server knows."""

    @app.after_request
    def finish(response: Response) -> Response:
        for name, value in SECURITY_HEADERS:
            response.headers.setdefault(name, value)
        if "Location" in response.headers:
            parts = urlsplit(response.headers["Location"])
            response.headers["Location"] = urlunsplit(("", "", "/" + parts.path.lstrip("/"), parts.query, ""))
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-cache"
            if response.status_code == 200 and not response.is_streamed:
                response.add_etag()
                response.make_conditional(request)
        return response
