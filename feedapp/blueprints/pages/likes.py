"""/posts/<id>/likes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, url_for

from feedapp.blueprints.pages.kit import cards, cookies
from feedapp.blueprints.pages.kit.addresses import came_from, known_id
from feedapp.blueprints.pages.kit.rendering import see_other, shown, wants_fragment

if TYPE_CHECKING:
    from flask import Response

    from feedapp.services.content.likes import LikeOutcome, LikeService


def blueprint(likes: LikeService) -> Blueprint:
    """Make the blueprint."""
    like_pages = Blueprint("likes", __name__)

    @like_pages.post("/posts/<post_id>/likes")
    def like(post_id: str) -> Response:
        return _answer(post_id, likes.like(cookies.credentials(), known_id(post_id)))

    @like_pages.post("/posts/<post_id>/likes/delete")
    def unlike(post_id: str) -> Response:
        return _answer(post_id, likes.unlike(cookies.credentials(), known_id(post_id)))

    @like_pages.get("/posts/<post_id>/likes")
    @like_pages.get("/posts/<post_id>/likes/delete")
    def listing(post_id: str) -> Response:
        return see_other(url_for("pages.posts.show", post_id=known_id(post_id)))

    return like_pages


def _answer(post_id: str, outcome: LikeOutcome) -> Response:
    """Go back to where the post was, in a feed or on its own page; a script gets the button with the new count."""
    if wants_fragment():
        post = {"id": post_id, "liked": outcome.liked, "likes_count": outcome.likes_count}
        return shown(cards.like(post))
    return see_other(f"{came_from(url_for('pages.posts.show', post_id=post_id))}#post-{post_id}")
