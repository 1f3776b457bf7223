"""Which version this is: of the wheel that was installed, or of the checkout in which it runs."""

from __future__ import annotations

import tomllib
from importlib.metadata import version

from feedapp.install.places import DATA, IS_CHECKOUT


def _version() -> str:
    if not IS_CHECKOUT:
        return version("feedapp")
    try:
        project = tomllib.loads((DATA / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    except (OSError, ValueError, KeyError):
        return "unknown"
    return str(project["version"])


VERSION = _version()
