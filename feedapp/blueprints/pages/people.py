"""/@<username> and following."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request, url_for

from feedapp.blueprints.pages.kit import cards, cookies
from feedapp.blueprints.pages.kit.addresses import came_from, known_name
from feedapp.blueprints.pages.kit.rendering import LIST, fragment, page, piece, see_other, wants_fragment
from feedapp.errors import NotFoundError
from feedapp.languages.catalogues import gettext as _
from feedapp.pagination import DEFAULT

if TYPE_CHECKING:
    from flask import Response

    from feedapp.services.people.follows import FollowService
    from feedapp.services.people.names import NameService
    from feedapp.services.people.profiles import ProfileService
    from feedapp.web.response_cache import ResponseCache


def blueprint(profiles: ProfileService, follows: FollowService, names: NameService, kept: ResponseCache) -> Blueprint:
    """Make the blueprint."""
    people_pages = Blueprint("people", __name__)

    @people_pages.get("/@<username>")
    @kept.of(cookies.credentials, parameters=LIST)
    def show(username: str) -> Response:
        name, cursor = known_name(username), request.args.get("cursor")
        if name != username:
            return see_other(_profile(name))
        try:
            view = profiles.show_with_posts(cookies.credentials(), username=name, cursor=cursor, limit=DEFAULT)
        except NotFoundError:
            raise NotFoundError(
                f"There is nobody called @{name}. People can change their names and delete their accounts; look for "
                "somebody who did by their new name."
            ) from None
        pinned = [view.pinned] if view.pinned else []
        named = names.in_list([*pinned, *view.posts.items], bios=[view.profile])
        shown = cards.feed(view.posts, view.viewer, named)
        if wants_fragment():
            return fragment(
                shown, viewer=view.viewer, prev=_("Newer posts"), next=_("Older posts"), label=_("More posts")
            )
        top = cards.pinned(view.pinned, view.viewer, named) if view.pinned else None
        return page("profile.html", viewer=view.viewer, profile=view.profile, cards=shown, named=named, pinned=top)

    @people_pages.post("/@<username>/followers")
    def follow(username: str) -> Response:
        name = known_name(username)
        follows.follow(cookies.credentials(), username=name)
        return _answer(name)

    @people_pages.post("/@<username>/followers/delete")
    def unfollow(username: str) -> Response:
        name = known_name(username)
        follows.unfollow(cookies.credentials(), username=name)
        return _answer(name)

    @people_pages.get("/@<username>/followers/delete")
    def listing(username: str) -> Response:
        return see_other(_profile(known_name(username)))

    def _answer(name: str) -> Response:
        """Go back to where the button was; a script gets the button as it is now, and the counts."""
        if wants_fragment():
            return piece("_followed.html", profile=profiles.show(cookies.credentials(), username=name))
        return see_other(came_from(_profile(name)))

    return people_pages


def _profile(name: str) -> str:
    return url_for("pages.people.show", username=name)
