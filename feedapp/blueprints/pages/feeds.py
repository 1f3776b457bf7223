"""/ and /public."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request

from feedapp.blueprints.pages import cards, cookies
from feedapp.blueprints.pages.rendering import page
from feedapp.errors import UnauthenticatedError
from feedapp.pagination import DEFAULT

if TYPE_CHECKING:
    from flask import Response

    from feedapp.services.feeds import FeedService
    from feedapp.services.views import FeedView


def blueprint(feeds: FeedService) -> Blueprint:
    """Make the blueprint."""
    feed_pages = Blueprint("feeds", __name__)

    @feed_pages.get("/")
    def home() -> Response:
        """Show the home feed, or everyone's to somebody who has none."""
        if cookies.presented():
            try:
                view = feeds.home(cookies.credentials(), cursor=request.args.get("cursor"), limit=DEFAULT)
            except UnauthenticatedError:
                pass
            else:
                return _feed(view, tab="home")
        return public()

    @feed_pages.get("/public")
    def public() -> Response:
        view = feeds.public(cookies.credentials(), cursor=request.args.get("cursor"), limit=DEFAULT)
        return _feed(view, tab="public")

    return feed_pages


def _feed(view: FeedView, *, tab: str) -> Response:
    return page("feed.html", viewer=view.viewer, tab=tab, cards=cards.feed(view.posts, view.viewer))
