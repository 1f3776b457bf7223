"""Answers as bytes: those of the application, and the few that are made without it."""

from __future__ import annotations

import json
import logging
from email.utils import formatdate
from html import escape
from http import HTTPStatus
from time import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

    Headers = list[tuple[str, str]]

RETRY_SECONDS = 5
BODILESS = frozenset({"204", "304"})
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
TOLD = {
    408: "Your request did not arrive in time. Please send it again.",
    431: "The head of this request is too large: clear your cookies, or shorten the address.",
    500: "Something went wrong on our side, and it was logged. Please try again.",
    503: "This site is very busy right now. Please go back and try again in a moment.",
}

log = logging.getLogger("feedapp.server")


class Made(NamedTuple):
    """An answer before it is serialised."""

    status: str
    headers: Headers
    body: bytes


class _Now(NamedTuple):
    second: int
    text: str


_now = _Now(0, "")
ALIVE = Made("200 OK", [("Content-Type", "application/json"), ("Cache-Control", "no-store")], b'{"status":"ok"}\n')
"""The answer to /livez: this process takes requests, whatever the application does."""


def of_application(app: WSGIApplication, environ: WSGIEnvironment) -> Made:
    """Call the application. Exceptions are logged, and answered with 500."""
    told: list[tuple[str, Headers]] = []
    parts: list[bytes] = []

    def start_response(status: str, headers: Headers, _error: object = None, /) -> object:
        told.append((status, headers))
        return parts.append

    try:
        made = app(environ, start_response)  # type: ignore[arg-type]  # the stub has the parameters of `write` elsewhere
        try:
            body = b"".join(made)
        finally:
            close = getattr(made, "close", None)
            if close is not None:
                close()
        status, headers = told[-1]
    except BaseException:  # not even SystemExit may end the thread, whose place in the lane would be lost
        log.exception("The application failed at %s", ascii(environ.get("PATH_INFO")))
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR, environ)
    return Made(status, headers, b"".join([*parts, body]) if parts else body)


def refusal(status: HTTPStatus, environ: WSGIEnvironment, detail: str | None = None) -> Made:
    """Make an answer without the application: a problem (RFC 9457) below /api, else a small page."""
    detail = detail or TOLD[status]
    path = environ["PATH_INFO"]
    if path == "/api" or path.startswith("/api/"):
        problem = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail}
        kind, body = "application/problem+json", json.dumps(problem).encode()
    else:
        title = escape(status.phrase)
        kind = "text/html; charset=utf-8"
        body = (
            '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
            f"<title>{title}</title><h1>{title}</h1><p>{escape(detail)}</p>\n"
        ).encode()
    headers = [("Content-Type", kind), ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")]
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers.append(("Retry-After", str(RETRY_SECONDS)))
    return Made(f"{status.value} {status.phrase}", headers, body)


def written(made: Made, environ: WSGIEnvironment, *, is_last: bool) -> bytes:
    """Serialise an answer; the connection ends after one that `is_last`. Raise ValueError for a header of two lines."""
    status, headers, body = made
    told = "".join([f"{name}: {value}\r\n" for name, value in headers])
    if not told.count("\n") == told.count("\r") == len(headers):
        raise ValueError("a header has a line break in it")
    names = "\n" + told.lower()
    is_bodiless = status[:3] in BODILESS
    is_head = environ["REQUEST_METHOD"] == "HEAD"
    lines = [f"HTTP/1.1 {status}\r\n", told]
    if "\ncontent-length:" not in names and not (is_bodiless or (is_head and not body)):
        lines.append(f"Content-Length: {len(body)}\r\n")
    if "\ndate:" not in names:
        lines.append(f"Date: {_date()}\r\n")
    if is_last:
        lines.append("Connection: close\r\n")
    elif environ["SERVER_PROTOCOL"] == "HTTP/1.0":
        lines.append("Connection: keep-alive\r\n")
    lines.append("\r\n")
    head = "".join(lines).encode("latin-1")
    return head if is_head or is_bodiless else head + body


def _date() -> str:
    """Format the time once a second."""
    global _now  # noqa: PLW0603  (replaced at once, since other threads read it)
    now, second = _now, int(time())
    if now.second != second:
        now = _now = _Now(second, formatdate(second, usegmt=True))
    return now.text
