"""Deciding about who asks for an account, from /admin/people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, url_for

from feedapp.blueprints.pages.kit import cookies
from feedapp.blueprints.pages.kit.addresses import known_name
from feedapp.blueprints.pages.kit.forms import read
from feedapp.blueprints.pages.kit.rendering import see_other
from feedapp.schemas.joining import Refusal

if TYPE_CHECKING:
    from flask import Response

    from feedapp.services.people.joining.applications import ApplicationService


def blueprint(applications: ApplicationService) -> Blueprint:
    """Make the blueprint."""
    application_pages = Blueprint("applications", __name__)

    @application_pages.post("/admin/people/<username>/approval")
    def approve(username: str) -> Response:
        applications.approve(known_name(username), by=cookies.credentials())
        return _listing("approved")

    @application_pages.post("/admin/people/<username>/refusal")
    def refuse(username: str) -> Response:
        refusal = read(Refusal).refusal
        applications.refuse(known_name(username), refusal=refusal, by=cookies.credentials())
        return _listing("refused")

    @application_pages.get("/admin/people/<username>/<any(approval, refusal):what>")
    def listing(username: str, what: str) -> Response:
        del username, what
        return _listing()

    return application_pages


def _listing(saved: str | None = None) -> Response:
    return see_other(url_for("pages.admin_people.show", saved=saved))
