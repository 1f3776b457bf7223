"""Posts, comments and likes as the API sends them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

from typing_extensions import TypedDict

from feedapp.serialisers.fields import Address, Count, Id, Time, Visibility
from feedapp.serialisers.media import MediaJson, media
from feedapp.serialisers.moderation import HiddenJson, hidden
from feedapp.serialisers.people import AuthorJson, author
from feedapp.text.links import tags

if TYPE_CHECKING:
    from feedapp.reading.read_models import PostView
    from feedapp.reading.threads import CommentView
    from feedapp.services.content.bookmarks import BookmarkOutcome
    from feedapp.services.content.likes import LikeOutcome
    from feedapp.services.content.pins import PinOutcome


class PostJson(TypedDict):
    """A post. `version` names the text; `liked`, `bookmarked` by the reader, null for a reader without a token.

    `language` is what the text is in, as BCP 47 has it, null if that is not clear. `hidden` has a reason if a moderator
    hid it: only its author and moderators are sent it then.
    """

    id: Id
    url: Address
    body: str
    language: str | None
    author: AuthorJson
    created_at: Time
    edited_at: Time | None
    tags: list[str]
    likes_count: Count
    comments_count: Count
    liked: bool | None
    bookmarked: bool | None
    visibility: Visibility
    media: list[MediaJson]
    hidden: HiddenJson | None
    version: str


class CommentJson(TypedDict):
    """A comment. `version` names the text; `hidden` and `liked` as of a post.

    `in_reply_to` is the comment that it answers, null if it answers none. `replies_count` counts direct answers.
    """

    id: Id
    post_id: Id
    in_reply_to: Id | None
    body: str
    language: str | None
    author: AuthorJson
    created_at: Time
    edited_at: Time | None
    replies_count: Count
    likes_count: Count
    liked: bool | None
    hidden: HiddenJson | None
    version: str


class BookmarkJson(TypedDict):
    """Whether the reader has bookmarked a post."""

    bookmarked: bool


class PinJson(TypedDict):
    """Whether a post is at the top of its author's profile."""

    pinned: bool


class StubJson(TypedDict):
    """What stands in a thread for a comment that is hidden from the reader."""

    id: Id
    post_id: Id
    in_reply_to: Id | None
    hidden: bool


class DeletedJson(TypedDict):
    """What stands in a thread for a comment that was deleted when it had been answered."""

    id: Id
    deleted: Literal[True]
    in_reply_to: Id | None


ListedCommentJson = cast("type", CommentJson | StubJson | DeletedJson)


class LikeJson(TypedDict):
    """Whether the reader likes a post, and how many do."""

    liked: bool
    likes_count: Count


def post(view: PostView, *, root: str) -> PostJson:
    """Give a post; `root` is the address of the site, with a slash at the end."""
    return {
        "id": str(view.id),
        "url": f"{root}posts/{view.id}",
        "body": view.body,
        "language": view.language,
        "author": author(view.author),
        "created_at": view.created_at,
        "edited_at": view.edited_at,
        "tags": tags(view.body),
        "likes_count": view.likes_count,
        "comments_count": view.comments_count,
        "liked": view.liked,
        "bookmarked": view.bookmarked,
        "visibility": view.visibility,
        "media": [media(picture) for picture in view.media],
        "hidden": hidden(view.hidden),
        "version": view.version,
    }


def comment(view: CommentView) -> CommentJson:
    """Give a comment."""
    return {
        "id": str(view.id),
        "post_id": str(view.post_id),
        "in_reply_to": _answered(view),
        "body": view.body,
        "language": view.language,
        "author": author(view.author),
        "created_at": view.created_at,
        "edited_at": view.edited_at,
        "replies_count": view.replies_count,
        "likes_count": view.likes_count,
        "liked": view.liked,
        "hidden": hidden(view.hidden),
        "version": view.version,
    }


def listed_comment(view: CommentView) -> CommentJson | StubJson | DeletedJson:
    """Give a comment of a thread, or what stands for it."""
    if view.deleted:
        return {"id": str(view.id), "deleted": True, "in_reply_to": _answered(view)}
    if view.stub:
        return {"id": str(view.id), "post_id": str(view.post_id), "in_reply_to": _answered(view), "hidden": True}
    return comment(view)


def _answered(view: CommentView) -> str | None:
    return None if view.in_reply_to is None else str(view.in_reply_to)


def bookmark(outcome: BookmarkOutcome) -> BookmarkJson:
    """Give what adding a bookmark, or removing it, led to."""
    return {"bookmarked": outcome.bookmarked}


def pin(outcome: PinOutcome) -> PinJson:
    """Give what pinning a post, or unpinning it, led to."""
    return {"pinned": outcome.pinned}


def like(outcome: LikeOutcome) -> LikeJson:
    """Give what liking, or taking a like back, led to."""
    return {"liked": outcome.liked, "likes_count": outcome.likes_count}
