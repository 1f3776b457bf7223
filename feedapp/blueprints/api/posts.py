"""/api/posts: feeds and single posts."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from flask import Blueprint, url_for

from feedapp.blueprints.api.kit.declaration import NOTHING, Call, Reply
from feedapp.blueprints.api.kit.spans import SPAN, span_of
from feedapp.errors import FieldError, ForbiddenError, InvalidQueryError, NotFoundError
from feedapp.schemas.inputs import NewPost, Writing
from feedapp.schemas.texts import fold
from feedapp.serialisers.posts import PostJson, post
from feedapp.text.tags import read as read_tag
from feedapp.web.host_guard import site_root

if TYPE_CHECKING:
    from feedapp.blueprints.api.kit.endpoint import Endpoints
    from feedapp.blueprints.api.kit.sent import Sent
    from feedapp.reading.read_models import FeedView, Paged, PostView
    from feedapp.services.content.feeds import FeedService
    from feedapp.services.content.posts import PostService


def _json(view: PostView) -> PostJson:
    return post(view, root=site_root())


def _location(view: PostView) -> str:
    return url_for("api.posts.show", post_id=str(view.id))


FEEDS = frozenset({"home", "public", "active", "user", "tag", "bookmarks"})
FEED: Reply[Paged[PostView]] = Reply(PostJson, _json, many="page")
POST: Reply[PostView] = Reply(PostJson, _json, version=attrgetter("version"))
PUBLISHED: Reply[PostView] = Reply(
    PostJson, _json, status=201, version=attrgetter("version"), headers={"Location": _location}
)


def blueprint(posts: PostService, feeds: FeedService, endpoints: Endpoints) -> Blueprint:
    """Make the blueprint."""
    api = Blueprint("posts", __name__)

    def own(sent: Sent[None], post_id: int) -> None:
        posts.own(sent.sender, post_id)

    def published(sent: Sent[None], post_id: int) -> PostView:
        return posts.published(sent.sender, post_id)

    @endpoints.add(
        api,
        Call(
            summary="Read a page of posts, or posts by their ids",
            method="GET",
            path="/posts",
            reply=FEED,
            parameters=("feed", "username", "tag", "cursor", "limit", "since", "until", "order", "ids"),
            auth_with=("feed", frozenset({"home", "bookmarks"})),
            raises=(NotFoundError,),
        ),
    )
    def feed(sent: Sent[None]) -> Paged[PostView]:
        ids = sent.ids
        if ids is None:
            return _feed(feeds, sent).posts
        alone = ("feed", "username", "tag", "cursor", "limit", *SPAN)
        others = [name for name in alone if sent.parameter(name) is not None]
        if others:
            raise InvalidQueryError(
                *(FieldError(name, "does not go with ids: leave one of them out") for name in others)
            )
        return posts.among(sent.sender, ids)

    @endpoints.add(
        api,
        Call(
            summary="Write a post",
            method="POST",
            path="/posts",
            reply=PUBLISHED,
            auth="required",
            body=NewPost,
            idempotent=True,
            again=published,
        ),
    )
    def publish(sent: Sent[NewPost]) -> PostView:
        new = sent.body
        return posts.publish(sent.sender, once=sent.once, **new.model_dump())

    @endpoints.add(api, Call(summary="Read a post", method="GET", path="/posts/<post_id>", reply=POST))
    def show(sent: Sent[None], post_id: int) -> PostView:
        return posts.show(sent.sender, post_id)

    @endpoints.add(
        api,
        Call(
            summary="Replace a post's text",
            method="PATCH",
            path="/posts/<post_id>",
            reply=POST,
            auth="required",
            body=Writing,
            current=POST,
            exists=own,
            raises=(ForbiddenError,),
        ),
    )
    def edit(sent: Sent[Writing], post_id: int) -> PostView:
        return posts.edit(sent.sender, post_id, **sent.body.model_dump(), expected=sent.expected)

    @endpoints.add(
        api,
        Call(
            summary="Delete a post with its comments and likes",
            method="DELETE",
            path="/posts/<post_id>",
            reply=NOTHING,
            auth="required",
            current=POST,
            exists=own,
            raises=(ForbiddenError,),
        ),
    )
    def delete(sent: Sent[None], post_id: int) -> None:
        posts.delete(sent.sender, post_id, expected=sent.expected)

    return api


def _feed(feeds: FeedService, sent: Sent[None]) -> FeedView:
    cursor, limit, span = sent.cursor, sent.limit, span_of(sent)
    username, tag = sent.parameter("username"), sent.parameter("tag")
    left_out = (
        "user" if username is not None else "tag" if tag is not None else "home" if sent.sender.presented else "public"
    )
    asked = sent.parameter("feed")
    wanted = left_out if asked is None else asked
    for name, given, feed in (("username", username, "user"), ("tag", tag, "tag")):
        if given is not None and wanted in FEEDS - {feed}:
            raise InvalidQueryError(FieldError(name, f"goes with feed={feed}: leave it out, or ask for that feed"))
        if not given and wanted == feed:
            raise InvalidQueryError(FieldError(name, f"is required with feed={feed}"))
    match wanted:
        case "home":
            return feeds.home(sent.sender, cursor=cursor, limit=limit, span=span)
        case "bookmarks":
            return feeds.bookmarks(sent.sender, cursor=cursor, limit=limit, span=span)
        case "public":
            return feeds.public(sent.sender, cursor=cursor, limit=limit, span=span)
        case "active":
            return feeds.active(sent.sender, cursor=cursor, limit=limit, span=span)
        case "user":
            return feeds.by(sent.sender, username=fold(username or ""), cursor=cursor, limit=limit, span=span)
        case "tag":
            return feeds.tagged(sent.sender, tag=_tag(tag or ""), cursor=cursor, limit=limit, span=span)
        case _:
            raise InvalidQueryError(FieldError("feed", "must be home, public, active, user, tag or bookmarks"))


def _tag(text: str) -> str:
    name = read_tag(text)
    if name is None:
        raise InvalidQueryError(
            FieldError("tag", "is no tag: these have letters, digits and _ only, one letter at least")
        )
    return name
