"""If-Match on edits: nobody overwrites what they have not seen.

An ETag is `"version.digest"`: the version of what can be edited, and a digest of all that was sent. If-None-Match
looks at the whole, If-Match at the version alone: a like that came meanwhile changes the answer but is no reason to
refuse an edit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from feedapp.web.conditional import digest
from feedapp.web.preconditions import if_match
from feedapp.web.problems import problem

if TYPE_CHECKING:
    from flask import Response

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


def stale(error: StaleEditError, current: dict[str, Any], version: str) -> Response:
    """Answer 412 with how it stands now in `current`, and its ETag, good for the next attempt."""
    response = problem(type(error), error.detail, current=current)
    response.set_etag(f"{version}.{digest(orjson.dumps(current))}")
    return response
