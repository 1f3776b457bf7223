"""Pages of lists by keyset: one statement each, at the same cost on the first page as on the thousandth.

A list is described by a source: a relation with id, author_id and created_at. One statement gives the entries, whether
the walk goes on, and whether anything lies behind.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from feedapp.models.notifications import KINDS
from feedapp.pagination import Cursor, Entry, Slice, Walk
from feedapp.postgres.rows import rows
from feedapp.repositories import sight

if TYPE_CHECKING:
    from sqlalchemy import Engine

_MICROS = "(extract(epoch FROM {}) * 1000000)::bigint"


@dataclass(frozen=True)
class _Source:
    """A list in SQL; in both parts {0} stands for a condition on (created_at, id) and {1} for the order.

    `id` is the column that holds the id of an entry. `limited`: entries have a column of that name, see `Entry`.
    `threads`: the order is that of the column `path`.
    `behind_too` is `nearest` of what else is in the list.
    """

    entries: str
    nearest: str
    id: str = "id"
    limited: bool = False
    threads: bool = False
    behind_too: str = ""


def _table(
    table: str,
    condition: str,
    *,
    id_: str = "id",
    author: str = "author_id",
    limited: str | None = None,
    threads: bool = False,
) -> _Source:
    select = f"FROM {table} WHERE {condition} AND {{0}}"
    more = "" if limited is None else f", {limited} AS limited"
    more += ", path" if threads else ""
    return _Source(
        f"SELECT {id_} AS id, {author} AS author_id, created_at{more} {select} ORDER BY {{1}} LIMIT %(size)s",
        f"SELECT true {select} ORDER BY {{1}} LIMIT 1",
        id_,
        limited is not None,
        threads,
    )


def _of_posts(table: str, condition: str = "user_id = %(owner)s", limited: str = sight.IS_LIMITED) -> _Source:
    """Give the posts that a table has beside something else, each of them looked up once."""
    chosen = f"FROM {table} WHERE {condition} AND {{0}} ORDER BY {{1}} LIMIT"
    return _Source(
        f"SELECT post_id AS id, author_id, listed.created_at, {limited} AS limited "  # noqa: S608
        f"FROM (SELECT post_id, created_at {chosen} %(size)s) AS listed JOIN posts ON posts.id = post_id",
        f"SELECT true {chosen} 1",
        "post_id",
        limited=True,
    )


_FOLLOWED = "(SELECT followee_id AS author FROM follows WHERE follower_id = %(owner)s UNION ALL SELECT %(owner)s)"
_SHOWN = "hidden_at IS NULL"
"""Of feeds of many authors. The list of one has what is hidden of theirs, too: they and moderators see it there."""
_TAGGED = (
    "(SELECT post_id AS id, created_at FROM post_tags WHERE tag_id = followed.tag) AS tagged "
    "WHERE {0} ORDER BY {1} LIMIT {2}"
)
"""The posts of one tag that are nearest; {2} is how many."""
_FOLLOWED_TAGS = "(SELECT tag_id AS tag FROM tag_follows WHERE user_id = %(owner)s)"
_THEIRS = (
    f"SELECT id, author_id, created_at, {sight.IS_LIMITED} AS limited FROM posts "  # noqa: S608
    f"WHERE author_id = author AND {_SHOWN} AND {{0}} ORDER BY {{1}}"
)

_LIMITED = f"({sight.IS_LIMITED} OR {sight.is_silenced('posts.author_id')})"
"""Of lists of what strangers write. They come into a home feed by their tags; who follows the author sees them."""
_ACTOR = "coalesce(actor_id, 0)"
_WRITER = "coalesce(author_id, 0)"
"""Of comments: nobody, if it was deleted and is a stub."""

SOURCES = {
    "public": _table("posts", _SHOWN, limited=_LIMITED),
    "posts_by": _table("posts", "author_id = %(owner)s", limited=sight.IS_LIMITED),
    # The nearest n posts can only come from the n authors whose own nearest post is nearest: one index probe for each
    # followed author, then n posts for each of n authors. A reader who follows thousands costs thousands of probes,
    # never thousands of lists. The same goes for followed tags, of which there are MOST_FOLLOWED; but as several may
    # have the same nearest post, those with one of the n nearest such posts are looked into. A post is listed once,
    # however it comes there.
    "home": _Source(
        f"WITH nearest AS MATERIALIZED (SELECT head.author_id AS author FROM {_FOLLOWED} AS followed, "  # noqa: S608
        f"LATERAL ({_THEIRS} LIMIT 1) AS head ORDER BY {{1}} LIMIT %(size)s), "
        f"heads AS MATERIALIZED (SELECT tag, head.* FROM {_FOLLOWED_TAGS} AS followed, "
        f"LATERAL (SELECT id, created_at FROM {_TAGGED.replace('{2}', '1')}) AS head), "
        "those AS MATERIALIZED (SELECT tag FROM heads WHERE id IN (SELECT id FROM "
        "(SELECT DISTINCT id, created_at FROM heads) AS one ORDER BY {1} LIMIT %(size)s)), "
        "found AS MATERIALIZED (SELECT id, created_at FROM (SELECT post.id, post.created_at FROM nearest, "
        f"LATERAL ({_THEIRS} LIMIT %(size)s) AS post UNION SELECT post.id, post.created_at FROM those AS followed, "
        f"LATERAL (SELECT id, created_at FROM {_TAGGED.replace('{2}', '%(size)s')}) AS post) AS either "
        "ORDER BY {1} LIMIT %(size)s) "
        f"SELECT found.id, author_id, found.created_at, {_LIMITED} AS limited FROM found "
        "JOIN posts ON posts.id = found.id",
        f"SELECT true FROM {_FOLLOWED} AS followed WHERE "  # noqa: S608
        f"(SELECT true FROM posts WHERE author_id = author AND {_SHOWN} AND {{0}} ORDER BY {{1}} LIMIT 1) LIMIT 1",
        limited=True,
        behind_too=f"SELECT true FROM {_FOLLOWED_TAGS} AS followed WHERE "  # noqa: S608
        f"(SELECT true FROM {_TAGGED.replace('{2}', '1')}) LIMIT 1",
    ),
    "comments": _table("comments", "post_id = %(owner)s", author=_WRITER),
    "newest_comments": _table("comments", "post_id = %(owner)s", author=_WRITER),
    "threads": _table("comments", "post_id = %(owner)s", author=_WRITER, threads=True),
    "outline": _table("comments", "post_id = %(owner)s AND octet_length(path) <= 30", author=_WRITER, threads=True),
    "replies": _table("comments", "in_reply_to = %(owner)s", author=_WRITER),
    "active": _of_posts("post_activity", "true", _LIMITED),
    "tagged": _of_posts("post_tags", "tag_id = (SELECT tags.id FROM tags WHERE name = %(owner)s)", _LIMITED),
    "likes": _table("likes", "post_id = %(owner)s", id_="user_id", author="user_id"),
    "liked_by": _of_posts("likes"),
    # Whether a comment is shown depends on what it is under, so an entry has the post in the place of the author, whom
    # the list is of.
    "comments_by": _table(
        "comments",
        "author_id = %(owner)s",
        author="post_id",
        limited=f"(SELECT {sight.IS_LIMITED} FROM posts WHERE posts.id = post_id)",  # noqa: S608
    ),
    "bookmarks": _of_posts("bookmarks"),
    "followers": _table("follows", "followee_id = %(owner)s", id_="follower_id", author="follower_id"),
    "following": _table("follows", "follower_id = %(owner)s", id_="followee_id", author="followee_id"),
    "blocks": _table("blocks", "blocker_id = %(owner)s", id_="blocked_id", author="blocked_id"),
    "mutes": _table("mutes", "muter_id = %(owner)s", id_="muted_id", author="muted_id"),
    "notifications": _table("notifications", "recipient_id = %(owner)s", author=_ACTOR),
    **{
        f"notifications_{kind}": _table("notifications", f"recipient_id = %(owner)s AND kind = '{kind}'", author=_ACTOR)
        for kind in KINDS
    },
}
"""By the name of the list in the key table."""


class PageRepository:
    """Loads pages. `engine` is that of `database.connect_reads`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def load(self, source: str, owner: int | str, *, size: int, walk: Walk, cursor: Cursor | None) -> Slice:
        """Load up to `size` entries of a list, nearest to the cursor first; without a cursor, from its start.

        `owner` is the owner's id; a list that exists once ignores it.
        """
        parameters: dict[str, Any] = {"owner": owner, "size": size + 1}
        if cursor:
            place = cursor.position
            parameters |= {"moment": place.moment, "id": place.id, "path": bytes.fromhex(place.path)}
        statement = _statement(source, walk, from_cursor=cursor is not None)
        ((found, behind),) = rows(self._engine, statement, parameters)
        entries = tuple(Entry(*entry) for entry in found)
        return Slice(entries[:size], more=len(entries) > size, behind=behind)


