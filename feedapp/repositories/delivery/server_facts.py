"""What a PostgreSQL says of itself: version, clock, connections, and how many processes of the site there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from feedapp import timing
from feedapp.postgres import database

if TYPE_CHECKING:
    from sqlalchemy import Engine

_LOOK = (
    "SELECT current_setting('server_version_num')::int / 10000 AS version, "
    "extract(epoch FROM clock_timestamp())::float8 AS now, "
    "current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int "
    "- coalesce(current_setting('reserved_connections', true), '0')::int AS connections, "
    "(SELECT count(*) FROM pg_stat_activity WHERE coalesce(backend_type, 'client backend') = 'client backend' "
    "AND application_name IS DISTINCT FROM 'feedapp') AS others, "
    "to_regclass('cache_readers') IS NOT NULL AS has_registry"
)
_PROCESSES = (
    "SELECT count(*) AS processes FROM cache_readers "
    "WHERE renewed_at > clock_timestamp() - make_interval(secs => %(valid)s)"
)

_BACKUP = (
    "SELECT extract(epoch FROM clock_timestamp() - coalesce((SELECT max(finished_at) FROM backups), "
    "(SELECT min(created_at) FROM users)))::float8 AS age"
)


class ServerFacts(NamedTuple):
    """`connections` are those that are not reserved, `others` those that clients beside feedapp have."""

    version: int
    now: float
    connections: int
    others: int
    has_registry: bool


class ServerFactsRepository:
    """Reads them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def look(self) -> ServerFacts:
        """Ask once."""
        (found,) = database.read(self._engine, _LOOK, {})
        return ServerFacts(*found)

    def last_backup(self) -> float | None:
        """Give the seconds since the last backup, or since the first account; None if nobody is here."""
        (found,) = database.read(self._engine, _BACKUP, {})
        return None if found.age is None else float(found.age)

    def processes(self) -> int:
        """Count the processes of all hosts that read from Redis at the moment."""
        (found,) = database.read(self._engine, _PROCESSES, {"valid": timing.VALID})
        return int(found.processes)
