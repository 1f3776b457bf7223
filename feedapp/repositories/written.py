"""A post or a comment as it stands in its table, locked for a change."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime


class Written(NamedTuple):
    """Who wrote it, what it says, and when that was last changed."""

    author_id: int
    body: str
    edited_at: datetime | None


class Added(NamedTuple):
    """What the database gave to something new."""

    id: int
    created_at: datetime
