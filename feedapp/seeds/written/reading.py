"""Reads who lives in the community and what they wrote."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
_SPAN = re.compile(r"(?:(?P<days>\d+)d)? ?(?:(?P<hours>\d+)h)? ?(?:(?P<minutes>\d+)m)?")
_DAY = re.compile(r"(?P<days>\d+)d (?P<hours>\d\d):(?P<minutes>\d\d)")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, who came `here` so many days ago. `follows` are usernames."""

    username: str
    name: str
    bio: str
    here: int
    colour: str
    drawing: str
    follows: tuple[str, ...]
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment, so long `after` the post. `to` is which comment of the post it answers, from 0; None for none."""

    by: str
    after: timedelta
    to: int | None
    liked: int
    text: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """A post and its comments, in the order in which they were written.

    It was written `ago`, or at the time of day `at` as many days ago. `pictures` are names of drawings with what they
    show. `followers` tells whether only the author's followers see it.
    """

    id: str
    by: str
    ago: timedelta
    at: timedelta | None
    followers: bool
    liked: int
    text: str
    pictures: tuple[tuple[str, str], ...]
    comments: tuple[Comment, ...]


def people() -> list[Person]:
    """Read everybody, the one who can log in first."""
    return [
        Person(
            **{name: each[name] for name in ("username", "name", "bio", "here", "colour", "drawing")},
            follows=tuple(each["follows"].split()),
            tags=tuple(each["tags"].split()),
        )
        for each in _read(FOLDER / "people.toml")["person"]
    ]


def conversations() -> list[Conversation]:
    """Read all conversations, the oldest first."""
    files = sorted((FOLDER / "conversations").glob("*.toml"))
    read = [_conversation(each) for file in files for each in _read(file)["post"]]
    return sorted(read, key=lambda each: each.ago, reverse=True)


def _read(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _conversation(post: dict[str, Any]) -> Conversation:
    day = _DAY.fullmatch(post["ago"])
    at = None if day is None else timedelta(hours=int(day["hours"]), minutes=int(day["minutes"]))
    return Conversation(
        id=post["id"],
        by=post["by"],
        ago=_span(post["ago"]) if day is None else timedelta(days=int(day["days"])),
        at=at,
        followers=post.get("audience") == "followers",
        liked=post["liked"],
        text=post["text"].strip(),
        pictures=tuple((name, alt) for name, alt in post.get("pictures", ())),
        comments=tuple(map(_comment, post["comments"])),
    )


def _comment(comment: dict[str, Any]) -> Comment:
    to = comment["to"] - 1 if "to" in comment else None
    return Comment(comment["by"], _span(comment["after"]), to, comment.get("liked", 0), comment["text"])


def _span(text: str) -> timedelta:
    found = _SPAN.fullmatch(text)
    if found is None:
        raise ValueError(f"{text} is no span of time such as 1d 2h 5m")
    return timedelta(**{unit: int(number or 0) for unit, number in found.groupdict().items()})
