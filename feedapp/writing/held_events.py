"""Events of what waits for a moderator: see `events.py`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from feedapp.writing.events import Event

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class TextHeld(Event):
    """A post or a comment waits for a moderator, so that nobody is told of it; its author is told the reason."""

    post_id: int
    comment_id: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class TextLetThrough(Event):
    """What was held is shown: whoever is concerned by it is told now."""

    post_id: int
    comment_id: int | None
    author_id: int
    body: str


@dataclass(frozen=True, slots=True)
class PostsSwept(Event):
    """Posts of one author were hidden together, or are shown again."""

    post_ids: Sequence[int]
    hidden: bool
