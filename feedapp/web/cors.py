"""Cross-origin requests (CORS): any page may call the API, with a token of its own and without cookies.

A token is sent by whoever has it, never by a browser on its own, so another origin can do no more than any program can.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

EXPOSED = (
    *("Allow", "Cache-Status", "Deprecation", "ETag", "Idempotent-Replayed", "Link", "Location", "RateLimit"),
    *("RateLimit-Policy", "Retry-After", "Server-Timing", "Sunset", "WWW-Authenticate", "X-Request-Id"),
)
"""Headers of answers that a script may read; it may read some others anyway."""
ALLOWED = ("Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "X-Request-Id")
DAY = 86_400

_ANSWER = (("Access-Control-Allow-Origin", "*"), ("Access-Control-Expose-Headers", ", ".join(EXPOSED)))
_PREFLIGHT = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE"),
    ("Access-Control-Allow-Headers", ", ".join(ALLOWED)),
    ("Access-Control-Max-Age", str(DAY)),
)


def headers(environ: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Give the headers that an answer to this request has for other origins; none outside of the API."""
    path = environ.get("PATH_INFO", "")
    if not path.startswith("/api") or path[4:5] not in {"", "/"}:
        return ()
    preflight = environ["REQUEST_METHOD"] == "OPTIONS" and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ
    return _PREFLIGHT if preflight else _ANSWER
