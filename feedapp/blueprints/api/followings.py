"""/api/users/{username}/followers and /following, and /api/suggestions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from feedapp.blueprints.api.kit.declaration import Call, Reply
from feedapp.serialisers.people import PersonJson, listed

if TYPE_CHECKING:
    from feedapp.blueprints.api.kit.endpoint import Endpoints
    from feedapp.blueprints.api.kit.sent import Sent
    from feedapp.reading.read_models import Paged, PersonView
    from feedapp.services.people.follow_lists import FollowLists, Side
    from feedapp.services.people.suggestions import SuggestionService

PEOPLE: Reply[Paged[PersonView]] = Reply(PersonJson, listed, many="page")
SUGGESTED: Reply[list[PersonView]] = Reply(PersonJson, listed, many="items")


def blueprint(followings: FollowLists, suggestions: SuggestionService, endpoints: Endpoints) -> Blueprint:
    """Make the blueprint."""
    api = Blueprint("followings", __name__)

    @endpoints.add(
        api,
        Call(
            summary="Read a page of {side}",
            method="GET",
            path="/users/<username>/<any(followers, following):side>",
            reply=PEOPLE,
            parameters=("cursor", "limit"),
        ),
    )
    def of(sent: Sent[None], username: str, side: Side) -> Paged[PersonView]:
        return followings.of(sent.sender, username=username, side=side, cursor=sent.cursor, limit=sent.limit).people

    @endpoints.add(
        api,
        Call(
            summary="Read whom you might follow",
            method="GET",
            path="/suggestions",
            reply=SUGGESTED,
            parameters=("limit",),
            auth="required",
        ),
    )
    def suggested(sent: Sent[None]) -> list[PersonView]:
        _, people = suggestions.show(sent.sender, limit=sent.limit)
        return people

    return api
