"""/admin/log: what moderators did; /settings/moderation: what they did to one's own things."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request

from feedapp.blueprints.pages.kit import cookies
from feedapp.blueprints.pages.kit.rendering import page
from feedapp.pagination import DEFAULT

if TYPE_CHECKING:
    from flask import Response

    from feedapp.services.moderation.log import LogService


def blueprint(log: LogService) -> Blueprint:
    """Make the blueprint."""
    log_pages = Blueprint("moderation_log", __name__)

    @log_pages.get("/admin/log")
    def show() -> Response:
        viewer, actions = log.all(cookies.credentials(), cursor=request.args.get("cursor"), limit=DEFAULT)
        return page("moderation/log.html", viewer=viewer, actions=actions)

    @log_pages.get("/settings/moderation")
    def own() -> Response:
        viewer, actions = log.own(cookies.credentials(), cursor=request.args.get("cursor"), limit=DEFAULT)
        return page("moderation/own.html", viewer=viewer, actions=actions)

    return log_pages
