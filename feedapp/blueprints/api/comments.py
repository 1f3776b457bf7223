"""/api/posts/{id}/comments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, url_for

from feedapp.blueprints.api.answers import answer, body, credentials, known_id, page_wanted, paged
from feedapp.schemas.inputs import Writing
from feedapp.serialisers.posts import comment

if TYPE_CHECKING:
    from feedapp.blueprints.kept import KeptAnswers
    from feedapp.services.comments import CommentService


def blueprint(comments: CommentService, kept: KeptAnswers) -> Blueprint:
    """Make the blueprint."""
    comments_api = Blueprint("comments", __name__)

    @comments_api.get("/posts/<post_id>/comments")
    @kept.of(credentials)
    def under(post_id: str) -> Response:
        cursor, limit = page_wanted()
        return paged(comments.under(credentials(), known_id(post_id), cursor=cursor, limit=limit), comment)

    @comments_api.post("/posts/<post_id>/comments")
    def comment_on(post_id: str) -> Response:
        view = comments.comment_on(credentials(), known_id(post_id), body=body(Writing).body)
        response = answer(comment(view), 201)
        response.headers["Location"] = url_for("api.comments.show", post_id=post_id, comment_id=str(view.id))
        return response

    @comments_api.get("/posts/<post_id>/comments/<comment_id>")
    @kept.of(credentials)
    def show(post_id: str, comment_id: str) -> Response:
        post, wanted = known_id(post_id), known_id(comment_id)
        return answer(comment(comments.show(credentials(), post_id=post, comment_id=wanted)))

    @comments_api.patch("/posts/<post_id>/comments/<comment_id>")
    def edit(post_id: str, comment_id: str) -> Response:
        post, wanted = known_id(post_id), known_id(comment_id)
        view = comments.edit(credentials(), post_id=post, comment_id=wanted, body=body(Writing).body)
        return answer(comment(view))

    @comments_api.delete("/posts/<post_id>/comments/<comment_id>")
    def delete(post_id: str, comment_id: str) -> Response:
        comments.delete(credentials(), post_id=known_id(post_id), comment_id=known_id(comment_id))
        return Response(status=204)

    return comments_api
