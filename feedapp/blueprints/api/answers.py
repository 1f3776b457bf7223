"""How the API reads and answers: JSON in and out, credentials from the Authorization header, Link headers for pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote, urlencode

import orjson
from flask import Response, request

from feedapp.errors import NotFoundError, UnauthenticatedError, UnsupportedTypeError
from feedapp.pagination import checked_limit
from feedapp.reading.viewers import Credentials
from feedapp.schemas.inputs import Input, from_json
from feedapp.web.bodies import refuse_other_charsets
from feedapp.web.conditional import PUBLIC
from feedapp.web.host_guard import site_root

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedapp.reading.read_models import Paged

T = TypeVar("T")
InputT = TypeVar("InputT", bound=Input)
PERSONAL = "private, no-store"
LARGEST_ID = 2**63 - 1


def credentials() -> Credentials:
    """Read the Authorization header, unchecked. Raise UnauthenticatedError for any other scheme than Bearer."""
    header = request.headers.get("Authorization")
    if header is None:
        return Credentials.of(None, kind="api")
    scheme, _, token = header.strip().partition(" ")
    if scheme.lower() != "bearer":
        raise UnauthenticatedError("Authorization takes the scheme Bearer here, with a token from POST /api/tokens.")
    return Credentials.of(token.strip(), kind="api")


def body(schema: type[InputT]) -> InputT:
    """Read the JSON body. Raise UnsupportedTypeError, MalformedError, InvalidInputError."""
    if not request.is_json:
        raise UnsupportedTypeError("Send JSON, with the header Content-Type: application/json.")
    refuse_other_charsets()
    return from_json(schema, request.get_data())


def answer(data: Any, status: int = 200) -> Response:
    """Send JSON."""
    return written(orjson.dumps(data), status)


def written(body: bytes, status: int) -> Response:
    """Send what is JSON already."""
    response = Response(body, status, content_type="application/json")
    response.headers["Vary"] = "Authorization"
    personal = "Authorization" in request.headers or request.method not in {"GET", "HEAD"}
    response.headers["Cache-Control"] = PERSONAL if personal else PUBLIC
    return response


def paged(page: Paged[T], serialise: Callable[[T], Any]) -> Response:
    """Send a page of a list, with the way on in the body and in Link headers."""
    items = [serialise(item) for item in page.items]
    response = answer({"items": items, "next_cursor": page.next_cursor, "prev_cursor": page.prev_cursor})
    here = site_root() + quote(request.path.lstrip("/"), safe="/:@!$&'()*+,;=")
    asked = {name: value.strip() for name, value in request.args.items()}
    links = [
        f'<{here}?{urlencode({**asked, "cursor": cursor})}>; rel="{relation}"'
        for relation, cursor in (("next", page.next_cursor), ("prev", page.prev_cursor))
        if cursor is not None
    ]
    if links:
        response.headers["Link"] = ", ".join(links)  # one line: not every client looks for a second
    return response


def page_wanted() -> tuple[str | None, int]:
    """Read `cursor` and `limit`. Raise InvalidQueryError for the limit; the cursor is checked where it is used."""
    return request.args.get("cursor"), checked_limit(request.args.get("limit"))


def known_id(text: str) -> int:
    """Read an id. Ids are opaque to clients, so one that cannot be is simply not found."""
    if not (text.isascii() and text.isdigit() and text[0] != "0" and int(text[:20]) <= LARGEST_ID):
        raise NotFoundError("There is nothing with this id, or no longer.")
    return int(text)
