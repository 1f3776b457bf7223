"""Reads everything for an export, in a fixed order, from one snapshot, a few rows at a time.

The orders avoid ids where they can, so that a copy of a community is exported to the same bytes as the original.
"""

# ruff: noqa: S608  (only constants are put together)
from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from feedapp.times import AHEAD, EARLIEST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

AT_ONCE = 1_000


def _allowed(column: str) -> str:
    """Give the nearest time that `times` allows, so that an import reads it: PostgreSQL keeps others, infinity too."""
    latest = f"now() + interval '{AHEAD.total_seconds():.0f} seconds'"
    return f"LEAST(GREATEST({column}, timestamptz '{EARLIEST.isoformat()}'), {latest})"


def _written(moment: str) -> str:
    return f"""to_char({moment} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""


def _time(column: str) -> str:
    return _written(_allowed(column))


def _edited(table: str) -> str:
    """Clocks go back, too."""
    moments = f"GREATEST({_allowed(f'{table}.edited_at')}, {_allowed(f'{table}.created_at')})"
    return f"CASE WHEN {table}.edited_at IS NOT NULL THEN {_written(moments)} END"


def _hidden(table: str) -> str:
    """Why moderators hid it, and since when."""
    since = f"CASE WHEN {table}.hidden_at IS NOT NULL THEN {_time(f'{table}.hidden_at')} END"
    return f"{table}.hidden_reason AS hidden, {since} AS hidden_at"


def _sanctions() -> str:
    """Why somebody is suspended or silenced, and until when, if not for good."""
    return ", ".join(
        f"(SELECT {value} FROM sanctions WHERE user_id = users.id AND kind = '{kind}') AS {name}"
        for kind, state in (("suspension", "suspended"), ("silence", "silenced"))
        for value, name in (("reason", state), (_written("until"), f"{state}_until"))
    )


_ARCHIVE_ID = """COALESCE(posts.archive_id,
    'feedapp-' || posts.id || '-' || trunc(extract(epoch FROM posts.created_at) * 1000000)) COLLATE "C" """

SELECTS = {
    "user": f"""
        SELECT users.id AS number, username, display_name, NULLIF(bio, '') AS bio, {_time("created_at")} AS created_at,
            {_sanctions()}
        FROM users ORDER BY users.created_at, username COLLATE "C" """,
    "held_name": f"""
        SELECT users.username AS "user", held_names.username AS name, {_time("held_from")} AS created_at,
            {_time("held_until")} AS until
        FROM held_names JOIN users ON users.id = user_id ORDER BY held_until, users.username COLLATE "C" """,
    "post": f"""
        SELECT {_ARCHIVE_ID} AS id, posts.id AS number, username AS author, body,
            {_time("posts.created_at")} AS created_at, {_edited("posts")} AS edited_at,
            NULLIF(visibility, 'public') AS visibility, language, {_hidden("posts")}
        FROM posts JOIN users ON users.id = author_id ORDER BY posts.created_at, posts.id""",
    "picture": f"""
        SELECT digest AS id, username AS owner, {_ARCHIVE_ID} AS post, place, NULLIF(alt, '') AS alt, width
        FROM pictures JOIN posts ON posts.id = post_id JOIN users ON users.id = owner_id
        UNION ALL SELECT avatar, username, NULL, NULL, NULL, NULL FROM users WHERE avatar IS NOT NULL
        ORDER BY 3 NULLS FIRST, 4, 2""",
    "comment": f"""
        SELECT {_ARCHIVE_ID} AS post, comments.id AS number, users.username AS author, comments.body,
            {_time("comments.created_at")} AS created_at, {_edited("comments")} AS edited_at,
            COALESCE(writer.username, '') AS in_reply_to,
            CASE WHEN writer.id IS NOT NULL THEN {_time("answered.created_at")} END AS answers_at, comments.language,
            {_hidden("comments")}
        FROM comments JOIN posts ON posts.id = comments.post_id JOIN users ON users.id = comments.author_id
        LEFT JOIN comments AS answered ON answered.id = comments.in_reply_to
        LEFT JOIN users AS writer ON writer.id = answered.author_id
        ORDER BY comments.created_at, comments.id""",
    "like": f"""
        SELECT {_ARCHIVE_ID} AS post, username AS "user", {_time("likes.created_at")} AS created_at
        FROM likes JOIN posts ON posts.id = post_id JOIN users ON users.id = user_id
        ORDER BY likes.created_at, 1, username COLLATE "C" """,
    "comment_like": f"""
        SELECT {_ARCHIVE_ID} AS post, author.username AS author, {_time("comments.created_at")} AS commented_at,
            users.username AS "user", {_time("comment_likes.created_at")} AS created_at
        FROM comment_likes JOIN comments ON comments.id = comment_id JOIN posts ON posts.id = post_id
        JOIN users AS author ON author.id = comments.author_id JOIN users ON users.id = user_id
        ORDER BY comment_likes.created_at, 1, users.username COLLATE "C" """,
    "bookmark": f"""
        SELECT {_ARCHIVE_ID} AS post, username AS "user", {_time("bookmarks.created_at")} AS created_at
        FROM bookmarks JOIN posts ON posts.id = post_id JOIN users ON users.id = user_id
        ORDER BY bookmarks.created_at, 1, username COLLATE "C" """,
    "pin": f"""
        SELECT {_ARCHIVE_ID} AS post, username AS "user", {_time("pins.created_at")} AS created_at
        FROM pins JOIN posts ON posts.id = post_id JOIN users ON users.id = user_id
        ORDER BY pins.created_at, 1, username COLLATE "C" """,
    "follow": f"""
        SELECT a.username AS follower, b.username AS followee, {_time("follows.created_at")} AS created_at
        FROM follows JOIN users AS a ON a.id = follower_id JOIN users AS b ON b.id = followee_id
        ORDER BY follows.created_at, a.username COLLATE "C", b.username COLLATE "C" """,
    "tag_follow": f"""
        SELECT name AS tag, username AS "user", {_time("tag_follows.created_at")} AS created_at
        FROM tag_follows JOIN tags ON tags.id = tag_id JOIN users ON users.id = user_id
        ORDER BY tag_follows.created_at, name COLLATE "C", username COLLATE "C" """,
    "block": f"""
        SELECT a.username AS blocker, b.username AS blocked, {_time("blocks.created_at")} AS created_at
        FROM blocks JOIN users AS a ON a.id = blocker_id JOIN users AS b ON b.id = blocked_id
        ORDER BY blocks.created_at, a.username COLLATE "C", b.username COLLATE "C" """,
    "mute": f"""
        SELECT a.username AS muter, b.username AS muted, {_time("mutes.created_at")} AS created_at
        FROM mutes JOIN users AS a ON a.id = muter_id JOIN users AS b ON b.id = muted_id
        ORDER BY mutes.created_at, a.username COLLATE "C", b.username COLLATE "C" """,
}  # each select names what it may refer to in the ones before it
OWN: dict[str, tuple[str, ...]] = {
    "user": ("WHERE users.id = :owner",),
    "held_name": ("WHERE user_id = :owner",),
    "post": ("WHERE author_id = :owner",),
    "picture": ("WHERE owner_id = :owner", "AND users.id = :owner"),
    "comment": ("WHERE comments.author_id = :owner",),
    "like": ("WHERE user_id = :owner",),
    "comment_like": ("WHERE comment_likes.user_id = :owner",),
    "bookmark": ("WHERE user_id = :owner",),
    "pin": ("WHERE user_id = :owner",),
    "follow": ("WHERE follower_id = :owner",),
    "tag_follow": ("WHERE user_id = :owner",),
    "block": ("WHERE blocker_id = :owner",),
    "mute": ("WHERE muter_id = :owner",),
}
"""Which rows of a kind are somebody's own: what is added to each part of its SELECT."""
WEIGHTS = {"picture": 100}
"""Of what is much larger than a row is."""
_COUNT = "SELECT " + " + ".join(f"(SELECT count(*) FROM {kind}s)" for kind in SELECTS)


