"""Conditional requests (RFC 9110, 13): reads If-Match by its grammar, so that a malformed one is not ignored."""

from __future__ import annotations

import re
from typing import NamedTuple

from flask import request

from feedapp.errors import MalformedError

IF_MATCH, IF_NONE_MATCH = "If-Match", "If-None-Match"
_TAG = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
_SEPARATOR = re.compile(r"[ \t]*,[ \t,]*")


class EntityTag(NamedTuple):
    """An ETag: its text without quotes, and whether it is a weak one."""

    text: str
    weak: bool


def if_match() -> frozenset[EntityTag] | None:
    """Read If-Match; None if it is missing or `*`, which every existing resource matches. Raise MalformedError."""
    header = request.headers.get(IF_MATCH)
    if header is None or header.strip() == "*":
        return None
    tags = read(header)
    if not tags:
        raise MalformedError(
            f'{IF_MATCH} cannot be read: send `*`, or ETags with their quotes, as you received them: {IF_MATCH}: "abc".'
        )
    return tags


def read(header: str) -> frozenset[EntityTag]:
    """Read a list of ETags; the empty set for what is none."""
    tags, at = set(), 0
    header = header.strip(" \t,")
    while at < len(header):
        found = _TAG.match(header, at)
        if found is None:
            return frozenset()
        tags.add(EntityTag(found[2], found[1] is not None))
        at = found.end()
        if at < len(header):
            comma = _SEPARATOR.match(header, at)
            if comma is None:
                return frozenset()
            at = comma.end()
    return frozenset(tags)
