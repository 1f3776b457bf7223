"""Sweeps, and what they have hidden, in portions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select, text

from feedapp.models import Sweep
from feedapp.postgres import database
from feedapp.repositories.moderation.keyset import TIME

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from sqlalchemy import Engine

    from feedapp.extensions import ScopedSession

KINDS = ("posts", "comments")


class Portion(NamedTuple):
    """Some of what is swept or shown again: (post id, comment id), and where to go on; None at the end."""

    things: Sequence[tuple[int, int | None]]
    after: tuple[datetime, int] | None


class SweepRepository:
    """Sweeps: written in the session's transaction, listed by `engine`, that of `database.connect_reads`."""

    def __init__(self, *, session: ScopedSession, engine: Engine) -> None:
        self._session = session
        self._engine = engine

    def standing(self, user_id: int) -> Sweep | None:
        """Give the sweep of somebody that can be undone."""
        query = select(Sweep).where(Sweep.user_id == user_id, Sweep.undone_at.is_(None), Sweep.removed_at.is_(None))
        return self._session.scalar(query.execution_options(populate_existing=True))

    def begin(self, user_id: int, *, reason: str) -> int:
        """Begin one, or go on with the one that stands; give its id. The user is locked."""
        put = text(
            "INSERT INTO sweeps (user_id, reason) VALUES (:user, :reason) "
            "ON CONFLICT (user_id) WHERE undone_at IS NULL AND removed_at IS NULL "
            "DO UPDATE SET reason = excluded.reason, done_at = NULL RETURNING id"
        )
        return int(self._session.execute(put, {"user": user_id, "reason": reason}).scalar_one())

    def set(self, sweep_id: int, assignments: str) -> None:
        """Change one by assignments in SQL: words of our own."""
        self._session.execute(text(f"UPDATE sweeps SET {assignments} WHERE id = :id"), {"id": sweep_id})  # noqa: S608

    def held(self, sweep_id: int) -> Sweep | None:
        """Give one as it stands, and keep it so until the transaction ends; whose it is, is not deleted meanwhile."""
        lock = "SELECT id FROM users WHERE id = (SELECT user_id FROM sweeps WHERE id = :id) FOR KEY SHARE"
        if self._session.execute(text(lock), {"id": sweep_id}).one_or_none() is None:
            return None
        query = select(Sweep).where(Sweep.id == sweep_id).with_for_update(key_share=True)
        return self._session.scalar(query.execution_options(populate_existing=True))

    def hide(self, sweep: Sweep, kind: str, *, after: tuple[datetime, int] | None, at_most: int) -> Portion:
        """Hide some of what its subject wrote, and note that it did."""
        past = "AND (created_at, id) > (:at, :after)" if after else ""
        found = self._session.execute(
            text(
                f"SELECT id, created_at FROM {kind} WHERE author_id = :user AND hidden_at IS NULL {past} "  # noqa: S608
                "ORDER BY created_at, id LIMIT :most"
            ),
            {"user": sweep.user_id, "most": at_most, **({"at": after[0], "after": after[1]} if after else {})},
        ).all()
        if not found:
            return Portion((), None)
        things = self._locked(kind, [row.id for row in found], hidden=False)
        ids = [_id(each) for each in things]
        given: dict[str, Any] = {"ids": ids, "sweep": sweep.id, "reason": sweep.reason, "count": len(ids)}
        one = kind[:-1]
        for statement in (
            f"UPDATE {kind} SET hidden_at = clock_timestamp(), hidden_reason = :reason WHERE id = ANY(:ids)",  # noqa: S608
            (
                f"INSERT INTO swept_{kind} ({one}_id, sweep_id) "  # noqa: S608
                "SELECT each, :sweep FROM unnest(CAST(:ids AS bigint[])) AS each "
                f"ON CONFLICT ({one}_id) DO UPDATE SET sweep_id = excluded.sweep_id"
            ),
        ):
            self._session.execute(text(statement), given)
        self._count(sweep.id, kind, len(ids))
        return Portion(things, (found[-1].created_at, found[-1].id))

    def show(self, sweep: Sweep, kind: str, *, at_most: int) -> Portion:
        """Show some of what it has hidden again; `after` is None once there is nothing left."""
        ids = self.swept(sweep.id, kind, at_most=at_most)
        things = self._locked(kind, ids, hidden=True)
        update = f"UPDATE {kind} SET hidden_at = NULL, hidden_reason = NULL WHERE id = ANY(:ids)"  # noqa: S608
        self._session.execute(text(update), {"ids": [_id(each) for each in things]})
        self.forget(kind, ids)
        return Portion(things, (sweep.created_at, 0) if ids else None)

    def swept(self, sweep_id: int, kind: str, *, at_most: int) -> Sequence[int]:
        """Give the ids of some of what it has hidden."""
        one = kind[:-1]
        query = f"SELECT {one}_id FROM swept_{kind} WHERE sweep_id = :sweep ORDER BY {one}_id LIMIT :most"  # noqa: S608
        return self._session.scalars(text(query), {"sweep": sweep_id, "most": at_most}).all()

    def hidden(self, kind: str, thing_id: int) -> tuple[int, int | None] | None:
        """Lock one thing, if it is hidden still: give (post id, comment id)."""
        return next(iter(self._locked(kind, [thing_id], hidden=True)), None)

    def forget(self, kind: str, ids: Sequence[int]) -> None:
        """Note no more that these were hidden by a sweep."""
        self._session.execute(text(f"DELETE FROM swept_{kind} WHERE {kind[:-1]}_id = ANY(:ids)"), {"ids": list(ids)})  # noqa: S608

    def unfinished(self, *, at_most: int) -> Sequence[int]:
        """Give the ids of some that were interrupted."""
        query = select(Sweep.id).where(Sweep.done_at.is_(None)).order_by(Sweep.id).limit(at_most)
        return self._session.scalars(query).all()

    def due(self, *, kept: timedelta, at_most: int) -> Sequence[int]:
        """Give the ids of some that stood so long that what they hid is removed."""
        query = text(
            "SELECT id FROM sweeps WHERE undone_at IS NULL AND removed_at IS NULL AND done_at IS NOT NULL "
            "AND created_at < clock_timestamp() - :kept ORDER BY created_at, id LIMIT :most"
        )
        return self._session.scalars(query, {"kept": kept, "most": at_most}).all()

    def close_cases(self, user_id: int, *, by: int | None, note: str, at_most: int) -> None:
        """Close what is reported of somebody's posts and comments: all of that is decided."""
        close = text(
            "UPDATE report_cases SET resolved_at = clock_timestamp(), resolved_by = :by, resolution = 'delete', "
            "resolution_note = :note WHERE id IN (SELECT id FROM report_cases WHERE subject_id = :user "
            "AND resolved_at IS NULL AND kind IN ('post', 'comment') ORDER BY id LIMIT :most FOR UPDATE)"
        )
        self._session.execute(close, {"user": user_id, "by": by, "note": note, "most": at_most})

    def listed(self, *, at_most: int) -> list[dict[str, Any]]:
        """Give the latest sweeps, for moderators."""
        statement = (
            "SELECT json_build_object('username', username, 'display_name', display_name, 'reason', reason, "  # noqa: S608
            f"'created_at', {TIME.format('sweeps.created_at')}, 'undone_at', {TIME.format('undone_at')}, "
            f"'removed_at', {TIME.format('removed_at')}, 'posts', posts, 'comments', comments, "
            "'done', done_at IS NOT NULL) AS shown FROM sweeps JOIN users ON users.id = user_id "
            "ORDER BY sweeps.created_at DESC, sweeps.id DESC LIMIT %(most)s"
        )
        return [row.shown for row in database.read(self._engine, statement, {"most": at_most})]

    def _locked(self, kind: str, ids: Sequence[int], *, hidden: bool) -> list[tuple[int, int | None]]:
        columns = "id, NULL" if kind == "posts" else "post_id, id"
        query = (
            f"SELECT {columns} FROM {kind} WHERE id = ANY(:ids) AND hidden_at IS {'NOT ' if hidden else ''}NULL "  # noqa: S608
            "ORDER BY id FOR NO KEY UPDATE"
        )
        return [(post_id, comment_id) for post_id, comment_id in self._session.execute(text(query), {"ids": list(ids)})]

    def _count(self, sweep_id: int, kind: str, number: int) -> None:
        self.set(sweep_id, f"{kind} = {kind} + {number:d}")


def _id(thing: tuple[int, int | None]) -> int:
    return thing[0] if thing[1] is None else thing[1]
