"""/notifications: what one is told, and that it was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request, url_for

from feedapp.blueprints.pages.kit import cookies
from feedapp.blueprints.pages.kit.rendering import nothing, page, see_other, wants_fragment
from feedapp.models.notifications import KINDS
from feedapp.pagination import DEFAULT
from feedapp.web.parameters import Parameters

if TYPE_CHECKING:
    from flask import Response

    from feedapp.services.notifications.lists import NotificationLists
    from feedapp.web.response_cache import ResponseCache

TABS = (("All", None), ("Comments", "comment"), ("Answers", "reply"), ("Mentions", "mention"))
"""Kinds that have a list of their own on the page; the others are asked for by address."""


def blueprint(notifications: NotificationLists, kept: ResponseCache) -> Blueprint:
    """Make the blueprint."""
    pages = Blueprint("notifications", __name__)

    @pages.get("/notifications")
    @kept.of(cookies.credentials, parameters=Parameters(kind=KINDS, cursor=None, fragment=("1",)))
    def show() -> Response:
        kind = request.args.get("kind")
        view = notifications.show(
            cookies.credentials(), kind=kind, cursor=request.args.get("cursor"), limit=DEFAULT, texts=True
        )
        template = "notifications/_list.html" if wants_fragment() else "notifications/page.html"
        return page(template, viewer=view.viewer, view=view, kind=kind, tabs=TABS)

    @pages.post("/notifications/read")
    def read() -> Response:
        """Mark what is seen as read: by the button, or by a script once the page has been looked at."""
        notifications.read(cookies.credentials(), until=request.form.get("until", ""))
        return nothing() if wants_fragment() else see_other(url_for("pages.notifications.show"))

    @pages.get("/notifications/read")
    def listing() -> Response:
        return see_other(url_for("pages.notifications.show"))

    return pages
