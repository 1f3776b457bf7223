"""Leases of periodic jobs: which process of the site runs which job.

One row per job, by PostgreSQL's clock. Not an advisory lock: those belong to a session, which behind pgbouncer in
transaction mode is shared, and a process that hangs would keep its lock for ever.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from sqlalchemy import text

from feedapp import deadline
from feedapp.postgres import database

if TYPE_CHECKING:
    from sqlalchemy import Engine

ASKING = 10.0
"""Timeout for PostgreSQL, in seconds."""


class LeaseRepository:
    """One statement each, in autocommit."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def take(self, name: str, *, lease: float) -> str | None:
        """Take a job for so many seconds; give the name of the lease, None if the job is taken."""
        taken = text(
            "INSERT INTO periodic_jobs AS job (name, taken_by, free_at) "
            "VALUES (:name, :taken_by, clock_timestamp() + make_interval(secs => :lease)) "
            "ON CONFLICT (name) DO UPDATE SET taken_by = excluded.taken_by, free_at = excluded.free_at "
            "WHERE job.free_at <= clock_timestamp() RETURNING taken_by"
        )
        asked = {"name": name, "taken_by": uuid4().hex, "lease": lease}
        with deadline.within(ASKING), self._engine.connect() as connection:
            found: str | None = connection.scalar(taken, asked)
            return found

    def lateness(self) -> dict[str, float]:
        """Give the seconds since which each job could have been done again; below 0 if it is not due, or being done."""
        asked = "SELECT name, extract(epoch FROM clock_timestamp() - free_at)::float8 AS late FROM periodic_jobs"
        return {str(each.name): float(each.late) for each in database.read(self._engine, asked, {})}

    def give_back(self, name: str, taken: str, *, free_in: float) -> None:
        """Free the job in so many seconds, unless the lease expired and another process has it."""
        given_back = text(
            "UPDATE periodic_jobs SET free_at = clock_timestamp() + make_interval(secs => :free_in) "
            "WHERE name = :name AND taken_by = :taken_by"
        )
        asked = {"name": name, "taken_by": taken, "free_in": free_in}
        with deadline.within(ASKING), self._engine.connect() as connection:
            connection.execute(given_back, asked)
