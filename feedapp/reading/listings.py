"""The lists that are read a page at a time: the key of each, the letter of its cursors, its order, and its places."""

from __future__ import annotations

from typing import Literal

from feedapp.cache.catalogue import keys
from feedapp.reading.reader import Ordering, Place

HOME = Ordering("p", "home", "older")
PUBLIC = Ordering("p", "public", "older")
BY = Ordering("p", "by", "older")
COMMENTS = Ordering("c", "comments", "newer")
LIKES = Ordering("l", "likes", "older")
SEARCHED = Ordering("s", "search", "older")
SEARCHED_PEOPLE = Ordering("n", "search", "older")
"""What was found by a search is no list that is cached: only its cursors are like those of lists."""
Side = Literal["followers", "following"]
LISTINGS = {"followers": keys.followers_of, "following": keys.followed_by}
ORDERINGS = {"followers": Ordering("f", "followers", "older"), "following": Ordering("g", "following", "older")}


def home_place(user_id: int, *, cursor: str | None, limit: int) -> Place:
    """A page of somebody's home feed."""
    return Place(keys.home_feed(user_id), HOME, user_id, cursor, limit)


def public_place(*, cursor: str | None, limit: int) -> Place:
    """A page of everyone's feed."""
    return Place(keys.public_feed(), PUBLIC, None, cursor, limit)


def by_place(user_id: int, *, cursor: str | None, limit: int) -> Place:
    """A page of one person's posts."""
    return Place(keys.posts_by(user_id), BY, user_id, cursor, limit)


def comments_place(post_id: int, *, cursor: str | None, limit: int) -> Place:
    """A page of the comments under a post."""
    return Place(keys.comments_of(post_id), COMMENTS, post_id, cursor, limit)


def likes_place(post_id: int, *, cursor: str | None, limit: int) -> Place:
    """A page of those who like a post."""
    return Place(keys.likes_of(post_id), LIKES, post_id, cursor, limit)


def side_place(user_id: int, side: Side, *, cursor: str | None, limit: int) -> Place:
    """A page of one side of somebody's follows."""
    return Place(LISTINGS[side](user_id), ORDERINGS[side], user_id, cursor, limit)
