"""The outbox: stale keys of committed writes, kept until Redis is known to have deleted them, and a minute longer.

Each row belongs to one transaction. A confirmation names the run of Redis in which the keys were deleted: a replica
that takes over, or a Redis that comes back from disk, may never have seen that deletion, so rows are kept for a while,
and count as undelivered in every other run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from feedapp import timing
from feedapp.repositories.delivery.history import HISTORY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Engine

    from feedapp.extensions import ScopedSession

LAZILY = "(SELECT set_config('synchronous_commit', 'off', true)) AS lazily"
"""A confirmation that is lost in a crash only costs one more delivery, so it need not wait for the disk."""
_ELSEWHERE = (
    "confirmed_at IS NOT NULL AND (confirmed_run < :run OR confirmed_run > :run) "
    "AND NOT EXISTS (SELECT FROM outbox_deliveries WHERE outbox_id = id AND run = :run)"
)
"""Not `<>`, so that the index finds the few there are; in most moments there is none."""
UNDELIVERED = (
    "SELECT id FROM outbox WHERE confirmed_at IS NULL AND created_at <= clock_timestamp() - make_interval(secs => {}) "  # noqa: S608
    f"UNION ALL SELECT id FROM outbox WHERE {_ELSEWHERE}"
)
"""Rows not delivered in a run, except those so young that their own process is probably delivering them."""
_DELIVERED_TOO = "INSERT INTO outbox_deliveries (outbox_id, run) SELECT id, :run FROM {} ON CONFLICT DO NOTHING"
"""All runs in which a row was delivered are kept. With only the last one, two processes that reach different servers
would alternately deliver everything again."""


Fate = Literal["in progress", "committed", "aborted"]


class Parcel(NamedTuple):
    """One row: its id, the history of PostgreSQL in which it was written, and the transaction that it is part of."""

    id: int
    database: str
    transaction: int


class Moment(NamedTuple):
    """PostgreSQL as it is now: its history, its clock in seconds, and what the outbox has forgotten (a time, too)."""

    database: str
    now: float
    cleaned: float


class OutboxRepository:
    """Adds in the session's transaction; all else runs in statements of its own (`engine` in autocommit)."""

    def __init__(self, *, session: ScopedSession, engine: Engine) -> None:
        self._session = session
        self._engine = engine

    def add(self, keys: Sequence[str], *, writer: str) -> Parcel:
        """Add keys, as part of the write that makes them stale."""
        added = text(
            "INSERT INTO outbox (keys, writer) VALUES (:keys, :writer) "  # noqa: S608
            f"RETURNING id, {HISTORY}, pg_current_xact_id()::text::bigint"
        )
        return Parcel(*self._session.execute(added, {"keys": list(keys), "writer": writer}).one())

    def fate(self, transaction: int) -> Fate:
        """Tell the outcome of a transaction whose commit was not answered. Raise SQLAlchemyError without an answer."""
        asked = text("SELECT pg_xact_status(CAST(CAST(:transaction AS text) AS xid8))")
        with self._engine.connect() as connection:
            try:
                fate = connection.execute(asked, {"transaction": transaction}).scalar_one()
            except DBAPIError as error:
                if getattr(error.orig, "pgcode", None) is None:
                    raise
                return "aborted"  # in this server's future: a transaction that belongs to a lost history
        return "aborted" if fate is None else fate

    def confirm(self, ids: Sequence[int], *, run: str) -> None:
        """Mark rows as delivered in that run of Redis. Rows that others have locked are left for later."""
        confirmed = (
            "WITH free AS (SELECT id, confirmed_run FROM outbox WHERE id = ANY(:ids) FOR UPDATE SKIP LOCKED), "  # noqa: S608
            "first AS (UPDATE outbox SET confirmed_at = clock_timestamp(), confirmed_run = :run "
            f"FROM free, {LAZILY} WHERE outbox.id = free.id AND free.confirmed_run IS NULL), "
            "again AS (SELECT id FROM free WHERE confirmed_run <> :run) " + _DELIVERED_TOO.format("again")
        )
        with self._engine.connect() as connection:
            connection.execute(text(confirmed), {"ids": list(ids), "run": run})

    def undelivered(self, *, run: str, overdue: bool = False) -> Sequence[int]:
        """Give the ids of all rows that are not known to be delivered in that run, the newest first.

        Not "those after the last": transactions commit out of order. `overdue` leaves out rows so young
        that their own process is probably delivering them.
        """
        with self._engine.connect() as connection:
            query = text(UNDELIVERED.format(timing.OVERDUE if overdue else -86_400) + " ORDER BY id DESC")
            return connection.scalars(query, {"run": run}).all()

    def parcels(self, ids: Sequence[int]) -> list[tuple[str, str]]:
        """Give all (key, writer) pairs in these rows, each once."""
        query = text("SELECT DISTINCT unnest(keys), writer FROM outbox WHERE id = ANY(:ids)")
        with self._engine.connect() as connection:
            return [(key, writer) for key, writer in connection.execute(query, {"ids": list(ids)})]

    def moment(self) -> Moment:
        """Read the history and the clock, and store the history if it is new."""
        asked = text(
            f"WITH entered AS (INSERT INTO cache_histories (name) VALUES ({HISTORY}) ON CONFLICT DO NOTHING) "  # noqa: S608
            f"SELECT {HISTORY}, extract(epoch FROM clock_timestamp()), "
            "(SELECT extract(epoch FROM max(cleaned_before)) FROM cache_histories)"
        )
        with self._engine.connect() as connection:
            database, now, cleaned = connection.execute(asked).one()
            return Moment(database, float(now), float(cleaned or 0))

    def adopt(self, *, run: str, before: float) -> None:
        """Mark rows confirmed anywhere before a time as delivered in that run, too: it was emptied since."""
        adopted = (
            "WITH before AS (SELECT id FROM outbox "  # noqa: S608
            f"WHERE confirmed_at < to_timestamp(:before) AND {_ELSEWHERE} FOR KEY SHARE SKIP LOCKED) "
            + _DELIVERED_TOO.format("before")
        )
        with self._engine.connect() as connection:
            connection.execute(text(adopted), {"run": run, "before": before})

    def clean(self) -> None:
        """Delete rows that were confirmed long enough ago, and store up to when."""
        kept = f"clock_timestamp() - interval '{timing.KEPT} seconds'"
        gone = (
            "WITH threshold AS (UPDATE cache_histories "  # noqa: S608
            f"SET cleaned_before = greatest(cleaned_before, {kept}) WHERE name = {HISTORY} RETURNING cleaned_before) "
            f"DELETE FROM outbox USING threshold, {LAZILY} WHERE confirmed_at < threshold.cleaned_before"
        )
        with self._engine.connect() as connection:
            connection.execute(text(gone))

    def depth(self) -> int:
        """Count the unconfirmed rows."""
        return self.backlog()[0]

    def backlog(self) -> tuple[int, float]:
        """Count the unconfirmed rows, and give the age of the oldest in seconds, 0 if there is none."""
        asked = text(
            "SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0) "
            "FROM outbox WHERE confirmed_at IS NULL"
        )
        with self._engine.connect() as connection:
            depth, age = connection.execute(asked).one()
            return int(depth), max(0.0, float(age))
