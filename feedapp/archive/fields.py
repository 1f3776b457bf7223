"""The fields of one object of an archive, checked by the rules that hold for people who write on the site."""

from __future__ import annotations

import binascii
from base64 import b64decode
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from feedapp import times
from feedapp.lengths import MODERATION_LENGTH
from feedapp.schemas import texts

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

LONGEST_ID, LARGEST = 200, 10**12
LONGEST = timedelta(days=36_500)
"""How far ahead a suspension may end."""


class Fields:
    """The fields of one object. Optional ones may be null. Each raises ValueError with what is wrong with the field."""

    def __init__(self, data: dict[str, Any], now: datetime) -> None:
        self._data = data
        self._now = now

    def text(self, name: str, check: Callable[[str], str]) -> str:
        """Give a text that is checked."""
        value = self._data.get(name)
        if value is None:
            raise ValueError(f"{name} is missing")
        if not isinstance(value, str):
            raise ValueError(f"{name} must be a text")  # noqa: TRY004  (a fault of the data)
        try:
            return check(value)
        except ValueError as error:
            raise ValueError(f"{name} {error}") from None

    def optional(self, name: str, check: Callable[[str], str], default: str) -> str:
        """Give a text that may be missing."""
        return default if self._data.get(name) is None else self.text(name, check)

    def number(self, name: str, *, most: int) -> int:
        """Give a whole number from 0; 0 if it is missing."""
        value = self._data.get(name, 0)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
            raise ValueError(f"{name} must be a whole number from 0 to {most}")
        return value

    def kept_id(self) -> int:
        """Give the id that it had where it was exported; 0 if nothing is said."""
        return self.number("number", most=LARGEST)

    def content(self, name: str) -> bytes:
        """Give bytes, which are written in Base64."""
        try:
            return b64decode(self.text(name, str), validate=True)
        except binascii.Error:
            raise ValueError(f"{name} is no Base64") from None

    def has(self, name: str) -> bool:
        """Tell whether a field says something."""
        return self._data.get(name) is not None

    def username(self, name: str) -> str:
        """Give whom a field names, folded."""
        return self.text(name, texts.username)

    def language(self) -> str | None:
        """Give the language that was chosen for a text; None for none."""
        return self.optional("language", texts.language, "") or None

    def archive_id(self, name: str) -> str:
        """Give the id of a post in the file."""
        return self.text(name, _archive_id)

    def created_at(self) -> datetime:
        """Give when it was made; now if nothing is said."""
        return self._time("created_at") or self._now

    def edited_at(self) -> datetime | None:
        """Give when it was edited, None if never."""
        edited = self._time("edited_at")
        if edited and not self.has("created_at"):
            raise ValueError("edited_at is there, and created_at is missing")
        if edited and edited < self.created_at():
            raise ValueError("edited_at is before created_at")
        return edited

    def hidden(self) -> tuple[str, datetime | None]:
        """Give why moderators hid it, "" if they did not, and since when."""
        reason = self.optional("hidden", _reason, "")
        return reason, (self._time("hidden_at") or self._now) if reason else None

    def sanction(self, name: str) -> tuple[str, datetime | None]:
        """Give why moderators did something to somebody, "" if they did not, and until when, None for good."""
        return self.optional(name, _reason, ""), self._time(f"{name}_until", now=self._now + LONGEST)

    def moment(self, name: str) -> datetime | None:
        """Give another time, None if nothing is said."""
        return self._time(name)

    def _time(self, name: str, *, now: datetime | None = None) -> datetime | None:
        if not self.has(name):
            return None
        text = self.text(name, str)
        try:
            return times.read(text, now=now or self._now)
        except ValueError as error:
            raise ValueError(f"{name} {error}") from None


def _reason(text: str) -> str:
    return texts.paragraphs(text, longest=MODERATION_LENGTH)


def _archive_id(text: str) -> str:
    if not 1 <= len(text) <= LONGEST_ID:
        raise ValueError(f"must be 1 to {LONGEST_ID} characters long")
    if not text.isprintable():
        raise ValueError("has control characters: remove them")
    return text
