"""What moderators did: /admin/log, /moderation for everybody, /settings/moderation to one's own things."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request

from feedapp.blueprints.pages.kit import cookies
from feedapp.blueprints.pages.kit.rendering import page
from feedapp.pagination import DEFAULT
from feedapp.web.parameters import Parameters

if TYPE_CHECKING:
    from flask import Response

    from feedapp.services.moderation.log import LogService
    from feedapp.web.response_cache import ResponseCache

NONE = Parameters()


def blueprint(log: LogService, kept: ResponseCache) -> Blueprint:
    """Make the blueprint."""
    log_pages = Blueprint("moderation_log", __name__)

    @log_pages.get("/admin/log")
    def show() -> Response:
        viewer, actions = log.all(cookies.credentials(), cursor=request.args.get("cursor"), limit=DEFAULT)
        return page("moderation/log.html", viewer=viewer, actions=actions)

    @log_pages.get("/moderation")
    @kept.of(cookies.credentials, parameters=NONE)
    def public() -> Response:
        viewer, actions = log.public(cookies.credentials())
        return page("moderation/public.html", viewer=viewer, actions=actions)

    @log_pages.get("/settings/moderation")
    def own() -> Response:
        viewer, actions = log.own(cookies.credentials(), cursor=request.args.get("cursor"), limit=DEFAULT)
        return page("moderation/own.html", viewer=viewer, actions=actions)

    return log_pages
