"""/api/posts/{id}/likes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from feedapp.blueprints.api.answers import answer, credentials, known_id, page_wanted, paged
from feedapp.blueprints.api.once import once
from feedapp.serialisers.people import author

if TYPE_CHECKING:
    from flask import Response

    from feedapp.blueprints.api.endpoint import Endpoint
    from feedapp.services.content.likes import LikeOutcome, LikeService


def blueprint(likes: LikeService, endpoint: Endpoint) -> Blueprint:
    """Make the blueprint."""
    likes_api = Blueprint("likes", __name__)

    def require_post(post_id: str) -> None:
        likes.of(credentials(), known_id(post_id), cursor=None, limit=1)

    @likes_api.post("/posts/<post_id>/likes")
    @endpoint.write(exists=require_post)
    def like(post_id: str) -> Response:
        wanted = known_id(post_id)
        return once(lambda key: likes.like(credentials(), wanted, once=key), _liked)

    @likes_api.delete("/posts/<post_id>/likes")
    @endpoint.write(exists=require_post)
    def unlike(post_id: str) -> Response:
        return answer(_outcome(likes.unlike(credentials(), known_id(post_id))))

    @likes_api.get("/posts/<post_id>/likes")
    @endpoint.read("cursor", "limit")
    def of(post_id: str) -> Response:
        cursor, limit = page_wanted()
        return paged(likes.of(credentials(), known_id(post_id), cursor=cursor, limit=limit), author)

    return likes_api


def _liked(outcome: LikeOutcome) -> Response:
    return answer(_outcome(outcome), 201 if outcome.changed else 200)


def _outcome(outcome: LikeOutcome) -> dict[str, object]:
    return {"liked": outcome.liked, "likes_count": outcome.likes_count}
