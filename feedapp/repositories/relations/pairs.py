"""Blocks and mutes: pairs of people, one of whom wants it so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedapp.extensions import ScopedSession


class PairRepository:
    """Pairs of one table, in the session's transaction. `by` wants it, `of` is whom it concerns."""

    def __init__(self, session: ScopedSession, *, table: str, by: str, of: str) -> None:
        self._session = session
        # Of somebody who is just being deleted nothing is added: the row is locked as by a foreign key.
        self._add = text(
            f"INSERT INTO {table} ({by}, {of}) SELECT :by, id FROM users WHERE id = :of FOR KEY SHARE "  # noqa: S608
            f"ON CONFLICT DO NOTHING RETURNING {of}"
        )
        self._remove = text(f"DELETE FROM {table} WHERE {by} = :by AND {of} = :of RETURNING {of}")  # noqa: S608
        self._count = text(f"SELECT count(*) FROM {table} WHERE {by} = :by")  # noqa: S608
        self._around = text(
            f"SELECT {by}, {of} FROM {table} WHERE {by} = :id OR {of} = :id ORDER BY {by}, {of} LIMIT :most"  # noqa: S608
        )

    def add(self, *, by: int, of: int) -> bool:
        """Add a pair; tell whether there was none."""
        return self._session.scalar(self._add, {"by": by, "of": of}) is not None

    def remove(self, *, by: int, of: int) -> bool:
        """Remove a pair; tell whether there was one."""
        return self._session.scalar(self._remove, {"by": by, "of": of}) is not None

    def count(self, by: int) -> int:
        """Give how many somebody has."""
        return self._session.scalar(self._count, {"by": by}) or 0

    def around(self, user_id: int, *, at_most: int) -> Sequence[tuple[int, int]]:
        """Give some of the pairs that somebody is in, as (by, of), in one order for everybody."""
        return [(by, of) for by, of in self._session.execute(self._around, {"id": user_id, "most": at_most})]


class BlockRepository(PairRepository):
    """Blocks, and the lock that what is done between two people and a block share."""

    def __init__(self, session: ScopedSession) -> None:
        super().__init__(session, table="blocks", by="blocker_id", of="blocked_id")

    def part(self, one: int, other: int) -> None:
        """Wait for what is being done between two people, and keep more from being done until the transaction ends.

        It is the first lock of a block, and the first of a like, a comment, a follow (`may_meet`): none of them waits
        for it with another lock in hand.
        """
        lock = text("SELECT pg_advisory_xact_lock(hashint8extended(least(:one, :other), greatest(:one, :other)))")
        self._session.execute(lock.bindparams(one=one, other=other))

    def may_meet(self, one: int, other: int) -> bool:
        """Tell whether neither blocks the other, and keep that so until the transaction ends.

        Before any other lock, and for several people in ascending order of ids. The SQL function (migration 0021) waits
        for a block that is being made, and looks after that.
        """
        query = text("SELECT feedapp_may_meet(:one, :other)")
        return bool(self._session.scalar(query, {"one": one, "other": other}))

    def is_hidden(self, user_id: int, *, from_: int) -> bool:
        """Tell whether somebody's profile is hidden from another, as of now: they block them, and not both do."""
        query = text(
            "SELECT EXISTS (SELECT FROM blocks WHERE blocker_id = :id AND blocked_id = :reader) "
            "AND NOT EXISTS (SELECT FROM blocks WHERE blocker_id = :reader AND blocked_id = :id)"
        )
        return bool(self._session.scalar(query, {"id": user_id, "reader": from_}))


class MuteRepository(PairRepository):
    """Mutes."""

    def __init__(self, session: ScopedSession) -> None:
        super().__init__(session, table="mutes", by="muter_id", of="muted_id")