@cache
def _statement(source: str, walk: Walk, *, from_cursor: bool) -> str:
    """Compose the statement for one page."""
    forwards, backwards, order, away = ("<", ">=", "DESC", "ASC") if walk == "older" else (">", "<=", "ASC", "DESC")
    list_ = SOURCES[source]
    row = "path" if list_.threads else f"(created_at, {list_.id})"
    bound = "%(path)s" if list_.threads else "(CAST(%(moment)s AS timestamptz), %(id)s)"
    condition = f"{row} {forwards} {bound}" if from_cursor else "true"
    ordered = f"path {order}" if list_.threads else f"created_at {order}, {list_.id} {order}"
    entries = list_.entries.format(condition, ordered)
    # Not EXISTS: that drops the order, and with it the one probe into an index. Where much lies behind, PostgreSQL then
    # reads the table from its other end instead.
    back = f"path {away}" if list_.threads else f"created_at {away}, {list_.id} {away}"
    nearest = list_.nearest.format(f"{row} {backwards} {bound}", back)
    too = list_.behind_too.format(f"{row} {backwards} {bound}", back)
    behind = f"({nearest}) IS NOT NULL{f' OR ({too}) IS NOT NULL' if too else ''}" if from_cursor else "false"
    more = ", limited::int" if list_.limited else ", 0, encode(path, 'hex')" if list_.threads else ""
    by = f"path {order}" if list_.threads else f"created_at {order}, id {order}"
    entry = f"json_build_array(id, author_id, {_MICROS.format('created_at')}{more}) ORDER BY {by}"
    return (
        f"SELECT coalesce(json_agg({entry}), '[]') AS entries, "  # noqa: S608
        f"{behind} AS behind FROM ({entries}) AS entry"
    )
