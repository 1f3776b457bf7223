"""Links to what an id or a username names, of which a page has a hundred: by a form that is kept for each route."""

from __future__ import annotations

from functools import cache

from flask import url_for


def link(endpoint: str, **ids: object) -> str:
    """Give what `url_for` gives, for ids and usernames that stand in an address as they are."""
    address = _form(endpoint, *ids)
    for name, value in ids.items():
        address = address.replace(_mark(name), str(value))
    return address


@cache
def _form(endpoint: str, *names: str) -> str:
    return url_for(endpoint, **{name: _mark(name) for name in names})  # type: ignore[arg-type]  # no _external among them


def _mark(name: str) -> str:
    return f"~{name}~"  # of signs that no address has to escape, and no other part of one of ours has
