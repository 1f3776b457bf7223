"""The outbox: keys that a committed write made stale, until Redis is known to have deleted them, and a minute more.

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
"""A confirmation that is lost in a crash only means one delivery more, so it need not wait for the disk."""
_ELSEWHERE = (
    "confirmed_at IS NOT NULL AND (confirmed_run < :run OR confirmed_run > :run) "
    "AND NOT EXISTS (SELECT FROM outbox_deliveries WHERE outbox_id = id AND run = :run)"
)
"""Not `<>`, so that the index finds the few there are; in most moments there is none."""
UNDELIVERED = (
    "SELECT id FROM outbox WHERE confirmed_at IS NULL AND created_at <= clock_timestamp() - make_interval(secs => {}) "  # noqa: S608
    f"UNION ALL SELECT id FROM outbox WHERE {_ELSEWHERE}"
)
"""Rows not delivered in a run; the age leaves out those so young that their own process is likely to be at it."""
_DELIVERED_TOO = "INSERT INTO outbox_deliveries (outbox_id, run) SELECT id, :run FROM {} ON CONFLICT DO NOTHING"
"""All runs in which a row was deleted are kept. With the last one only, two processes that reach different servers
would take turns at delivering everything again."""


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
    """Adds within the session's transaction; everything else in statements of its own (`engine` in autocommit)."""

    def __init__(self, *, session: ScopedSession, engine: Engine) -> None:
        self._session = session
        self._engine = engine

    def add(self, keys: Sequence[str], *, writer: str) -> Parcel:
        """Put keys in, as part of the write that makes them stale."""
        added = text(
            "INSERT INTO outbox (keys, writer) VALUES (:keys, :writer) "  # noqa: S608
            f"RETURNING id, {HISTORY}, pg_current_xact_id()::text::bigint"
        )
        return Parcel(*self._session.execute(added, {"keys": list(keys), "writer": writer}).one())

    def fate(self, transaction: int) -> Fate:
        """Tell what became of a transaction whose commit was not answered. Raise SQLAlchemyError if nobody answers."""
        asked = text("SELECT pg_xact_status(CAST(CAST(:transaction AS text) AS xid8))")
        with self._engine.connect() as connection:
            try:
                fate = connection.execute(asked, {"transaction": transaction}).scalar_one()
            except DBAPIError as error:
                if getattr(error.orig, "pgcode", None) is None:
                    raise
                return "aborted"  # from the future, as this server sees it: one that another history has lost
        return "aborted" if fate is None else fate

    def confirm(self, ids: Sequence[int], *, run: str) -> None:
        """Strike off what that run of Redis has deleted. Rows that somebody else is at are left for another time."""
        confirmed = (
            "WITH free AS (SELECT id, confirmed_run FROM outbox WHERE id = ANY(:ids) FOR UPDATE SKIP LOCKED), "  # noqa: S608
            "first AS (UPDATE outbox SET confirmed_at = clock_timestamp(), confirmed_run = :run "
            f"FROM free, {LAZILY} WHERE outbox.id = free.id AND free.confirmed_run IS NULL), "
            "again AS (SELECT id FROM free WHERE confirmed_run <> :run) " + _DELIVERED_TOO.format("again")
        )
        with self._engine.connect() as connection:
            connection.execute(text(confirmed), {"ids": list(ids), "run": run})

    def undelivered(self, *, run: str, overdue: bool = False) -> Sequence[int]:
        """Give the ids of all rows that are not known to be deleted in that run, the newest first.

        Not "those after the last": transactions commit out of order. `overdue` leaves out those so young that their own
        process is likely to be at it.
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
        """Ask for the history and the clock, and enter the history where it is new."""
        asked = text(
            f"WITH entered AS (INSERT INTO cache_histories (name) VALUES ({HISTORY}) ON CONFLICT DO NOTHING) "  # noqa: S608
            f"SELECT {HISTORY}, extract(epoch FROM clock_timestamp()), "
            "(SELECT extract(epoch FROM max(cleaned_before)) FROM cache_histories)"
        )
        with self._engine.connect() as connection:
            database, now, cleaned = connection.execute(asked).one()
            return Moment(database, float(now), float(cleaned or 0))

    def adopt(self, *, run: str, before: float) -> None:
        """Take what was confirmed anywhere before a moment as deleted in that run, too: it was emptied since."""
        adopted = (
            "WITH before AS (SELECT id FROM outbox "  # noqa: S608
            f"WHERE confirmed_at < to_timestamp(:before) AND {_ELSEWHERE} FOR KEY SHARE SKIP LOCKED) "
            + _DELIVERED_TOO.format("before")
        )
        with self._engine.connect() as connection:
            connection.execute(text(adopted), {"run": run, "before": before})

    def clean(self) -> None:
        """Drop what was confirmed long enough ago, and note down up to when."""
        kept = f"clock_timestamp() - interval '{timing.KEPT} seconds'"
        gone = (
            "WITH threshold AS (UPDATE cache_histories "  # noqa: S608
            f"SET cleaned_before = greatest(cleaned_before, {kept}) WHERE name = {HISTORY} RETURNING cleaned_before) "
            f"DELETE FROM outbox USING threshold, {LAZILY} WHERE confirmed_at < threshold.cleaned_before"
        )
        with self._engine.connect() as connection:
            connection.execute(text(gone))

    def depth(self) -> int:
        """Count what is not confirmed."""
        with self._engine.connect() as connection:
            query = text("SELECT count(*) FROM outbox WHERE confirmed_at IS NULL")
            return int(connection.execute(query).scalar_one())
