"""/api/users/{username}/comments and /likes, and /api/me/likes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from feedapp.blueprints.api.kit.declaration import Call, Reply
from feedapp.blueprints.api.posts import FEED
from feedapp.serialisers.posts import CommentJson, comment

if TYPE_CHECKING:
    from feedapp.blueprints.api.kit.endpoint import Endpoints
    from feedapp.blueprints.api.kit.sent import Sent
    from feedapp.reading.page_models import UnderPost
    from feedapp.reading.read_models import Paged, PostView
    from feedapp.services.content.activity import ActivityService


def _comment(view: UnderPost) -> CommentJson:
    return comment(view.comment)


COMMENTS: Reply[Paged[UnderPost]] = Reply(CommentJson, _comment, many="page")


def blueprint(activity: ActivityService, endpoints: Endpoints) -> Blueprint:
    """Make the blueprint."""
    api = Blueprint("activity", __name__)

    @endpoints.add(
        api,
        Call(
            summary="Read a page of somebody's comments",
            method="GET",
            path="/users/<username>/comments",
            reply=COMMENTS,
            parameters=("cursor", "limit"),
        ),
    )
    def comments(sent: Sent[None], username: str) -> Paged[UnderPost]:
        return activity.comments(sent.sender, username=username, cursor=sent.cursor, limit=sent.limit).comments

    @endpoints.add(
        api,
        Call(
            summary="Read a page of the posts that somebody likes",
            method="GET",
            path="/users/<username>/likes",
            reply=FEED,
            parameters=("cursor", "limit"),
        ),
    )
    def likes(sent: Sent[None], username: str) -> Paged[PostView]:
        return activity.likes(sent.sender, username=username, cursor=sent.cursor, limit=sent.limit).posts

    @endpoints.add(
        api,
        Call(
            summary="Read a page of the posts that you like",
            method="GET",
            path="/me/likes",
            reply=FEED,
            parameters=("cursor", "limit"),
            auth="required",
        ),
    )
    def own_likes(sent: Sent[None]) -> Paged[PostView]:
        return activity.own_likes(sent.sender, cursor=sent.cursor, limit=sent.limit).posts

    return api
