"""Where the project's files are: beside the package in a checkout, inside it where it was installed from a wheel."""

from __future__ import annotations

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]
_SHIPPED = _PACKAGE / "data"
IS_CHECKOUT = not _SHIPPED.is_dir()
DATA = _PACKAGE.parent if IS_CHECKOUT else _SHIPPED
"""Where `templates`, `static`, `migrations` and `deploy` are."""


COMMAND = "flask --app wsgi" if IS_CHECKOUT else "feedapp"
"""How commands are called here."""


def state_directory() -> Path:
    """Give where this site keeps what is its own: STATE_DIRECTORY, as systemd sets it, or `var` here."""
    given = os.environ.get("STATE_DIRECTORY", "").partition(":")[0].strip()
    if given:
        return Path(given)
    return (_PACKAGE.parent if IS_CHECKOUT else Path.cwd()) / "var"
