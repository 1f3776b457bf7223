"""/api/posts/{id}/bookmarks."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from flask import Blueprint

from feedapp.blueprints.api.kit.declaration import Call, Either, Reply
from feedapp.serialisers.posts import BookmarkJson, bookmark

if TYPE_CHECKING:
    from feedapp.blueprints.api.kit.endpoint import Endpoints
    from feedapp.blueprints.api.kit.sent import Sent
    from feedapp.services.content.bookmarks import BookmarkOutcome, BookmarkService
    from feedapp.services.content.posts import PostService

ADDED: Reply[BookmarkOutcome] = Reply(BookmarkJson, bookmark, status=Either(attrgetter("changed"), 201, 200))
REMOVED: Reply[BookmarkOutcome] = Reply(BookmarkJson, bookmark)
PATH = "/posts/<post_id>/bookmarks"


def blueprint(bookmarks: BookmarkService, posts: PostService, endpoints: Endpoints) -> Blueprint:
    """Make the blueprint."""
    api = Blueprint("bookmarks", __name__)

    def post_of(sent: Sent[None], post_id: int) -> None:
        posts.show(sent.sender, post_id)

    @endpoints.add(
        api,
        Call(
            summary="Bookmark a post",
            method="POST",
            path=PATH,
            reply=ADDED,
            auth="required",
            idempotent=True,
            exists=post_of,
        ),
    )
    def add(sent: Sent[None], post_id: int) -> BookmarkOutcome:
        return bookmarks.add(sent.sender, post_id, once=sent.once)

    @endpoints.add(
        api,
        Call(summary="Remove a bookmark", method="DELETE", path=PATH, reply=REMOVED, auth="required", exists=post_of),
    )
    def remove(sent: Sent[None], post_id: int) -> BookmarkOutcome:
        return bookmarks.remove(sent.sender, post_id)

    return api
