"""Invalidation by writes to posts, likes and comments, and of the feeds that list them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from feedapp.cache.catalogue.declarations import Key, ListTemplate
from feedapp.cache.catalogue.keys import (
    ACTIVE_FEED,
    BOOKMARKED,
    BOOKMARKS,
    COMMENT,
    COMMENTS_BY,
    HOME_FEED,
    LIKED,
    LIKED_BY,
    LIKES,
    POST,
    POST_COMMENTS_COUNT,
    POST_LIKES_COUNT,
    POSTS_BY,
    PUBLIC_FEED,
    REPLIES,
    USER,
    USER_POSTS_COUNT,
    comments_of,
)
from feedapp.cache.catalogue.rules import rule
from feedapp.lengths import SPAN

FANOUT = 500
"""Up to this many followers, a new post invalidates each home feed; above, the stamp that all home feeds share."""


@rule
def post_published(*, author_id: int, follower_ids: Iterable[int] | None) -> list[Key]:
    """Every feed that lists the new post; the author's count of posts.

    `follower_ids` is None for an author with more than FANOUT followers.
    """
    return [USER_POSTS_COUNT.key(author_id), *_feeds_with(author_id, follower_ids)]


@rule
def post_edited(*, post_id: int) -> list[Key]:
    """Only the post itself: lists hold ids."""
    return [POST.key(post_id)]


@rule
def picture_changed(*, post_id: int) -> list[Key]:
    """A picture of the post is described anew, or deleted."""
    return [POST.key(post_id)]


@rule
def post_deleted(
    *,
    post_id: int,
    author_id: int,
    follower_ids: Iterable[int] | None,
    liker_ids: Iterable[int] | None,
    comment_ids: Iterable[int],
    commenter_ids: Iterable[int] | None,
    keeper_ids: Iterable[int] | None,
) -> list[Key]:
    """The post, its likes and comments, and every list that it or they may stand in.

    `comment_ids` are up to FANOUT of them: what belongs to a deleted post is shown to nobody, and its id is never used
    again, so copies beyond that may stay until they expire. The others are those who liked it, wrote under it, and had
    bookmarked it: None if there may be more than FANOUT.
    """
    return [
        *(_kept(post_id, user_id) for user_id in keeper_ids or ()),
        *_lists_of(BOOKMARKS, keeper_ids),
        *_lists_of(LIKED_BY, liker_ids),
        *_lists_of(COMMENTS_BY, commenter_ids),
        POST.key(post_id),
        POST_LIKES_COUNT.key(post_id),
        POST_COMMENTS_COUNT.key(post_id),
        *comments_of(post_id),
        *LIKES.of(post_id).stale_keys(),
        *(LIKED.key(post_id, user_id) for user_id in liker_ids or ()),
        *(COMMENT.key(comment_id) for comment_id in comment_ids),
        *(REPLIES.of(comment_id).stamps[0] for comment_id in comment_ids),
        USER_POSTS_COUNT.key(author_id),
        *_feeds_with(author_id, follower_ids),
    ]


@rule
def post_hidden(*, post_id: int, author_id: int, follower_ids: Iterable[int] | None) -> list[Key]:
    """The post, which says that it is hidden or is not any more, and every feed of many authors with it."""
    return [POST.key(post_id), USER_POSTS_COUNT.key(author_id), *_feeds_of_many_with(author_id, follower_ids)]


@rule
def post_liked(*, post_id: int, user_id: int) -> list[Key]:
    """A like was added: the count, the user's flag, the list of who likes the post, and that of what the user likes."""
    return _liked(post_id, user_id)


@rule
def post_unliked(*, post_id: int, user_id: int) -> list[Key]:
    """A like was removed: the same keys."""
    return _liked(post_id, user_id)


@rule
def post_bookmarked(*, post_id: int, user_id: int) -> list[Key]:
    """A bookmark was added: what the user has bookmarked, and the list of it."""
    return [_kept(post_id, user_id), *BOOKMARKS.of(user_id).stale_keys()]


@rule
def bookmark_removed(*, post_id: int, user_id: int) -> list[Key]:
    """A bookmark was removed: the same keys."""
    return [_kept(post_id, user_id), *BOOKMARKS.of(user_id).stale_keys()]


@rule
def pin_changed(*, user_id: int) -> list[Key]:
    """The author, whose profile has another post at its top now, or none."""
    return [USER.key(user_id)]


@rule
def likes_recounted(*, post_ids: Iterable[int]) -> list[Key]:
    """Somebody who likes these posts is not counted any more, or is again."""
    return [POST_LIKES_COUNT.key(post_id) for post_id in post_ids]


def _liked(post_id: int, user_id: int) -> list[Key]:
    return [
        POST_LIKES_COUNT.key(post_id),
        LIKED.key(post_id, user_id),
        *LIKES.of(post_id).stale_keys(),
        *LIKED_BY.of(user_id).stale_keys(),
    ]


def _lists_of(list_: ListTemplate, user_ids: Iterable[int] | None) -> list[Key]:
    """Name what becomes stale in these people's lists, or in everybody's."""
    if user_ids is None:
        return [list_.common_stamp()]
    return [key for user_id in user_ids for key in list_.of(user_id).stale_keys()]


def _kept(post_id: int, user_id: int) -> Key:
    return BOOKMARKED.key(user_id, post_id // SPAN)


def _feeds_with(author_id: int, follower_ids: Iterable[int] | None) -> list[Key]:
    """Name what becomes stale in every feed that lists an author's posts."""
    return [*POSTS_BY.of(author_id).stale_keys(), *_feeds_of_many_with(author_id, follower_ids)]


def _feeds_of_many_with(author_id: int, follower_ids: Iterable[int] | None) -> list[Key]:
    """Name the same without the list of the author's own posts."""
    keys = [*PUBLIC_FEED.stale_keys(), *ACTIVE_FEED.stale_keys(), *_home_of(author_id)]
    if follower_ids is None:
        return [*keys, HOME_FEED.common_stamp()]
    return keys + [key for follower_id in follower_ids for key in _home_of(follower_id)]


@lru_cache(2_048)
def _home_of(user_id: int) -> tuple[Key, ...]:
    """Name what becomes stale in one home feed. Memoised for frequent authors, whose followers stay; up to 4 MB."""
    return HOME_FEED.of(user_id).stale_keys()
