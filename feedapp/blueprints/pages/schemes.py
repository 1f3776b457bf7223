"""/theme: light or dark for this browser. Without a choice, the system's setting decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request

from feedapp.blueprints.pages.kit.addresses import came_from
from feedapp.blueprints.pages.kit.rendering import see_other
from feedapp.blueprints.pages.kit.scheme_cookie import SCHEMES, name

if TYPE_CHECKING:
    from flask import Response

YEAR = 365 * 24 * 3600


def blueprint() -> Blueprint:
    """Make the blueprint."""
    scheme_pages = Blueprint("schemes", __name__)

    @scheme_pages.post("/theme")
    def choose() -> Response:
        answer, wanted = see_other(came_from("/")), request.form.get("scheme", "")
        if wanted in SCHEMES:
            answer.set_cookie(name(), wanted, max_age=YEAR, path="/", secure=request.is_secure, samesite="Lax")
        else:
            answer.delete_cookie(name(), path="/", secure=request.is_secure, samesite="Lax")
        return answer

    return scheme_pages
