"""Light or dark, as this browser chose: a cookie that only who made the choice has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, request

from feedapp.blueprints.pages.kit import cookies

if TYPE_CHECKING:
    from flask import Flask

SCHEMES = frozenset({"light", "dark"})


def scheme_cookie(app: Flask) -> str:
    """Give the cookie's name without a port."""
    return cookies.base_of("scheme", secret=str(app.secret_key))


def name() -> str:
    """Give the name under which the choice is set for whoever sent this request."""
    return cookies.name_at(scheme_cookie(current_app), request.environ.get("HTTP_HOST", ""))


def chosen() -> str | None:
    """Give the scheme, None if the system is to decide."""
    sent = cookies.values(request.environ.get("HTTP_COOKIE", ""), scheme_cookie(current_app), name())
    return next((each for each in sent if each in SCHEMES), None)
