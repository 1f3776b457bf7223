"""Counters of many users and posts at once, and their correct values."""

# ruff: noqa: S608  (only constants are put together)
from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import orjson
from sqlalchemy import text

from feedapp.repositories import sight

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from feedapp.extensions import ScopedSession

TABLES = {
    "user": ("posts", "followers", "following"),
    "post": ("likes", "comments"),
    "comment": ("likes", "replies"),
    "tag": ("posts", "followers"),
}
_TRUE = {
    "posts": "SELECT count(*) FROM posts WHERE author_id = owner.id AND hidden_at IS NULL",
    "followers": "SELECT count(*) FROM follows WHERE followee_id = owner.id",
    "following": "SELECT count(*) FROM follows WHERE follower_id = owner.id",
    "likes": "SELECT count(*) FROM likes WHERE post_id = owner.id",
    "comments": "SELECT count(*) FROM comments WHERE post_id = owner.id AND author_id IS NOT NULL",
    "replies": "SELECT count(*) FROM comments AS reply WHERE reply.in_reply_to = owner.id AND author_id IS NOT NULL",
}


_TRUE_OF = {
    ("comment", "likes"): "SELECT count(*) FROM comment_likes WHERE comment_id = owner.id",
    ("tag", "posts"): "SELECT count(*) FROM post_tags JOIN posts ON posts.id = post_id "
    f"WHERE tag_id = owner.id AND NOT {sight.IS_LIMITED}",
    ("tag", "followers"): "SELECT count(*) FROM tag_follows WHERE tag_id = owner.id",
}
_ITSELF = "tag"
"""Counts in its own row."""


class Difference(NamedTuple):
    """A counter that is wrong; `counted` is None if there is no counter."""

    owner_id: int
    counter: str
    counted: int | None
    true: int


class CounterRepository:
    """Counters, in the session's transaction. `kind` is "user", "post", "comment" or "tag".

    A comment without counters has nothing that is counted. A tag's stand in its own row.
    """

    def __init__(self, session: ScopedSession) -> None:
        self._session = session

    def add(self, kind: str, changes: Mapping[int, Mapping[str, int]]) -> None:
        """Add to many counters, locked in ascending order of ids, the order that every write keeps."""
        if not changes:
            return
        table, key, names = f"{kind}_counters", f"{kind}_id", TABLES[kind]
        rows = [{"id": owner, **{name: change.get(name, 0) for name in names}} for owner, change in changes.items()]
        if kind == "comment":
            self.lock(kind, list(changes))
        else:
            self._lock(kind, list(changes))
        sums = ", ".join(f"{name} = {table}.{name} + change.{name}" for name in names)
        columns = ", ".join(f"{name} bigint" for name in names)
        update = (
            f"UPDATE {table} SET {sums} FROM json_to_recordset(CAST(:rows AS json)) AS change(id bigint, {columns}) "
            f"WHERE {key} = change.id"
        )
        self._session.execute(text(update), {"rows": orjson.dumps(rows).decode()})

    def owners_after(self, kind: str, last_id: int, *, at_most: int) -> Sequence[int]:
        """Give the ids of users, posts, comments or tags above one, ascending."""
        query = f"SELECT id FROM {kind}s WHERE id > :last ORDER BY id LIMIT :most"
        return self._session.scalars(text(query), {"last": last_id, "most": at_most}).all()

    def differences(self, kind: str, ids: Sequence[int]) -> list[Difference]:
        """Count in one statement, and give the counters that differ."""
        names = TABLES[kind]
        none = ", 0" if kind == "comment" else ""
        counts = ", ".join(
            f"({_TRUE_OF.get((kind, name)) or _TRUE[name]}) AS true_{name}, coalesce(counters.{name}{none}) AS {name}"
            for name in names
        )
        query = (
            f"SELECT owner.id, {counts} FROM {kind}s AS owner LEFT JOIN {_table(kind)} AS counters "
            f"ON counters.{_key(kind)} = owner.id WHERE owner.id = ANY(CAST(:ids AS bigint[])) ORDER BY owner.id"
        )
        return [
            Difference(row["id"], name, row[name], row["true_" + name])
            for row in self._session.execute(text(query), {"ids": list(ids)}).mappings()
            for name in names
            if row[name] != row["true_" + name]
        ]

    def lock(self, kind: str, ids: Sequence[int]) -> None:
        """Create missing counters, then lock all until the transaction ends; tags in the order of every write."""
        if kind == _ITSELF:
            tags = 'SELECT FROM tags WHERE id = ANY(:ids) ORDER BY name COLLATE "C" FOR NO KEY UPDATE'
            self._session.execute(text(tags), {"ids": list(ids)})
            return
        missing = (
            f"INSERT INTO {kind}_counters ({kind}_id) SELECT id FROM {kind}s WHERE id = ANY(CAST(:ids AS bigint[])) "
            "ORDER BY id FOR KEY SHARE ON CONFLICT DO NOTHING"
        )
        self._session.execute(text(missing), {"ids": list(ids)})
        self._lock(kind, ids)

    def set(self, kind: str, difference: Difference) -> None:
        """Correct one counter."""
        name = difference.counter
        update = f"UPDATE {_table(kind)} SET {name} = :true WHERE {_key(kind)} = :id"
        self._session.execute(text(update), {"true": difference.true, "id": difference.owner_id})

    def tag_names(self, ids: Sequence[int]) -> dict[int, str]:
        """Give the names of tags, which their keys have."""
        found = self._session.execute(text("SELECT id, name FROM tags WHERE id = ANY(:ids)"), {"ids": list(ids)})
        return {tag_id: name for tag_id, name in found}  # noqa: C416

    def _lock(self, kind: str, ids: Sequence[int]) -> None:
        lock = (
            f"SELECT FROM {kind}_counters WHERE {kind}_id = ANY(CAST(:ids AS bigint[])) "
            f"ORDER BY {kind}_id FOR NO KEY UPDATE"
        )
        self._session.execute(text(lock), {"ids": list(ids)})


def _table(kind: str) -> str:
    return "tags" if kind == _ITSELF else f"{kind}_counters"


def _key(kind: str) -> str:
    return "id" if kind == _ITSELF else f"{kind}_id"
