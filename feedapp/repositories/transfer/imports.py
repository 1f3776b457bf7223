"""Imports rows, many in one statement, while the site is in use.

Locks are taken in one order: users, posts, counters of users, counters of posts; ids ascending.
Rows go to PostgreSQL as one JSON array, which keeps the number of parameters at one.
"""

# ruff: noqa: S608  (only constants are put together)
from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import text

from feedapp.repositories.transfer.answers import AnswerRepository
from feedapp.repositories.transfer.own_rows import OwnRows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime


IMPORTS = 0x66656564
"""The advisory lock of imports: one batch at a time, or two of the same file would bring each comment twice."""

_ADD_USERS = """
    INSERT INTO users (id, username, display_name, bio, created_at)
    SELECT coalesce(id, nextval(pg_get_serial_sequence('users', 'id'))), username, display_name, bio, created_at
    FROM json_to_recordset(CAST(:rows AS json)) AS new(n int, id bigint, username text, display_name text, bio text,
        created_at timestamptz) ORDER BY n ON CONFLICT (username) DO NOTHING RETURNING username, id"""
_SANCTION_USERS = """
    WITH new AS (SELECT * FROM json_to_recordset(CAST(:rows AS json))
        AS new(user_id bigint, kind text, reason text, until timestamptz)),
    sanctioned AS (INSERT INTO sanctions (user_id, kind, reason, until) SELECT user_id, kind, reason, until FROM new)
    UPDATE users SET suspended_at = CASE WHEN suspended THEN now() END, silenced_at = CASE WHEN silenced THEN now() END
    FROM (SELECT user_id, bool_or(kind = 'suspension') AS suspended, bool_or(kind = 'silence') AS silenced
        FROM new GROUP BY user_id) AS each WHERE users.id = each.user_id"""
_ADD_POSTS = """
    INSERT INTO posts (id, archive_id, author_id, body, created_at, edited_at, visibility, language, hidden_at,
        hidden_reason)
    SELECT coalesce(id, nextval(pg_get_serial_sequence('posts', 'id'))), archive_id, author_id, body, created_at,
        edited_at, visibility, language, hidden_at, hidden FROM json_to_recordset(CAST(:rows AS json))
        AS new(n int, id bigint, archive_id text, author_id bigint, body text, created_at timestamptz,
        edited_at timestamptz, visibility text, language text, hidden_at timestamptz, hidden text)
    ORDER BY n ON CONFLICT (archive_id) DO NOTHING RETURNING archive_id, id"""
_COMMENTS = """json_to_recordset(CAST(:rows AS json)) AS new(n int, post_id bigint, author_id bigint, body text,
        created_at timestamptz, edited_at timestamptz, dated boolean,
        id bigint, in_reply_to bigint, under text, answered text, answers_at timestamptz,
        language text, hidden_at timestamptz, hidden text)"""
_KNOWN_COMMENTS = f"""
    SELECT n FROM {_COMMENTS} WHERE EXISTS (
        SELECT FROM comments AS old WHERE old.post_id = new.post_id AND old.author_id = new.author_id AND CASE
            WHEN NOT new.dated THEN old.body = new.body
            ELSE old.created_at = new.created_at
                AND (old.body = new.body OR (old.edited_at IS NOT NULL AND old.id <= :newest)) END)"""
_ADD_COMMENTS = f"""
    INSERT INTO comments (id, post_id, author_id, body, created_at, edited_at, in_reply_to, under, language,
        hidden_at, hidden_reason)
    SELECT id, post_id, author_id, body, created_at, edited_at, in_reply_to, decode(under, 'hex'), language, hidden_at,
        hidden
    FROM {_COMMENTS} ORDER BY n"""
_IDS_OF_COMMENTS = """
    SELECT nextval(pg_get_serial_sequence('comments', 'id')) AS id FROM generate_series(1, :count) ORDER BY id"""
_COMMENTS_AT = f"""
    SELECT n, max(comments.id) FROM {_COMMENTS} JOIN comments USING (post_id, author_id, created_at) GROUP BY n"""

