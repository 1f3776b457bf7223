"""What belongs to a user: each domain registers what it keeps of somebody, so that account deletion needs no list.

A service that keeps rows of somebody's is one of these, and is registered in `wiring.py`.
tests/integration/stored/test_belongings.py fails for a table that refers to users and is not registered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from feedapp.writing.unit_of_work import Work


class Belongings(Protocol):
    """Rows of one kind that are deleted with their owner, in portions.

    `kind` is what one of them is called, in an archive (`feedapp/archive/kinds/`) too; the table has the plural.
    """

    kind: str

    def delete_of(self, work: Work, user_id: int, *, at_most: int) -> int:
        """Delete so many of a user's as part of a larger write; give how many were looked at, 0 if none is left."""

    def has_of(self, user_id: int) -> bool:
        """Tell whether anything of a user's is left."""
