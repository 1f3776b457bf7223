"""The key table read backwards: which row, and which list, a key's name belongs to.

For whoever looks into Redis (`flask cache`, tests). Reads and writes never need it: they make names, out of ids.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from feedapp.cache.catalogue.keys import (
    COMMENTS,
    EVERY_HOME,
    FEED,
    FOLLOWERS,
    FOLLOWING,
    LIKES,
    POSTS_BY,
    PUBLIC,
    TEMPLATES,
    Key,
    comments_of,
    followed_by,
    followers_of,
    home_feed,
    likes_of,
    posts_by,
    public_feed,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedapp.cache.catalogue.keys import Listing, Template

_NUMBER = "[0-9]{1,18}"
_FORMS = {"username": "[^:]+", "token_hash": "[0-9a-f]{64}", "cursor": "[A-Za-z0-9_-]+"}
_BY_OWNER: dict[str, Callable[[int], Listing]] = {
    FEED.pages.name: home_feed,
    POSTS_BY.pages.name: posts_by,
    COMMENTS.pages.name: comments_of,
    LIKES.pages.name: likes_of,
    FOLLOWERS.pages.name: followers_of,
    FOLLOWING.pages.name: followed_by,
}


class _Row(NamedTuple):
    template: Template
    expression: re.Pattern[str]


def _row(template: Template) -> _Row:
    forms = dict(_FORMS)
    if template in FEED:
        forms["user_id"] = f"{_NUMBER}|{PUBLIC}|{EVERY_HOME}"
    pattern = re.sub(
        r"\\\{(\w+)\\\}", lambda found: f"(?P<{found[1]}>{forms.get(found[1], _NUMBER)})", re.escape(template.pattern)
    )
    return _Row(template, re.compile(pattern))


# What is spelled out counts for more than what is in braces: `…:stamp` before `…:{cursor}:{limit}`.
_ROWS = [_row(template) for template in sorted(TEMPLATES.values(), key=lambda template: template.pattern.count("{"))]


def row_of(name: str) -> Key | None:
    """Read a name without the prefix; None if it is in no row of the table. Ids that are numbers become numbers."""
    for row in _ROWS:
        found = row.expression.fullmatch(name)
        if found:
            return Key(name, row.template, tuple(_id(part, text) for part, text in found.groupdict().items()))
    return None


def listing_of(page: Key) -> Listing | None:
    """Give the list that a page belongs to, with the stamps it must carry; None for what is no page of a list."""
    owner = page.ids[0] if page.ids else None
    if page.template.name == FEED.pages.name and owner == PUBLIC:
        return public_feed()
    listing = _BY_OWNER.get(page.template.name)
    return listing(owner) if listing and isinstance(owner, int) else None


def _id(part: str, text: str) -> object:
    return int(text) if part not in _FORMS and text.isdigit() else text
