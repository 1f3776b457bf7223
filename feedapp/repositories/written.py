"""A post or a comment as it is stored, locked for a change."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime


class Written(NamedTuple):
    """Who wrote it, what it says, when that was last changed, and whether a moderator hid it; its chosen language."""

    author_id: int
    body: str
    edited_at: datetime | None
    hidden: bool = False
    language: str | None = None


class Added(NamedTuple):
    """What the database assigned to a new row."""

    id: int
    created_at: datetime
