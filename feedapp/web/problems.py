"""Errors as answers: RFC 9457 problems under /api, error pages elsewhere, from one table."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

import orjson
from flask import Flask, Response, request
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException

from feedapp import errors
from feedapp.errors import DomainError, FieldError
from feedapp.observability import troubles
from feedapp.observability.reasons import DISK_FULL, MIGRATE, READ_ONLY, reason, sqlstate
from feedapp.pictures.uploads import largest
from feedapp.postgres.server_state import OutOfTimeError

PROBLEMS = "/api/problems/"
"""Where each kind of problem is explained, by its code."""
DETAILS = {
    404: "There is nothing at this address. Check it for typos, or start at the home page.",
    405: "This address does not support this method.",
    413: "That is too large: this site accepts at most 512 KiB.",
    415: "Send JSON, with the header Content-Type: application/json.",
}
KINDS: dict[int, type[DomainError]] = {
    404: errors.NotFoundError,
    405: errors.MethodNotAllowedError,
    413: errors.TooLargeError,
    415: errors.UnsupportedTypeError,
}
"""Kinds of errors for which Werkzeug gives only a status. Any other 4xx is a request that cannot be read."""

NOBODYS_MISTAKE = (OperationalError, InterfaceError, PoolTimeoutError)
"""Caused by PostgreSQL, the network or overload."""
CURABLE = frozenset({READ_ONLY, *MIGRATE, "42501"})
"""What an operator can correct while the site runs."""
TOO_LONG = "This took too long and was not carried out. Please try again in a moment."
UNAVAILABLE = {
    "": "The database does not answer right now. Please try again in a moment.",
    DISK_FULL: "The database is full, so nothing can be saved right now. Please try again later.",
    READ_ONLY: "Nothing can be saved right now: the database is read-only. Please try again in a moment.",
    "55P03": TOO_LONG,
    "57014": TOO_LONG,
    "out of time": TOO_LONG,
}
"""The messages, by PostgreSQL's error code."""
LATER = 30
"""Seconds: a disk is not emptied in a moment."""

ErrorPage = Callable[[int, str, str, Sequence[FieldError]], Response]
Answer = Callable[..., Response]
AnswerTo = Callable[[DomainError], Response]

log = logging.getLogger(__name__)


def register(app: Flask, error_page: ErrorPage) -> AnswerTo:
    """Register handlers for every error; return the one for hooks, whose errors Flask does not handle.

    `error_page` makes a page from (status, title, detail, what is wrong with which field).
    """

    def answer(kind: type[DomainError], detail: str, *, status: int | None = None, **more: Any) -> Response:
        if request.path == "/api" or request.path.startswith("/api/"):
            return problem(kind, detail, status=status, **more)
        wrong = [FieldError(each["field"], each["message"]) for each in more.get("errors", ())]
        return error_page(status or kind.status, kind.title, detail, wrong)

    def answer_to(error: DomainError) -> Response:
        return _domain_answer(error, answer)

    app.register_error_handler(DomainError, answer_to)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        status = error.code or DomainError.status
        kind = KINDS.get(status, errors.MalformedError if status < DomainError.status else DomainError)
        detail = DETAILS.get(status, error.description or error.name)
        if kind is errors.TooLargeError and (most := largest(request.environ)) is not None:
            detail = f"That is too large: send at most {most // 1024**2} MB at once."
        response = answer(kind, detail, status=status)
        for name, value in error.get_headers():
            if name in {"Allow", "Retry-After", "Location"}:
                response.headers[name] = value
        return response

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        log.error("Unexpected error", exc_info=error)
        return answer(DomainError, "Something went wrong on our side, and it was logged. Please try again.")

    _register_database(app, answer, unexpected)
    return answer_to


def _domain_answer(error: DomainError, answer: Answer) -> Response:
    in_address = isinstance(error, errors.InvalidQueryError) or not request.is_json
    fields = [
        {"field": each.field, "pointer": None if in_address else f"#/{each.field}", "message": each.message}
        for each in getattr(error, "errors", ())
    ]
    more: dict[str, Any] = {"errors": fields} if fields else {}
    if isinstance(error, errors.ProofOfWorkError):
        more["challenge"] = error.challenge
    response = answer(type(error), error.detail, **more)
    retry_after = getattr(error, "retry_after", None)
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    if response.mimetype == "application/problem+json":
        if isinstance(error, errors.UnauthenticatedError):
            response.headers["WWW-Authenticate"] = _challenge(error)
        if isinstance(error, errors.UnsupportedCodingError):
            response.headers["Accept-Encoding"] = "identity"  # RFC 9110, 12.5.3: what would be taken
    return response


def _challenge(error: errors.UnauthenticatedError) -> str:
    """Say how to sign in (RFC 6750, 3): with an error only where a token was sent."""
    if isinstance(error, errors.InvalidTokenError):
        return f'Bearer error="invalid_token", error_description="{error.title}"'
    return "Bearer"


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
        # Constraints are checked before they are violated, so this is a race: somebody deleted what was being written
        # to. The transaction was rolled back.
        log.warning("A write came too late: %s", reason(error))
        return answer(errors.TooLateError, "What this belongs to was deleted in the meantime. Nothing was changed.")


def problem(kind: type[DomainError], detail: str, *, status: int | None = None, **more: Any) -> Response:
    """Make an RFC 9457 answer. Its type is an address without a host, so it is right for every host."""
    data = {
        "type": PROBLEMS + kind.code,
        "title": kind.title,
        "status": status or kind.status,
        "detail": detail,
        "code": kind.code,
        **more,
    }
    response = Response(orjson.dumps(data), data["status"], content_type="application/problem+json")
    response.headers["Cache-Control"] = "no-store"
    return response