_ADD_PICTURES = """
    INSERT INTO pictures (owner_id, post_id, place, digest, width, height, bytes, alt)
    SELECT owner_id, post_id, place, digest, width, height, bytes, alt FROM json_to_recordset(CAST(:rows AS json))
        AS new(n int, owner_id bigint, post_id bigint, place int, digest text, width int, height int, bytes bigint,
        alt text) ORDER BY n ON CONFLICT DO NOTHING RETURNING post_id"""
_ADD_AVATARS = """
    UPDATE users SET avatar = digest FROM json_to_recordset(CAST(:rows AS json)) AS new(user_id bigint, digest text)
    WHERE id = user_id AND avatar IS NULL RETURNING id"""


_ADD_TAGS = """
    INSERT INTO tags (name, posts) SELECT name, posts FROM json_to_recordset(CAST(:rows AS json))
        AS new(name text, posts bigint) ORDER BY name COLLATE "C"
    ON CONFLICT (name) DO UPDATE SET posts = tags.posts + excluded.posts RETURNING name, id"""
_TAG_POSTS = """
    INSERT INTO post_tags (post_id, tag_id, created_at) SELECT new.post_id, new.tag_id, posts.created_at
    FROM json_to_recordset(CAST(:rows AS json)) AS new(post_id bigint, tag_id bigint)
    JOIN posts ON posts.id = new.post_id ORDER BY 1, 2"""


