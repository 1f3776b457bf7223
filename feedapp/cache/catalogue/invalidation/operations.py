"""Invalidation by operators: imports, repairs, and clearing feeds."""

from __future__ import annotations

from collections.abc import Iterable

from feedapp.cache.catalogue.declarations import Key
from feedapp.cache.catalogue.invalidation.content import bookmark_removed, post_unliked
from feedapp.cache.catalogue.invalidation.people import follow_ended
from feedapp.cache.catalogue.invalidation.threads import comment_unliked
from feedapp.cache.catalogue.keys import (
    ACTIVE_FEED,
    COMMENT_LIKES_COUNT,
    COMMENT_REPLIES_COUNT,
    COMMENTS_BY,
    FOLLOWERS_COUNT,
    FOLLOWING_COUNT,
    HOME_FEED,
    POST_COMMENTS_COUNT,
    POST_LIKES_COUNT,
    POSTS_BY,
    PUBLIC_FEED,
    REPLIES,
    USER_POSTS_COUNT,
    comments_of,
)
from feedapp.cache.catalogue.rules import rule


@rule
def past_imported(*, author_ids: Iterable[int]) -> list[Key]:
    """Posts were imported with past dates: every feed that may list one of them."""
    return [
        *PUBLIC_FEED.stale_keys(),
        *ACTIVE_FEED.stale_keys(),
        HOME_FEED.common_stamp(),
        *(USER_POSTS_COUNT.key(author_id) for author_id in author_ids),
        *(key for author_id in author_ids for key in POSTS_BY.of(author_id).stale_keys()),
    ]


@rule
def past_comments_imported(
    *, post_ids: Iterable[int], author_ids: Iterable[int], answered_ids: Iterable[int]
) -> list[Key]:
    """Comments on these posts, by these people, were imported with past dates, some of which answer these comments."""
    return [
        *(key for post_id in post_ids for key in (POST_COMMENTS_COUNT.key(post_id), *comments_of(post_id))),
        *(key for each in answered_ids for key in (COMMENT_REPLIES_COUNT.key(each), *REPLIES.of(each).stale_keys())),
        *(key for author_id in author_ids for key in COMMENTS_BY.of(author_id).stale_keys()),
        *ACTIVE_FEED.stale_keys(),
    ]


@rule
def past_comment_likes_imported(*, likes: Iterable[tuple[int, int]]) -> list[Key]:
    """Likes of comments, as (comment id, user id), were imported with past dates."""
    return [key for comment_id, user_id in likes for key in comment_unliked(comment_id=comment_id, user_id=user_id)]


@rule
def past_likes_imported(*, likes: Iterable[tuple[int, int]]) -> list[Key]:
    """Likes, as (post id, user id), were imported with past dates."""
    return [key for post_id, user_id in likes for key in post_unliked(post_id=post_id, user_id=user_id)]


@rule
def past_bookmarks_imported(*, bookmarks: Iterable[tuple[int, int]]) -> list[Key]:
    """Bookmarks, as (post id, user id), were imported with past dates."""
    return [key for post_id, user_id in bookmarks for key in bookmark_removed(post_id=post_id, user_id=user_id)]


@rule
def post_counters_repaired(*, post_id: int) -> list[Key]:
    """A post's counter was wrong and was repaired."""
    return [POST_LIKES_COUNT.key(post_id), POST_COMMENTS_COUNT.key(post_id)]


@rule
def comment_counters_repaired(*, comment_id: int) -> list[Key]:
    """A comment's counter was wrong and was repaired."""
    return [COMMENT_LIKES_COUNT.key(comment_id), COMMENT_REPLIES_COUNT.key(comment_id)]


@rule
def feeds_of_user_cleared(*, user_id: int) -> list[Key]:
    """An operator clears a user's home feed and the list of their posts."""
    return [*HOME_FEED.of(user_id).stale_keys(), *POSTS_BY.of(user_id).stale_keys()]


@rule
def public_feed_cleared() -> list[Key]:
    """An operator clears the public feed."""
    return [*PUBLIC_FEED.stale_keys()]


@rule
def past_follow_imported(*, follower_id: int, followee_id: int) -> list[Key]:
    """A follow was imported with a past date."""
    return follow_ended(follower_id=follower_id, followee_id=followee_id)


@rule
def user_counters_repaired(*, user_id: int) -> list[Key]:
    """A user's counter was wrong and was repaired."""
    return [USER_POSTS_COUNT.key(user_id), FOLLOWERS_COUNT.key(user_id), FOLLOWING_COUNT.key(user_id)]
