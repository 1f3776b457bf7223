"""`flask --app wsgi backup` and `restore`."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from feedapp.cli.terminal import Command
from feedapp.services.operations.backup.restoring import Restoring, verify
from feedapp.services.operations.backup.storing import SETTING_NAMES, Storing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config import Settings
    from feedapp.wiring import Services


def backup_command(settings: Settings) -> click.Command:
    """Make `flask backup`."""

    @click.command("backup", cls=Command)
    @click.argument("directory", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
    @click.option("--verify", "is_verified", is_flag=True, help="Restore it into a server of its own, and compare.")
    @click.option("--base", is_flag=True, help="A copy of the whole server (pg_basebackup), for points in time.")
    @click.option("--wal", is_flag=True, help="Receive WAL into DIR/wal, for points in time, until it is stopped.")
    @click.option("--without-secrets", is_flag=True, help="Leave passwords and keys out of settings.env.")
    @click.option("--keep", type=click.IntRange(1), help="Delete all but so many, the newest, when it is done.")
    def command(
        directory: Path, *, is_verified: bool, base: bool, wal: bool, without_secrets: bool, keep: int | None
    ) -> None:
        """Back up PostgreSQL, media and settings into a new folder in DIR. Redis holds copies only.

        It is a dump, which any newer PostgreSQL can read, or with --base a copy for `restore --to` any time since,
        together with the WAL that --wal receives. A backup that is interrupted leaves nothing.
        """
        storing = Storing(
            database_url=settings.database_url, media_url=settings.media_url, settings=told_settings(settings)
        )
        if wal:
            receive, environment = storing.wal_command(directory)
            click.echo(f"Receives WAL into {directory / 'wal'}.")
            os.execve(receive[0], receive, {**os.environ, **environment})  # noqa: S606 (no shell is wanted)
        made = storing.store(directory, with_secrets=not without_secrets, base=base)
        click.echo(f"{made.place}: {made.rows:,} rows, {made.files:,} files of media, {made.bytes:,} bytes.")
        if made.has_secrets:
            click.echo("settings.env has passwords and keys in clear: whoever reads this folder can act for the site.")
        if made.is_media_elsewhere:
            click.echo("Media are in S3 and not in this backup: turn on versioning of the bucket.")
        if is_verified:
            click.echo(f"Restored into a server of its own and compared: {verify(Path(made.place)):,} rows.")
        if keep:
            storing.keep(directory, keep)

    return command


def restore_command(services: Services, settings: Settings) -> click.Command:
    """Make `flask restore`."""

    @click.command("restore", cls=Command)
    @click.argument("directory", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
    @click.option("--to", type=Moment(), help="The state at that time, as in 2026-11-27T18:00:00Z.")
    def command(directory: Path, *, to: datetime | None) -> None:
        """Restore the last backup in DIR, or DIR itself, into the database of DATABASE_URL.

        All of it or nothing. What the database holds is kept in a schema of its own. Ids and links stay; nothing of the
        state that is lost is served from Redis any more.
        """
        from flask_migrate import upgrade  # noqa: PLC0415  (Alembic takes a while to import)

        restoring = Restoring(
            database_url=settings.database_url,
            media_url=settings.media_url,
            trust=services.backend.trust,
            relay=services.relay,
            upgrade=upgrade,
        )
        done = restoring.restore(directory, to=to)
        click.echo(f"Restored: the state of {done.of}, and {done.files:,} files of media.")
        if not done.is_exact:
            click.echo("That is the last dump before that time: between dumps there is none without --base and --wal.")
        if done.aside:
            click.echo(f"What was there before is in the schema {done.aside}: drop it when you need it no more.")
        if not done.is_redis_told:
            click.echo("Redis does not answer. Its copies are of another history, and are dropped when it does.")
        click.echo("settings.env of the backup has the settings: SECRET_KEY has to be the same as before.")

    return command


class Moment(click.ParamType[datetime]):
    """A time as RFC 3339 has it; UTC unless it says otherwise."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read it."""
        try:
            found = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no time: write it as in 2026-11-27T18:00:00Z.", param, ctx)
        return found if found.tzinfo else found.replace(tzinfo=UTC)


def told_settings(settings: Settings) -> Mapping[str, str]:
    """Give the settings that were given, and those that a restored site cannot do without."""
    given = {name: os.environ[name] for name in SETTING_NAMES if os.environ.get(name, "").strip()}
    return {"SECRET_KEY": settings.secret_key, **given}
