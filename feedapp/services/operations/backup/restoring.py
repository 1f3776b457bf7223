"""Restores a backup, and proves one by restoring it elsewhere."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, NamedTuple

import psycopg2

from feedapp import timing
from feedapp.embedded import Postgres
from feedapp.errors import NotFoundError, UnavailableError
from feedapp.services.operations.backup import manifest, media
from feedapp.services.operations.backup.loading import load
from feedapp.services.operations.backup.manifest import DUMP, MEDIA, WAL, Backup, backups
from feedapp.services.operations.backup.programs import program, run, version_of
from feedapp.services.operations.backup.recovering import recovered
from feedapp.services.operations.backup.storing import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from feedapp.cache.redis.trust import Trust
    from feedapp.writing.relay import Relay


TELL_SECONDS = 5.0


class Restored(NamedTuple):
    """What was restored: of which moment, where the tables of before stand, how many files came back."""

    of: str
    aside: str | None
    files: int
    is_exact: bool
    """Whether it is the state of the time that was asked for, not one before."""
    is_redis_told: bool


class Restoring:
    """Restores into one site. `upgrade` runs the migrations that are newer than a backup."""

    def __init__(
        self,
        *,
        database_url: str,
        media_url: str,
        trust: Trust,
        relay: Relay,
        upgrade: Callable[[], object],
    ) -> None:
        self._url = database_url.replace("postgresql+psycopg2://", "postgresql://", 1)
        self._media_url = media_url
        self._relay = relay
        self._trust = trust
        self._upgrade = upgrade

    def restore(self, directory: Path, *, to: datetime | None = None) -> Restored:
        """Restore the last state, or that of a moment. Raise UnavailableError, NotFoundError; then nothing changed."""
        backup, is_exact = chosen(directory, to)
        with self._dump_of(backup, directory, to) as (dump, made_by):
            aside = load(dump, self._url, made_by=made_by, now=manifest.now())
        self._upgrade()
        self._note(backup)
        is_told = self._end_history()
        files, target = 0, media.directory_of(self._media_url)
        if backup.manifest.has_media and target is not None:
            files = media.unpack(backup.place / MEDIA, target)
        of = to.isoformat() if to and is_exact else backup.manifest.at
        return Restored(of, aside, files, is_exact, is_told)

    @contextmanager
    def _dump_of(self, backup: Backup, directory: Path, to: datetime | None) -> Iterator[tuple[Path, int]]:
        if backup.manifest.kind == "dump":
            yield backup.place / DUMP, backup.manifest.made_by
            return
        wal = (directory if (directory / WAL).is_dir() else backup.place.parent) / WAL
        user = psycopg2.extensions.parse_dsn(self._url).get("user", "postgres")
        with recovered(backup, wal, to=to, user=user) as url, tempfile.TemporaryDirectory() as folder:
            target = Path(folder, DUMP)
            dumping = str(program("pg_dump", backup.manifest.postgresql))
            run([dumping, "--format=custom", "--schema=public", f"--file={target}"], url)
            yield target, version_of(dumping)

    def _note(self, backup: Backup) -> None:
        """Let the last backup be known again: its own note was written after it."""
        size = sum(each.stat().st_size for each in backup.place.rglob("*") if each.is_file())
        with psycopg2.connect(self._url) as connected, connected.cursor() as cursor:
            cursor.execute(
                "INSERT INTO backups (kind, bytes, finished_at) VALUES (%s, %s, %s)",
                [backup.manifest.kind, size, backup.manifest.moment],
            )
        connected.close()

    def _end_history(self) -> bool:
        """Let no process trust a copy of the history that is lost. Tell whether Redis could be told.

        The tables are others, so PostgreSQL's history is another. This process joins it as every other will: it puts up
        new fences, so that each of them sees with its next read that its run is over, and drops the copies. The wait is
        for those that reach another Redis, or none: they see it with their next look at PostgreSQL.
        """
        give_up = monotonic() + TELL_SECONDS
        self._trust.lose("a backup was restored")
        while self._trust.state != "trusted" and monotonic() < give_up:
            self._relay.work()
            sleep(timing.GLANCE)
        sleep(timing.VALID)
        return self._trust.state == "trusted"


def chosen(directory: Path, to: datetime | None) -> tuple[Backup, bool]:
    """Choose the backup for a moment, and tell whether that very moment can be had from it. Raise NotFoundError.

    That is a base backup from before it, with the WAL since; or else the last dump from before it.
    """
    found = backups(directory)
    if to is None:
        return found[-1], True
    before = [each for each in found if each.manifest.moment <= to]
    if not before:
        raise NotFoundError(f"The oldest backup in {directory} is of {found[0].manifest.at}: give a later time.")
    wal = (directory if (directory / WAL).is_dir() else before[-1].place.parent) / WAL
    bases = [each for each in before if each.manifest.kind == "base"]
    if bases and wal.is_dir():
        return bases[-1], True
    dumps = [each for each in before if each.manifest.kind == "dump"]
    return (dumps or before)[-1], False


def verify(place: Path) -> int:
    """Restore a backup into a server of its own, and compare it; give the number of rows. Raise UnavailableError."""
    (backup,) = backups(place)
    with tempfile.TemporaryDirectory(prefix="feedapp-verify-") as folder:
        if backup.manifest.kind == "base":
            with recovered(backup, place.parent / WAL, to=None, user="postgres") as url:
                return sum(_counts(url).values())
        with Postgres(Path(folder, "postgres"), durable=False) as scratch:
            load(place / DUMP, scratch.url, made_by=backup.manifest.made_by, now=manifest.now())
            found = _counts(scratch.url)
    wrong = {table for table, count in backup.manifest.rows.items() if found.get(table) != count}
    if wrong:
        raise UnavailableError(f"The backup {place} does not hold what it should: {', '.join(sorted(wrong))} differ.")
    return sum(found.values())


def _counts(url: str) -> dict[str, int]:
    with psycopg2.connect(url) as connected, connected.cursor() as cursor:
        found = counted(cursor)
    connected.close()
    return found
