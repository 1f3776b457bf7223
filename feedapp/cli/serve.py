"""`flask --app wsgi serve`: the web processes, by the settings."""

from __future__ import annotations

import os
import sys

import click
from flask import current_app
from flask.cli import with_appcontext

from feedapp.embedded.launch import metrics_directory


def command() -> click.Command:
    """Make the command."""

    def serve() -> None:
        """Serve HTTP until SIGTERM or Ctrl-C, by HOST, PORT, WEB_WORKERS and WEB_THREADS.

        A worker that ends is replaced. SIGHUP replaces all of them by new ones, without a failed request.
        """
        environment = {name: value for name, value in os.environ.items() if name != "FLASK_RUN_FROM_CLI"}
        environment.setdefault("SECRET_KEY", str(current_app.config["SECRET_KEY"]))  # its file may be closed to workers
        if metrics_directory.given() is None:
            environment.pop(metrics_directory.SETTING, None)
        sys.stdout.flush()
        # This process has the whole application in memory, of which whoever only watches over others needs nothing.
        os.execve(sys.executable, [sys.executable, "-m", "feedapp.server"], environment)  # noqa: S606 (no shell is wanted)

    return click.Command("serve", callback=with_appcontext(serve), help=serve.__doc__)
