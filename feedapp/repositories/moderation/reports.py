"""Reports, put together into cases: all reports of one thing until a moderator decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import func, select, text, update

from feedapp.models import ReportCase
from feedapp.postgres import database
from feedapp.repositories import sight
from feedapp.repositories.moderation.keyset import TIME, Rows, page

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from feedapp.extensions import ScopedSession
    from feedapp.pagination import Cursor

SHOWN_REPORTS = 50
"""Of one case; all are counted."""
_REPORT = (
    "json_build_object('reporter_id', reporter_id, 'reason', reason, 'note', note, 'body', body, "
    f"'created_at', {TIME.format('created_at')})"
)
_NOW = (
    "CASE kind WHEN 'post' THEN (SELECT json_build_object('body', body, 'hidden', hidden_reason) FROM posts "
    "WHERE id = thing_id) WHEN 'comment' THEN (SELECT json_build_object('body', body, 'hidden', hidden_reason) "
    "FROM comments WHERE id = thing_id AND author_id IS NOT NULL) ELSE (SELECT json_build_object('body', "
    "display_name || CASE bio WHEN '' THEN '' ELSE E'\\n\\n' || bio END, 'hidden', NULL) FROM users "
    "WHERE id = thing_id) END"
)
_SHOWN = (
    "json_build_object('id', id, 'kind', kind, 'thing_id', thing_id, 'post_id', post_id, 'subject_id', subject_id, "  # noqa: S608
    f"'body', body, 'created_at', {TIME.format('created_at')}, 'resolved_at', {TIME.format('resolved_at')}, "
    "'resolved_by', resolved_by, 'resolution', resolution, 'note', resolution_note, "
    f"'now', {_NOW}, "
    "'reports_count', (SELECT count(*) FROM reports WHERE case_id = entry.id), "
    f"'reports', (SELECT coalesce(json_agg({_REPORT} ORDER BY created_at, reporter_id), '[]') FROM (SELECT * "
    f"FROM reports WHERE case_id = entry.id ORDER BY created_at, reporter_id LIMIT {SHOWN_REPORTS}) AS report))"
)
_STATES = {"open": "resolved_at IS NULL", "resolved": "resolved_at IS NOT NULL"}
_SEEN = (
    f"{sight.author_in_sight('posts.author_id')} AND {sight.for_reader('posts.author_id', ':by')} "
    "AND feedapp_may_meet(posts.author_id, :by)"
)
"""Of a post: that somebody sees it, unless a moderator hid it."""
_FOUND = (
    f"{sight.in_sight()} AND (EXISTS (SELECT FROM blocks WHERE blocker_id = :by AND blocked_id = users.id) "  # noqa: S608
    "OR NOT EXISTS (SELECT FROM blocks WHERE blocker_id = users.id AND blocked_id = :by))"
)
"""Of a profile: whoever blocks somebody finds it, and can still report them."""
_THINGS = {
    "post": f"SELECT author_id, body, id, hidden_at IS NOT NULL FROM posts WHERE id = :id AND {_SEEN}",  # noqa: S608
    "comment": (
        "SELECT comments.author_id, comments.body, post_id, comments.hidden_at IS NOT NULL "  # noqa: S608
        "OR posts.hidden_at IS NOT NULL FROM comments JOIN posts ON posts.id = post_id WHERE comments.id = :id "
        f"AND {_SEEN} AND {sight.author_in_sight('comments.author_id')} "
        "AND feedapp_may_meet(comments.author_id, :by)"
    ),
    "user": (
        "SELECT id, display_name || CASE bio WHEN '' THEN '' ELSE E'\\n\\n' || bio END, NULL, false FROM users "  # noqa: S608
        f"WHERE id = :id AND {_FOUND}"
    ),
}


class Reportable(NamedTuple):
    """What may be reported: whose it is, what it says, the post that it is or belongs to, whether it is hidden."""

    author_id: int
    body: str
    post_id: int | None
    hidden: bool


class ReportRepository:
    """Reports: written in the session's transaction, listed by `engine`, that of `database.connect_reads`."""

    def __init__(self, *, session: ScopedSession, engine: Engine) -> None:
        self._session = session
        self._engine = engine

    def reportable(self, kind: str, thing_id: int, *, seen_by: int) -> Reportable | None:
        """Give what is to be reported as it is now; None if it is not there for somebody."""
        found = self._session.execute(text(_THINGS[kind]), {"id": thing_id, "by": seen_by}).one_or_none()
        return None if found is None else Reportable(*found)

    def open_case(
        self, *, kind: str, thing_id: int, post_id: int | None, subject_id: int, body: str
    ) -> tuple[int, str]:
        """Give the open case of a thing and the text in it; it is made if there is none, and locked either way."""
        opened = text(
            "INSERT INTO report_cases (kind, thing_id, post_id, subject_id, body) "
            "VALUES (:kind, :thing_id, :post_id, :subject_id, :body) "
            "ON CONFLICT (kind, thing_id) WHERE resolved_at IS NULL DO UPDATE SET kind = excluded.kind "
            "RETURNING id, body"
        )
        given = {"kind": kind, "thing_id": thing_id, "post_id": post_id, "subject_id": subject_id, "body": body}
        case_id, first = self._session.execute(opened, given).one()
        return case_id, first

    def put(self, *, case_id: int, reporter_id: int, reason: str, note: str, body: str | None) -> bool:
        """Add somebody's report to a case, or replace theirs. Tell whether it is the only one."""
        put = text(
            "INSERT INTO reports (case_id, reporter_id, reason, note, body) "
            "VALUES (:case_id, :reporter_id, :reason, :note, :body) ON CONFLICT (case_id, reporter_id) "
            "DO UPDATE SET reason = excluded.reason, note = excluded.note, body = excluded.body"
        )
        given = {"case_id": case_id, "reporter_id": reporter_id, "reason": reason, "note": note, "body": body}
        self._session.execute(put, given)
        count = self._session.scalar(text("SELECT count(*) FROM reports WHERE case_id = :id"), {"id": case_id})
        return bool(count == 1)

    def lock(self, case_id: int) -> ReportCase | None:
        """Give a case and keep others from deciding it until the transaction ends."""
        query = select(ReportCase).where(ReportCase.id == case_id).with_for_update()
        return self._session.scalar(query.execution_options(populate_existing=True))

    def resolve(self, case_id: int, *, by: int | None, resolution: str, note: str) -> None:
        """Close a case."""
        columns: dict[str, Any] = {"resolved_at": func.clock_timestamp(), "resolved_by": by}
        columns |= {"resolution": resolution, "resolution_note": note}
        self._session.execute(update(ReportCase).where(ReportCase.id == case_id).values(columns))

    def own(self, case_id: int, *, reporter_id: int) -> dict[str, Any] | None:
        """Give what somebody reported, as the case stands now; None if they did not."""
        statement = (
            "SELECT json_build_object('id', id, 'kind', kind, 'thing_id', thing_id, 'post_id', post_id, "  # noqa: S608
            "'resolved_at', resolved_at, 'reason', reports.reason, 'note', reports.note, "
            "'username', (SELECT username FROM users WHERE users.id = subject_id), "
            f"'created_at', {TIME.format('reports.created_at')}) AS shown FROM report_cases "
            "JOIN reports ON case_id = id WHERE id = %(id)s AND reporter_id = %(reporter)s"
        )
        rows = database.read(self._engine, statement, {"id": case_id, "reporter": reporter_id})
        return rows[0].shown if rows else None

    def cases(self, state: str, *, size: int, cursor: Cursor | None) -> Rows:
        """Give cases that are open or resolved, the newest first."""
        return self._page(_STATES[state], {}, size, cursor)

    def about(self, subject_id: int, *, size: int) -> Rows:
        """Give cases about somebody and what they wrote, the newest first."""
        return self._page("subject_id = %(subject)s", {"subject": subject_id}, size, None)

    def case(self, case_id: int) -> dict[str, Any] | None:
        """Give one case; None if there is none."""
        return self._page("id = %(case)s", {"case": case_id}, 1, None).rows.get(case_id)

    def open_count(self) -> int:
        """Count the open cases, up to a hundred."""
        statement = (
            "SELECT count(*) AS n FROM (SELECT FROM report_cases WHERE resolved_at IS NULL LIMIT 100) AS waiting"
        )
        return int(database.read(self._engine, statement, {})[0].n)

    def _page(self, condition: str, parameters: dict[str, Any], size: int, cursor: Cursor | None) -> Rows:
        return page(
            self._engine,
            table="report_cases",
            shown=_SHOWN,
            condition=condition,
            parameters=parameters,
            size=size,
            cursor=cursor,
        )
