"""/api/posts: feeds and single posts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, request, url_for

from feedapp.blueprints.api.answers import answer, body, credentials, known_id, page_wanted, paged
from feedapp.errors import FieldError, InvalidQueryError
from feedapp.schemas.inputs import Writing
from feedapp.schemas.texts import fold
from feedapp.serialisers.posts import post

if TYPE_CHECKING:
    from feedapp.blueprints.kept import KeptAnswers
    from feedapp.services.feeds import FeedService
    from feedapp.services.posts import PostService
    from feedapp.services.viewers import Credentials
    from feedapp.services.views import FeedView


def blueprint(posts: PostService, feeds: FeedService, kept: KeptAnswers) -> Blueprint:
    """Make the blueprint."""
    posts_api = Blueprint("posts", __name__)

    @posts_api.get("/posts")
    @kept.of(credentials)
    def feed() -> Response:
        root = request.root_url
        return paged(_feed(feeds, credentials()).posts, lambda view: post(view, root=root))

    @posts_api.post("/posts")
    def publish() -> Response:
        view = posts.publish(credentials(), body=body(Writing).body)
        response = answer(post(view, root=request.root_url), 201)
        response.headers["Location"] = url_for("api.posts.show", post_id=str(view.id))
        return response

    @posts_api.get("/posts/<post_id>")
    @kept.of(credentials)
    def show(post_id: str) -> Response:
        return answer(post(posts.show(credentials(), known_id(post_id)), root=request.root_url))

    @posts_api.patch("/posts/<post_id>")
    def edit(post_id: str) -> Response:
        view = posts.edit(credentials(), known_id(post_id), body=body(Writing).body)
        return answer(post(view, root=request.root_url))

    @posts_api.delete("/posts/<post_id>")
    def delete(post_id: str) -> Response:
        posts.delete(credentials(), known_id(post_id))
        return Response(status=204)

    return posts_api


def _feed(feeds: FeedService, sender: Credentials) -> FeedView:
    cursor, limit = page_wanted()
    username = request.args.get("username")
    left_out = "user" if username else "home" if sender.presented else "public"
    match request.args.get("feed", left_out):
        case "home":
            return feeds.home(sender, cursor=cursor, limit=limit)
        case "public":
            return feeds.public(sender, cursor=cursor, limit=limit)
        case "user" if username:
            return feeds.by(sender, username=fold(username), cursor=cursor, limit=limit)
        case "user":
            raise InvalidQueryError(FieldError("username", "is required with feed=user"))
        case _:
            raise InvalidQueryError(FieldError("feed", "must be home, public or user"))
