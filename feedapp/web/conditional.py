"""ETag and 304: public answers are revalidated each time, and mostly need not be sent again.

The ETag is a digest of the body that was made for this request, so a changed body cannot have an old one; what a warm
body costs is little. Headers that differ each time (X-Request-Id, Server-Timing) are not part of it.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

from flask import request
from werkzeug.http import parse_etags, remove_entity_headers, unquote_etag

from feedapp.errors import DomainError, PreconditionFailedError
from feedapp.web.preconditions import if_match
from feedapp.web.wsgi_answer import OK, SAFE

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from flask import Flask, Response

    from feedapp.web.problems import AnswerTo
    from feedapp.web.wsgi_answer import Answer

PUBLIC, OWN = "public, no-cache", "private, no-cache"
"""What anybody may keep, and what only the client that asked may; neither uses it again without asking."""
NOT_MODIFIED = "304 NOT MODIFIED"


def register(app: Flask, answer_to: AnswerTo) -> None:
    """Give every answer that may be kept an ETag, and hold every answer to a read against If-Match."""

    @app.after_request
    def label(response: Response) -> Response:
        etag, _ = response.get_etag()
        if etag is None and response.status == OK and response.headers.get("Cache-Control") in {PUBLIC, OWN}:
            response.set_etag(digest(response.get_data()))
        try:
            _check_if_match(response)
        except DomainError as error:
            return answer_to(error)
        return response


def _check_if_match(response: Response) -> None:
    """Raise PreconditionFailedError, MalformedError. Weak ETags count, since a compressed answer's are weak."""
    if request.method not in SAFE or response.status != OK:
        return
    tags = if_match()
    if tags is not None and response.get_etag()[0] not in {tag.text for tag in tags}:
        raise PreconditionFailedError("If-Match names another version than the current one: read it without If-Match.")


def validated(environ: WSGIEnvironment, answer: Answer) -> Answer:
    """Answer 304 instead if what If-None-Match names is what would be sent, compressed or not."""
    known = environ.get("HTTP_IF_NONE_MATCH")
    if known is None or answer.status != OK or environ["REQUEST_METHOD"] not in SAFE:
        return answer
    etag, _ = unquote_etag(answer.header("ETag"))
    if etag is None or not parse_etags(known).contains_weak(etag):
        return answer
    answer.close()
    headers = list(answer.headers)
    remove_entity_headers(headers)
    return answer._replace(status=NOT_MODIFIED, headers=headers, body=[])


def digest(body: bytes) -> str:
    """Give a short name for exactly these bytes."""
    return blake2b(body, digest_size=12).hexdigest()
