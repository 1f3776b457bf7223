"""How the API answers: JSON as a reply is declared, with ETags, and Link headers for pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast
from urllib.parse import quote, urlencode

import orjson
from flask import Response, request

from feedapp.blueprints.api.kit.versions import versioned
from feedapp.serialisers import addresses
from feedapp.web.conditional import OWN, PUBLIC
from feedapp.web.files import sent_file
from feedapp.web.host_guard import site_root

if TYPE_CHECKING:
    from feedapp.blueprints.api.kit.declaration import Deprecation, Reply
    from feedapp.reading.read_models import Paged
    from feedapp.services.people.leaving.archives import ArchiveFile

T = TypeVar("T")
LINK = "Link"
PERSONAL = "private, no-store"
"""Answers to writes, and of calls that are declared as `secret`."""


def replied(reply: Reply[T], result: T) -> Response:
    """Answer with what a handler gave, as its call declares."""
    status = reply.status if isinstance(reply.status, int) else reply.status.of(result)
    if reply.file is not None:
        response = Response(status=status) if result is None else sent_file(cast("ArchiveFile", result), reply.file)
        response.headers["Cache-Control"] = PERSONAL
    elif reply.serialise is None:
        return Response(status=status)
    else:
        with addresses.below(site_root()):
            response = _json(reply, result, status)
    if reply.version is not None:
        versioned(response, reply.version(result))
    for name, of in reply.headers.items():
        value = of(result)
        if value is not None:
            response.headers[name] = value
    return response


def announced(deprecated: Deprecation, response: Response) -> Response:
    """Say in an answer that its call is to go, unless it says so."""
    if "Deprecation" not in response.headers:
        response.headers.update(deprecated.headers)
        links = filter(None, (response.headers.get(LINK), deprecated.link))
        response.headers[LINK] = ", ".join(links)
    return response


def written(body: bytes, status: int, *, secret: bool = False) -> Response:
    """Send what is JSON already."""
    response = Response(body, status, content_type="application/json")
    response.headers["Vary"] = "Authorization"
    if secret or request.method not in {"GET", "HEAD"}:
        response.headers["Cache-Control"] = PERSONAL
    else:
        response.headers["Cache-Control"] = OWN if "Authorization" in request.headers else PUBLIC
    return response


def _json(reply: Reply[Any], result: Any, status: int) -> Response:
    serialise = reply.serialise
    assert serialise is not None, "a reply without a body has nothing to serialise"
    if reply.many == "page":
        counts = {name: of(result) for name, of in reply.counts.items()}
        return _page(result, [serialise(item) for item in result.items], counts, secret=reply.secret)
    sent = {"items": [serialise(item) for item in result]} if reply.many == "items" else serialise(result)
    return written(orjson.dumps(sent), status, secret=reply.secret)


def _page(page: Paged[Any], items: list[Any], counts: dict[str, int], *, secret: bool) -> Response:
    """Send a page of a list, with the way on in the body and in Link headers."""
    prev = page.newer_cursor or page.prev_cursor
    cursors = {"next_cursor": page.next_cursor, "prev_cursor": prev}
    response = written(orjson.dumps({"items": items, **cursors, **counts}), 200, secret=secret)
    here = site_root() + quote(request.path.lstrip("/"), safe="/:@!$&'()*+,;=")
    asked = {name: value.strip() for name, value in request.args.items()}
    links = [
        f'<{here}?{urlencode({**asked, "cursor": cursor})}>; rel="{relation}"'
        for relation, cursor in (("next", page.next_cursor), ("prev", prev))
        if cursor is not None
    ]
    if links:
        response.headers[LINK] = ", ".join(links)  # one line: not every client looks for a second
    return response
