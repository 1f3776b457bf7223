"""/api/posts/{id}/comments."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Blueprint, Response, url_for

from feedapp.blueprints.api.answers import answer, body, credentials, known_id, page_wanted, paged
from feedapp.blueprints.api.once import once_made
from feedapp.blueprints.api.versions import expected, stale, versioned
from feedapp.errors import StaleEditError
from feedapp.schemas.inputs import Writing
from feedapp.serialisers.posts import comment

if TYPE_CHECKING:
    from feedapp.blueprints.api.endpoint import Endpoint
    from feedapp.reading.read_models import CommentView
    from feedapp.services.content.comments import CommentService


def blueprint(comments: CommentService, endpoint: Endpoint) -> Blueprint:
    """Make the blueprint."""
    comments_api = Blueprint("comments", __name__)

    def require_post(post_id: str) -> None:
        comments.under(credentials(), known_id(post_id), cursor=None, limit=1)

    def require_own(post_id: str, comment_id: str) -> None:
        comments.own(credentials(), post_id=known_id(post_id), comment_id=known_id(comment_id))

    @comments_api.get("/posts/<post_id>/comments")
    @endpoint.read("cursor", "limit")
    def under(post_id: str) -> Response:
        cursor, limit = page_wanted()
        return paged(comments.under(credentials(), known_id(post_id), cursor=cursor, limit=limit), comment)

    @comments_api.post("/posts/<post_id>/comments")
    @endpoint.write(exists=require_post)
    def comment_on(post_id: str) -> Response:
        post = known_id(post_id)
        return once_made(
            lambda key: comments.comment_on(credentials(), post, body=body(Writing).body, once=key),
            _added,
            again=lambda comment_id: comments.show(credentials(), post_id=post, comment_id=comment_id),
        )

    @comments_api.get("/posts/<post_id>/comments/<comment_id>")
    @endpoint.read()
    def show(post_id: str, comment_id: str) -> Response:
        post, wanted = known_id(post_id), known_id(comment_id)
        return _shown(comments.show(credentials(), post_id=post, comment_id=wanted))

    @comments_api.patch("/posts/<post_id>/comments/<comment_id>")
    @endpoint.write(conditional=True, exists=require_own)
    def edit(post_id: str, comment_id: str) -> Response:
        place = {"post_id": known_id(post_id), "comment_id": known_id(comment_id)}
        text = body(Writing).body
        try:
            return _shown(comments.edit(credentials(), **place, body=text, expected=expected()))
        except StaleEditError as error:
            return _stale(error)

    @comments_api.delete("/posts/<post_id>/comments/<comment_id>")
    @endpoint.write(conditional=True, exists=require_own)
    def delete(post_id: str, comment_id: str) -> Response:
        place = {"post_id": known_id(post_id), "comment_id": known_id(comment_id)}
        try:
            comments.delete(credentials(), **place, expected=expected())
        except StaleEditError as error:
            return _stale(error)
        return Response(status=204)

    return comments_api


def _shown(view: CommentView, status: int = 200) -> Response:
    return versioned(answer(comment(view), status), view.version)


def _added(view: CommentView) -> Response:
    response = _shown(view, 201)
    response.headers["Location"] = url_for("api.comments.show", post_id=str(view.post_id), comment_id=str(view.id))
    return response


def _stale(error: StaleEditError) -> Response:
    view = cast("CommentView", error.current)
    return stale(error, comment(view), view.version)
