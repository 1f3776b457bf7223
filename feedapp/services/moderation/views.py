"""What moderation shows: cases of reports, and lines of the log. Times are RFC 3339 texts in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from feedapp.cache.catalogue.keys import USER
from feedapp.reading.read_models import Person
from feedapp.reading.viewers import person

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from feedapp.reading.reader import Reading
    from feedapp.repositories.moderation.actions import ActionRepository


@dataclass(frozen=True, slots=True)
class ReportView:
    """One member's report; `body` is what the thing said then, if that is not what the case has."""

    reporter: Person | None
    reason: str
    note: str
    body: str | None
    created_at: str


@dataclass(frozen=True, slots=True)
class OwnReportView:
    """A report as its sender is shown it: `id` is that of the case, `username` whose the thing is."""

    id: int
    kind: str
    thing_id: int
    post_id: int | None
    username: str | None
    reason: str
    note: str
    created_at: str
    resolved: bool


@dataclass(frozen=True, slots=True)
class CaseView:
    """All reports of one thing. `body` is as it was when it was first reported, `now` as it is; None if it is gone.

    `subject` is whose it is. `hidden` is why it is hidden, None if it is not.
    """

    id: int
    kind: str
    thing_id: int
    post_id: int | None
    subject: Person | None
    body: str
    now: str | None
    hidden: str | None
    created_at: str
    reports_count: int
    reports: Sequence[ReportView]
    resolved_at: str | None
    resolved_by: Person | None
    action: str | None
    note: str

    @property
    def state(self) -> str:
        """Open or resolved."""
        return "open" if self.resolved_at is None else "resolved"

    @property
    def reason(self) -> str:
        """The reason that most reports give; of several the one that came first."""
        reasons = [report.reason for report in self.reports]
        return max(reasons, key=reasons.count, default="other")


@dataclass(frozen=True, slots=True)
class ActionView:
    """A line of the log. `actor` is None for an operator, for the site itself, and for somebody who left: see `by`."""

    id: int
    created_at: str
    by: str
    actor: Person | None
    action: str
    thing: str
    thing_id: int
    post_id: int | None
    subject: Person | None
    reason: str
    note: str
    until: str | None


class Namer:
    """Gives people by their ids, as they are called now, also those who are out of sight: moderators see whom."""

    def __init__(self, reading: Reading, actions: ActionRepository) -> None:
        self._reading = reading
        self._actions = actions

    def people(self, ids: Iterable[int | None]) -> dict[int | None, Person]:
        """Give those who are there."""
        wanted: list[Any] = [USER.key(each) for each in dict.fromkeys(ids) if each is not None]
        found = {user["id"]: person(user) for user in self._reading.facts(wanted).values()}
        missing = [key.ids[0] for key in wanted if key.ids[0] not in found]
        if missing:
            found |= {id_: Person(id_, username, name) for id_, username, name in self._actions.names(missing)}
        return found

    def cases(self, rows: Iterable[dict[str, Any]]) -> list[CaseView]:
        """Make cases of what is stored."""
        rows = list(rows)
        ids = [each for row in rows for each in (row["subject_id"], row["resolved_by"])]
        named = self.people([*ids, *(report["reporter_id"] for row in rows for report in row["reports"])])
        return [_case(row, named) for row in rows]

    def actions(self, rows: Iterable[dict[str, Any]]) -> list[ActionView]:
        """Make lines of the log of what is stored."""
        rows = list(rows)
        named = self.people(each for row in rows for each in (row["actor_id"], row["subject_id"]))
        return [_action(row, named) for row in rows]


def _case(row: dict[str, Any], named: dict[int | None, Person]) -> CaseView:
    now = row["now"] or {"body": None, "hidden": None}
    return CaseView(
        id=row["id"],
        kind=row["kind"],
        thing_id=row["thing_id"],
        post_id=row["post_id"],
        subject=named.get(row["subject_id"]),
        body=row["body"],
        now=now["body"],
        hidden=now["hidden"],
        created_at=row["created_at"],
        reports_count=row["reports_count"],
        reports=[
            ReportView(named.get(each["reporter_id"]), each["reason"], each["note"], each["body"], each["created_at"])
            for each in row["reports"]
        ],
        resolved_at=row["resolved_at"],
        resolved_by=named.get(row["resolved_by"]),
        action=row["resolution"],
        note=row["note"],
    )


def _action(row: dict[str, Any], named: dict[int | None, Person]) -> ActionView:
    return ActionView(
        id=row["id"],
        created_at=row["created_at"],
        by=row["actor"],
        actor=named.get(row["actor_id"]),
        action=row["action"],
        thing=row["thing"],
        thing_id=row["thing_id"],
        post_id=row["post_id"],
        subject=named.get(row["subject_id"]),
        reason=row["reason"],
        note=row["note"],
        until=row["until"],
    )
