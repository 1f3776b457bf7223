"""What a database must be for this code to serve from it: migrated, and one that accepts writes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from feedapp.extensions import db
from feedapp.postgres import database

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlalchemy import Engine

_LOOK = (
    "SELECT pg_is_in_recovery() AS is_replica, current_setting('transaction_read_only') = 'on' AS is_read_only, "
    "to_regclass('alembic_version') IS NOT NULL AS is_migrated, "
    "ARRAY(SELECT name FROM unnest(CAST(%(tables)s AS text[])) AS name "
    "WHERE NOT (has_table_privilege(to_regclass(name), 'SELECT') AND has_table_privilege(to_regclass(name), 'INSERT')) "
    "OR (name IN ('outbox', 'outbox_messages') AND NOT has_table_privilege(to_regclass(name), 'DELETE')) "
    "OR (name IN ('users', 'cache_readers', 'outbox_messages', 'periodic_jobs') "
    "AND NOT has_table_privilege(to_regclass(name), 'UPDATE'))) AS closed"
)


@dataclass(frozen=True, slots=True)
class Found:
    """What a database is. `version` is the last migration that it has had, None if it has had none.

    `needs` is the migration that this code needs, None if it has had that, or one that this code does not know yet.
    `closed` names the tables that are there and not to be read from or written to.
    """

    is_replica: bool
    is_read_only: bool
    closed: Sequence[str]
    version: str | None
    needs: str | None


class ReadinessRepository:
    """Looks. `migrations` is their directory."""

    def __init__(self, engine: Engine, *, migrations: Path) -> None:
        self._engine = engine
        self._migrations = migrations

    def look(self) -> Found:
        """Ask PostgreSQL, by two statements."""
        (about,) = database.read(self._engine, _LOOK, {"tables": sorted(db.metadata.tables)})
        rows = database.read(self._engine, "SELECT version_num FROM alembic_version", {}) if about.is_migrated else []
        had = {row.version_num for row in rows}
        is_old = had <= self._known and self._head not in had
        return Found(
            is_replica=about.is_replica,
            is_read_only=about.is_read_only,
            closed=about.closed,
            version=max(had, default=None),
            needs=self._head if is_old else None,
        )

    @property
    def _head(self) -> str:
        return max(self._known)

    @cached_property
    def _known(self) -> frozenset[str]:
        """Every migration there is, by the names of their files.

        Not by Alembic: it asks whether the directory may be read in a way that knows nothing of capabilities, and a
        worker that root started may have one of those only.
        """
        return frozenset(each.name.partition("_")[0] for each in self._migrations.glob("versions/[0-9]*.py"))
