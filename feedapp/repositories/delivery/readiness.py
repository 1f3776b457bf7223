"""Readiness of the database: migrated as this code needs it, and accepting writes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from feedapp.extensions import db
from feedapp.postgres import database

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlalchemy import Engine

_AFTER = re.compile(r"""^down_revision = ['"](\w+)['"]""", re.MULTILINE)
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
    """The state of a database. `version` is the last migration applied, None if there was none.

    `needs` is the migration that this code needs, None if it was applied, or if `version` is newer than this code.
    `closed` names the tables that exist but may not be read or written.
    """

    is_replica: bool
    is_read_only: bool
    closed: Sequence[str]
    version: str | None
    needs: str | None


class ReadinessRepository:
    """Reads the state. `migrations` is the directory of the migrations."""

    def __init__(self, engine: Engine, *, migrations: Path) -> None:
        self._engine = engine
        self._migrations = migrations

    def look(self) -> Found:
        """Read it, by two statements."""
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

    @cached_property
    def _head(self) -> str:
        """The migration that no other comes after: their numbers say in which order they were begun, not applied."""
        files = self._migrations.glob("versions/[0-9]*.py")
        earlier = {each for file in files for each in _AFTER.findall(file.read_text(encoding="utf-8"))}
        return max(self._known - earlier)

    @cached_property
    def _known(self) -> frozenset[str]:
        """All migrations, by the names of their files.

        Not by Alembic: its check whether the directory is readable ignores capabilities, and a worker that root started
        may be able to read it by a capability only.
        """
        return frozenset(each.name.partition("_")[0] for each in self._migrations.glob("versions/[0-9]*.py"))
