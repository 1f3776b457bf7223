"""What belongs to a user: each domain registers what it stores, so account deletion needs no list of its own.

A service that stores rows of a user is one of these, and is registered in `wiring/people.py`.
tests/integration/stored/test_belongings.py fails for a table that refers to users and is not registered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from feedapp.writing.unit_of_work import Work


class Belongings(Protocol):
    """Rows of one kind that are deleted with their owner, in portions.

    `kind` is the name of one of them, also in an archive (`feedapp/archive/kinds/`); the table has the plural.
    """

    kind: str

    def delete_of(self, work: Work, user_id: int, *, at_most: int) -> int:
        """Delete up to so many rows of a user, as part of a larger write; give how many were seen, 0 at the end."""

    def has_of(self, user_id: int) -> bool:
        """Tell whether any row of the user is left."""
