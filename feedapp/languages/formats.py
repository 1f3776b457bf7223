"""Numbers and times as the language that is spoken writes them. Patterns of times are texts of the catalogues."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from babel import Locale
from babel.dates import format_datetime
from babel.numbers import get_decimal_symbol, get_group_symbol

from feedapp.languages.catalogues import gettext
from feedapp.languages.known import ENGLISH
from feedapp.languages.spoken import current

if TYPE_CHECKING:
    from datetime import datetime

_ENGLISH_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+|(?:\d+|\d{1,3}(?:,\d{3})+)\.\d+")


def number(count: int) -> str:
    """Write a number with separators: 1,234 or 1.234."""
    written = f"{count:,}"
    return written.replace(",", _separator(current())) if "," in written else written


def regrouped(text: str) -> str:
    """Write a number that stands in a message as the reader does; leave any other text."""
    return figure(text) if _ENGLISH_NUMBER.fullmatch(text) else text


def figure(text: str) -> str:
    """Write a figure with a unit, such as 1,234.5 MB, which Python wrote."""
    language = current()
    return text if language == ENGLISH else text.translate(_signs(language))


def written(moment: datetime, pattern: str) -> str:
    """Write a time by a pattern of CLDR, which is a text of the catalogues."""
    return _written(moment, gettext(pattern), current())


@lru_cache(maxsize=4_096)
def _written(moment: datetime, pattern: str, language: str) -> str:
    return format_datetime(moment, pattern, locale=_locale(language))


@lru_cache(maxsize=64)
def _separator(language: str) -> str:
    return get_group_symbol(_locale(language))


@lru_cache(maxsize=64)
def _locale(language: str) -> Locale:
    return Locale.parse(language)


@lru_cache(maxsize=64)
def _signs(language: str) -> dict[int, str]:
    return {ord(","): _separator(language), ord("."): get_decimal_symbol(_locale(language))}
