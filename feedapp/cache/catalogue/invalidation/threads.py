"""Invalidation by writes to comments, and by likes of comments."""

from __future__ import annotations

from collections.abc import Iterable

from feedapp.cache.catalogue.declarations import Key
from feedapp.cache.catalogue.keys import (
    ACTIVE_FEED,
    COMMENT,
    COMMENT_LIKED,
    COMMENT_LIKES_COUNT,
    COMMENT_REPLIES_COUNT,
    COMMENTS_BY,
    POST_COMMENTS_COUNT,
    REPLIES,
    comments_of,
)
from feedapp.cache.catalogue.rules import rule


@rule
def comment_added(*, post_id: int, author_id: int) -> list[Key]:
    """The count and the lists, in each order, and which posts are active; the comment itself cannot be cached yet."""
    return [
        POST_COMMENTS_COUNT.key(post_id),
        *comments_of(post_id),
        *COMMENTS_BY.of(author_id).stale_keys(),
        *ACTIVE_FEED.stale_keys(),
    ]


@rule
def comment_answered(*, comment_id: int) -> list[Key]:
    """A comment has another answer, or one less: how many, and which."""
    return [COMMENT_REPLIES_COUNT.key(comment_id), *REPLIES.of(comment_id).stale_keys()]


@rule
def comment_edited(*, comment_id: int) -> list[Key]:
    """Only the comment itself."""
    return [COMMENT.key(comment_id)]


@rule
def comment_hidden(*, comment_id: int) -> list[Key]:
    """Only the comment: its place in the list, and what counts it, stay."""
    return [COMMENT.key(comment_id)]


@rule
def comment_deleted(*, post_id: int, comment_id: int, author_id: int, liker_ids: Iterable[int]) -> list[Key]:
    """The comment, which is gone or a stub, what counted it, and the lists; `liker_ids` as in `post_deleted`."""
    return [
        COMMENT.key(comment_id),
        COMMENT_LIKES_COUNT.key(comment_id),
        COMMENT_REPLIES_COUNT.key(comment_id),
        *(COMMENT_LIKED.key(comment_id, user_id) for user_id in liker_ids),
        POST_COMMENTS_COUNT.key(post_id),
        *comments_of(post_id),
        *COMMENTS_BY.of(author_id).stale_keys(),
        *ACTIVE_FEED.stale_keys(),
    ]


@rule
def stub_removed(*, comment_id: int) -> list[Key]:
    """The stub of a deleted comment is gone with the last answer; the lists are named by that answer."""
    return [COMMENT.key(comment_id), COMMENT_REPLIES_COUNT.key(comment_id), *REPLIES.of(comment_id).stale_keys()]


@rule
def comment_liked(*, comment_id: int, user_id: int) -> list[Key]:
    """A like was added: the count, the user's flag."""
    return [COMMENT_LIKES_COUNT.key(comment_id), COMMENT_LIKED.key(comment_id, user_id)]


@rule
def comment_unliked(*, comment_id: int, user_id: int) -> list[Key]:
    """A like was removed: the same keys."""
    return [COMMENT_LIKES_COUNT.key(comment_id), COMMENT_LIKED.key(comment_id, user_id)]


@rule
def comments_recounted(*, post_ids: Iterable[int]) -> list[Key]:
    """Somebody who wrote comments under these posts is not counted any more, or is again."""
    return [POST_COMMENTS_COUNT.key(post_id) for post_id in post_ids]


@rule
def replies_recounted(*, comment_ids: Iterable[int]) -> list[Key]:
    """Somebody who answered these comments is not counted any more, or is again."""
    return [COMMENT_REPLIES_COUNT.key(comment_id) for comment_id in comment_ids]


@rule
def comment_likes_recounted(*, comment_ids: Iterable[int]) -> list[Key]:
    """Somebody who likes these comments is not counted any more, or is again."""
    return [COMMENT_LIKES_COUNT.key(comment_id) for comment_id in comment_ids]
