"""The one cookie: it holds a session's token, and only somebody who is signed in has it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import request

from feedapp.blueprints.wsgi import SAFE
from feedapp.services.viewers import Credentials

if TYPE_CHECKING:
    from flask import Response

    from feedapp.services.issuing import IssuedToken

NAME = "feedapp_session"


def name() -> str:
    """Give the cookie's name; over https one that no other host, path or plain connection can set."""
    return f"__Host-{NAME}" if request.is_secure else NAME


def presented() -> bool:
    """Tell whether the request carries a session, genuine or not."""
    return name() in request.cookies


def credentials() -> Credentials:
    """Read the session, unchecked."""
    return Credentials.of(request.cookies.get(name()), kind="session")


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
