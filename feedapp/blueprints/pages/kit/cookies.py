"""The cookie of a session, which only somebody who is signed in has; and what this site's cookies are called.

Cookies do not know ports: two sites on one host get each other's. So a name has in it a mark of this site, which
follows from SECRET_KEY, and the port by which the reader came, if it is in the address. What another program has set
may be anything: bytes that are no UTF-8, quotes that do not end, the same name twice. It must not hide what is ours.
"""

from __future__ import annotations

import hmac
import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from flask import current_app, request

from feedapp.reading.viewers import Credentials
from feedapp.web.wsgi_answer import SAFE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask, Response

    from feedapp.services.access.token_issuer import IssuedToken

USUAL_PORTS = {"80", "443"}
_BETWEEN = re.compile(r"[;,]")
"""Some servers join two Cookie headers by a comma; nothing of ours has one in it."""


def session_cookie(app: Flask, *, secure: bool = False) -> str:
    """Give the cookie's name without a port; over https one that no other host, path or plain connection can set."""
    base = base_of("session", secret=str(app.secret_key))
    return f"__Host-{base}" if secure else base


def name() -> str:
    """Give the name under which a session is set for whoever sent this request."""
    return name_at(_base(), request.environ.get("HTTP_HOST", ""))


def token() -> str | None:
    """Give what the request presents as its session: of several values the first that can be a token, else any."""
    found = values(request.environ.get("HTTP_COOKIE", ""), _base(), name())
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


@lru_cache(maxsize=64)
def base_of(what: str, *, secret: str) -> str:
    """Give a cookie's name without the port, the same in every process of a site and in no other site."""
    mark = hmac.digest(secret.encode(), f"feedapp cookie {what}".encode(), "sha256").hex()[:10]
    return f"feedapp_{what}_{mark}"


def name_at(base: str, host: str) -> str:
    """Give a cookie's whole name for readers who came by this Host."""
    port = host.rpartition(":")[2]
    return f"{base}_{port}" if port.isascii() and port.isdigit() and port not in USUAL_PORTS else base


def values(header: str, base: str, name: str) -> list[str]:
    """Give the values of a cookie: first those for this port, in the order sent, then those for other ports.

    Another port is good too: it may be another process of this site.
    """
    if base not in header:
        return []
    found = list(_pairs(header))
    here = [value for key, value in found if key == name]
    return here + [value for key, value in found if key != name and (key == base or key.startswith(f"{base}_"))]


def _pairs(header: str) -> Iterator[tuple[str, str]]:
    for part in _BETWEEN.split(header):
        name, equals, value = part.partition("=")
        if equals:
            value = value.strip()
            if len(value) > 1 and value[0] == value[-1] == '"':
                value = value[1:-1]
            yield name.strip(), value
