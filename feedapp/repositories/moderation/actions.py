"""The log of moderation: rows are added, and never changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, text

from feedapp.models import ModerationAction
from feedapp.postgres import database
from feedapp.repositories.moderation.keyset import TIME, Rows, page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Engine

    from feedapp.extensions import ScopedSession
    from feedapp.pagination import Cursor

_SHOWN = (
    f"json_build_object('id', id, 'created_at', {TIME.format('created_at')}, 'actor', actor, 'actor_id', actor_id, "
    "'action', action, 'thing', thing, 'thing_id', thing_id, 'post_id', post_id, 'subject_id', subject_id, "
    f"'reason', reason, 'note', note, 'until', {TIME.format('until')})"
)
TOLD = "action NOT IN ('note', 'resolve')"
"""What is told to whom it was done, and to everybody where the log is public."""


class ActionRepository:
    """The log: written in the session's transaction, read by `engine`, that of `database.connect_reads`."""

    def __init__(self, *, session: ScopedSession, engine: Engine) -> None:
        self._session = session
        self._engine = engine

    def add(self, **columns: Any) -> int:
        """Add a line and give its id."""
        added = insert(ModerationAction).values(**columns).returning(ModerationAction.id)
        return int(self._session.execute(added).scalar_one())

    def all(self, *, size: int, cursor: Cursor | None) -> Rows:
        """Give the log, the newest first."""
        return self._page("true", {}, size, cursor)

    def told(self, *, size: int, cursor: Cursor | None) -> Rows:
        """Give what of it anybody may know."""
        return self._page(TOLD, {}, size, cursor)

    def about(self, subject_id: int, *, size: int, cursor: Cursor | None, told: bool) -> Rows:
        """Give what was done to somebody; `told`: only what they are told."""
        condition = f"subject_id = %(subject)s AND {TOLD if told else 'true'}"
        return self._page(condition, {"subject": subject_id}, size, cursor)

    def on_report(self, case_id: int, *, size: int) -> Rows:
        """Give what was noted and decided on a report."""
        return self._page("thing = 'report' AND thing_id = %(case)s", {"case": case_id}, size, None)

    def clean(self, *, days: int, at_most: int) -> int:
        """Delete some lines, and reports that were decided, of so long ago; give how many, at most so many of each."""
        gone = (
            "WITH lines AS (DELETE FROM moderation_actions WHERE id IN (SELECT id FROM moderation_actions WHERE "
            "created_at < clock_timestamp() - make_interval(days => :days) ORDER BY created_at, id LIMIT :at_most) "
            "RETURNING id), cases AS (DELETE FROM report_cases WHERE id IN (SELECT id FROM report_cases WHERE "
            "resolved_at < clock_timestamp() - make_interval(days => :days) LIMIT :at_most) RETURNING id) "
            "SELECT greatest((SELECT count(*) FROM lines), (SELECT count(*) FROM cases))"
        )
        return int(self._session.execute(text(gone), {"days": days, "at_most": at_most}).scalar_one())

    def names(self, ids: Sequence[int]) -> list[tuple[int, str, str]]:
        """Give (id, username, display name) of people, also of those who are out of sight."""
        statement = "SELECT id, username, display_name FROM users WHERE id = ANY(%(ids)s)"
        rows = database.read(self._engine, statement, {"ids": list(ids)})
        return [(row.id, row.username, row.display_name) for row in rows]

    def sanctions(self, *, at_most: int) -> list[dict[str, Any]]:
        """Give who is suspended or silenced, the latest first."""
        statement = (
            "SELECT json_build_object('username', username, 'display_name', display_name, 'kind', kind, "  # noqa: S608
            f"'reason', reason, 'until', {TIME.format('until')}) AS shown "
            "FROM sanctions JOIN users ON users.id = user_id ORDER BY sanctions.created_at DESC, user_id DESC, kind "
            "LIMIT %(most)s"
        )
        return [row.shown for row in database.read(self._engine, statement, {"most": at_most})]

    def _page(self, condition: str, parameters: dict[str, Any], size: int, cursor: Cursor | None) -> Rows:
        return page(
            self._engine,
            table="moderation_actions",
            shown=_SHOWN,
            condition=condition,
            parameters=parameters,
            size=size,
            cursor=cursor,
        )
