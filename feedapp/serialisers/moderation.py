"""Reports and the log as the API sends them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import TypedDict

from feedapp.serialisers.fields import Count, Id, Time
from feedapp.serialisers.people import AuthorJson, author

if TYPE_CHECKING:
    from feedapp.reading.read_models import Hidden, Person
    from feedapp.services.moderation.hiding import HidingState
    from feedapp.services.moderation.sanctions import SanctionState
    from feedapp.services.moderation.sweeps import SweepState
    from feedapp.services.moderation.views import ActionView, CaseView, OwnReportView


class HiddenJson(TypedDict):
    """Why a moderator hid something."""

    reason: str


class HidingStateJson(TypedDict):
    """Whether something is hidden, and why; null if it is not."""

    hidden: HiddenJson | None


class SuspensionJson(TypedDict):
    """Whether somebody is suspended; `reason` and `until` are null if not, `until` also if it is for good."""

    suspended: bool
    reason: str | None
    until: Time | None


class SweepJson(TypedDict):
    """Whether all that somebody wrote is deleted, until when that can be undone, and how much it is.

    `done` is false while it is going on.
    """

    swept: bool
    reason: str | None
    until: Time | None
    posts_count: int
    comments_count: int
    done: bool


class SilenceJson(TypedDict):
    """Whether somebody is silenced, as of a suspension."""

    silenced: bool
    reason: str | None
    until: Time | None


class ReportJson(TypedDict):
    """A report as its sender sees it. `state` is `open` or `resolved`."""

    id: Id
    state: str
    post_id: Id | None
    comment_id: Id | None
    username: str | None
    reason: str
    note: str
    created_at: Time


class GivenReportJson(TypedDict):
    """One member's report of a case; `body` is what the thing said then, null if it is the case's."""

    reporter: AuthorJson | None
    reason: str
    note: str
    body: str | None
    created_at: Time


class CaseJson(TypedDict):
    """All reports of one thing, for moderators.

    `kind` is `post`, `comment`, `user` or `appeal`. `author` is whose it is. `body` is what it said when it was first
    reported, `current_body` what it says now; null if it is gone. `hidden` says whether it is hidden now. `reason` is
    what most reports say. `reports` are the first 50.
    """

    id: Id
    state: str
    kind: str
    post_id: Id | None
    comment_id: Id | None
    username: str | None
    author: AuthorJson | None
    reason: str
    body: str
    current_body: str | None
    hidden: HiddenJson | None
    created_at: Time
    reports_count: Count
    reports: list[GivenReportJson]
    action: str | None
    note: str
    resolved_at: Time | None
    resolved_by: AuthorJson | None


class ActionJson(TypedDict):
    """A line of the log. `by` is `member`, `operator` or `site`; `actor` is null for the last two and who left."""

    id: Id
    created_at: Time
    by: str
    actor: AuthorJson | None
    action: str
    post_id: Id | None
    comment_id: Id | None
    report_id: Id | None
    subject: AuthorJson | None
    reason: str
    note: str
    until: Time | None


def hidden(given: Hidden | None) -> HiddenJson | None:
    """Give why something is hidden."""
    return None if given is None else {"reason": given.reason}


def hiding(state: HidingState) -> HidingStateJson:
    """Give how it stands with a post or a comment."""
    return {"hidden": hidden(state.hidden)}


def suspension(state: SanctionState) -> SuspensionJson:
    """Give whether somebody is suspended."""
    return {"suspended": state.reason is not None, "reason": state.reason, "until": state.until}


def silence(state: SanctionState) -> SilenceJson:
    """Give whether somebody is silenced."""
    return {"silenced": state.reason is not None, "reason": state.reason, "until": state.until}


def sweep(state: SweepState) -> SweepJson:
    """Give whether all that somebody wrote is swept."""
    return {
        "swept": state.reason is not None,
        "reason": state.reason,
        "until": state.until,
        "posts_count": state.posts,
        "comments_count": state.comments,
        "done": state.done,
    }


def report(view: OwnReportView) -> ReportJson:
    """Give a report to its sender."""
    return {
        "id": str(view.id),
        "state": "resolved" if view.resolved else "open",
        "post_id": _id(view.post_id),
        "comment_id": _id(view.thing_id if view.kind == "comment" else None),
        "username": view.username if view.kind == "user" else None,
        "reason": view.reason,
        "note": view.note,
        "created_at": view.created_at,
    }


def case(view: CaseView) -> CaseJson:
    """Give a case to a moderator."""
    about_person = view.kind in {"user", "appeal"}
    return {
        "id": str(view.id),
        "state": view.state,
        "kind": view.kind,
        "post_id": _id(view.post_id),
        "comment_id": _id(view.thing_id if view.kind == "comment" else None),
        "username": view.subject.username if about_person and view.subject else None,
        "author": _author(view.subject),
        "reason": view.reason,
        "body": view.body,
        "current_body": view.now,
        "hidden": None if view.hidden is None else {"reason": view.hidden},
        "created_at": view.created_at,
        "reports_count": view.reports_count,
        "reports": [
            {
                "reporter": _author(each.reporter),
                "reason": each.reason,
                "note": each.note,
                "body": each.body,
                "created_at": each.created_at,
            }
            for each in view.reports
        ],
        "action": view.action,
        "note": view.note,
        "resolved_at": view.resolved_at,
        "resolved_by": _author(view.resolved_by),
    }


def action(view: ActionView) -> ActionJson:
    """Give a line of the log."""
    return {
        "id": str(view.id),
        "created_at": view.created_at,
        "by": view.by,
        "actor": _author(view.actor),
        "action": view.action,
        "post_id": _id(view.post_id),
        "comment_id": _id(view.thing_id if view.thing == "comment" else None),
        "report_id": _id(view.thing_id if view.thing == "report" else None),
        "subject": _author(view.subject),
        "reason": view.reason,
        "note": view.note,
        "until": view.until,
    }


def _id(given: int | None) -> str | None:
    return None if given is None else str(given)


def _author(given: Person | None) -> AuthorJson | None:
    return None if given is None else author(given)
