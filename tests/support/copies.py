"""What stands in Redis, and communities that many tests begin with: made once in a process, then put back."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from sqlalchemy import inspect, text

from feedapp.models import Base

if TYPE_CHECKING:
    from collections.abc import Callable

    from redis import Redis
    from sqlalchemy import Engine

PREFIX = "test:"
T = TypeVar("T")
SEQUENCES = (
    "SELECT format('%I.%I', schemaname, sequencename), last_value FROM pg_sequences WHERE last_value IS NOT NULL"
)


def forget_everything(redis: Redis) -> None:
    """Delete every key but the marks of the run, without which Redis would not be trusted."""
    if doomed := held(redis):
        with redis.pipeline(transaction=False) as pipeline:
            for name in doomed:
                pipeline.delete(name)
            pipeline.execute()


def held(redis: Redis) -> list[str]:
    """Name the keys that stand in Redis beside the marks of the run."""
    names = [name.decode() for name in redis.scan_iter("*", count=1_000)]  # of a cluster KEYS would ask one server
    return [name for name in names if not name.startswith((f"{PREFIX}fence:", f"{PREFIX}incarnation:"))]


class Snapshot(NamedTuple):
    """What stood after it was made. `rows` are COPY's text by table and columns, `cached` what DUMP says by key."""

    made: Any
    rows: dict[tuple[str, str], str]
    sequences: list[tuple[str, int]]
    cached: dict[str, tuple[int, bytes]]


class Snapshots:
    """Those of one PostgreSQL and one Redis, by name."""

    def __init__(self, engine: Engine, redis: Redis) -> None:
        self._engine = engine
        self._redis = redis
        self._taken: dict[str, Snapshot] = {}
        columns = inspect(engine).get_columns
        self._columns = {
            table: ", ".join(each["name"] for each in columns(table) if not each.get("computed"))
            for table in Base.metadata.tables
        }

    def of(self, name: str, make: Callable[[], T]) -> T:
        """Make it in the empty database and cache of this test, or put back what another test of that name made."""
        if name in self._taken:
            self._put_back(self._taken[name])
        else:
            before = {table for table, _ in self._rows()}  # what a process enters of itself stays its own
            made = make()
            rows = {key: copied for key, copied in self._rows().items() if key[0] not in before}
            self._taken[name] = Snapshot(made, rows, self._sequences(), self._cached())
        found: T = self._taken[name].made
        return found

    def _rows(self) -> dict[tuple[str, str], str]:
        found: dict[tuple[str, str], str] = {}
        with self._engine.begin() as connection:
            cursor = connection.connection.cursor()
            for table, columns in self._columns.items():
                copied = StringIO()
                cursor.copy_expert(f"COPY {table} ({columns}) TO STDOUT", copied)
                if copied.tell():
                    found[table, columns] = copied.getvalue()
        return found

    def _sequences(self) -> list[tuple[str, int]]:
        with self._engine.begin() as connection:
            return [(name, value) for name, value in connection.execute(text(SEQUENCES))]

    def _cached(self) -> dict[str, tuple[int, bytes]]:
        names = held(self._redis)
        with self._redis.pipeline(transaction=False) as pipeline:
            for name in names:
                pipeline.pttl(name)
                pipeline.dump(name)
            answers = pipeline.execute()
        return {name: (max(0, answers[2 * n]), answers[2 * n + 1]) for n, name in enumerate(names)}

    def _put_back(self, snapshot: Snapshot) -> None:
        with self._engine.begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))  # no triggers: all is there
            cursor = connection.connection.cursor()
            for (table, columns), copied in snapshot.rows.items():
                cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", StringIO(copied))
            names, values = zip(*snapshot.sequences, strict=True)
            set_all = "SELECT setval(name::regclass, value) FROM unnest(%s, %s) AS each (name, value)"
            cursor.execute(set_all, (list(names), list(values)))
        with self._redis.pipeline(transaction=False) as pipeline:
            for key, (milliseconds, dumped) in snapshot.cached.items():
                pipeline.restore(key, milliseconds, dumped, replace=True)
            pipeline.execute()
