"""Makes backups."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import psycopg2
from psycopg2 import sql

from feedapp.embedded import private
from feedapp.errors import UnavailableError
from feedapp.services.operations.backup import manifest, media
from feedapp.services.operations.backup.manifest import BASE, DUMP, MEDIA, SETTINGS, WAL, Manifest
from feedapp.services.operations.backup.programs import connection, program, run, version_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from typing import Any

SETTING_NAMES = (
    "DATABASE_URL", "REDIS_URL", "SECRET_KEY", "SITE_URL", "SITE_HOSTS", "HOST", "PORT", "WEB_WORKERS", "WEB_THREADS",
    "WEB_USER", "LOG_FORMAT", "LOG_LEVEL", "SMTP_URL", "MAIL_FROM", "MEDIA_URL", "TRUSTED_PROXIES", "RATE_LIMITS",
    "RATE_LIMIT_FIGURES", "REDIS_TIMEOUT", "CACHE_KEY_PREFIX", "CACHE_LIFETIMES", "DATABASE_POOL_SIZE",
    "METRICS_TOKEN", "METRICS_PORT", "METRICS_HOST",
)  # fmt: skip
SECRETS = frozenset({"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "SMTP_URL", "METRICS_TOKEN", "MEDIA_URL"})
OF_PROCESSES = ("cache_readers", "cache_histories")
"""Tables of what runs: nothing of them is true after a restore."""
SLOT = "feedapp_backup"


class Made(NamedTuple):
    """What was made: how many bytes, where, and what has to be said of it."""

    place: str
    bytes: int
    rows: int
    files: int
    has_secrets: bool
    is_media_elsewhere: bool


class Storing:
    """Backups of one site."""

    def __init__(self, *, database_url: str, media_url: str, settings: Mapping[str, str]) -> None:
        self._url = database_url.replace("postgresql+psycopg2://", "postgresql://", 1)
        self._media_url = media_url
        self._settings = {name: settings[name] for name in SETTING_NAMES if settings.get(name, "").strip()}

    def store(self, directory: Path, *, with_secrets: bool = True, base: bool = False) -> Made:
        """Make one in a folder: a dump, or a base backup. Raise UnavailableError, OSError.

        PostgreSQL comes first: a file of media that is deleted meanwhile is one that nothing refers to in the end.
        """
        began = manifest.now()
        name = began.strftime(manifest.NAME)
        with manifest.being_made(directory, began) as place:
            told = self._base(place) if base else self._dump(place)
            files, source = 0, media.directory_of(self._media_url)
            if source is not None and source.is_dir():
                files = media.pack(source, place / MEDIA)
            kept = {key: value for key, value in self._settings.items() if with_secrets or key not in SECRETS}
            private.write_file(place / SETTINGS, "".join(f"{key}={_quoted(value)}\n" for key, value in kept.items()))
            has_secrets = bool(SECRETS & kept.keys())
            manifest.write(place, Manifest(**told, has_media=bool(files), has_secrets=has_secrets))
            size = sum(each.stat().st_size for each in place.rglob("*") if each.is_file())
        self._record("base" if base else "dump", size)
        made = max((each for each in directory.glob(f"{name}*")), key=lambda each: each.stat().st_mtime)
        return Made(str(made), size, sum(told.get("rows", {}).values()), files, has_secrets, source is None)

    def keep(self, directory: Path, count: int) -> None:
        """Delete all but the newest."""
        for old in manifest.backups(directory)[:-count]:
            shutil.rmtree(old.place)

    def wal_command(self, directory: Path) -> tuple[list[str], dict[str, str]]:
        """Give the command that receives WAL for as long as it runs, and its environment. Raise UnavailableError."""
        with self._connected() as connected:
            version = self._replicates(connected)
        place = directory / WAL
        private.make_directory(place)
        receive = str(program("pg_receivewal", version))
        run([receive, "--create-slot", "--if-not-exists", f"--slot={SLOT}"], self._url)
        return [receive, f"--directory={place}", f"--slot={SLOT}", "--no-password"], dict(connection(self._url))

    def _dump(self, place: Path) -> dict[str, Any]:
        """Dump one snapshot, and count what is in it, so that a restore can be compared."""
        with self._connected() as connected:
            connected.set_session(isolation_level="REPEATABLE READ", readonly=True)
            cursor = connected.cursor()
            cursor.execute("SELECT pg_export_snapshot(), clock_timestamp(), current_database()")
            snapshot, at, database = cursor.fetchone()
            rows = counted(cursor)
            target = place / DUMP
            private.write_file(target, "")
            dumping = str(program("pg_dump", connected.server_version // 10_000))
            run(
                [
                    *(dumping, "--format=custom", f"--file={target}"),
                    *(f"--snapshot={snapshot}", "--no-owner", "--no-privileges", "--schema=public", "--no-password"),
                    *(f"--exclude-table-data=public.{table}" for table in OF_PROCESSES),
                ],
                self._url,
            )
            cursor.execute("SELECT max(version_num) FROM alembic_version")
            (migration,) = cursor.fetchone()
            version = connected.server_version // 10_000
        return {
            "kind": "dump", "at": at.isoformat(), "postgresql": version, "migration": migration, "database": database,
            "rows": rows, "made_by": version_of(dumping),
        }  # fmt: skip

    def _base(self, place: Path) -> dict[str, Any]:
        with self._connected() as connected:
            version = self._replicates(connected)
            cursor = connected.cursor()
            cursor.execute("SELECT current_database(), (SELECT max(version_num) FROM alembic_version)")
            database, migration = cursor.fetchone()
            target = place / BASE
            private.make_directory(target)
            command = [
                *(str(program("pg_basebackup", version)), f"--pgdata={target}", "--format=tar", "--gzip"),
                *("--wal-method=stream", "--checkpoint=fast", "--no-password"),
            ]
            run(command, self._url)
            connected.rollback()
            cursor.execute("SELECT clock_timestamp()")
            (at,) = cursor.fetchone()
        return {
            "kind": "base", "at": at.isoformat(), "postgresql": version, "migration": migration, "database": database,
        }  # fmt: skip

    @staticmethod
    def _replicates(connected: Any) -> int:
        """Give the version of a server that can be copied as a whole. Raise UnavailableError."""
        cursor = connected.cursor()
        cursor.execute(
            "SELECT current_setting('wal_level'), current_setting('max_wal_senders')::int, "
            "(SELECT rolreplication OR rolsuper FROM pg_roles WHERE rolname = current_user)"
        )
        level, senders, may = cursor.fetchone()
        connected.rollback()
        if level == "minimal" or not senders:
            raise UnavailableError(
                f"This PostgreSQL cannot be copied as a whole: wal_level is {level} and max_wal_senders {senders} (the "
                "embedded server of `make run` is so). Set wal_level=replica and max_wal_senders=10, or make a dump."
            )
        if not may:
            raise UnavailableError("The user in DATABASE_URL may not copy the server: ALTER ROLE … REPLICATION.")
        return int(connected.server_version) // 10_000

    def _record(self, kind: str, size: int) -> None:
        """Note it, for the desk and `doctor`. Tables from before there was such a note are no failure."""
        with self._connected() as connected:
            cursor = connected.cursor()
            cursor.execute("SELECT to_regclass('backups') IS NOT NULL")
            if cursor.fetchone()[0]:
                cursor.execute("INSERT INTO backups (kind, bytes) VALUES (%s, %s)", [kind, size])
            connected.commit()

    @contextmanager
    def _connected(self) -> Iterator[Any]:
        connected = psycopg2.connect(self._url, connect_timeout=5)
        try:
            yield connected
        finally:
            connected.close()


def counted(cursor: Any) -> dict[str, int]:
    """Count the rows of each table, but for those of what runs."""
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    counts = {}
    for (table,) in [row for row in cursor.fetchall() if row[0] not in OF_PROCESSES]:
        cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier("public", table)))
        counts[table] = cursor.fetchone()[0]
    return counts


def _quoted(value: str) -> str:
    """Write a value as systemd's EnvironmentFile, Docker Compose and a shell read it."""
    return value if value.replace("_", "").replace("-", "").isalnum() else "'" + value.replace("'", "'\\''") + "'"
