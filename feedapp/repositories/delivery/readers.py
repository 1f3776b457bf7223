"""The reader registry: one row per serving process that may read from Redis, renewed as long as it does.

It tells a write which processes to wait for: those that read from a run in which its keys are not deleted.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import text

from feedapp import timing
from feedapp.repositories.delivery.history import HISTORY
from feedapp.repositories.delivery.outbox import LAZILY, UNDELIVERED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Engine, TextClause

PORTION = 500
"""Maximum number of outbox rows per look."""
_VALID = "renewed_at > clock_timestamp() - make_interval(secs => :valid)"


@cache
def _looked(overdue: float) -> TextClause:
    """Compile the statement of a look once: it is most of the work of an idle process."""
    return text(
        "WITH renewed AS (UPDATE cache_readers SET renewed_at = clock_timestamp(), looks = looks + 1 "  # noqa: S608
        "WHERE process = :process AND renewed_at > clock_timestamp() - make_interval(secs => :renewable) "
        "RETURNING process) "
        f"SELECT {HISTORY} AS database, EXISTS (SELECT FROM renewed) AS renewed, "
        f"ARRAY(SELECT DISTINCT run FROM cache_readers WHERE run <> :run AND {_VALID}) AS other_runs, "
        f"ARRAY({UNDELIVERED.format(overdue)} ORDER BY id DESC LIMIT {PORTION}) AS undelivered FROM {LAZILY}"
    )


class Look(NamedTuple):
    """The result of one look: PostgreSQL's history, whether the own row has been valid throughout, and what is new."""

    database: str
    renewed: bool
    other_runs: frozenset[str]
    """The runs that other processes read from."""
    undelivered: Sequence[int]
    """Rows of the outbox that no process seems to be delivering, the newest first."""


class ReaderRepository:
    """One statement each, in autocommit. Writes query through `reads`, not through the relay's connection."""

    def __init__(self, *, relays: Engine, reads: Engine) -> None:
        self._relays = relays
        self._reads = reads

    def enter(self, process: str, *, run: str) -> None:
        """Register a process, under a new name, as one that may read from that run from now on."""
        entered = text("INSERT INTO cache_readers (process, run) VALUES (:process, :run)")
        with self._relays.connect() as connection:
            connection.execute(entered, {"process": process, "run": run})

    def look(self, process: str, *, run: str) -> Look:
        """Renew the row, unless it has expired, and see what is new, in one statement."""
        asked = {"process": process, "run": run, "renewable": timing.RENEWABLE, "valid": timing.VALID}
        with self._relays.connect() as connection:
            found = connection.execute(_looked(timing.OVERDUE), asked).one()
        return Look(found.database, found.renewed, frozenset(found.other_runs), found.undelivered)

    def leave(self, process: str) -> None:
        """Unregister a process that reads from Redis no more; delete the rows of dead ones."""
        left = (
            "DELETE FROM cache_readers WHERE process = :process "
            "OR renewed_at < clock_timestamp() - make_interval(secs => :forgotten)"
        )
        with self._relays.connect() as connection:
            connection.execute(text(left), {"process": process, "forgotten": timing.FORGOTTEN})

    def looks_in_other_runs(self, run: str) -> Mapping[str, int]:
        """Give the number of looks of each process that reads from another run."""
        asked = text(f"SELECT process, looks FROM cache_readers WHERE run <> :run AND {_VALID}")  # noqa: S608
        with self._relays.connect() as connection:
            return {each.process: each.looks for each in connection.execute(asked, {"run": run, "valid": timing.VALID})}

    def reads_elsewhere(self, run: str) -> bool:
        """Tell whether any process reads from another run."""
        asked = text(f"SELECT EXISTS (SELECT FROM cache_readers WHERE run <> :run AND {_VALID})")  # noqa: S608
        with self._reads.connect() as connection:
            return bool(connection.execute(asked, {"run": run, "valid": timing.VALID}).scalar_one())

    def who_may_miss(self, parcel_id: int, *, beside: str) -> set[str]:
        """Give the processes, except `beside`, that read from a run in which that row is not delivered."""
        missing = (
            f"SELECT process FROM cache_readers AS reader WHERE process <> :beside AND {_VALID} "  # noqa: S608
            "AND NOT EXISTS (SELECT FROM outbox WHERE id = :parcel_id AND confirmed_run = reader.run) "
            "AND NOT EXISTS (SELECT FROM outbox_deliveries WHERE outbox_id = :parcel_id AND run = reader.run)"
        )
        asked = {"beside": beside, "valid": timing.VALID, "parcel_id": parcel_id}
        with self._reads.connect() as connection:
            return set(connection.scalars(text(missing), asked))

    def is_new(self, database: str) -> bool:
        """Tell whether a history is so new that unregistered processes may still read copies of the one before."""
        asked = text(
            "WITH entered AS (INSERT INTO cache_histories (name) VALUES (:name) ON CONFLICT DO NOTHING) "
            "SELECT NOT EXISTS (SELECT FROM cache_histories WHERE name = :name "
            "AND seen_at < clock_timestamp() - make_interval(secs => :valid))"
        )
        with self._reads.connect() as connection:
            return bool(connection.execute(asked, {"name": database, "valid": timing.VALID}).scalar_one())

    def hurry(self, parcel_id: int) -> None:
        """Let other processes deliver a row at once, since its own will not. No lock outlives the statement."""
        hurried = (
            f"UPDATE outbox SET created_at = to_timestamp(0) FROM {LAZILY} WHERE id = :id AND confirmed_at IS NULL"  # noqa: S608
        )
        with self._reads.connect() as connection:
            connection.execute(text(hurried), {"id": parcel_id})
