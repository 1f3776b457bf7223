"""Large changes of rows that migrations have ordered: which are unfinished, and how far they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedapp.extensions import ScopedSession


class Unfinished(NamedTuple):
    """A change, and the last id that it has done."""

    name: str
    position: int


class BackfillRepository:
    """In the session's transaction."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session

    def unfinished(self) -> Sequence[Unfinished]:
        """Give them, the one that was ordered first at the beginning."""
        query = "SELECT name, position FROM backfills WHERE finished_at IS NULL ORDER BY begun_at, name"
        return [Unfinished(*row) for row in self._session.execute(text(query))]

    def note(self, name: str, position: int | None) -> None:
        """Say how far one is: up to an id, or finished."""
        update = (
            "UPDATE backfills SET position = coalesce(:position, position), "
            "finished_at = CASE WHEN CAST(:position AS bigint) IS NULL THEN clock_timestamp() END WHERE name = :name"
        )
        self._session.execute(text(update), {"name": name, "position": position})
