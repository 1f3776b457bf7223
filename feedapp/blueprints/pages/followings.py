"""/@<username>/followers and /following, and /suggestions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request, url_for

from feedapp.blueprints.pages.kit import cookies
from feedapp.blueprints.pages.kit.addresses import known_name
from feedapp.blueprints.pages.kit.rendering import LIST, page, see_other, wants_fragment
from feedapp.pagination import DEFAULT
from feedapp.web.parameters import Parameters

if TYPE_CHECKING:
    from flask import Response

    from feedapp.services.people.follow_lists import FollowLists, Side
    from feedapp.services.people.names import NameService
    from feedapp.services.people.suggestions import SuggestionService
    from feedapp.web.response_cache import ResponseCache


def blueprint(
    followings: FollowLists, suggestions: SuggestionService, names: NameService, kept: ResponseCache
) -> Blueprint:
    """Make the blueprint."""
    followings_pages = Blueprint("followings", __name__)

    @followings_pages.get("/@<username>/<any(followers, following):side>")
    @kept.of(cookies.credentials, parameters=LIST)
    def of(username: str, side: Side) -> Response:
        name, cursor = known_name(username), request.args.get("cursor")
        if name != username:
            return see_other(url_for("pages.followings.of", username=name, side=side))
        view = followings.of(cookies.credentials(), username=name, side=side, cursor=cursor, limit=DEFAULT)
        template = "_people.html" if wants_fragment() else "people.html"
        named = names.in_list([], bios=view.people.items)
        return page(template, viewer=view.viewer, profile=view.profile, side=side, people=view.people, named=named)

    @followings_pages.get("/suggestions")
    @kept.of(cookies.credentials, parameters=Parameters())
    def suggested() -> Response:
        viewer, suggested = suggestions.show(cookies.credentials(), limit=DEFAULT)
        named = names.in_list([], bios=suggested)
        return page("suggestions.html", viewer=viewer, people=suggested, named=named)

    return followings_pages
