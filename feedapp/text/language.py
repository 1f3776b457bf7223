"""Guesses the language of a text by its script and its commonest words, so that it is read aloud and broken right.

Not a library: those that tell seventy languages apart weigh 1 to 100 MB, and are unsure of one sentence, too. Where it
is not clear, the answer is None, and pages say nothing of the language rather than something wrong.
"""

# ruff: noqa: RUF001  (words of many scripts)

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import regex

KEPT, LONGEST_KEPT = 4_096, 2_000
LONGEST_READ = 1_000
"""Characters: more change little."""
LEAST_SCRIPT = 0.5
"""Of the letters are of a script, for its languages to be thought of."""
LEAST, AHEAD = 1.5, 1.6
"""A language needs so many words of its own, weighed, and so many times as many as the next."""
LEAST_OF_HAN = 4
"""Signs: a name may be Chinese or Japanese."""
DENSEST = 8
"""One word of its own, at least, in so many."""
_NOT_WORDS = regex.compile(r"(?s)```.*?(?:```|$)|`[^`\n]*`|https?://\S+|[@#＠＃]\S+")
_WORD = regex.compile(r"[\p{L}\p{M}]+(?:['’][\p{L}\p{M}]+)*")
_SCRIPTS = {
    name: regex.compile(rf"\p{{{name}}}")
    for name in ("Latin", "Cyrillic", "Greek", "Arabic", "Hebrew", "Thai", "Hangul", "Han", "Armenian", "Georgian")
}
_KANA = regex.compile(r"[\p{Hiragana}\p{Katakana}]")
_ALONE = {"Greek": "el", "Hebrew": "he", "Thai": "th", "Hangul": "ko", "Armenian": "hy", "Georgian": "ka"}
"""Scripts of one language, as nearly everybody writes."""


def _read() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in Path(__file__).with_name("languages.txt").read_text(encoding="utf-8").splitlines():
        language, *words = line.split()
        if language != "#":
            found.setdefault(language, []).extend(words)
    return found


_WORDS = _read()
_BY_SCRIPT = {"Cyrillic": ("ru", "uk", "bg"), "Arabic": ("ar", "fa", "ur")}
_OF_LATIN = tuple(each for each in _WORDS if each not in {*_BY_SCRIPT["Cyrillic"], *_BY_SCRIPT["Arabic"]})
_SIGNS = {"de": "ß", "es": "ñ¿¡", "pt": "ãõ", "pl": "łżąęśź", "tr": "ğışİ", "cs": "řůě", "fr": "œ"}
_SIGNS |= {"uk": "іїєґ", "ru": "ыэё", "ar": "ةىأإ", "fa": "پچژگ", "ur": "ٹڈڑےں"}
"""Letters by which a language is known among those of its script."""


KNOWN = tuple(sorted({*_WORDS, *_ALONE.values(), "ja", "zh"}))
"""All that are ever guessed, and offered to choose from."""


def _weighed(languages: tuple[str, ...]) -> dict[str, tuple[tuple[str, float], ...]]:
    """Give the languages of each word; one of several languages counts less for each."""
    found: dict[str, list[str]] = {}
    for language in languages:
        for word in dict.fromkeys(_WORDS[language]):
            found.setdefault(word, []).append(language)
    return {word: tuple((each, 1 / len(those)) for each in those) for word, those in found.items()}


_WEIGHED = {
    "Latin": _weighed(_OF_LATIN),
    **{script: _weighed(languages) for script, languages in _BY_SCRIPT.items()},
}


def language_of(text: str) -> str | None:
    """Guess the language of a text, as BCP 47 has it; None if that is not clear."""
    return _guessed(text) if len(text) > LONGEST_KEPT else _kept(text)


@lru_cache(maxsize=KEPT)
def _kept(text: str) -> str | None:
    return _guessed(text)


def _guessed(text: str) -> str | None:
    words = _WORD.findall(_NOT_WORDS.sub(" ", text[:LONGEST_READ]).lower().replace("’", "'"))
    letters = "".join(words)
    if not letters:
        return None
    least = LEAST_SCRIPT * sum(map(str.isalpha, letters))
    if 2 * len(_KANA.findall(letters)) >= least and len(letters) > 1:
        return "ja"
    script = next((name for name, signs in _SCRIPTS.items() if len(signs.findall(letters)) > least), None)
    if script in _ALONE:
        return _ALONE[script]
    if script == "Han":  # without kana, and long enough for that to say something
        return "zh" if len(letters) >= LEAST_OF_HAN else None
    return _by_words(words, letters, script) if script in _WEIGHED else None


def _by_words(words: list[str], letters: str, script: str) -> str | None:
    known = _WEIGHED[script]
    scores = dict.fromkeys(_OF_LATIN if script == "Latin" else _BY_SCRIPT[script], 0.0)
    for word in words:
        for language, weight in known.get(word, ()):
            scores[language] += weight
    for language in scores:
        scores[language] += min(2.0, sum(letters.count(sign) for sign in _SIGNS.get(language, "")))
    (first, best), (_, second) = sorted(scores.items(), key=lambda each: each[1], reverse=True)[:2]
    return first if best >= LEAST and best >= AHEAD * second and best * DENSEST >= len(words) else None
