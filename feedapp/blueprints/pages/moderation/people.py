"""/admin/people/members: members by sign-up, by what they wrote last, by network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request

from feedapp.blueprints.pages.kit import cookies
from feedapp.blueprints.pages.kit.rendering import page
from feedapp.pagination import DEFAULT

if TYPE_CHECKING:
    from flask import Response

    from feedapp.services.moderation.people import MemberService


def blueprint(members: MemberService) -> Blueprint:
    """Make the blueprint."""
    people_pages = Blueprint("members", __name__)

    @people_pages.get("/admin/people/members")
    def show() -> Response:
        by = "activity" if request.args.get("by") == "activity" else "signup"
        network = request.args.get("network", "").strip()
        cursor = request.args.get("cursor")
        viewer, found = members.listed(cookies.credentials(), by=by, network=network, cursor=cursor, limit=DEFAULT)
        return page("moderation/people.html", viewer=viewer, members=found, by=by, network=network)

    return people_pages
