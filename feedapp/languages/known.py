"""Which languages there are, and which of them a request asks for."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from babel import Locale


class Language(NamedTuple):
    """One that the site can speak: its BCP 47 tag, and what it calls itself."""

    tag: str
    name: str
    complete: bool = True
    """Whether its catalogue has every text. One that does not is spoken to those who chose it, and to nobody else."""


ENGLISH = "en"
"""What stands in templates and in Python."""
LANGUAGES = {
    each.tag: each
    for each in (Language(ENGLISH, "English"), Language("de", "Deutsch"), Language("ar", "العربية", complete=False))
}
LONGEST_KEPT = 200
_WEIGHT = re.compile(r"(?:0(?:\.\d*)?|1(?:\.0*)?)")


def known(tag: str | None) -> str | None:
    """Give the language of a tag such as de-AT; None if it is none of ours."""
    if tag is None:
        return None
    tag = tag.strip().replace("_", "-").lower()
    while tag and tag not in LANGUAGES:
        tag = tag.rpartition("-")[0]
    return tag or None


def direction(tag: str) -> str:
    """Give `ltr` or `rtl`."""
    return Locale.parse(tag).text_direction


@lru_cache(maxsize=32)
def named(tags: tuple[str, ...]) -> list[tuple[str, str]]:
    """Give languages with what each calls itself, by that."""
    names = ((tag, str(Locale.parse(tag).get_display_name(tag)).capitalize()) for tag in tags)
    return sorted(names, key=lambda each: each[1].casefold())


def wanted(header: str | None) -> str | None:
    """Give the language of ours that Accept-Language likes most (RFC 9110, 12.5.4); None if it names none.

    The answer is one of few, however many ways there are to ask: it stands in what answers are cached under.
    """
    if header is None:
        return None
    return _kept(header) if len(header) <= LONGEST_KEPT else _wanted(header[: 10 * LONGEST_KEPT])


def _wanted(header: str) -> str | None:
    best, liked = None, 0.0
    for part in header.split(","):
        tag, *parameters = (each.strip() for each in part.split(";"))
        language, weight = known(tag), _weight(parameters)
        if language is not None and LANGUAGES[language].complete and weight > liked:
            best, liked = language, weight
    return best


_kept = lru_cache(maxsize=512)(_wanted)


def _weight(parameters: list[str]) -> float:
    """Read `q`; what cannot be read is no wish for it."""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            value = value.strip()
            return float(value) if _WEIGHT.fullmatch(value) else 0.0
    return 1.0
