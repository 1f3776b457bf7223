"""/api/users/{username}/followers and /following, and /api/suggestions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request

from feedapp.blueprints.api.answers import answer, credentials, page_wanted, paged
from feedapp.pagination import checked_limit
from feedapp.schemas.texts import fold
from feedapp.serialisers.people import listed

if TYPE_CHECKING:
    from flask import Response

    from feedapp.blueprints.api.endpoint import Endpoint
    from feedapp.services.people.follow_lists import FollowLists, Side
    from feedapp.services.people.suggestions import SuggestionService


def blueprint(followings: FollowLists, suggestions: SuggestionService, endpoint: Endpoint) -> Blueprint:
    """Make the blueprint."""
    followings_api = Blueprint("followings", __name__)

    @followings_api.get("/users/<username>/<any(followers, following):side>")
    @endpoint.read("cursor", "limit")
    def of(username: str, side: Side) -> Response:
        cursor, limit = page_wanted()
        view = followings.of(credentials(), username=fold(username), side=side, cursor=cursor, limit=limit)
        return paged(view.people, listed)

    @followings_api.get("/suggestions")
    @endpoint.read("limit", token=True)
    def suggested() -> Response:
        _, people = suggestions.show(credentials(), limit=checked_limit(request.args.get("limit")))
        return answer({"items": [listed(each) for each in people]})

    return followings_api
