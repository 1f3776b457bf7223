"""What people wrote, as HTML: escaped, with addresses and `@name` as links. Line breaks stay, for CSS to show."""

from __future__ import annotations

import re
from typing import NamedTuple

from markupsafe import Markup, escape

LONGEST, SHOWN, FOLDED_LINES = 900, 700, 16
"""A text longer than the first, or of more lines, is cut in a feed: to as many characters as the second at most."""

_BIDI_MARKS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_ADDRESS = rf"(?<![\w@/.-])(?i:https?://(?=[\w\[])|www\.(?=\w))[^\s<>\"“”«»`{_BIDI_MARKS}]+"
_MENTION = r"(?<![\w@/.&+-])@(?P<name>[A-Za-z0-9_]{1,30})(?![\w@]|[-.]\w)"  # what goes on is no name, or a mail address
_LINK = re.compile(f"{_ADDRESS}|{_MENTION}")
_MARKS = re.compile(f"[{_BIDI_MARKS}]")
_ANCHOR = Markup('<a href="{}" rel="nofollow ugc noopener" dir="ltr">{}</a>')
_PERSON = Markup('<a class="mention" href="/@{}" dir="ltr">{}</a>')
_CLOSERS = {")": "(", "]": "[", "}": "{"}
_TRAILING = ".,:;!?'*_~…"


class Excerpt(NamedTuple):
    """The beginning of a text; `cut` tells whether there is more."""

    text: str
    cut: bool


def linked(text: str) -> Markup:
    """Escape a text and make the web addresses and names in it clickable, whether or not there is such a person.

    Takes time in proportion to its length.
    """
    if "@" not in text and "://" not in text and "www." not in text.lower():
        return escape(text)
    parts, end = [], 0
    for match in _LINK.finditer(text):
        shown = match[0] if match["name"] else _trimmed(match[0])
        parts += [escape(text[end : match.start()]), _anchor(shown, match["name"])]
        end = match.start() + len(shown)
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


def _anchor(shown: str, name: str | None) -> Markup:
    if name is not None:
        return _PERSON.format(name.lower(), shown)
    scheme = "" if "://" in shown[:8] else "https://"
    return _ANCHOR.format(scheme + shown, shown)


def _trimmed(address: str) -> str:
    """Leave off what ends a sentence, and brackets that were opened before the address."""
    spare = {closer: address.count(closer) - address.count(opener) for closer, opener in _CLOSERS.items()}
    end = len(address)
    while (sign := address[end - 1]) in _TRAILING or spare.get(sign, 0) > 0:
        if sign in spare:
            spare[sign] -= 1
        end -= 1
    return address[:end]
