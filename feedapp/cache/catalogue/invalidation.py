"""Which write makes which keys stale. Every write of the services names its keys here, and nowhere else.

A function's arguments are what the write knows. Where a list changes, its stamp falls, and with it every page of the
list; the first pages are deleted by name as well, so that the room they take is free at once.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from feedapp.cache.catalogue.keys import (
    COMMENT,
    EVERY_HOME,
    FEED,
    FOLLOWERS_COUNT,
    FOLLOWING_COUNT,
    FOLLOWS,
    LIKED,
    NOTABLE,
    POST,
    POST_COMMENTS_COUNT,
    POST_LIKES_COUNT,
    TAKEN,
    TOKEN,
    TOKENS_OF,
    USER,
    USER_POSTS_COUNT,
    USERNAME,
    Key,
    Listing,
    comments_of,
    followed_by,
    followers_of,
    home_feed,
    likes_of,
    posts_by,
    public_feed,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

FANOUT = 500
"""Up to so many followers a new post forgets the home feed of each; beyond, the stamp that all home feeds share."""


def post_published(*, author_id: int, follower_ids: Iterable[int] | None) -> list[Key]:
    """Every feed that lists the new post; the author's number of posts.

    `follower_ids` is None for an author with more than FANOUT followers.
    """
    return [USER_POSTS_COUNT.key(author_id), *_feeds_with(author_id, follower_ids)]


def post_edited(*, post_id: int) -> list[Key]:
    """Only the post itself: lists hold ids."""
    return [POST.key(post_id)]


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
        *_pages_of(comments_of(post_id)),
        *_pages_of(likes_of(post_id)),
        *(LIKED.key(post_id, user_id) for user_id in liker_ids),
        *(COMMENT.key(comment_id) for comment_id in comment_ids),
        USER_POSTS_COUNT.key(author_id),
        *_feeds_with(author_id, follower_ids),
    ]


def post_liked(*, post_id: int, user_id: int) -> list[Key]:
    """A like came: the count, the viewer's flag, the list of who likes it."""
    return [POST_LIKES_COUNT.key(post_id), LIKED.key(post_id, user_id), *_pages_of(likes_of(post_id))]


def post_unliked(*, post_id: int, user_id: int) -> list[Key]:
    """A like went."""
    return [POST_LIKES_COUNT.key(post_id), LIKED.key(post_id, user_id), *_pages_of(likes_of(post_id))]


def comment_added(*, post_id: int) -> list[Key]:
    """The count and the list; the comment itself cannot have been cached before it was."""
    return [POST_COMMENTS_COUNT.key(post_id), *_pages_of(comments_of(post_id))]


def comment_edited(*, comment_id: int) -> list[Key]:
    """Only the comment itself."""
    return [COMMENT.key(comment_id)]


def comment_deleted(*, post_id: int, comment_id: int) -> list[Key]:
    """The comment, the count and the list."""
    return [COMMENT.key(comment_id), POST_COMMENTS_COUNT.key(post_id), *_pages_of(comments_of(post_id))]


def follow_added(*, follower_id: int, followee_id: int) -> list[Key]:
    """Both counts, the flag, both lists, and the follower's home feed."""
    return [
        *_follow_facts(follower_id, followee_id),
        *_pages_of(followers_of(followee_id)),
        *_pages_of(followed_by(follower_id)),
        *_home_of(follower_id),
    ]


def follow_ended(*, follower_id: int, followee_id: int) -> list[Key]:
    """The same as when it began."""
    return [
        *_follow_facts(follower_id, followee_id),
        *_pages_of(followers_of(followee_id)),
        *_pages_of(followed_by(follower_id)),
        *_home_of(follower_id),
    ]


def users_signed_up(*, users: Iterable[tuple[str, int]]) -> list[Key]:
    """Here are more to suggest. Each name may be cached as nobody's, or still as that of the one who gave it up.

    That one's own write deletes it, too, but may not be through yet: until then the name would lead to the other.
    `users` are (name, id). An id may come again when PostgreSQL failed and another took over from an earlier state.
    """
    return [NOTABLE, *(key for name, user_id in users for key in (*_name(name), USER.key(user_id)))]


def user_edited(*, user_id: int) -> list[Key]:
    """Who somebody is."""
    return [USER.key(user_id)]


def user_renamed(*, user_id: int, old: str, new: str) -> list[Key]:
    """Who somebody is, and both names."""
    return [USER.key(user_id), *_name(old), *_name(new)]


