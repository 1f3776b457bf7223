"""/, /public and /active."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, request, url_for

from feedapp.blueprints.pages.kit import cards, choices, cookies
from feedapp.blueprints.pages.kit.rendering import LIST, document, fragment, nothing, page, wants_fragment
from feedapp.cache.catalogue.keys import USED_TAGS
from feedapp.errors import UnauthenticatedError
from feedapp.languages.catalogues import gettext as _
from feedapp.pagination import DEFAULT

if TYPE_CHECKING:
    from flask import Response

    from feedapp.reading.read_models import Paged, PersonView, PostView, Viewer
    from feedapp.services.content.feeds import FeedService
    from feedapp.services.content.tags import TagService
    from feedapp.services.people.names import NameService
    from feedapp.services.people.suggestions import SuggestionService
    from feedapp.web.response_cache import ResponseCache


def blueprint(
    feeds: FeedService, suggestions: SuggestionService, tags: TagService, names: NameService, kept: ResponseCache
) -> Blueprint:
    """Make the blueprint."""
    feed_pages = Blueprint("feeds", __name__)

    @feed_pages.get("/")
    @kept.of(cookies.credentials, parameters=LIST)
    def home() -> Response:
        """Show the home feed, or everyone's to somebody who has none."""
        if cookies.presented():
            try:
                view = suggestions.home(cookies.credentials(), cursor=request.args.get("cursor"), limit=DEFAULT)
            except UnauthenticatedError:
                pass
            else:
                return _feed(view.viewer, view.posts, tab="home", suggestions=view.suggestions)
        return everyones()

    @feed_pages.get("/public")
    @kept.of(cookies.credentials, parameters=LIST)
    def public() -> Response:
        return everyones()

    @feed_pages.get("/active")
    @kept.of(cookies.credentials, parameters=LIST)
    def active() -> Response:
        view = feeds.active(cookies.credentials(), cursor=request.args.get("cursor"), limit=DEFAULT)
        return _feed(view.viewer, view.posts, tab="active", suggestions=[])

    def everyones() -> Response:
        cursor = request.args.get("cursor")
        beside = [USED_TAGS] if cursor is None else []
        view = feeds.public(cookies.credentials(), cursor=cursor, limit=DEFAULT, beside=beside)
        return _feed(view.viewer, view.posts, tab="public", suggestions=[])

    def _feed(viewer: Viewer | None, posts: Paged[PostView], *, tab: str, suggestions: list[PersonView]) -> Response:
        named = names.in_list(posts.items, bios=[] if wants_fragment() else suggestions)
        shown = cards.feed(posts, viewer, named)
        if wants_fragment():
            return fragment(shown, viewer=viewer, prev=_("Newer posts"), next=_("Older posts"), label=_("More posts"))
        top = None if tab == "active" else feeds.top_of(posts)
        beside: dict[str, Any] = {
            "suggestions": suggestions,
            "writes_in": choices.language(viewer.id) if viewer else None,
            "used": [] if "cursor" in request.args or tab == "active" else tags.beside(),
        }
        return page("feed.html", viewer=viewer, tab=tab, cards=shown, top=top, named=named, **beside)

    _announce_new(feed_pages, feeds)
    return feed_pages


def _announce_new(feed_pages: Blueprint, feeds: FeedService) -> None:
    @feed_pages.get("/newer")
    def newer_at_home() -> Response:
        """Announce what is new in the home feed since `?after=`, which a feed's page gives in `data-top`."""
        count = feeds.newer_at_home(cookies.credentials(), after=request.args.get("after", ""))
        return _announced(count, url_for("pages.feeds.home"))

    @feed_pages.get("/public/newer")
    def newer() -> Response:
        """Do the same for everyone's feed. There is no content while nothing is new."""
        return _announced(
            feeds.newer(cookies.credentials(), after=request.args.get("after", "")), url_for("pages.feeds.public")
        )


def _announced(count: int, address: str) -> Response:
    if not count:
        return nothing()
    return document("_newer.html", status=200, count=count, more=count >= DEFAULT, address=address)
