"""/theme: light or dark for this browser. Without a choice, the system's setting decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request

from feedapp.blueprints.pages.kit import choices
from feedapp.blueprints.pages.kit.addresses import came_from
from feedapp.blueprints.pages.kit.rendering import see_other

if TYPE_CHECKING:
    from flask import Response


def blueprint() -> Blueprint:
    """Make the blueprint."""
    scheme_pages = Blueprint("schemes", __name__)

    @scheme_pages.post("/theme")
    def choose() -> Response:
        return choices.keep_scheme(see_other(came_from("/")), request.form.get("scheme", ""))

    return scheme_pages