def user_deleted(*, user_id: int, username: str) -> list[Key]:
    """Who somebody was. What they wrote, liked and followed goes by the rules for those."""
    return [
        USER.key(user_id),
        *_name(username),
        NOTABLE,
        TOKENS_OF.key(user_id),
        USER_POSTS_COUNT.key(user_id),
        FOLLOWERS_COUNT.key(user_id),
        FOLLOWING_COUNT.key(user_id),
        *_pages_of(posts_by(user_id)),
        *_pages_of(followers_of(user_id)),
        *_pages_of(followed_by(user_id)),
        *_home_of(user_id),
    ]


def token_issued(*, user_id: int) -> list[Key]:
    """The list of one's tokens; the token itself cannot have been cached before it was."""
    return [TOKENS_OF.key(user_id)]


def tokens_revoked(*, user_id: int, hashes: Iterable[str]) -> list[Key]:
    """A user's tokens and sessions by their hashes in hexadecimal, and the list of them."""
    return [TOKENS_OF.key(user_id), *(TOKEN.key(each) for each in hashes)]


def tokens_changed(*, tokens: Iterable[tuple[int, str]]) -> list[Key]:
    """Tokens by (user id, hash) were used, which puts off when they end, or have ended; the lists of their owners."""
    return [key for user_id, token_hash in tokens for key in (TOKENS_OF.key(user_id), TOKEN.key(token_hash))]


def past_imported(*, author_ids: Iterable[int]) -> list[Key]:
    """Posts came into the past: every feed that may list one of them."""
    return [
        *_pages_of(public_feed()),
        _EVERY_HOME,
        *(USER_POSTS_COUNT.key(author_id) for author_id in author_ids),
        *(key for author_id in author_ids for key in _pages_of(posts_by(author_id))),
    ]


def past_comments_imported(*, post_ids: Iterable[int]) -> list[Key]:
    """Comments came into the past of these posts."""
    return [key for post_id in post_ids for key in (POST_COMMENTS_COUNT.key(post_id), *_pages_of(comments_of(post_id)))]


def past_likes_imported(*, likes: Iterable[tuple[int, int]]) -> list[Key]:
    """Likes, as (post id, user id), came into the past."""
    return [key for post_id, user_id in likes for key in post_unliked(post_id=post_id, user_id=user_id)]


def past_follow_imported(*, follower_id: int, followee_id: int) -> list[Key]:
    """A follow came into the past."""
    return follow_ended(follower_id=follower_id, followee_id=followee_id)


def user_counters_repaired(*, user_id: int) -> list[Key]:
    """A counter of a user did not say what there is to count."""
    return [USER_POSTS_COUNT.key(user_id), FOLLOWERS_COUNT.key(user_id), FOLLOWING_COUNT.key(user_id)]


def post_counters_repaired(*, post_id: int) -> list[Key]:
    """A counter of a post did not say what there is to count."""
    return [POST_LIKES_COUNT.key(post_id), POST_COMMENTS_COUNT.key(post_id)]


def feeds_of_user_cleared(*, user_id: int) -> list[Key]:
    """An operator forgets a home feed and the posts of that person."""
    return [*_home_of(user_id), *_pages_of(posts_by(user_id))]


def public_feed_cleared() -> list[Key]:
    """An operator forgets everyone's feed."""
    return _pages_of(public_feed())


def _name(username: str) -> list[Key]:
    return [USERNAME.key(username), TAKEN.key(username)]


def _follow_facts(follower_id: int, followee_id: int) -> list[Key]:
    return [
        FOLLOWS.key(follower_id, followee_id),
        FOLLOWING_COUNT.key(follower_id),
        FOLLOWERS_COUNT.key(followee_id),
    ]


def _feeds_with(author_id: int, follower_ids: Iterable[int] | None) -> list[Key]:
    """Name what falls in every feed that lists the posts of an author."""
    keys = [*_pages_of(public_feed()), *_pages_of(posts_by(author_id)), *_home_of(author_id)]
    if follower_ids is None:
        return [*keys, _EVERY_HOME]
    return keys + [key for follower_id in follower_ids for key in _home_of(follower_id)]


def _pages_of(listing: Listing) -> list[Key]:
    return [*listing.stamps, *listing.first_pages()]


@lru_cache(2_048)
def _home_of(user_id: int) -> tuple[Key, ...]:
    """Name one home feed's own stamp and first pages, without the stamp that all home feeds share.

    Kept, since who posts often makes the same ones stale each time; up to 4 MB.
    """
    return (FEED.stamp.key(user_id), *home_feed(user_id).first_pages())


_EVERY_HOME = FEED.stamp.key(EVERY_HOME)
