"""If-Match on edits: nobody overwrites what they have not seen.

An ETag is `"version.digest"`: the version of what can be edited, and a digest of all that was sent. If-None-Match
looks at the whole, If-Match at the version alone: a like that came meanwhile changes the answer but is no reason to
refuse an edit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from feedapp.serialisers import addresses
from feedapp.web.conditional import digest
from feedapp.web.host_guard import site_root
from feedapp.web.preconditions import if_match
from feedapp.web.problems import problem

if TYPE_CHECKING:
    from flask import Response

    from feedapp.blueprints.api.kit.declaration import Reply
    from feedapp.errors import StaleEditError
    from feedapp.reading.versions import Expected


def expected() -> Expected:
    """Read If-Match as versions. Raise MalformedError.

    A weak ETag counts as well, since something in front that compresses answers makes ours weak.
    """
    tags = if_match()
    return None if tags is None else frozenset(tag.text.partition(".")[0] for tag in tags)


def versioned(response: Response, version: str) -> Response:
    """Add the ETag."""
    response.set_etag(f"{version}.{digest(response.get_data())}")
    return response


def stale(error: StaleEditError, reply: Reply[Any]) -> Response:
    """Answer 412 with what stands there now, sent as in this reply, and its ETag, good for the next attempt."""
    assert reply.serialise is not None, "what has versions has a body"
    assert reply.version is not None, "what If-Match is about has versions"
    with addresses.below(site_root()):
        current = reply.serialise(error.current)
    response = problem(type(error), error.detail, current=current)
    response.set_etag(f"{reply.version(error.current)}.{digest(orjson.dumps(current))}")
    return response
