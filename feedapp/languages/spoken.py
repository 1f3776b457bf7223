"""In which language the answer in hand is: the member's own, else what the browser asks for, else the site's.

The member's and the site's are read through the cache like all else of the page, and become known while it is made. A
text is translated when it is written into the page, so that all of it is in one language.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from feedapp.languages.known import ENGLISH, known, wanted

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Wishes:
    __slots__ = ("browser", "member", "site", "spoken")

    def __init__(self, browser: str | None, spoken: str | None = None) -> None:
        self.browser = browser
        self.member: str | None = None
        self.site: str | None = None
        self.spoken = spoken


_wishes: ContextVar[_Wishes | None] = ContextVar("wishes", default=None)


def begin(accepted: str | None) -> None:
    """Start a request that has this Accept-Language."""
    _wishes.set(_Wishes(wanted(accepted)))


def note_member(locale: str | None) -> None:
    """Say what the member who reads has chosen: None for nothing."""
    wishes = _wishes.get()
    if wishes is not None and wishes.spoken is None:
        wishes.member = known(locale)


def note_site(tag: str) -> None:
    """Say what the site's language is, which need not be one of ours."""
    wishes = _wishes.get()
    if wishes is not None and wishes.spoken is None:
        wishes.site = known(tag)


def current() -> str:
    """Give the language; English where nobody is answered."""
    wishes = _wishes.get()
    if wishes is None:
        return ENGLISH
    return wishes.spoken or wishes.member or wishes.browser or wishes.site or ENGLISH


@contextmanager
def speaking(tag: str | None) -> Iterator[None]:
    """Speak one language for a while, whoever is answered: a mail is in its recipient's."""
    before = _wishes.set(_Wishes(None, known(tag) or ENGLISH))
    try:
        yield
    finally:
        _wishes.reset(before)
