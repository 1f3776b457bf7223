"""Who reads from Redis just now: one row for each serving process, renewed as long as it does.

A write that could not delete its keys finds here for whom it has to wait.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from feedapp.repositories.outbox import LAZILY

if TYPE_CHECKING:
    from sqlalchemy import Engine

VALID_SECONDS = 2.0
"""A row that was not renewed for so long belongs to a process that is dead, or that cannot reach PostgreSQL."""
RENEWABLE_SECONDS = 1.5
"""Less, so that nobody who looks at the same moment can take for expired what is renewed as valid."""
FORGOTTEN_SECONDS = 60
_VALID = "renewed_at > clock_timestamp() - make_interval(secs => :valid)"


class ReaderRepository:
    """One statement each. What writes ask goes through `writes`: the one connection of relays is not for them."""

    def __init__(self, *, relays: Engine, writes: Engine) -> None:
        self._relays = relays
        self._writes = writes

    def enter(self, process: str, *, run: str) -> None:
        """Say that a process may read from that run of Redis from now on; under a name that is new."""
        entered = text("INSERT INTO cache_readers (process, run) VALUES (:process, :run)")
        with self._relays.connect() as connection:
            connection.execute(entered, {"process": process, "run": run})

    def renew(self, process: str) -> bool:
        """Say that it still does; False, with nothing changed, if its row has not been valid all the time."""
        renewed = (
            f"UPDATE cache_readers SET renewed_at = clock_timestamp() FROM {LAZILY} "  # noqa: S608
            f"WHERE process = :process AND {_VALID}"
        )
        with self._relays.connect() as connection:
            return connection.execute(text(renewed), {"process": process, "valid": RENEWABLE_SECONDS}).rowcount == 1

    def leave(self, process: str) -> None:
        """Say that a process does not read from Redis any more; drop what dead ones left."""
        left = (
            "DELETE FROM cache_readers WHERE process = :process "
            "OR renewed_at < clock_timestamp() - make_interval(secs => :forgotten)"
        )
        with self._relays.connect() as connection:
            connection.execute(text(left), {"process": process, "forgotten": FORGOTTEN_SECONDS})

    def who_may_miss(self, parcel_id: int, *, beside: str) -> set[str]:
        """Name the processes other than `beside` that read from a run of Redis in which that row is not delivered."""
        missing = (
            f"SELECT process FROM cache_readers WHERE process <> :beside AND {_VALID} AND strpos("  # noqa: S608
            "coalesce((SELECT confirmed_run FROM outbox WHERE id = :parcel_id), ''), run) = 0"
        )
        asked = {"beside": beside, "valid": VALID_SECONDS, "parcel_id": parcel_id}
        with self._writes.connect() as connection:
            return set(connection.scalars(text(missing), asked))

    def hurry(self, parcel_id: int) -> None:
        """Let other processes deliver a row at once: its own is not at it."""
        hurried = (
            f"UPDATE outbox SET created_at = to_timestamp(0) FROM {LAZILY} WHERE id = :id AND confirmed_at IS NULL"  # noqa: S608
        )
        with self._writes.begin() as connection:
            connection.execute(text(hurried), {"id": parcel_id})