class ImportRepository(OwnRows):
    """Imported rows, in the session's transaction. A row is a mapping by column; `n` is its index."""

    @property
    def answers(self) -> AnswerRepository:
        """What those rows answer."""
        return AnswerRepository(self._session)

    def begin(self) -> None:
        """Wait until no other import has a batch in hand."""
        self._session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": IMPORTS})

    def newest_comment(self) -> int:
        """Give the highest id of a comment, 0 if there is none."""
        return self._session.scalar(text("SELECT max(id) FROM comments")) or 0

    def user_ids(self, usernames: Sequence[str]) -> dict[str, int]:
        """Give the ids of those who exist, and lock them against deletion until the transaction ends."""
        query = "SELECT username, id FROM users WHERE username = ANY(:names) ORDER BY id FOR KEY SHARE"
        return self._ids(query, names=list(usernames))

    def post_ids(self, archive_ids: Sequence[str]) -> dict[str, int]:
        """Give the ids of posts by their archive ids, and lock them against deletion until the transaction ends."""
        query = "SELECT archive_id, id FROM posts WHERE archive_id = ANY(:ids) ORDER BY id FOR KEY SHARE"
        return self._ids(query, ids=list(archive_ids))

    def own_post_ids(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
        """Give the same for posts that were written here: the rows have `archive_id`, `id` and `micros`."""
        query = """
            SELECT named.archive_id, posts.id FROM posts JOIN json_to_recordset(CAST(:rows AS json))
                AS named(archive_id text, id bigint, micros numeric) USING (id)
            WHERE posts.archive_id IS NULL AND micros = trunc(extract(epoch FROM created_at) * 1000000)
            ORDER BY id FOR KEY SHARE OF posts"""
        return self._ids(query, rows=_json(rows))

    def add_users(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
        """Add users with counters at zero. Give the ids of those whose name was free."""
        added = self._ids(_ADD_USERS, rows=_json(rows))
        counters = text("INSERT INTO user_counters (user_id) SELECT unnest(CAST(:ids AS bigint[]))")
        self._session.execute(counters, {"ids": list(added.values())})
        return added

    def sanction_users(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Suspend and silence users who were just added."""
        self._session.execute(text(_SANCTION_USERS), {"rows": _json(rows)})

    def add_posts(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
        """Add posts with counters at zero. Give the ids of those whose archive id was free."""
        added = self._ids(_ADD_POSTS, rows=_json(rows))
        counters = text("INSERT INTO post_counters (post_id) SELECT unnest(CAST(:ids AS bigint[]))")
        self._session.execute(counters, {"ids": list(added.values())})
        return added

    def tag_ids(self, uses: Mapping[str, int]) -> dict[str, int]:
        """Add to how many posts tags have, made if they are new, locked in the order of names. Give the ids."""
        return self._ids(_ADD_TAGS, rows=_json([{"name": name, "posts": count} for name, count in uses.items()]))

    def tag_posts(self, of_posts: Mapping[int, Sequence[str]], ids: Mapping[str, int]) -> None:
        """Give new posts their tags."""
        rows = [{"post_id": post_id, "tag_id": ids[name]} for post_id, names in of_posts.items() for name in names]
        self._session.execute(text(_TAG_POSTS), {"rows": _json(rows)})

    def count_followers(self, tag_ids: Mapping[int, int]) -> None:
        """Add to how many follow tags that are locked."""
        rows = [{"id": tag_id, "more": more} for tag_id, more in tag_ids.items()]
        add = """
            UPDATE tags SET followers = followers + more FROM json_to_recordset(CAST(:rows AS json))
                AS new(id bigint, more bigint) WHERE tags.id = new.id"""
        self._session.execute(text(add), {"rows": _json(rows)})

    def known_comments(self, rows: Sequence[Mapping[str, Any]], *, newest: int) -> set[int]:
        """Give the `n` of those that already exist, perhaps with a text that was edited since.

        Comments with an id above `newest` were added after the import began, and are not edited versions.
        """
        return set(self._session.scalars(text(_KNOWN_COMMENTS), {"rows": _json(rows), "newest": newest}))

    def add_comments(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add comments."""
        self._session.execute(text(_ADD_COMMENTS), {"rows": _json(rows)})

    def comment_ids(self, count: int) -> list[int]:
        """Take ids for so many comments, ascending."""
        return list(self._session.scalars(text(_IDS_OF_COMMENTS), {"count": count}))

    def comments_at(self, rows: Sequence[Mapping[str, Any]]) -> dict[int, int]:
        """Give, by `n`, the comment of an author at a time."""
        return {n: id_ for n, id_ in self._session.execute(text(_COMMENTS_AT), {"rows": _json(rows)})}  # noqa: C416

    def known_pictures(self, digests: Sequence[str]) -> set[str]:
        """Give those of these digests that name a picture or an avatar."""
        query = text(
            "SELECT digest FROM pictures WHERE digest = ANY(:digests) "
            "UNION SELECT avatar FROM users WHERE avatar = ANY(:digests)"
        )
        return set(self._session.scalars(query, {"digests": list(digests)}))

    def add_pictures(self, rows: Sequence[Mapping[str, Any]]) -> list[int]:
        """Add pictures to posts where their place is free. Give the posts of those that were added."""
        return list(self._session.scalars(text(_ADD_PICTURES), {"rows": _json(rows)}))

    def add_avatars(self, digests: Mapping[int, str]) -> list[int]:
        """Set the avatars of users who have none. Give who they are."""
        rows = [{"user_id": user_id, "digest": digest} for user_id, digest in digests.items()]
        return list(self._session.scalars(text(_ADD_AVATARS), {"rows": _json(rows)}))

    def add_pairs(
        self, table: str, columns: tuple[str, str], pairs: Mapping[tuple[int, int], datetime]
    ) -> set[tuple[int, int]]:
        """Add rows of two ids and a time to a table. Give those that did not exist before."""
        if not pairs:
            return set()
        one, two = columns
        add = f"""
            INSERT INTO {table} ({one}, {two}, created_at) SELECT {one}, {two}, created_at
            FROM json_to_recordset(CAST(:rows AS json)) AS new({one} bigint, {two} bigint, created_at timestamptz)
            ORDER BY {one}, {two} ON CONFLICT DO NOTHING RETURNING {one}, {two}"""
        rows = [{one: first, two: second, "created_at": moment} for (first, second), moment in pairs.items()]
        return {(first, second) for first, second in self._session.execute(text(add), {"rows": _json(rows)})}

    def _ids(self, query: str, **parameters: Any) -> dict[str, int]:
        return {name: row_id for name, row_id in self._session.execute(text(query), parameters)}  # noqa: C416


def _json(rows: Sequence[Mapping[str, Any]]) -> str:
    return orjson.dumps(rows).decode()
