"""ETag and 304: what anybody may keep is asked for again each time, and mostly need not be sent again.

The ETag is a digest of the body that was made for this request, so a changed body cannot have an old one; what a warm
body costs is little. Headers that differ each time (X-Request-Id, Server-Timing) are not part of it.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

from flask import request

if TYPE_CHECKING:
    from flask import Flask, Response

PUBLIC = "public, no-cache"
SAFE = frozenset({"GET", "HEAD"})
OK, NOT_MODIFIED = 200, 304


def register(app: Flask) -> None:
    """Give every answer that anybody may keep an ETag, and answer If-None-Match wherever there is one."""

    @app.after_request
    def validate(response: Response) -> Response:
        if request.method not in SAFE or response.status_code != OK or response.direct_passthrough:
            return response
        etag = label(response)
        if etag is not None and request.if_none_match.contains_weak(etag):
            response.status_code = NOT_MODIFIED
        return response


def label(response: Response) -> str | None:
    """Set the ETag of an answer that anybody may keep, unless it has one; give what it has."""
    etag, _ = response.get_etag()
    if etag is None and response.headers.get("Cache-Control") == PUBLIC:
        etag = digest(response.get_data())
        response.set_etag(etag)
    return etag


def digest(body: bytes) -> str:
    """Give a short name for exactly these bytes."""
    return blake2b(body, digest_size=12).hexdigest()
