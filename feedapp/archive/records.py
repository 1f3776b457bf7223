"""What a line says, checked by the rules that hold for people who write on the site."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from feedapp import times
from feedapp.schemas import texts

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

LONGEST_ID = 200


class User(NamedTuple):
    """A person, `username` folded."""

    line: int
    username: str
    display_name: str
    bio: str
    created_at: datetime


class Post(NamedTuple):
    """A post; `archive_id` is its id in the file."""

    line: int
    archive_id: str
    author: str
    body: str
    created_at: datetime
    edited_at: datetime | None


class Comment(NamedTuple):
    """A comment; `dated` tells whether the line had a time."""

    line: int
    post: str
    author: str
    body: str
    created_at: datetime
    edited_at: datetime | None
    dated: bool


class Like(NamedTuple):
    """A like."""

    line: int
    post: str
    user: str
    created_at: datetime


class Follow(NamedTuple):
    """That one reads the other."""

    line: int
    follower: str
    followee: str
    created_at: datetime


Record = User | Post | Comment | Like | Follow


def kind_of(data: Any) -> str:
    """Give the type that an object claims to be of, or "line" if it is none that is known."""
    kind = data.get("type") if isinstance(data, dict) else None
    return kind if isinstance(kind, str) and kind in _KINDS else "line"


def parse(data: bytes) -> Any:
    """Read the JSON of a line. Raise ValueError."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise ValueError(f"is not valid JSON in UTF-8: {error.msg}, at character {error.pos + 1}") from None


def record(data: Any, *, line: int, now: datetime) -> Record:
    """Check what a line says; what has no time happened `now`. Raise ValueError with all that is wrong with a field."""
    if not isinstance(data, dict):
        raise ValueError('is not an object such as {"type": "user", "username": "ada"}')  # noqa: TRY004  (a fault of the data)
    kind = kind_of(data)
    if kind == "line":
        raise ValueError(f"type must be one of {', '.join(_KINDS)}" if "type" in data else "type is missing")
    return _KINDS[kind](_Fields(data, now), line)


class _Fields:
    """The fields of one object. Optional ones may be null."""

    def __init__(self, data: dict[str, Any], now: datetime) -> None:
        self._data = data
        self._now = now

    def text(self, name: str, check: Callable[[str], str]) -> str:
        value = self._data.get(name)
        if value is None:
            raise ValueError(f"{name} is missing")
        if not isinstance(value, str):
            raise ValueError(f"{name} must be a string")  # noqa: TRY004  (as above)
        try:
            return check(value)
        except ValueError as error:
            raise ValueError(f"{name} {error}") from None

    def optional(self, name: str, check: Callable[[str], str], default: str) -> str:
        return default if self._data.get(name) is None else self.text(name, check)

    def has(self, name: str) -> bool:
        return self._data.get(name) is not None

    def time(self, name: str) -> datetime | None:
        if not self.has(name):
            return None
        text = self.text(name, str)
        try:
            return times.read(text, now=self._now)
        except ValueError as error:
            raise ValueError(f"{name} {error}") from None

    def created_at(self) -> datetime:
        return self.time("created_at") or self._now

    def edited_at(self) -> datetime | None:
        edited = self.time("edited_at")
        if edited and not self.has("created_at"):
            raise ValueError("edited_at is there, and created_at is missing")
        if edited and edited < self.created_at():
            raise ValueError("edited_at is before created_at")
        return edited


def _archive_id(text: str) -> str:
    if not 1 <= len(text) <= LONGEST_ID:
        raise ValueError(f"must be 1 to {LONGEST_ID} characters long")
    if not text.isprintable():
        raise ValueError("has control characters: remove them")
    return text


def _user(fields: _Fields, line: int) -> User:
    username = fields.text("username", texts.username)
    display_name = fields.optional("display_name", texts.display_name, username)
    return User(line, username, display_name, fields.optional("bio", texts.bio, ""), fields.created_at())


def _post(fields: _Fields, line: int) -> Post:
    archive_id, author = fields.text("id", _archive_id), fields.text("author", texts.username)
    body = fields.text("body", texts.body)
    return Post(line, archive_id, author, body, fields.created_at(), fields.edited_at())


def _comment(fields: _Fields, line: int) -> Comment:
    post, author = fields.text("post", _archive_id), fields.text("author", texts.username)
    body, dated = fields.text("body", texts.body), fields.has("created_at")
    return Comment(line, post, author, body, fields.created_at(), fields.edited_at(), dated)


def _like(fields: _Fields, line: int) -> Like:
    post, user = fields.text("post", _archive_id), fields.text("user", texts.username)
    return Like(line, post, user, fields.created_at())


def _follow(fields: _Fields, line: int) -> Follow:
    follower, followee = fields.text("follower", texts.username), fields.text("followee", texts.username)
    if follower == followee:
        raise ValueError("nobody can follow themselves")
    return Follow(line, follower, followee, fields.created_at())


_KINDS: dict[str, Callable[[_Fields, int], Record]] = {
    "user": _user,
    "post": _post,
    "comment": _comment,
    "like": _like,
    "follow": _follow,
}
