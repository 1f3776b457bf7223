"""Words and phrases that somebody does not want to read: where they stand in a text."""

from __future__ import annotations

from functools import lru_cache
from unicodedata import normalize

import regex

from feedapp.text.highlights import SCRIPTS

KEPT = 512
"""Of how many readers the pattern is kept."""
_SPACED = regex.compile(rf"(?V1)[[\p{{L}}\p{{M}}\p{{N}}_]--[{SCRIPTS}]]")


def has_word(text: str, words: tuple[str, ...]) -> bool:
    """Tell whether one of the words or phrases stands in a text, whatever their case, and the space between them.

    A word is found whole: `art` is not in `party`, but it is in `#art`. In scripts without spaces it is found anywhere.
    """
    return bool(words) and _pattern(words).search(normalize("NFC", text)) is not None


def unique(words: list[str]) -> list[str]:
    """Give words in alphabetical order, each once, whatever its case."""
    found: dict[str, str] = {}
    for word in words:
        found.setdefault(normalize("NFC", word).casefold(), word)
    return [found[each] for each in sorted(found)]


@lru_cache(KEPT)
def _pattern(words: tuple[str, ...]) -> regex.Pattern[str]:
    return regex.compile("|".join(map(_alternative, words)), regex.IGNORECASE | regex.FULLCASE | regex.V1)


def _alternative(word: str) -> str:
    """Find a word whole where its first and last sign are letters of scripts that separate words."""
    word = normalize("NFC", word)
    inner = r"\s+".join(regex.escape(part, special_only=True) for part in word.split())
    before = r"(?<![\p{L}\p{M}\p{N}_])" if _SPACED.match(word[0]) else ""
    after = r"(?![\p{L}\p{M}\p{N}_])" if _SPACED.match(word[-1]) else ""
    return before + inner + after
