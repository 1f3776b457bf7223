"""Reporting posts, comments and people. What was reported is kept as it was; all reports of one thing are one case."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from feedapp.cache.catalogue.invalidation.site import open_reports_changed
from feedapp.errors import FieldError, InvalidInputError, NotFoundError
from feedapp.services.moderation.views import OwnReportView
from feedapp.writing.events import Reported

if TYPE_CHECKING:
    from feedapp.reading.reader import Reading
    from feedapp.reading.viewers import Credentials, ViewerService
    from feedapp.repositories.moderation.reports import Reportable, ReportRepository
    from feedapp.writing.idempotency import Once
    from feedapp.writing.unit_of_work import UnitOfWork

GONE = {
    "post": "There is no such post, or it was deleted.",
    "comment": "There is no such comment, or it was deleted.",
    "user": "There is nobody with that name.",
}
FIELDS = {"post": "post_id", "comment": "comment_id", "user": "username"}


class Target(NamedTuple):
    """What is reported: a post or a comment by its id, or a person by their name."""

    kind: str
    id: int = 0
    username: str = ""


class ReportService:
    """Takes reports in."""

    def __init__(
        self, *, reading: Reading, viewers: ViewerService, unit_of_work: UnitOfWork, reports: ReportRepository
    ) -> None:
        self._reading = reading
        self._viewers = viewers
        self._unit_of_work = unit_of_work
        self._reports = reports

    def report(
        self, credentials: Credentials, target: Target, *, reason: str, note: str = "", once: Once | None = None
    ) -> OwnReportView:
        """Report something; who reports it again says something else about it.

        Raise UnauthenticatedError, NotFoundError, InvalidInputError for what is one's own.
        """
        viewer = self._viewers.require(credentials)
        thing_id = self._id_of(target)
        with self._unit_of_work() as work:
            work.claim(once, by=viewer.id)
            found = self._reportable(target.kind, thing_id, by=viewer.id)
            case_id, first_body = self._reports.open_case(
                kind=target.kind, thing_id=thing_id, post_id=found.post_id, subject_id=found.author_id, body=found.body
            )
            changed = None if found.body == first_body else found.body
            first = self._reports.put(case_id=case_id, reporter_id=viewer.id, reason=reason, note=note, body=changed)
            work.stales(open_reports_changed())
            work.emits(Reported(case_id, viewer.id, first))
            # Its id is all that a record of an Idempotency-Key has of it; what is shown is read after the commit.
            work.done(Case(case_id))
        return self.own(credentials, case_id)

    def own(self, credentials: Credentials, case_id: int) -> OwnReportView:
        """Give a report to who sent it, as it stands now. Raise UnauthenticatedError, NotFoundError."""
        viewer = self._viewers.require(credentials)
        found = self._reports.own(case_id, reporter_id=viewer.id)
        if found is None:
            raise NotFoundError("There is no such report of yours.")
        resolved = found.pop("resolved_at") is not None
        return OwnReportView(**found, resolved=resolved)

    def seen(self, credentials: Credentials, target: Target) -> Reportable:
        """Give what somebody is about to report. Raise as `report`."""
        viewer = self._viewers.require(credentials)
        thing_id = self._id_of(target)
        with self._unit_of_work():
            return self._reportable(target.kind, thing_id, by=viewer.id)

    def _id_of(self, target: Target) -> int:
        if target.kind != "user":
            return target.id
        user_id = self._reading.user_id(target.username)
        if user_id is None:
            raise NotFoundError(GONE["user"])
        return user_id

    def _reportable(self, kind: str, thing_id: int, *, by: int) -> Reportable:
        found = self._reports.reportable(kind, thing_id, seen_by=by)
        if found is None or (found.hidden and found.author_id != by):
            raise NotFoundError(GONE[kind])
        if found.author_id == by:
            raise InvalidInputError(FieldError(FIELDS[kind], "is yours: you can change or delete it yourself"))
        return found


class Case(NamedTuple):
    """What a report was put into."""

    id: int
