"""What PostgreSQL says of itself to the operator's desk: sizes, statements, sign-ups, what waits for moderators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy.exc import SQLAlchemyError

from feedapp.postgres import database

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine

MOST = 10
_GAUGES = (
    "SELECT (SELECT count(*) FROM outbox WHERE confirmed_at IS NULL) AS outbox_depth, "
    "(SELECT coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::float8 FROM outbox "
    "WHERE confirmed_at IS NULL) AS outbox_age, "
    "(SELECT count(*) FROM outbox_messages) AS messages, "
    "pg_database_size(current_database()) AS database_bytes, "
    "(SELECT count(*) FROM report_cases WHERE resolved_at IS NULL) AS open_reports"
)
_TABLES = (
    "SELECT relname AS name, pg_total_relation_size(oid) AS bytes, greatest(reltuples, 0)::bigint AS rows "
    "FROM pg_class "
    "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 2 DESC LIMIT %(most)s"
)
_SIZES = (
    "SELECT relname AS name, pg_total_relation_size(oid) AS bytes FROM pg_class "
    "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 2 DESC LIMIT 100"
)
_STATEMENTS = (
    "SELECT left(regexp_replace(query, '\\s+', ' ', 'g'), 200) AS query, calls, "
    "total_exec_time / 1000 AS seconds, mean_exec_time / 1000 AS mean FROM pg_stat_statements "
    "WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) "
    "ORDER BY mean_exec_time * least(calls, 100) DESC LIMIT %(most)s"
)
_BACKUP = "SELECT max(finished_at) AS at, (SELECT count(*) FROM users) > 0 AS used FROM backups"
_JOBS = "SELECT name, free_at FROM periodic_jobs ORDER BY name LIMIT 100"


_DATA = "SELECT setting FROM pg_settings WHERE name = 'data_directory'"


class Table(NamedTuple):
    """One table: its bytes with indexes, and about how many rows."""

    name: str
    bytes: int
    rows: int


class Statement(NamedTuple):
    """One statement; times in seconds."""

    query: str
    calls: int
    seconds: float
    mean: float


class DeskServerRepository:
    """One statement each, in autocommit."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def gauges(self) -> dict[str, Any]:
        """Give depth and age of the outbox, messages that wait, size of the database, open reports."""
        (found,) = database.read(self._engine, _GAUGES, {})
        return dict(found._mapping)  # noqa: SLF001 (SQLAlchemy's public name of it)

    def tables(self) -> list[Table]:
        """Give the largest tables."""
        return [Table(*found) for found in database.read(self._engine, _TABLES, {"most": MOST})]

    def sizes(self) -> dict[str, int]:
        """Give the bytes of each table, with indexes."""
        return {each.name: int(each.bytes) for each in database.read(self._engine, _SIZES, {})}

    def statements(self) -> list[Statement] | None:
        """Give the slowest statements by pg_stat_statements; None where it is not."""
        try:
            found = database.read(
                self._engine,
                "SELECT to_regclass('pg_stat_statements') IS NOT NULL AS there, "
                "position('pg_stat_statements' in current_setting('shared_preload_libraries', true)) > 0 AS loaded",
                {},
            )
            if not (found[0].there and found[0].loaded):
                return None
            return [Statement(*each) for each in database.read(self._engine, _STATEMENTS, {"most": MOST})]
        except SQLAlchemyError:  # not for this user, or of a version with other columns
            return None

    def data_directory(self) -> str | None:
        """Say where its data are, on its own machine; None if its user may not know."""
        found = database.read(self._engine, _DATA, {})
        return str(found[0].setting) if found else None

    def last_backup(self) -> datetime | None:
        """Give when the last backup was finished."""
        (found,) = database.read(self._engine, _BACKUP, {})
        at: datetime | None = found.at
        return at
