"""Parses names of cache keys: which row of the key table, and which list, a name belongs to.

For `flask cache` and tests, which look into Redis. Reads and writes never need it: they make names from ids.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from feedapp.cache.catalogue.declarations import Key
from feedapp.cache.catalogue.keys import LISTS, TEMPLATES

if TYPE_CHECKING:
    from feedapp.cache.catalogue.declarations import Listing, Template

_NUMBER = "[0-9]{1,18}"
_TEXTS = {"username": "[^:]+", "tag": "[^:]+", "token_hash": "[0-9a-f]{64}", "cursor": "[A-Za-z0-9_-]+"}
"""The ids that are texts; all others are numbers, or one of the words declared for the row."""


class _Row(NamedTuple):
    template: Template
    expression: re.Pattern[str]


def _row(template: Template) -> _Row:
    pattern = template.form
    for number, part in enumerate(template.parts):
        words = sorted(template.words) if number == 0 else []
        form = "|".join([_TEXTS.get(part, _NUMBER), *words])
        pattern = pattern.replace("%s", f"(?P<{part}>{form})", 1)
    return _Row(template, re.compile(pattern))


# Literal parts take precedence over those in braces: `…:stamp` before `…:{cursor}:{limit}`.
_ROWS = [_row(template) for template in sorted(TEMPLATES.values(), key=lambda template: len(template.parts))]


def row_of(name: str) -> Key | None:
    """Parse a name without the prefix; None if no row of the table fits. Numeric ids become ints."""
    for row in _ROWS:
        found = row.expression.fullmatch(name)
        if found:
            return Key(name, row.template, tuple(_id(part, text) for part, text in found.groupdict().items()))
    return None


def listing_of(page: Key) -> Listing | None:
    """Give the list that a page belongs to, with the stamps it must carry; None for what is no page of a list."""
    owner = page.ids[0] if page.ids else None
    for each in LISTS.values():
        if each.pages is page.template and each.may_be_of(owner):
            assert isinstance(owner, int | str), "an owner is an id or a word"
            return each.of(owner)
    return None


def _id(part: str, text: str) -> object:
    return int(text) if part not in _TEXTS and text.isdigit() else text
