"""/posts/<id>/likes, and those of comments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, url_for

from feedapp.blueprints.pages.kit import cards, cookies
from feedapp.blueprints.pages.kit.addresses import came_from, known_id
from feedapp.blueprints.pages.kit.rendering import see_other, shown, wants_fragment

if TYPE_CHECKING:
    from flask import Response

    from feedapp.services.content.comment_likes import CommentLikeService
    from feedapp.services.content.likes import LikeOutcome, LikeService

COMMENT = "/posts/<post_id>/comments/<comment_id>"


def blueprint(likes: LikeService, comment_likes: CommentLikeService) -> Blueprint:
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

    @like_pages.post(f"{COMMENT}/likes")
    def like_comment(post_id: str, comment_id: str) -> Response:
        post, comment = known_id(post_id), known_id(comment_id)
        outcome = comment_likes.like(cookies.credentials(), post_id=post, comment_id=comment)
        return _answer_comment(post, comment, outcome)

    @like_pages.post(f"{COMMENT}/likes/delete")
    def unlike_comment(post_id: str, comment_id: str) -> Response:
        post, comment = known_id(post_id), known_id(comment_id)
        outcome = comment_likes.unlike(cookies.credentials(), post_id=post, comment_id=comment)
        return _answer_comment(post, comment, outcome)

    @like_pages.get(f"{COMMENT}/likes")
    @like_pages.get(f"{COMMENT}/likes/delete")
    def of_comment(post_id: str, comment_id: str) -> Response:
        ids = known_id(post_id), known_id(comment_id)
        return see_other(url_for("pages.comments.show", post_id=ids[0], comment_id=ids[1]))

    return like_pages


def _answer(post_id: str, outcome: LikeOutcome) -> Response:
    """Go back to where the post was, in a feed or on its own page; a script gets the button with the new count."""
    if wants_fragment():
        post = {"id": post_id, "liked": outcome.liked, "likes_count": outcome.likes_count}
        return shown(cards.like(post))
    return see_other(f"{came_from(url_for('pages.posts.show', post_id=post_id))}#post-{post_id}")


def _answer_comment(post_id: int, comment_id: int, outcome: LikeOutcome) -> Response:
    """Do the same for a comment."""
    if wants_fragment():
        shown_like = {"liked": outcome.liked, "likes_count": outcome.likes_count}
        return shown(cards.comment_like({"post_id": post_id, "id": comment_id, **shown_like}))
    own = url_for("pages.comments.show", post_id=post_id, comment_id=comment_id)
    return see_other(f"{came_from(own)}#comment-{comment_id}")
