"""Posts, likes and comments, and the feeds that list them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from feedapp.cache.catalogue.declarations import Key
from feedapp.cache.catalogue.keys import (
    COMMENT,
    COMMENTS,
    HOME_FEED,
    LIKED,
    LIKES,
    POST,
    POST_COMMENTS_COUNT,
    POST_LIKES_COUNT,
    POSTS_BY,
    PUBLIC_FEED,
    USER_POSTS_COUNT,
)
from feedapp.cache.catalogue.rules import rule

FANOUT = 500
"""Up to so many followers a new post forgets the home feed of each; beyond, the stamp that all home feeds share."""


@rule
def post_published(*, author_id: int, follower_ids: Iterable[int] | None) -> list[Key]:
    """Every feed that lists the new post; the author's number of posts.

    `follower_ids` is None for an author with more than FANOUT followers.
    """
    return [USER_POSTS_COUNT.key(author_id), *_feeds_with(author_id, follower_ids)]


@rule
def post_edited(*, post_id: int) -> list[Key]:
    """Only the post itself: lists hold ids."""
    return [POST.key(post_id)]


@rule
def post_deleted(
    *,
    post_id: int,
    author_id: int,
    follower_ids: Iterable[int] | None,
    liker_ids: Iterable[int],
    comment_ids: Iterable[int],
) -> list[Key]:
    """The post with all that was said of it, and every feed that may list it.

    `liker_ids` and `comment_ids` are up to FANOUT of each: nobody is shown what belongs to a post that is gone, and its
    id never comes again, so what a post with very many of them leaves behind may live out its time.
    """
    return [
        POST.key(post_id),
        POST_LIKES_COUNT.key(post_id),
        POST_COMMENTS_COUNT.key(post_id),
        *COMMENTS.of(post_id).stale_keys(),
        *LIKES.of(post_id).stale_keys(),
        *(LIKED.key(post_id, user_id) for user_id in liker_ids),
        *(COMMENT.key(comment_id) for comment_id in comment_ids),
        USER_POSTS_COUNT.key(author_id),
        *_feeds_with(author_id, follower_ids),
    ]


@rule
def post_liked(*, post_id: int, user_id: int) -> list[Key]:
    """A like came: the count, the viewer's flag, the list of who likes it."""
    return [POST_LIKES_COUNT.key(post_id), LIKED.key(post_id, user_id), *LIKES.of(post_id).stale_keys()]


@rule
def post_unliked(*, post_id: int, user_id: int) -> list[Key]:
    """A like went."""
    return [POST_LIKES_COUNT.key(post_id), LIKED.key(post_id, user_id), *LIKES.of(post_id).stale_keys()]


@rule
def comment_added(*, post_id: int) -> list[Key]:
    """The count and the list; the comment itself cannot have been cached before it was."""
    return [POST_COMMENTS_COUNT.key(post_id), *COMMENTS.of(post_id).stale_keys()]


@rule
def comment_edited(*, comment_id: int) -> list[Key]:
    """Only the comment itself."""
    return [COMMENT.key(comment_id)]


@rule
def comment_deleted(*, post_id: int, comment_id: int) -> list[Key]:
    """The comment, the count and the list."""
    return [COMMENT.key(comment_id), POST_COMMENTS_COUNT.key(post_id), *COMMENTS.of(post_id).stale_keys()]


def _feeds_with(author_id: int, follower_ids: Iterable[int] | None) -> list[Key]:
    """Name what falls in every feed that lists the posts of an author."""
    keys = [*PUBLIC_FEED.stale_keys(), *POSTS_BY.of(author_id).stale_keys(), *_home_of(author_id)]
    if follower_ids is None:
        return [*keys, HOME_FEED.common_stamp()]
    return keys + [key for follower_id in follower_ids for key in _home_of(follower_id)]


@lru_cache(2_048)
def _home_of(user_id: int) -> tuple[Key, ...]:
    """Name what falls in one home feed. Kept, since who posts often makes the same ones stale each time; up to 4 MB."""
    return HOME_FEED.of(user_id).stale_keys()
