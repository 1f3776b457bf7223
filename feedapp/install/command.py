"""`feedapp …`: the same as `flask --app wsgi …`, from any folder."""

from __future__ import annotations

import os
import sys

from flask.cli import cli

APPLICATION = "wsgi"


def main() -> None:
    """Run a command."""
    os.environ["FLASK_APP"] = APPLICATION
    cli.main(args=sys.argv[1:], prog_name="feedapp")
