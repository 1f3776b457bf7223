"""Filters, in the session's transaction; and what is known of the writer of a text that they look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import delete, text

from feedapp.models import Filter
from feedapp.text.screens import Screen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedapp.extensions import ScopedSession


class Writer(NamedTuple):
    """Who writes: their role, how many seconds ago they signed up; and the filters that look at it."""

    role: str
    age: float
    screens: Sequence[Screen]


class FilterRepository:
    """Filters."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session

    def writer(self, user_id: int) -> Writer | None:
        """Give who writes a text, and all filters, the oldest first, in one statement."""
        query = text(
            "SELECT role, extract(epoch FROM clock_timestamp() - created_at), (SELECT coalesce("
            "json_agg(json_build_array(id, kind, pattern, effect) ORDER BY id), '[]') FROM filters) "
            "FROM users WHERE id = :id"
        )
        found = self._session.execute(query, {"id": user_id}).one_or_none()
        return None if found is None else Writer(found[0], float(found[1]), [Screen(*each) for each in found[2]])

    def listed(self) -> Sequence[Any]:
        """Give them all, the newest first, with who made them."""
        return self._session.execute(
            text(
                "SELECT filters.id, kind, pattern, effect, filters.created_at, username FROM filters "
                "LEFT JOIN users ON users.id = created_by ORDER BY filters.id DESC"
            )
        ).all()

    def add(self, *, kind: str, pattern: str, effect: str, by: int | None, at_most: int) -> bool | None:
        """Add one. Tell whether it was new; None if there are too many."""
        lock = "LOCK TABLE filters IN SHARE ROW EXCLUSIVE MODE"  # they are counted, and few are ever made
        self._session.execute(text(lock))
        if (self._session.scalar(text("SELECT count(*) FROM filters")) or 0) >= at_most:
            return None
        put = text(
            "INSERT INTO filters (kind, pattern, effect, created_by) VALUES (:kind, :pattern, :effect, :by) "
            "ON CONFLICT (kind, pattern) DO NOTHING RETURNING id"
        )
        given = {"kind": kind, "pattern": pattern, "effect": effect, "by": by}
        return self._session.scalar(put, given) is not None

    def remove(self, filter_id: int) -> Screen | None:
        """Remove one and give it."""
        gone = delete(Filter).where(Filter.id == filter_id)
        returned = gone.returning(Filter.id, Filter.kind, Filter.pattern, Filter.effect)
        row = self._session.execute(returned).one_or_none()
        return None if row is None else Screen(*row)
