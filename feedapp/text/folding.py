"""How much of a text a list shows, and how much a title. Neither ends within a word, a letter, an address or a name."""

from __future__ import annotations

from typing import NamedTuple

import regex

from feedapp.text.characters import one_line
from feedapp.text.links import links

LONGEST, SHOWN, FOLDED_LINES = 900, 700, 16
"""A text longer than the first, or of more lines, is cut in a list: to as many characters as the second at most."""

_WORD_ENDS = regex.compile(r"\b", regex.WORD)  # as Unicode has them: of scripts without spaces every letter is a word
_LETTERS = regex.compile(r"\X")
_AROUND = 100
MORE = "…"


class Excerpt(NamedTuple):
    """The beginning of a text, up to `end`; `cut` tells whether there is more."""

    text: str
    end: int
    cut: bool


def excerpt(text: str, *, longest: int = LONGEST, shown: int = SHOWN, lines: int = FOLDED_LINES) -> Excerpt:
    """Give as much of a text as a list shows, with dots for the rest.

    An address that takes up the better part of it is cut all the same, and has to stay without a link.
    """
    end = _end_of_line(text, lines)
    if end == len(text) <= longest:
        return Excerpt(text, end, cut=False)
    if end > shown:
        end = _end_of_word(text, shown)
        for link in links(text):
            if link.end >= end:
                end = link.start if shown // 2 < link.start < end < link.end else end
                break
    end = len(text[:end].rstrip())
    return Excerpt(text[:end] + MORE, end, cut=True)


def excerpt_around(text: str, place: int) -> tuple[int, Excerpt]:
    """Give as much of a text as a list shows, with a place in it, and where that begins: at 0 if it reaches so far."""
    beginning = excerpt(text)
    if place < beginning.end:
        return 0, beginning
    start = _end_of_word(text, place - _AROUND)
    rest = excerpt(text[start:])
    return start, Excerpt(rest.text, start + rest.end, rest.cut)


def headline(text: str, longest: int) -> str:
    """Give the beginning of a text on one line, as long as a title or a description may be."""
    line = one_line(text[: longest * 10])
    if len(line) <= longest:
        return line
    return line[: _end_of_word(line, longest)].rstrip() + MORE


def _end_of_line(text: str, number: int) -> int:
    end = -1
    for _ in range(number):
        end = text.find("\n", end + 1)
        if end < 0:
            return len(text)
    return end


def _end_of_word(text: str, limit: int) -> int:
    """Find the last end of a word up to `limit`; the last end of a letter with all its marks if the word is long."""
    within = _WORD_ENDS.finditer(text, limit // 2 + 1, limit + _AROUND)
    if ends := [match.start() for match in within if match.start() <= limit]:
        return ends[-1]
    end = 0
    for letter in _LETTERS.finditer(text, 0, limit + _AROUND):
        if letter.end() > limit:
            break
        end = letter.end()
    return end or limit
