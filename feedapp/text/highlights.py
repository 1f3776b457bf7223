"""Where in a text the words stand that somebody searched for, to be shown marked."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING
from unicodedata import combining, normalize

import regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SCRIPTS = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}"
_PARTS = regex.compile(rf"(?V1)[{SCRIPTS}\u30fc]+|[[\p{{L}}\p{{M}}\p{{N}}_]--[{SCRIPTS}]]+")
_ENDINGS = ("ings", "ing", "ies", "ied", "ed", "es", "s", "ly", "y", "e")
_AFTER = (*_ENDINGS, "er", "ers", "ion", "ions")
_LETTER = r"[\p{L}\p{N}]"
_SHORTEST_STEM = 3


def spans(text: str, words: Iterable[str]) -> list[tuple[int, int]]:
    """Give where one of the words or phrases stands, in order, as (start, end) in the text.

    As PostgreSQL finds them: whatever their case and accents, in other forms of the word (`garden` in `gardening`),
    and in scripts without spaces anywhere. What is marked is a help to the eye: it decides nothing.
    """
    pattern = _pattern(tuple(words))
    if pattern is None:
        return []
    letters, places = _folded(text)
    return [(places[found.start()], places[found.end() - 1] + 1) for found in pattern.finditer(letters)]


def folded(text: str) -> str:
    """Take case and accents away from a text."""
    return _folded(text)[0]


def _folded(text: str) -> tuple[str, list[int]]:
    """Take case and accents away; give for each letter that is left where it stood."""
    signs: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        for each in _letters(sign):
            signs.append(each)
            places.append(place)
    return "".join(signs), places


@lru_cache(maxsize=4_096)
def _letters(sign: str) -> str:
    return normalize("NFC", "".join(each for each in normalize("NFKD", sign) if not combining(each)).lower()) or sign


@lru_cache(maxsize=256)
def _pattern(words: tuple[str, ...]) -> regex.Pattern[str] | None:
    forms = dict.fromkeys(form for word in words for form in _forms(word))
    return regex.compile("|".join(forms)) if forms else None


def _forms(word: str) -> Iterator[str]:
    for part in _PARTS.findall(folded(word)):
        if regex.match(rf"[{SCRIPTS}]", part):
            yield regex.escape(part)
        else:
            yield rf"(?<!{_LETTER}){regex.escape(_stem(part))}(?:{'|'.join(_AFTER)})?(?!{_LETTER})"


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word.removesuffix(ending)
    return word
