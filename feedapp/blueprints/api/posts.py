"""/api/posts: feeds and single posts."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Blueprint, Response, request, url_for

from feedapp.blueprints.api.answers import answer, body, credentials, known_id, page_wanted, paged
from feedapp.blueprints.api.once import once_made
from feedapp.blueprints.api.versions import expected, stale, versioned
from feedapp.errors import FieldError, InvalidQueryError, StaleEditError
from feedapp.schemas.inputs import Writing
from feedapp.schemas.texts import fold
from feedapp.serialisers.posts import post
from feedapp.web.host_guard import site_root

if TYPE_CHECKING:
    from feedapp.blueprints.api.endpoint import Endpoint
    from feedapp.reading.read_models import FeedView, PostView
    from feedapp.reading.viewers import Credentials
    from feedapp.services.content.feeds import FeedService
    from feedapp.services.content.posts import PostService


def blueprint(posts: PostService, feeds: FeedService, endpoint: Endpoint) -> Blueprint:
    """Make the blueprint."""
    posts_api = Blueprint("posts", __name__)

    def require_own(post_id: str) -> None:
        posts.own(credentials(), known_id(post_id))

    @posts_api.get("/posts")
    @endpoint.read("feed", "username", "cursor", "limit", token=lambda: request.args.get("feed") == "home")
    def feed() -> Response:
        root = site_root()
        return paged(_feed(feeds, credentials()).posts, lambda view: post(view, root=root))

    @posts_api.post("/posts")
    @endpoint.write()
    def publish() -> Response:
        return once_made(
            lambda key: posts.publish(credentials(), body=body(Writing).body, once=key),
            _published,
            again=lambda post_id: posts.published(credentials(), post_id),
        )

    @posts_api.get("/posts/<post_id>")
    @endpoint.read()
    def show(post_id: str) -> Response:
        return _shown(posts.show(credentials(), known_id(post_id)))

    @posts_api.patch("/posts/<post_id>")
    @endpoint.write(conditional=True, exists=require_own)
    def edit(post_id: str) -> Response:
        wanted, text = known_id(post_id), body(Writing).body
        try:
            return _shown(posts.edit(credentials(), wanted, body=text, expected=expected()))
        except StaleEditError as error:
            return _stale(error)

    @posts_api.delete("/posts/<post_id>")
    @endpoint.write(conditional=True, exists=require_own)
    def delete(post_id: str) -> Response:
        try:
            posts.delete(credentials(), known_id(post_id), expected=expected())
        except StaleEditError as error:
            return _stale(error)
        return Response(status=204)

    return posts_api


def _shown(view: PostView, status: int = 200) -> Response:
    return versioned(answer(post(view, root=site_root()), status), view.version)


def _published(view: PostView) -> Response:
    response = _shown(view, 201)
    response.headers["Location"] = url_for("api.posts.show", post_id=str(view.id))
    return response


def _stale(error: StaleEditError) -> Response:
    view = cast("PostView", error.current)
    return stale(error, post(view, root=site_root()), view.version)


def _feed(feeds: FeedService, sender: Credentials) -> FeedView:
    cursor, limit = page_wanted()
    username = request.args.get("username")
    left_out = "user" if username is not None else "home" if sender.presented else "public"
    wanted = request.args.get("feed", left_out)
    if username is not None and wanted in {"home", "public"}:
        raise InvalidQueryError(FieldError("username", "goes with feed=user: leave it out, or ask for that feed"))
    match wanted:
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
