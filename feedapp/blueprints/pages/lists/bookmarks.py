"""/bookmarks, and the button on each post."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request, url_for

from feedapp.blueprints.pages.kit import cards, cookies
from feedapp.blueprints.pages.kit.addresses import came_from, known_id
from feedapp.blueprints.pages.kit.rendering import LIST, fragment, page, see_other, shown, wants_fragment
from feedapp.languages.catalogues import gettext as _
from feedapp.pagination import DEFAULT

if TYPE_CHECKING:
    from flask import Response

    from feedapp.services.content.bookmarks import BookmarkOutcome, BookmarkService
    from feedapp.services.content.feeds import FeedService
    from feedapp.services.people.names import NameService
    from feedapp.web.response_cache import ResponseCache


def blueprint(bookmarks: BookmarkService, feeds: FeedService, names: NameService, kept: ResponseCache) -> Blueprint:
    """Make the blueprint."""
    bookmark_pages = Blueprint("bookmarks", __name__)

    @bookmark_pages.get("/bookmarks")
    @kept.of(cookies.credentials, parameters=LIST)
    def listing() -> Response:
        view = feeds.bookmarks(cookies.credentials(), cursor=request.args.get("cursor"), limit=DEFAULT)
        made = cards.feed(view.posts, view.viewer, names.in_list(view.posts.items))
        if wants_fragment():
            return fragment(
                made, viewer=view.viewer, prev=_("Saved later"), next=_("Saved earlier"), label=_("More bookmarks")
            )
        return page("bookmarks.html", viewer=view.viewer, cards=made)

    @bookmark_pages.post("/posts/<post_id>/bookmarks")
    def add(post_id: str) -> Response:
        return _answer(post_id, bookmarks.add(cookies.credentials(), known_id(post_id)))

    @bookmark_pages.post("/posts/<post_id>/bookmarks/delete")
    def remove(post_id: str) -> Response:
        return _answer(post_id, bookmarks.remove(cookies.credentials(), known_id(post_id)))

    @bookmark_pages.get("/posts/<post_id>/bookmarks")
    @bookmark_pages.get("/posts/<post_id>/bookmarks/delete")
    def of_post(post_id: str) -> Response:
        return see_other(url_for("pages.posts.show", post_id=known_id(post_id)))

    return bookmark_pages


def _answer(post_id: str, outcome: BookmarkOutcome) -> Response:
    """Go back to where the post was; a script gets the button as it is now."""
    if wants_fragment():
        return shown(cards.bookmark({"id": post_id, "bookmarked": outcome.bookmarked}))
    return see_other(f"{came_from(url_for('pages.posts.show', post_id=post_id))}#post-{post_id}")
