"""Messages of services and schemas in the reader's language.

They are raised as finished English sentences, which is what the API says. A page recognises which text of the catalogue
a sentence was made of, by its fixed words, and says the same in the reader's language with what stands between them.
So nobody who raises an error has to think of languages, and every f-string is found by `make texts`.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime
from functools import cache
from typing import NamedTuple

from feedapp.languages.catalogues import gettext, marked, texts
from feedapp.languages.formats import regrouped, written
from feedapp.languages.known import ENGLISH
from feedapp.languages.spoken import current

PLACE = re.compile(r"%\((\w+)\)s")
OURS = frozenset({"counts", "error", "message", "nobody", "said", "wait", "what", "why"})
"""Names of places in which a text of ours stands, which is translated too; in others may be what somebody wrote."""
TIMES = ((marked("d MMMM y, HH:mm 'UTC'"), "%d %B %Y, %H:%M UTC"), (marked("d MMMM y"), "%d %B %Y"))
"""Times as messages have them."""


class _Pattern(NamedTuple):
    text: str
    regex: re.Pattern[str]
    fixed: int


def translated(message: str) -> str:
    """Give a finished English message in the language that is spoken; unchanged if it is not recognised."""
    language = current()
    if language == ENGLISH or not message:
        return message
    known = texts(language).of
    if message in known:
        return gettext(message)
    for pattern in _patterns(language):
        found = pattern.regex.fullmatch(message)
        if found:
            places = {name: _place(name, value) for name, value in found.groupdict().items()}
            return gettext(pattern.text) % places
    return message


def localised(text: str) -> str:
    """Write a number or a time that stands in a message as the reader does; leave any other text."""
    if current() == ENGLISH:
        return text
    for pattern, english in TIMES:
        with suppress(ValueError):
            return written(datetime.strptime(text, english), pattern)  # noqa: DTZ007  (it says itself that it is UTC)
    return regrouped(text)


def _place(name: str, value: str) -> str:
    return translated(value) if name in OURS else localised(value)


@cache
def _patterns(language: str) -> list[_Pattern]:
    """Give every text with places in it, those with the most fixed words first."""
    made = []
    for text in texts(language).of:
        names = PLACE.findall(text)
        if names and len(set(names)) == len(names):
            parts = PLACE.split(text.replace("%%", "%"))
            fixed = "".join(parts[::2])
            regex = "".join(re.escape(part) if n % 2 == 0 else f"(?P<{part}>.+?)" for n, part in enumerate(parts))
            made.append(_Pattern(text, re.compile(regex, re.DOTALL), len(fixed)))
    return sorted((each for each in made if each.fixed >= LEAST), key=lambda each: -each.fixed)


LEAST = 4
"""How many fixed characters a text must have to be recognised by them."""
