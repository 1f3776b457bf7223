"""Which comments that are there are answered by those that an import brings in."""

# ruff: noqa: S608  (only constants are put together)
from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson
from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from feedapp.extensions import ScopedSession

LOOKED_AT = 1_000
"""Comments under a post, the latest first, whose authors are compared with a name that is no username."""
_FIRST = datetime(2000, 1, 1, tzinfo=UTC)
_ROWS = """json_to_recordset(CAST(:rows AS json)) AS new(n int, post_id bigint, created_at timestamptz, answered text,
        answers_at timestamptz, called text)"""
_ANSWERED = f"""
    SELECT n, old.created_at, old.id, old.path FROM {_ROWS} JOIN users ON username = new.answered, LATERAL (
        SELECT created_at, id, path FROM comments WHERE post_id = new.post_id AND author_id = users.id
        AND CASE WHEN new.answers_at IS NULL THEN created_at <= new.created_at ELSE created_at = new.answers_at END
        ORDER BY created_at DESC, id DESC LIMIT 1 FOR KEY SHARE) AS old"""
_CALLED = f"""
    SELECT n, old.created_at, old.id, old.path FROM {_ROWS}, LATERAL (
        SELECT latest.created_at, latest.id, latest.path FROM (SELECT * FROM comments WHERE post_id = new.post_id
            AND created_at <= new.created_at ORDER BY created_at DESC, id DESC LIMIT {LOOKED_AT}) AS latest
        JOIN users ON users.id = latest.author_id
        WHERE starts_with(lower(regexp_replace(display_name, '[^[:alnum:]]', '', 'g')), new.called)
        ORDER BY latest.created_at DESC, latest.id DESC LIMIT 1) AS old"""


class Answerable(NamedTuple):
    """A comment that may be answered."""

    created_at: datetime
    id: int
    path: bytes


def place_in_thread(moment: datetime, comment_id: int) -> bytes:
    """Give what `feedapp_thread_place` gives (migration 0041)."""
    micros = (moment - _FIRST) // timedelta(microseconds=1)
    return (micros + 2**63).to_bytes(8, "big") + comment_id.to_bytes(7, "big")


class AnswerRepository:
    """In the session's transaction. A row is a mapping by column; `n` is its index."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session

    def answered(self, rows: Sequence[Mapping[str, Any]]) -> dict[int, Answerable]:
        """Give, by `n`, which comment that was there before is answered by those that name a username (`answered`).

        It cannot be deleted before the transaction ends.
        """
        return self._found(_ANSWERED, [row for row in rows if row["answered"]])

    def called(self, rows: Sequence[Mapping[str, Any]]) -> dict[int, Answerable]:
        """Give the same for those that begin with a name that somebody may be called by (`called`)."""
        found = self._found(_CALLED, [row for row in rows if row["called"]])
        kept = text("SELECT id FROM comments WHERE id = ANY(:ids) ORDER BY id FOR KEY SHARE")
        there = set(self._session.scalars(kept, {"ids": [each.id for each in found.values()]})) if found else set()
        return {n: each for n, each in found.items() if each.id in there}

    def display_names(self, user_ids: Collection[int]) -> dict[int, str]:
        """Give how people are called, by their ids."""
        query = text("SELECT id, display_name FROM users WHERE id = ANY(:ids)")
        return {id_: name for id_, name in self._session.execute(query, {"ids": list(user_ids)})}  # noqa: C416

    def _found(self, statement: str, rows: Sequence[Mapping[str, Any]]) -> dict[int, Answerable]:
        if not rows:
            return {}
        wanted = ("n", "post_id", "created_at", "answered", "answers_at", "called")
        given = orjson.dumps([{name: row[name] for name in wanted} for row in rows]).decode()
        found = self._session.execute(text(statement), {"rows": given})
        return {n: Answerable(created_at, id_, bytes(path)) for n, created_at, id_, path in found}
