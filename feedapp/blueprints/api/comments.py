"""/api/posts/{id}/comments."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from flask import Blueprint, url_for

from feedapp.blueprints.api.kit.declaration import NOTHING, Call, Reply
from feedapp.errors import FieldError, ForbiddenError, InvalidQueryError
from feedapp.schemas.inputs import NewComment, Writing
from feedapp.serialisers.posts import CommentJson, ListedCommentJson, comment, listed_comment
from feedapp.services.content.comments import ORDERS

if TYPE_CHECKING:
    from feedapp.blueprints.api.kit.endpoint import Endpoints
    from feedapp.blueprints.api.kit.sent import Sent
    from feedapp.reading.read_models import Paged
    from feedapp.reading.threads import CommentView
    from feedapp.services.content.comments import CommentService, Order


def _location(view: CommentView) -> str:
    return url_for("api.comments.show", post_id=str(view.post_id), comment_id=str(view.id))


COMMENTS: Reply[Paged[CommentView]] = Reply(ListedCommentJson, listed_comment, many="page")
FOUND: Reply[Paged[CommentView]] = Reply(CommentJson, comment, many="page")
COMMENT: Reply[CommentView] = Reply(CommentJson, comment, version=attrgetter("version"))
ADDED: Reply[CommentView] = Reply(
    CommentJson, comment, status=201, version=attrgetter("version"), headers={"Location": _location}
)
ALL, ONE = "/posts/<post_id>/comments", "/posts/<post_id>/comments/<comment_id>"


def blueprint(comments: CommentService, endpoints: Endpoints) -> Blueprint:
    """Make the blueprint."""
    api = Blueprint("comments", __name__)

    def post_of(sent: Sent[None], post_id: int) -> None:
        comments.under(sent.sender, post_id, cursor=None, limit=1)

    def own(sent: Sent[None], post_id: int, comment_id: int) -> None:
        comments.own(sent.sender, post_id=post_id, comment_id=comment_id)

    def added(sent: Sent[None], added_id: int, post_id: int) -> CommentView:
        return comments.commented(sent.sender, post_id=post_id, comment_id=added_id)

    @endpoints.add(
        api,
        Call(
            summary="Read a page of the comments on a post",
            method="GET",
            path=ALL,
            reply=COMMENTS,
            parameters=("order", "cursor", "limit"),
        ),
    )
    def under(sent: Sent[None], post_id: int) -> Paged[CommentView]:
        return comments.under(sent.sender, post_id, cursor=sent.cursor, limit=sent.limit, order=_order(sent))

    @endpoints.add(
        api,
        Call(summary="Read comments by their ids", method="GET", path="/comments", reply=FOUND, parameters=("ids",)),
    )
    def among(sent: Sent[None]) -> Paged[CommentView]:
        return comments.among(sent.sender, sent.required_ids)

    @endpoints.add(
        api,
        Call(
            summary="Comment on a post",
            method="POST",
            path=ALL,
            reply=ADDED,
            auth="required",
            body=NewComment,
            idempotent=True,
            again=added,
            exists=post_of,
        ),
    )
    def comment_on(sent: Sent[NewComment], post_id: int) -> CommentView:
        return comments.comment_on(sent.sender, post_id, once=sent.once, **sent.body.model_dump())

    @endpoints.add(api, Call(summary="Read a comment", method="GET", path=ONE, reply=COMMENT))
    def show(sent: Sent[None], post_id: int, comment_id: int) -> CommentView:
        return comments.show(sent.sender, post_id=post_id, comment_id=comment_id)

    @endpoints.add(
        api,
        Call(
            summary="Replace a comment's text",
            method="PATCH",
            path=ONE,
            reply=COMMENT,
            auth="required",
            body=Writing,
            current=COMMENT,
            exists=own,
            raises=(ForbiddenError,),
        ),
    )
    def edit(sent: Sent[Writing], post_id: int, comment_id: int) -> CommentView:
        new, seen = sent.body.model_dump(), sent.expected
        return comments.edit(sent.sender, post_id=post_id, comment_id=comment_id, expected=seen, **new)

    @endpoints.add(
        api,
        Call(
            summary="Delete a comment",
            method="DELETE",
            path=ONE,
            reply=NOTHING,
            auth="required",
            current=COMMENT,
            exists=own,
            raises=(ForbiddenError,),
        ),
    )
    def delete(sent: Sent[None], post_id: int, comment_id: int) -> None:
        comments.delete(sent.sender, post_id=post_id, comment_id=comment_id, expected=sent.expected)

    return api


def _order(sent: Sent[None]) -> Order:
    asked = sent.parameter("order")
    order = next((each for each in ORDERS if each == ("thread" if asked is None else asked)), None)
    if order is None:
        raise InvalidQueryError(FieldError("order", f"must be one of {', '.join(ORDERS)}"))
    return order
