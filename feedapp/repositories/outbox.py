"""The outbox: keys that a committed write made stale, until Redis is known to have deleted them, and a minute more.

Each row belongs to one transaction. A confirmation names the run of Redis in which the keys were deleted: a replica
that takes over, or a Redis that comes back from disk, may never have seen that deletion, so rows are kept for a while,
and count as undelivered in every other run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Engine

    from feedapp.extensions import ScopedSession

KEPT_SECONDS = 60
OVERDUE = "300 milliseconds"
LAZILY = "(SELECT set_config('synchronous_commit', 'off', true)) AS lazily"
"""A confirmation that is lost in a crash only means one delivery more, so it need not wait for the disk."""
_ELSEWHERE = (
    "confirmed_at IS NOT NULL AND (confirmed_run < :run OR confirmed_run > :run) AND strpos(confirmed_run, :run) = 0"
)
"""Not `<>`, so that the index finds the few there are; in most moments there is none."""
_THERE_TOO = "CASE WHEN strpos(confirmed_run, :run) > 0 THEN confirmed_run ELSE concat_ws(' ', confirmed_run, :run) END"
"""All runs in which it was deleted. With the last one only, two processes that reach different servers would take turns
at delivering everything again."""


class OutboxRepository:
    """Adds within the session's transaction; everything else in statements of its own (`engine` in autocommit)."""

    def __init__(self, *, session: ScopedSession, engine: Engine) -> None:
        self._session = session
        self._engine = engine

    def add(self, keys: Sequence[str], *, writer: str) -> int:
        """Put keys in, as part of the write that makes them stale; give the row's id."""
        added = text("INSERT INTO outbox (keys, writer) VALUES (:keys, :writer) RETURNING id")
        return int(self._session.execute(added, {"keys": list(keys), "writer": writer}).scalar_one())

    def confirm(self, ids: Sequence[int], *, run: str) -> None:
        """Strike off what that run of Redis has deleted."""
        confirmed = (
            "UPDATE outbox SET confirmed_at = coalesce(confirmed_at, clock_timestamp()), "  # noqa: S608
            f"confirmed_run = {_THERE_TOO} FROM {LAZILY} WHERE id = ANY(:ids)"
        )
        with self._engine.connect() as connection:
            connection.execute(text(confirmed), {"ids": list(ids), "run": run})

    def undelivered(self, *, run: str, overdue_only: bool) -> Sequence[int]:
        """Give the ids of all rows that are not known to be deleted in that run of Redis.

        Not "those after the last": transactions commit out of order. `overdue_only` leaves out those so young that
        their own process is likely to be at it.
        """
        overdue = f"AND created_at < clock_timestamp() - interval '{OVERDUE}'" if overdue_only else ""
        query = (
            f"SELECT id FROM outbox WHERE confirmed_at IS NULL {overdue} "  # noqa: S608
            f"UNION ALL SELECT id FROM outbox WHERE {_ELSEWHERE}"
        )
        with self._engine.connect() as connection:
            return connection.scalars(text(query), {"run": run}).all()

    def parcels(self, ids: Sequence[int]) -> list[tuple[str, str]]:
        """Give all (key, writer) pairs in these rows, each once."""
        query = text("SELECT DISTINCT unnest(keys), writer FROM outbox WHERE id = ANY(:ids)")
        with self._engine.connect() as connection:
            return [(key, writer) for key, writer in connection.execute(query, {"ids": list(ids)})]

    def now(self) -> datetime:
        """Ask PostgreSQL for the time."""
        with self._engine.connect() as connection:
            moment: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
            return moment

    def adopt(self, *, run: str, before: datetime) -> None:
        """Take what was confirmed anywhere before a moment as deleted in that run, too: it was emptied since."""
        adopted = f"UPDATE outbox SET confirmed_run = {_THERE_TOO} WHERE confirmed_at < :before AND {_ELSEWHERE}"  # noqa: S608
        with self._engine.connect() as connection:
            connection.execute(text(adopted), {"run": run, "before": before})

    def clean(self) -> None:
        """Drop what was confirmed long enough ago."""
        gone = (
            f"DELETE FROM outbox USING {LAZILY} "  # noqa: S608
            f"WHERE confirmed_at < clock_timestamp() - interval '{KEPT_SECONDS} seconds'"
        )
        with self._engine.connect() as connection:
            connection.execute(text(gone))

    def depth(self) -> int:
        """Count what is not confirmed."""
        with self._engine.connect() as connection:
            query = text("SELECT count(*) FROM outbox WHERE confirmed_at IS NULL")
            return int(connection.execute(query).scalar_one())