class Snapshot:
    """The database as of one moment."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def count(self) -> int:
        """Give the number of all rows to come."""
        return self._connection.scalar(text(_COUNT)) or 0

    def count_of(self, user_id: int, *, at_most: int) -> int:
        """Give the number of somebody's own rows by their weight, counting no more than so many of each kind."""
        each = (
            f"{WEIGHTS.get(kind, 1)} * (SELECT count(*) FROM ({_own(kind, ordered=False)} LIMIT :most) AS row)"
            for kind in SELECTS
        )
        given = {"owner": user_id, "most": at_most}
        return self._connection.scalar(text("SELECT " + " + ".join(each)), given) or 0

    def rows(self, kind: str, *, of: int | None = None) -> Iterator[dict[str, Any]]:
        """Give the rows of one kind with the fields that are set, in their order; only those `of` a user, if given."""
        streaming = self._connection.execution_options(stream_results=True, yield_per=AT_ONCE)
        select = text(SELECTS[kind]) if of is None else text(_own(kind)).bindparams(owner=of)
        for row in streaming.execute(select).mappings():
            yield {name: value for name, value in row.items() if value is not None}


class ExportRepository:
    """Takes snapshots."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Read a snapshot as of the first query in the block."""
        with self._engine.connect() as connection, connection.begin():
            yield Snapshot(connection)


def _own(kind: str, *, ordered: bool = True) -> str:
    """Give the SELECT of a kind for one owner."""
    select, order, by = SELECTS[kind].rpartition("ORDER BY")
    parts = zip(select.split("UNION ALL"), OWN[kind], strict=True)
    own = " UNION ALL ".join(f"{part} {condition}" for part, condition in parts)
    return f"{own} {order + by if ordered else ''}"
