"""/@<username>/comments and /@<username>/likes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, request, url_for

from feedapp.blueprints.pages.kit import cards, cookies
from feedapp.blueprints.pages.kit.addresses import known_name
from feedapp.blueprints.pages.kit.rendering import LIST, fragment, page, see_other, wants_fragment
from feedapp.languages.catalogues import marked
from feedapp.pagination import DEFAULT

if TYPE_CHECKING:
    from flask import Response
    from markupsafe import Markup

    from feedapp.reading.read_models import Paged, ProfileView, Viewer
    from feedapp.services.content.activity import ActivityService
    from feedapp.services.people.names import NameService
    from feedapp.web.response_cache import ResponseCache

WAYS = {
    "comments": (marked("Newer comments"), marked("Older comments"), marked("More comments")),
    "likes": (marked("Liked later"), marked("Liked earlier"), marked("More likes")),
}


def blueprint(activity: ActivityService, names: NameService, kept: ResponseCache) -> Blueprint:
    """Make the blueprint."""
    activity_pages = Blueprint("activity", __name__)

    @activity_pages.get("/@<username>/comments")
    @kept.of(cookies.credentials, parameters=LIST)
    def comments(username: str) -> Response:
        name, cursor = known_name(username), request.args.get("cursor")
        if name != username:
            return see_other(url_for("pages.activity.comments", username=name))
        sender = cookies.credentials()
        view = activity.comments(sender, username=name, cursor=cursor, limit=DEFAULT, named_in=names.ahead)
        named = names.in_list([each.comment for each in view.comments.items], bios=[view.profile])
        made = cards.comments_by(view.comments, named)
        return _answer("comments", made, view.viewer, view.profile, named)

    @activity_pages.get("/@<username>/likes")
    @kept.of(cookies.credentials, parameters=LIST)
    def likes(username: str) -> Response:
        name, cursor = known_name(username), request.args.get("cursor")
        if name != username:
            return see_other(url_for("pages.activity.likes", username=name))
        view = activity.likes(cookies.credentials(), username=name, cursor=cursor, limit=DEFAULT)
        named = names.in_list(view.posts.items, bios=[view.profile])
        made = cards.feed(view.posts, view.viewer, named)
        return _answer("likes", made, view.viewer, view.profile, named)

    return activity_pages


def _answer(
    tab: str, made: Paged[Markup], viewer: Viewer | None, profile: ProfileView, named: frozenset[str]
) -> Response:
    prev, next_, label = WAYS[tab]
    if wants_fragment():
        return fragment(made, viewer=viewer, prev=prev, next=next_, label=label)
    ways: dict[str, Any] = {"prev": prev, "next": next_, "label": label}
    return page("activity.html", viewer=viewer, profile=profile, tab=tab, cards=made, named=named, **ways)
