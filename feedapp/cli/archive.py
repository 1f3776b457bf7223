"""`flask import` and `flask export`."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from feedapp.archive import exporting
from feedapp.archive.exporting import written
from feedapp.archive.lines import lines
from feedapp.archive.records import TYPES
from feedapp.cli.terminal import Command, progress
from feedapp.pictures.stores.errors import PictureStoreError

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedapp.archive.importing import Importing
    from feedapp.archive.outcome import Outcome
    from feedapp.pictures.stores import PictureStore
    from feedapp.repositories.transfer.exports import ExportRepository


def import_command(importing: Importing) -> click.Command:
    """Make `flask import`."""

    @click.command("import", cls=Command)
    @click.argument("file", type=click.File("rb"))
    @click.option("--quiet", is_flag=True, help="Without a progress bar.")
    def command(file: BinaryIO, *, quiet: bool) -> None:
        """Import a community: one JSON object a line, plain or gzip; - is standard input.

        Importing the same file again changes nothing. Bad lines are reported, and the others imported.
        """

        def complain(number: int, reason: str) -> None:
            click.echo(f"{file.name}:{number}: {reason}", err=True)

        try:
            with progress(_size(file), "Importing", quiet=quiet) as advance:
                outcome = importing.bring(lines(file, advance), now=datetime.now(UTC), complain=complain)
        except ValueError as error:
            raise click.BadParameter(f"{file.name} {error}") from error
        except OSError as error:
            raise click.ClickException(f"{file.name} cannot be read: {error.strerror or error}") from error
        _summarise(outcome)
        if outcome.bad.total():
            sys.exit(1)

    return command


def _size(file: BinaryIO) -> int | None:
    """Give the size in bytes, for the progress bar; None for what has none, such as a pipe."""
    path = Path(file.name)
    return path.stat().st_size if path.is_file() else None


def _summarise(outcome: Outcome) -> None:
    for kind in TYPES:
        counts = (outcome.new[kind], outcome.known[kind], outcome.bad[kind])
        if any(counts):
            new, known, bad = counts
            click.echo(f"{kind + 's:':9} {new:>9,} new, {known:>9,} already there, {bad:>6,} bad")
    if not (outcome.new + outcome.known + outcome.bad):
        click.echo("The file was empty.")


def export_command(exports: Callable[[], ExportRepository], store: PictureStore) -> click.Command:
    """Make `flask export`; `exports` is called when it runs."""

    @click.command("export", cls=Command)
    @click.argument("file", type=click.Path(dir_okay=False, allow_dash=True))
    @click.option("--quiet", is_flag=True, help="Without a progress bar.")
    def command(file: str, *, quiet: bool) -> None:
        """Export the community as `flask import` reads it; gzip if FILE ends in .gz; - is standard output."""
        target: AbstractContextManager[BinaryIO] = written(Path(file))
        if file == "-":
            target = nullcontext(sys.stdout.buffer)
        try:
            with (
                exports().snapshot() as snapshot,
                target as output,
                progress(snapshot.count(), "Exporting", quiet=quiet) as advance,
            ):
                for line in exporting.lines(snapshot, store):
                    output.write(line)
                    advance(1)
                if file == "-":
                    output.flush()
        except BrokenPipeError:
            raise
        except PictureStoreError as error:
            raise click.ClickException(f"pictures cannot be read: {error.reason}") from error
        except OSError as error:
            raise click.ClickException(f"{file} cannot be written: {error.strerror or error}") from error

    return command
