"""Tags: which posts have them, and who follows them.

Every write that changes the posts or the followers of tags changes their rows, in the order of their names and after
all else that it locks: so a post and a follow wait for each other. Of its posts a tag counts those that are for
everybody: a count that moved with the others would tell strangers of them.
"""

# ruff: noqa: S608  (only constants are put together)
from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import orjson
from sqlalchemy import text

from feedapp.repositories import sight

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import TextClause

    from feedapp.extensions import ScopedSession

_CHANGE = text("""
    WITH given AS (SELECT name, change FROM json_to_recordset(CAST(:changes AS json)) AS row(name text, change bigint))
    INSERT INTO tags (name, posts) SELECT name, greatest(change, 0) FROM given ORDER BY name COLLATE "C"
    ON CONFLICT (name) DO UPDATE SET posts =
        greatest(tags.posts + (SELECT change FROM given WHERE given.name = excluded.name), 0)
    RETURNING id, name, followers, posts
""")
_IS_COUNTED = f"NOT {sight.IS_LIMITED}"
_TAG_POST = text("""
    INSERT INTO post_tags (post_id, tag_id, created_at)
    SELECT posts.id, tag, posts.created_at FROM posts, unnest(CAST(:tags AS bigint[])) AS tag WHERE posts.id = :post_id
    ORDER BY tag
""")
_UNTAG_POST = text("DELETE FROM post_tags WHERE post_id = :post_id AND tag_id = ANY(:tags)")
_OF_POST = text(f"""
    SELECT name, {_IS_COUNTED} FROM post_tags JOIN posts ON posts.id = post_id JOIN tags ON tags.id = tag_id
    WHERE post_id = :post_id
""")
_BODY = text(f"""
    SELECT CASE WHEN hidden_at IS NULL THEN body ELSE '' END, {_IS_COUNTED} FROM posts WHERE id = :post_id
""")
_BY = text("""
    SELECT written.id, name FROM (SELECT id FROM posts WHERE author_id = :author_id AND id > :after ORDER BY id
    LIMIT :most) AS written LEFT JOIN post_tags ON post_id = written.id LEFT JOIN tags ON tags.id = tag_id
    ORDER BY written.id
""")
_FOLLOWERS = text("SELECT DISTINCT user_id FROM tag_follows WHERE tag_id = ANY(:tags)")
_FOLLOW = text("""
    INSERT INTO tag_follows (user_id, tag_id) VALUES (:user_id, :tag_id) ON CONFLICT DO NOTHING RETURNING tag_id
""")
_UNFOLLOW = text("DELETE FROM tag_follows WHERE user_id = :user_id AND tag_id = :tag_id RETURNING tag_id")
_LOCK = text(f"SELECT id, name, followers, {sight.TAGGED} FROM tags WHERE name = :name FOR NO KEY UPDATE")
_MAKE = text(f"""
    INSERT INTO tags (name) VALUES (:name) ON CONFLICT (name) DO UPDATE SET posts = tags.posts
    RETURNING id, name, followers, {sight.TAGGED}
""")
_COUNT = text("UPDATE tags SET followers = greatest(followers + :change, 0) WHERE id = :tag_id RETURNING followers")
_FOLLOWED = text("""
    SELECT tags.id, name FROM tag_follows JOIN tags ON tags.id = tag_id WHERE user_id = :user_id
    ORDER BY name COLLATE "C" LIMIT :most
""")


Uses = dict[str, int]
"""How many of some posts are counted under each of their tags: none, where all are for followers only."""


class Changed(NamedTuple):
    """A tag whose row is locked: `posts` (those that are counted) and `followers` are how many it has now."""

    id: int
    name: str
    followers: int
    posts: int


class TagRepository:
    """Tags, in the session's transaction."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session

    def count(self, changes: Mapping[str, int]) -> list[Changed]:
        """Add to how many posts tags have, and lock them until the transaction ends; those that are new are made."""
        if not changes:
            return []
        rows = [{"name": name, "change": change} for name, change in changes.items()]
        found = self._session.execute(_CHANGE, {"changes": orjson.dumps(rows).decode()})
        return [Changed(*row) for row in found]

    def add_to_post(self, post_id: int, tag_ids: Sequence[int]) -> None:
        """Give a post tags that it does not have."""
        self._session.execute(_TAG_POST, {"post_id": post_id, "tags": list(tag_ids)})

    def remove_from_post(self, post_id: int, tag_ids: Sequence[int]) -> None:
        """Take tags from a post."""
        self._session.execute(_UNTAG_POST, {"post_id": post_id, "tags": list(tag_ids)})

    def of_post(self, post_id: int) -> Uses:
        """Give the tags that a post has."""
        return {name: int(counted) for name, counted in self._session.execute(_OF_POST, {"post_id": post_id})}

    def text_of(self, post_id: int) -> tuple[str, bool]:
        """Give the text of a post that is locked, "" of one that is hidden; and whether the post is for everybody."""
        body, counted = self._session.execute(_BODY, {"post_id": post_id}).one()
        return body, counted

    def of_posts_by(self, author_id: int, *, after: int, at_most: int) -> tuple[set[str], int | None]:
        """Give the tags of so many of somebody's posts with ids above `after`; the last id, None if there is none."""
        rows = self._session.execute(_BY, {"author_id": author_id, "after": after, "most": at_most}).all()
        return {name for _, name in rows if name is not None}, rows[-1][0] if rows else None

    def follower_ids(self, tag_ids: Sequence[int]) -> Sequence[int]:
        """Give the ids of all who follow one of these tags, as of now."""
        return self._session.scalars(_FOLLOWERS, {"tags": list(tag_ids)}).all()

    def make(self, name: str) -> Changed:
        """Give a tag, made if it is new, and keep others from changing it until the transaction ends."""
        return Changed(*self._session.execute(_MAKE, {"name": name}).one())

    def lock(self, name: str) -> Changed | None:
        """Do the same for a tag that is there; None if it is not."""
        found = self._session.execute(_LOCK, {"name": name}).one_or_none()
        return None if found is None else Changed(*found)

    def follow(self, *, user_id: int, tag_id: int) -> bool:
        """Follow a tag that is locked; tell whether that is new."""
        return self._set(_FOLLOW, user_id, tag_id, 1)

    def unfollow(self, *, user_id: int, tag_id: int) -> bool:
        """Stop following a tag that is locked; tell whether it was followed."""
        return self._set(_UNFOLLOW, user_id, tag_id, -1)

    def _set(self, statement: TextClause, user_id: int, tag_id: int, change: int) -> bool:
        given = {"user_id": user_id, "tag_id": tag_id}
        if self._session.scalar(statement, given) is None:
            return False
        self._session.execute(_COUNT, {"tag_id": tag_id, "change": change})
        return True

    def followed_by(self, user_id: int, *, at_most: int) -> list[str]:
        """Give the names of tags that a user follows, in the order in which they are to be locked."""
        return [name for _, name in self._session.execute(_FOLLOWED, {"user_id": user_id, "most": at_most})]
