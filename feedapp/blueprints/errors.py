"""What went wrong, as an answer: RFC 9457 problems under /api, pages that help elsewhere. The one table for both."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import orjson
from flask import Flask, Response, request
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException

from feedapp import errors, troubles
from feedapp.errors import DomainError
from feedapp.postgres.server_state import OutOfTimeError
from feedapp.reasons import DISK_FULL, MIGRATE, READ_ONLY, reason, sqlstate

DETAILS = {
    404: "There is nothing at this address. Check it for a slip, or start at the home page.",
    405: "This address does not answer to this method.",
    413: "That is more than this site takes at once: at most 512 KiB.",
    415: "Send JSON, with the header Content-Type: application/json.",
}

NOBODYS_MISTAKE = (OperationalError, InterfaceError, PoolTimeoutError)
"""What PostgreSQL, the network or too much to do is the reason of."""
CURABLE = frozenset({READ_ONLY, *MIGRATE, "42501"})
"""What an operator puts right beside the running site."""
TOO_LONG = "This took too long and was not carried out. Please try again in a moment."
UNAVAILABLE = {
    "": "The database does not answer just now. Please try again in a moment.",
    DISK_FULL: "The database has no room left, so nothing can be saved just now. Please try again later.",
    READ_ONLY: "Nothing can be saved just now: the database only lets us read. Please try again in a moment.",
    "55P03": TOO_LONG,
    "57014": TOO_LONG,
    "out of time": TOO_LONG,
}
"""What is said of it, by PostgreSQL's code."""
LATER = 30
"""Seconds: a disk is not emptied in a moment."""

ErrorPage = Callable[[int, str, str], Response]
Answer = Callable[..., Response]

log = logging.getLogger(__name__)


def register(app: Flask, error_page: ErrorPage) -> None:
    """Answer every error of the app. `error_page` makes a page from (status, title, detail)."""

    def answer(status: int, title: str, detail: str, **more: Any) -> Response:
        if request.path == "/api" or request.path.startswith("/api/"):
            return problem(status, title, detail, **more)
        return error_page(status, title, detail)

    _register_domain(app, answer)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        status = error.code or 500
        response = answer(status, error.name, DETAILS.get(status, error.description or error.name))
        for name, value in error.get_headers():
            if name in {"Allow", "Retry-After", "Location"}:
                response.headers[name] = value
        return response

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        log.error("Unexpected error", exc_info=error)
        return answer(500, DomainError.title, "That is our fault, and it was written down. Please try again.")

    _register_database(app, answer, unexpected)


def _register_domain(app: Flask, answer: Answer) -> None:
    @app.errorhandler(DomainError)
    def domain(error: DomainError) -> Response:
        return _domain_answer(error, answer)


def _domain_answer(error: DomainError, answer: Answer) -> Response:
    fields = [{"field": each.field, "message": each.message} for each in getattr(error, "errors", ())]
    response = answer(error.status, error.title, error.detail, **({"errors": fields} if fields else {}))
    retry_after = getattr(error, "retry_after", None)
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    if error.status == errors.UnauthenticatedError.status and response.mimetype == "application/problem+json":
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _register_database(app: Flask, answer: Answer, unexpected: Callable[[Exception], Response]) -> None:
    @app.errorhandler(DBAPIError)
    @app.errorhandler(PoolTimeoutError)
    def failed(error: DBAPIError | PoolTimeoutError) -> Response:
        if not isinstance(error, NOBODYS_MISTAKE) and sqlstate(error) not in CURABLE:
            return unexpected(error)
        troubles.happened(log, "A request could not be served", error, level=logging.ERROR)
        code = "out of time" if isinstance(getattr(error, "orig", None), OutOfTimeError) else sqlstate(error)
        away = errors.UnavailableError(UNAVAILABLE.get(code or "", UNAVAILABLE[""]))
        away.retry_after = LATER if code == DISK_FULL else away.retry_after
        return _domain_answer(away, answer)

    @app.errorhandler(IntegrityError)
    def gone(error: IntegrityError) -> Response:
        # Constraints are checked before they are reached, so this is what a race leaves: somebody deleted what was
        # being written to. The transaction was rolled back.
        log.warning("A write came too late: %s", reason(error))
        return answer(409, "Too late", "What this belongs to was deleted meanwhile. Nothing was changed.")


def problem(status: int, title: str, detail: str, **more: Any) -> Response:
    """Make an RFC 9457 answer."""
    data = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    response = Response(orjson.dumps(data), status, content_type="application/problem+json")
    response.headers["Cache-Control"] = "no-store"
    return response
