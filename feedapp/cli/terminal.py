"""What the commands have in common: errors as one line, and a terminal that belongs to the progress bar."""

from __future__ import annotations

import logging
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click
import psycopg2
from flask.cli import with_appcontext
from redis import RedisError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from feedapp.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Command(click.Command):
    """A command with an app context, whose errors are one line on stderr and exit status 1."""

    def __init__(self, name: str, callback: Callable[..., Any], **kwargs: Any) -> None:
        super().__init__(name, callback=with_appcontext(callback), **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Run it."""
        _calm()
        try:
            return super().invoke(ctx)
        except DomainError as error:
            raise click.ClickException(error.detail) from error
        except PoolTimeoutError as error:
            raise click.ClickException("PostgreSQL has no free connection right now: try again.") from error
        except DBAPIError as error:
            raise click.ClickException(_told(error.orig)) from error
        except psycopg2.Error as error:
            raise click.ClickException(_told(error)) from error
        except RedisError as error:
            raise click.ClickException(f"Redis does not answer as it should: {' '.join(str(error).split())}") from error
        except BrokenPipeError:
            raise  # whoever read our output has left: click ends silently
        except OSError as error:
            what = f"{error.filename}: " if error.filename else ""
            raise click.ClickException(f"{what}{error.strerror or error}") from error


def _told(error: BaseException | None) -> str:
    """Say what PostgreSQL says, in one line."""
    said = " ".join(str(error).split())
    if isinstance(error, psycopg2.OperationalError) and not error.pgcode:
        return f"PostgreSQL cannot be reached: {said}"
    if isinstance(error, psycopg2.errors.UndefinedTable):
        return "The tables are not there yet: run `flask --app wsgi db upgrade` first."
    return f"PostgreSQL refused: {said}"


def _calm() -> None:
    """Keep log lines to warnings, unless LOG_LEVEL asks for more: an operator reads what the command itself says."""
    if not os.environ.get("LOG_LEVEL", "").strip():
        logging.getLogger("feedapp").setLevel(logging.WARNING)


@contextmanager
def progress(length: int | None, label: str, *, quiet: bool) -> Iterator[Callable[[int], None]]:
    """Show a bar on stderr if that is a terminal; give the function that moves it on."""
    hidden = quiet or length is None or not sys.stderr.isatty()
    with click.progressbar(range(length or 0), label=label, file=sys.stderr, hidden=hidden) as bar:
        yield bar.update
