"""`flask --app wsgi serve`: the web processes, by the settings."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import click
from flask import current_app
from flask.cli import with_appcontext

from feedapp.embedded.database import offer_setup
from feedapp.embedded.errors import EmbeddedServerError
from feedapp.embedded.launch import metrics_directory
from feedapp.wiring.delivery import site_address

if TYPE_CHECKING:
    from config import Settings


def command(settings: Settings) -> click.Command:
    """Make the command."""

    def serve() -> None:
        """Serve HTTP until SIGTERM or Ctrl-C, by HOST, PORT, WEB_WORKERS and WEB_THREADS.

        A worker that ends is replaced. SIGHUP replaces all of them by new ones, without a failed request.
        """
        environment = {name: value for name, value in os.environ.items() if name != "FLASK_RUN_FROM_CLI"}
        environment.setdefault("SECRET_KEY", str(current_app.config["SECRET_KEY"]))  # its file may be closed to workers
        if metrics_directory.given() is None:
            environment.pop(metrics_directory.SETTING, None)
        with suppress(EmbeddedServerError):  # the workers say what is wrong with the database
            if code := offer_setup(settings.database_url):
                click.echo(f"Nobody runs this site yet. Become its admin: {site_address(settings)}/setup?code={code}")
        sys.stdout.flush()
        # This process has the whole application in memory, of which whoever only watches over others needs nothing.
        os.execve(sys.executable, [sys.executable, "-m", "feedapp.server"], environment)  # noqa: S606 (no shell is wanted)

    return click.Command("serve", callback=with_appcontext(serve), help=serve.__doc__)
