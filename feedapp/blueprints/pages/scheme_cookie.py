"""Light or dark, as this browser chose: a cookie that only who made the choice has."""

from __future__ import annotations

from flask import request

NAME = "feedapp_scheme"
SCHEMES = frozenset({"light", "dark"})


def chosen() -> str | None:
    """Give the scheme, None if the system is to decide."""
    scheme = request.cookies.get(NAME)
    return scheme if scheme in SCHEMES else None
