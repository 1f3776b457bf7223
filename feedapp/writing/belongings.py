"""What belongs to a user: each domain registers what it stores, so account deletion needs no list of its own.

A service that stores rows of a user is one of these, and is registered in `wiring/people.py`.
tests/integration/stored/test_belongings.py fails for a table that refers to users and is not registered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedapp.cache.catalogue.declarations import Key
    from feedapp.writing.unit_of_work import Work


class Counted(NamedTuple):
    """Keys of some counts that somebody is part of; `last` is where to go on from, None at the end."""

    keys: Sequence[Key]
    last: int | None = None


class Belongings(Protocol):
    """Rows of one kind that are deleted with their owner, in portions.

    `kind` is the name of one of them, also in an archive (`feedapp/archive/kinds/`); the table has the plural.
    """

    kind: str

    def delete_of(self, work: Work, user_id: int, *, at_most: int) -> int:
        """Delete up to so many rows of a user, as part of a larger write; give how many were seen, 0 at the end."""

    def has_of(self, user_id: int) -> bool:
        """Tell whether any row of the user is left."""


@runtime_checkable
class CountedBelongings(Belongings, Protocol):
    """Such rows that are counted somewhere, by likes of a post or followers of a person, say."""

    def counted_in(self, user_id: int, *, after: int, at_most: int) -> Counted:
        """Name counts of others that a user is part of by these rows, of ids above `after`: about so many.

        A count leaves out who is leaving (`repositories/sight.py`), so its key is stale when somebody goes or is back.
        """
