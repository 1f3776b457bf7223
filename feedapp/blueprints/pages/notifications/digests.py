"""/unsubscribe: the link in a digest, and what a mail program sends by itself (RFC 8058), without a log-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request

from feedapp.blueprints.pages.kit import cookies
from feedapp.blueprints.pages.kit.rendering import page

if TYPE_CHECKING:
    from flask import Response

    from feedapp.reading.viewers import ViewerService
    from feedapp.services.notifications.digests import DigestService

UNKEPT = "private, no-store"


def blueprint(digests: DigestService, viewers: ViewerService) -> Blueprint:
    """Make the blueprint."""
    pages = Blueprint("digests", __name__)

    @pages.get("/unsubscribe")
    def ask() -> Response:
        """Show a button: programs open links to look for harm, and shall end nothing by it."""
        code = _code()
        return _shown(username=digests.whose(code), code=code)

    @pages.post("/unsubscribe")
    def end() -> Response:
        return _shown(username=digests.end(_code()), code=None)

    def _shown(*, username: str, code: str | None) -> Response:
        viewer = viewers.identify(cookies.credentials()).viewer
        answer = page("notifications/unsubscribe.html", viewer=viewer, username=username, code=code)
        answer.headers["Cache-Control"] = UNKEPT
        return answer

    return pages


def _code() -> str:
    """Take it from the address, since whoever unsubscribes by one click sends nothing else that is ours."""
    return request.args.get("link", "")
