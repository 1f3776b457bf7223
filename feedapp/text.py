"""What people wrote, as HTML: escaped, with addresses as links. Line breaks stay; the style sheet shows them."""

from __future__ import annotations

import re
from typing import NamedTuple

from markupsafe import Markup, escape

LONGEST, SHOWN, FOLDED_LINES = 900, 700, 16
"""A text longer than the first, or of more lines, is cut in a feed: to as many characters as the second at most."""

_BIDI_MARKS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_LINK = re.compile(rf"(?<![\w@/.-])(?:https?://(?=[\w\[])|www\.(?=\w))[^\s<>\"“”«»`{_BIDI_MARKS}]+", re.IGNORECASE)
_MARKS = re.compile(f"[{_BIDI_MARKS}]")
_ANCHOR = Markup('<a href="{}" rel="nofollow ugc noopener" dir="ltr">{}</a>')
_CLOSERS = {")": "(", "]": "[", "}": "{"}
_TRAILING = ".,:;!?'*_~…"


class Excerpt(NamedTuple):
    """The beginning of a text; `cut` tells whether there is more."""

    text: str
    cut: bool


def linked(text: str) -> Markup:
    """Escape a text and make the web addresses in it clickable. Takes time in proportion to its length."""
    if "://" not in text and "www." not in text.lower():
        return escape(text)
    parts, end = [], 0
    for match in _LINK.finditer(text):
        address = _trimmed(match[0])
        scheme = "" if "://" in address[:8] else "https://"
        parts += [escape(text[end : match.start()]), _ANCHOR.format(scheme + address, address)]
        end = match.start() + len(address)
    return Markup("").join([*parts, escape(text[end:])])


def excerpt(text: str) -> Excerpt:
    """Give as much of a text as a feed shows, cut between words where there are any."""
    lines = text.split("\n", FOLDED_LINES)
    if len(text) <= LONGEST and len(lines) <= FOLDED_LINES:
        return Excerpt(text, cut=False)
    start = "\n".join(lines[:FOLDED_LINES])
    if len(start) > SHOWN:
        space = max(start.rfind(" ", 0, SHOWN), start.rfind("\n", 0, SHOWN))
        start = start[: space if space > SHOWN // 2 else SHOWN]
    return Excerpt(start.rstrip() + "…", cut=True)


def plain(text: str) -> str:
    """Take out the marks that change the direction of writing, for places where no element can contain them."""
    return _MARKS.sub("", text)


def _trimmed(address: str) -> str:
    """Leave off what ends a sentence, and brackets that were opened before the address."""
    spare = {closer: address.count(closer) - address.count(opener) for closer, opener in _CLOSERS.items()}
    end = len(address)
    while (sign := address[end - 1]) in _TRAILING or spare.get(sign, 0) > 0:
        if sign in spare:
            spare[sign] -= 1
        end -= 1
    return address[:end]
