"""/api/posts/{id}/likes, and those of comments."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from flask import Blueprint

from feedapp.blueprints.api.kit.declaration import Call, Either, Reply
from feedapp.serialisers.people import AuthorJson, author
from feedapp.serialisers.posts import LikeJson, like

if TYPE_CHECKING:
    from feedapp.blueprints.api.kit.endpoint import Endpoints
    from feedapp.blueprints.api.kit.sent import Sent
    from feedapp.reading.read_models import Paged, Person
    from feedapp.services.content.comment_likes import CommentLikeService
    from feedapp.services.content.comments import CommentService
    from feedapp.services.content.likes import LikeOutcome, LikeService

LIKED: Reply[LikeOutcome] = Reply(LikeJson, like, status=Either(attrgetter("changed"), 201, 200))
UNLIKED: Reply[LikeOutcome] = Reply(LikeJson, like)
LIKERS: Reply[Paged[Person]] = Reply(AuthorJson, author, many="page")
PATH = "/posts/<post_id>/likes"
OF_COMMENT = "/posts/<post_id>/comments/<comment_id>/likes"


def blueprint(
    likes: LikeService, comment_likes: CommentLikeService, comments: CommentService, endpoints: Endpoints
) -> Blueprint:
    """Make the blueprint."""
    api = Blueprint("likes", __name__)

    def post_of(sent: Sent[None], post_id: int) -> None:
        likes.of(sent.sender, post_id, cursor=None, limit=1)

    @endpoints.add(
        api,
        Call(
            summary="Like a post",
            method="POST",
            path=PATH,
            reply=LIKED,
            auth="required",
            idempotent=True,
            exists=post_of,
        ),
    )
    def like(sent: Sent[None], post_id: int) -> LikeOutcome:
        return likes.like(sent.sender, post_id, once=sent.once)

    @endpoints.add(
        api,
        Call(summary="Take a like back", method="DELETE", path=PATH, reply=UNLIKED, auth="required", exists=post_of),
    )
    def unlike(sent: Sent[None], post_id: int) -> LikeOutcome:
        return likes.unlike(sent.sender, post_id)

    @endpoints.add(
        api,
        Call(
            summary="Read a page of the people who like a post",
            method="GET",
            path=PATH,
            reply=LIKERS,
            parameters=("cursor", "limit"),
        ),
    )
    def of(sent: Sent[None], post_id: int) -> Paged[Person]:
        return likes.of(sent.sender, post_id, cursor=sent.cursor, limit=sent.limit)

    def comment_of(sent: Sent[None], post_id: int, comment_id: int) -> None:
        comments.show(sent.sender, post_id=post_id, comment_id=comment_id)

    @endpoints.add(
        api,
        Call(
            summary="Like a comment",
            method="POST",
            path=OF_COMMENT,
            reply=LIKED,
            auth="required",
            idempotent=True,
            exists=comment_of,
        ),
    )
    def like_comment(sent: Sent[None], post_id: int, comment_id: int) -> LikeOutcome:
        return comment_likes.like(sent.sender, post_id=post_id, comment_id=comment_id, once=sent.once)

    @endpoints.add(
        api,
        Call(
            summary="Take a like of a comment back",
            method="DELETE",
            path=OF_COMMENT,
            reply=UNLIKED,
            auth="required",
            exists=comment_of,
        ),
    )
    def unlike_comment(sent: Sent[None], post_id: int, comment_id: int) -> LikeOutcome:
        return comment_likes.unlike(sent.sender, post_id=post_id, comment_id=comment_id)

    return api
