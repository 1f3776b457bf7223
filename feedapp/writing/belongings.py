"""What belongs to a user: each domain registers what it keeps of somebody, so that account deletion needs no list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from feedapp.writing.unit_of_work import Work


class Belongings(Protocol):
    """Rows of one kind that are deleted with their owner, in portions."""

    def delete_of(self, work: Work, user_id: int, *, at_most: int) -> int:
        """Delete so many of a user's as part of a larger write; give how many were looked at, 0 if none is left."""

    def has_of(self, user_id: int) -> bool:
        """Tell whether anything of a user's is left."""
