"""The outbox: keys that a committed write made stale, until it is known that Redis has deleted them, and a minute more.

Each row belongs to one transaction. A row that was confirmed is kept for a while, since a Redis that fails over or
comes back from disk may have lost the deletion.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Engine

    from feedapp.extensions import ScopedSession

KEPT = "60 seconds"
OVERDUE = "300 milliseconds"
_LAZILY = "(SELECT set_config('synchronous_commit', 'off', true)) AS lazily"
"""A confirmation that is lost in a crash only means one delivery more, so it need not wait for the disk."""


class OutboxRepository:
    """Adds within the session's transaction; everything else in statements of its own (`engine` in autocommit)."""

    def __init__(self, *, session: ScopedSession, engine: Engine) -> None:
        self._session = session
        self._engine = engine

    def add(self, keys: Sequence[str]) -> int:
        """Put keys in, as part of the write that makes them stale; give the row's id."""
        added = text("INSERT INTO outbox (keys) VALUES (:keys) RETURNING id")
        return int(self._session.execute(added, {"keys": list(keys)}).scalar_one())

    def confirm(self, ids: Sequence[int]) -> None:
        """Strike off what Redis has deleted."""
        confirmed = f"UPDATE outbox SET confirmed_at = clock_timestamp() FROM {_LAZILY} WHERE id = ANY(:ids)"  # noqa: S608
        with self._engine.connect() as connection:
            connection.execute(text(confirmed), {"ids": list(ids)})

    def unconfirmed(self, *, overdue_only: bool) -> Sequence[int]:
        """Give the ids of all rows nobody has confirmed, not "those after the last": transactions commit out of order.

        `overdue_only` leaves out those so young that their own process is likely to be at it.
        """
        overdue = f"AND created_at < clock_timestamp() - interval '{OVERDUE}'" if overdue_only else ""
        query = text(f"SELECT id FROM outbox WHERE confirmed_at IS NULL {overdue}")  # noqa: S608
        with self._engine.connect() as connection:
            return connection.scalars(query).all()

    def keys_of(self, ids: Sequence[int]) -> Sequence[str]:
        """Give all keys in these rows, each once."""
        query = text("SELECT DISTINCT unnest(keys) FROM outbox WHERE id = ANY(:ids)")
        with self._engine.connect() as connection:
            return connection.scalars(query, {"ids": list(ids)}).all()

    def reopen(self) -> None:
        """Make everything undelivered again."""
        with self._engine.connect() as connection:
            connection.execute(text("UPDATE outbox SET confirmed_at = NULL WHERE confirmed_at IS NOT NULL"))

    def clean(self) -> None:
        """Drop what was confirmed long enough ago."""
        gone = f"DELETE FROM outbox USING {_LAZILY} WHERE confirmed_at < clock_timestamp() - interval '{KEPT}'"  # noqa: S608
        with self._engine.connect() as connection:
            connection.execute(text(gone))

    def depth(self) -> int:
        """Count what is not confirmed."""
        with self._engine.connect() as connection:
            query = text("SELECT count(*) FROM outbox WHERE confirmed_at IS NULL")
            return int(connection.execute(query).scalar_one())
