"""What this browser keeps of its reader's choices, in cookies that only who made one has.

Light or dark belongs to the browser. The language of the last post belongs to who wrote it: it goes when they log out,
and is nothing to whoever else signs in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, request

from feedapp.blueprints.pages.kit import cookies
from feedapp.text.language import KNOWN

if TYPE_CHECKING:
    from flask import Flask, Response

SCHEMES = frozenset({"light", "dark"})
SCHEME, LANGUAGE = "scheme", "language"
YEAR = 365 * 24 * 3600


def cookie_of(what: str, app: Flask) -> str:
    """Give a cookie's name without a port."""
    return cookies.base_of(what, secret=str(app.secret_key))


def scheme() -> str | None:
    """Give light or dark, None if the system is to decide."""
    return next((each for each in _sent(SCHEME) if each in SCHEMES), None)


def keep_scheme(response: Response, wanted: str) -> Response:
    """Keep light or dark; anything else leaves it to the system."""
    return _keep(response, SCHEME, wanted if wanted in SCHEMES else None)


def language(writer_id: int) -> str | None:
    """Give the language that somebody chose for their last post, None if it was to be guessed."""
    found = (each.partition(".") for each in _sent(LANGUAGE))
    return next((tag for tag, _, of in found if tag in KNOWN and of == str(writer_id)), None)


def keep_language(response: Response, writer_id: int) -> Response:
    """Keep the one that a form for a post was sent with. A form that has no such field changes nothing."""
    wanted = request.form.get("language")
    if wanted is None or (not wanted and language(writer_id) is None):
        return response
    return _keep(response, LANGUAGE, f"{wanted}.{writer_id}" if wanted in KNOWN else None)


def forget_language(response: Response) -> Response:
    """Leave it to nobody who comes later."""
    return _keep(response, LANGUAGE, None) if _sent(LANGUAGE) else response


def _sent(what: str) -> list[str]:
    return cookies.values(request.environ.get("HTTP_COOKIE", ""), cookie_of(what, current_app), _name(what))


def _name(what: str) -> str:
    return cookies.name_at(cookie_of(what, current_app), request.environ.get("HTTP_HOST", ""))


def _keep(response: Response, what: str, value: str | None) -> Response:
    if value is None:
        response.delete_cookie(_name(what), path="/", secure=request.is_secure, httponly=True, samesite="Lax")
    else:
        response.set_cookie(
            _name(what), value, max_age=YEAR, path="/", secure=request.is_secure, httponly=True, samesite="Lax"
        )
    return response
