"""Addresses: those that come from outside (ids, names, where to go next), and those of a page's hundred links."""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import quote, urlencode, urlsplit

from flask import request, url_for

from feedapp.blueprints.pages.kit.csrf import SAFE
from feedapp.errors import NotFoundError
from feedapp.hosts import read_origin
from feedapp.schemas import texts
from feedapp.web.host_guard import origin

IN_PATHS, IN_QUERIES = "/@!$&'()*+,;=:~", "%/?@!$&'()*+,;=:~[]"
"""What stands in a path and in a query without being escaped, besides letters and digits (RFC 3986)."""
SEARCH, THREAD = "pages.search.show", "pages.posts.show"
LARGEST_ID = 2**63 - 1
_ID = re.compile(r"[1-9][0-9]{0,18}")
_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f-\x9f]{0,2000}")


def known_id(text: str) -> int:
    """Read an id. Raise NotFoundError for what cannot be one."""
    if not _ID.fullmatch(text) or int(text) > LARGEST_ID:
        raise NotFoundError("There is nothing at this address, or it was deleted.")
    return int(text)


def known_name(text: str) -> str:
    """Read a username, folded. Raise NotFoundError for what cannot be one."""
    try:
        return texts.username(text)
    except ValueError:
        raise NotFoundError("There is nobody with this name.") from None


def safe_path(target: str | None, default: str = "/") -> str:
    """Give the target if it is a path on this site, else the default: `next` must not lead anybody elsewhere."""
    return target if target and _PATH.fullmatch(target) else default


def here() -> str:
    """Give the path and query of this request, fit to come back to."""
    return safe_path(request.full_path.removesuffix("?"))


def way_back() -> str:
    """Give where to come back to after logging in: this page, or the one with the form that led here.

    Of the parameters only the place in a list, and its order, count: pages are kept for all who ask for them with
    others. A search, which is never kept, is nothing without them.
    """
    if request.method not in SAFE:
        return came_from("/")
    if request.endpoint == SEARCH:
        return here()
    cursor = request.args.get("cursor")
    if cursor is None:
        return safe_path(quote(request.path, safe=IN_PATHS))
    path = "/public" if request.path == "/" else request.path  # the place in everyone's feed is none in one's own
    order = request.args.get("order") if request.endpoint == THREAD else None
    place = {"order": order, "cursor": cursor} if order in {"newest", "oldest"} else {"cursor": cursor}
    return safe_path(f"{quote(path, safe=IN_PATHS)}?{urlencode(place)}")


def came_from(default: str) -> str:
    """Give the page of ours from which a form was sent, to go back there."""
    source = request.headers.get("Referer", "")
    if (sent_by := read_origin(source)) is None or sent_by != origin():
        return default
    referer = urlsplit(source)
    return safe_path(referer.path + (f"?{referer.query}" if referer.query else ""), default)


def link(endpoint: str, **ids: object) -> str:
    """Give what `url_for` gives, for ids and usernames that stand in an address as they are, much faster."""
    address = _form(endpoint, *ids)
    for name, value in ids.items():
        address = address.replace(_mark(name), str(value))
    return address


@cache
def _form(endpoint: str, *names: str) -> str:
    return url_for(endpoint, **{name: _mark(name) for name in names})  # type: ignore[arg-type]  # no _external among them


def _mark(name: str) -> str:
    return f"~{name}~"  # of signs that no address has to escape, and no other part of one of ours has
