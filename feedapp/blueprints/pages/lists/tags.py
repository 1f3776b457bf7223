"""/tags, /tags/<tag>, and following a tag."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request, url_for

from feedapp.blueprints.pages.kit import cards, cookies
from feedapp.blueprints.pages.kit.addresses import came_from
from feedapp.blueprints.pages.kit.rendering import LIST, fragment, page, piece, see_other, wants_fragment
from feedapp.errors import NotFoundError
from feedapp.languages.catalogues import gettext as _
from feedapp.pagination import DEFAULT
from feedapp.text import tags as names_of_tags
from feedapp.web.parameters import Parameters

if TYPE_CHECKING:
    from flask import Response

    from feedapp.reading.tags import TagView
    from feedapp.services.content.feeds import FeedService
    from feedapp.services.content.tags import TagService
    from feedapp.services.people.names import NameService
    from feedapp.web.response_cache import ResponseCache


def blueprint(tags: TagService, feeds: FeedService, names: NameService, kept: ResponseCache) -> Blueprint:
    """Make the blueprint."""
    tag_pages = Blueprint("tags", __name__)

    @tag_pages.get("/tags")
    @kept.of(cookies.credentials, parameters=Parameters())
    def listing() -> Response:
        viewer, used = tags.most_used(cookies.credentials(), limit=DEFAULT)
        followed = [] if viewer is None else tags.followed(viewer)
        return page("tags.html", viewer=viewer, used=used, followed=followed)

    @tag_pages.get("/tags/<tag>")
    @kept.of(cookies.credentials, parameters=LIST)
    def show(tag: str) -> Response:
        name = _known(tag)
        if name != tag:
            return see_other(_address(name))
        view = feeds.tagged(cookies.credentials(), tag=name, cursor=request.args.get("cursor"), limit=DEFAULT)
        made = cards.feed(view.posts, view.viewer, names.in_list(view.posts.items))
        if wants_fragment():
            return fragment(
                made, viewer=view.viewer, prev=_("Newer posts"), next=_("Older posts"), label=_("More posts")
            )
        return page("tag.html", viewer=view.viewer, tag=tags.show(cookies.credentials(), name), cards=made)

    @tag_pages.post("/tags/<tag>/followers")
    def follow(tag: str) -> Response:
        return _answer(tags.follow(cookies.credentials(), _known(tag))[0])

    @tag_pages.post("/tags/<tag>/followers/delete")
    def unfollow(tag: str) -> Response:
        return _answer(tags.unfollow(cookies.credentials(), _known(tag))[0])

    @tag_pages.get("/tags/<tag>/followers")
    @tag_pages.get("/tags/<tag>/followers/delete")
    def of_tag(tag: str) -> Response:
        return see_other(_address(_known(tag)))

    return tag_pages


def _answer(tag: TagView) -> Response:
    """Go back to where the button was; a script gets the button as it is now, and the counts."""
    if wants_fragment():
        return piece("_tag_followed.html", tag=tag)
    return see_other(came_from(_address(tag.name)))


def _address(name: str) -> str:
    return url_for("pages.tags.show", tag=name)


def _known(text: str) -> str:
    """Read the name of a tag, folded. Raise NotFoundError for what cannot be one."""
    name = names_of_tags.read(text)
    if name is None:
        raise NotFoundError("This is no tag: a tag has letters, digits and _ only, and at least one letter.")
    return name
