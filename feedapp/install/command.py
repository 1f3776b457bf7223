"""`feedapp …`: the same as `flask --app wsgi …`, from any folder."""

from __future__ import annotations

import os
import sys

from flask.cli import cli

from feedapp.install.version import VERSION

APPLICATION = "wsgi"


def main() -> None:
    """Run a command."""
    if sys.argv[1:] == ["--version"]:  # flask's would tell its own
        sys.stdout.write(f"feedapp {VERSION}\n")
        return
    os.environ["FLASK_APP"] = APPLICATION
    cli.main(args=sys.argv[1:], prog_name="feedapp")
