"""The cookie of a session: it holds the session's token, and only somebody who is signed in has it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import current_app, request

from feedapp.blueprints.pages.kit import cookie_header
from feedapp.reading.viewers import Credentials
from feedapp.web.wsgi_answer import SAFE

if TYPE_CHECKING:
    from flask import Flask, Response

    from feedapp.services.access.token_issuer import IssuedToken


def session_cookie(app: Flask, *, secure: bool = False) -> str:
    """Give the cookie's name without a port; over https one that no other host, path or plain connection can set."""
    base = cookie_header.base_of("session", secret=str(app.secret_key))
    return f"__Host-{base}" if secure else base


def name() -> str:
    """Give the name under which a session is set for whoever sent this request."""
    return cookie_header.name_at(_base(), request.environ.get("HTTP_HOST", ""))


def token() -> str | None:
    """Give what the request presents as its session: of several values the first that can be a token, else any."""
    found = cookie_header.values(request.environ.get("HTTP_COOKIE", ""), _base(), name())
    possible = (each for each in found if Credentials.of(each, kind="session").claimed_id is not None)
    return next(possible, found[0] if found else None)


def presented() -> bool:
    """Tell whether the request carries a session, genuine or not."""
    return token() is not None


def credentials() -> Credentials:
    """Read the session, unchecked."""
    return Credentials.of(token(), kind="session")


def keep(response: Response, issued: IssuedToken) -> Response:
    """Sign the browser in."""
    seconds = int((issued.expires_at - datetime.now(UTC)).total_seconds())
    response.set_cookie(
        name(), issued.token, max_age=seconds, path="/", secure=request.is_secure, httponly=True, samesite="Lax"
    )
    return response


def drop(response: Response) -> Response:
    """Sign the browser out."""
    response.delete_cookie(name(), path="/", secure=request.is_secure, httponly=True, samesite="Lax")
    return response


def drop_dead(response: Response) -> Response:
    """Take a session away that was presented and is no longer good.

    Not in the answer to a form: a form that was sent twice may have been given a new session by the first answer.
    """
    return drop(response) if presented() and request.method in SAFE else response


def _base() -> str:
    return session_cookie(current_app, secure=request.is_secure)
