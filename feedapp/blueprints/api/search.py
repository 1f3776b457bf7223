"""/api/search: posts, comments and people that are found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from flask import Blueprint, request

from feedapp.blueprints.api.kit.declaration import Call, Reply
from feedapp.blueprints.searches import PARAMETERS, kind_of, query_of
from feedapp.reading.read_models import PostView
from feedapp.reading.tags import TagView
from feedapp.reading.threads import CommentView
from feedapp.serialisers.people import PersonJson, listed
from feedapp.serialisers.posts import CommentJson, PostJson, comment, post
from feedapp.serialisers.tags import TagJson, tag
from feedapp.services.content.search import Wanted
from feedapp.web.host_guard import site_root

if TYPE_CHECKING:
    from feedapp.blueprints.api.kit.endpoint import Endpoints
    from feedapp.blueprints.api.kit.sent import Sent
    from feedapp.reading.read_models import Paged, PersonView
from feedapp.services.content.search import SearchService

FoundJson = PostJson | CommentJson | PersonJson | TagJson


def _json(found: PostView | CommentView | PersonView | TagView) -> FoundJson:
    if isinstance(found, PostView):
        return post(found, root=site_root())
    if isinstance(found, TagView):
        return tag(found)
    return comment(found) if isinstance(found, CommentView) else listed(found)


FOUND: Reply[Paged[Any]] = Reply(cast("type", FoundJson), _json, many="page")


def blueprint(searches: SearchService, endpoints: Endpoints) -> Blueprint:
    """Make the blueprint."""
    api = Blueprint("search", __name__)

    @endpoints.add(
        api,
        Call(
            summary="Search posts, comments, people and tags",
            method="GET",
            path="/search",
            reply=FOUND,
            parameters=PARAMETERS,
            reuse=False,
        ),
    )
    def search(sent: Sent[None]) -> Paged[Any]:
        kind, wanted = kind_of(request.args), Wanted(query_of(request.args), sent.cursor, sent.limit)
        match kind:
            case "posts":
                return searches.posts(sent.sender, wanted)[1]
            case "comments":
                return searches.comments(sent.sender, wanted)[1]
            case "tags":
                return searches.tags(sent.sender, wanted)[1]
            case _:
                return searches.people(sent.sender, wanted)[1]

    return api
