"""The queue of reports: what moderators read, note and decide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from feedapp.cache.catalogue.invalidation.site import open_reports_changed
from feedapp.cache.catalogue.keys import OPEN_REPORTS
from feedapp.errors import AlreadyResolvedError, FieldError, InvalidInputError, NotFoundError
from feedapp.models import APPEAL, RESTORE
from feedapp.pagination import cut
from feedapp.services.moderation.hiding import Text
from feedapp.services.moderation.moderators import Done
from feedapp.services.moderation.views import ActionView, CaseView, Namer
from feedapp.writing.held_events import TextLetThrough

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from feedapp.models import ReportCase
    from feedapp.reading.read_models import Paged, Viewer
    from feedapp.reading.reader import Reading
    from feedapp.reading.viewers import Credentials
    from feedapp.repositories.moderation.actions import ActionRepository
    from feedapp.repositories.moderation.keyset import Rows
    from feedapp.repositories.moderation.reports import ReportRepository
    from feedapp.services.moderation.hiding import HidingService
    from feedapp.services.moderation.moderators import Actor, Moderators
    from feedapp.services.moderation.sanctions import SanctionService
    from feedapp.writing.idempotency import Once
    from feedapp.writing.unit_of_work import UnitOfWork, Work

GONE = "There is no such report, or what was reported is deleted with its author."
CURSORS = "q"
"""The letter of their cursors, which those of other lists do not have."""
HISTORY = 20
SANCTIONS = {"suspend": "suspension", "silence": "silence"}
REASONS = {
    "spam": "It was reported as spam.",
    "abuse": "It was reported as abuse.",
    "illegal": "It was reported as illegal.",
    "other": "It was reported.",
}
"""What somebody is told where the moderator gives no reason of their own."""


class Removal(Protocol):
    """Deletes a post or a comment, as part of a larger write; tells whether it was there."""

    def __call__(self, work: Work, text: Text) -> bool:
        """Delete it."""


@dataclass(frozen=True, slots=True)
class CasePageView:
    """A case with the history of whom it is about: what was done to them, and the other cases about them."""

    viewer: Viewer
    case: CaseView
    notes: Sequence[ActionView]
    history: Sequence[ActionView]
    others: Sequence[CaseView]


class CaseService:
    """Lists cases, the newest first, and decides them."""

    def __init__(
        self,
        *,
        reading: Reading,
        moderators: Moderators,
        unit_of_work: UnitOfWork,
        reports: ReportRepository,
        actions: ActionRepository,
        hiding: HidingService,
        remove: Removal,
        sanctions: SanctionService,
    ) -> None:
        self._reading = reading
        self._namer = Namer(reading, actions)
        self._moderators = moderators
        self._unit_of_work = unit_of_work
        self._reports = reports
        self._actions = actions
        self._hiding = hiding
        self._remove = remove
        self._sanctions = sanctions

    def listed(
        self, credentials: Credentials, *, state: str, cursor: str | None, limit: int
    ) -> tuple[Viewer, Paged[CaseView]]:
        """Give a page of the cases that are open or resolved. Raise UnauthenticatedError, ForbiddenError."""
        viewer = self._moderators.viewer(credentials, "see", "report")
        read = None if cursor is None else self._reading.read_cursor(cursor, CURSORS)
        rows: Rows = self._reports.cases(state, size=limit, cursor=read)
        page = cut(rows.slice, limit=limit, cursor=read, onward="older")
        cases = self._namer.cases(rows.rows[entry.id] for entry in page.entries)
        return viewer, self._reading.paged(page, CURSORS).of(cases)

    def case(self, credentials: Credentials, case_id: int) -> CaseView:
        """Give one. Raise UnauthenticatedError, ForbiddenError, NotFoundError."""
        self._moderators.viewer(credentials, "see", "report")
        return self._case(case_id)

    def waiting(self) -> int:
        """Count the cases that wait for a decision, a thousand at most: for pages that only moderators see."""
        return int(self._reading.facts([OPEN_REPORTS.key()])[OPEN_REPORTS.key()])

    def page(self, credentials: Credentials, case_id: int) -> CasePageView:
        """Give one with all there is to know for a decision. Raise as `case`."""
        viewer = self._moderators.viewer(credentials, "see", "report")
        case = self._case(case_id)
        notes = self._namer.actions(self._actions.on_report(case_id, size=HISTORY).rows.values())
        if case.subject is None:
            return CasePageView(viewer, case, notes, (), ())
        about = self._actions.about(case.subject.id, size=HISTORY, cursor=None, told=True)
        others = self._reports.about(case.subject.id, size=HISTORY).rows
        others.pop(case_id, None)
        return CasePageView(
            viewer, case, notes, self._namer.actions(about.rows.values()), self._namer.cases(others.values())
        )

    def note(self, credentials: Credentials, case_id: int, *, note: str) -> None:
        """Write a note for other moderators. Raise as `case`."""
        viewer = self._moderators.viewer(credentials, "resolve", "report")
        with self._unit_of_work() as work:
            actor = self._moderators.acting(viewer, "resolve", "report")
            case = self._locked(case_id)
            done = Done(action="note", thing="report", thing_id=case_id, subject_id=case.subject_id, note=note)
            self._moderators.note(work, actor, done)

    def resolve(
        self,
        credentials: Credentials,
        case_id: int,
        *,
        action: str,
        note: str,
        until: datetime | None = None,
        once: Once | None = None,
    ) -> CaseView:
        """Decide a case; the note is the reason that its subject is told, if anything is done.

        Raise UnauthenticatedError, ForbiddenError, NotFoundError, AlreadyResolvedError, InvalidInputError for an action
        that does not fit.
        """
        viewer = self._moderators.viewer(credentials, "resolve", "report")
        reason = note or REASONS.get(self._case(case_id).reason, "")
        with self._unit_of_work() as work:
            work.claim(once, by=viewer.id)
            actor = self._moderators.acting(viewer, "resolve", "report")
            case = self._locked(case_id)
            if case.resolved_at is not None:
                raise AlreadyResolvedError("Another moderator has decided this meanwhile. Nothing was changed.")
            self._act(work, actor, case, action, reason, until)
            self._reports.resolve(case_id, by=viewer.id, resolution=action, note=note)
            work.stales(open_reports_changed())
            done = Done(
                action="resolve",
                thing="report",
                thing_id=case_id,
                subject_id=case.subject_id,
                reason=action,
                note=note,
            )
            self._moderators.note(work, actor, done)
            work.done(case)
        return self._case(case_id)

    def _act(
        self, work: Work, actor: Actor, case: ReportCase, action: str, reason: str, until: datetime | None
    ) -> None:
        if (action == RESTORE) != (case.kind == APPEAL) and action != "none":
            raise InvalidInputError(
                FieldError("action", "is none or restore for an appeal, and restore for nothing else")
            )
        if action == "none":
            self._let_through(work, actor, case)
            return
        if action == RESTORE:
            self._sanctions.off(work, actor, "suspension", case.subject_id)
            return
        if action in SANCTIONS:
            self._sanctions.on(work, actor, SANCTIONS[action], case.subject_id, reason=reason, until=until)
            return
        if case.post_id is None:
            raise InvalidInputError(FieldError("action", "is for posts and comments: this report is about a person"))
        text = Text(case.post_id, case.thing_id if case.kind == "comment" else None)
        if action == "hide":
            self._hiding.set(work, actor, text, reason=reason)
        elif self._remove(work, text):
            done = Done(
                action="delete",
                thing=text.kind,
                thing_id=text.id,
                post_id=text.post_id,
                subject_id=case.subject_id,
                reason=reason,
            )
            self._moderators.note(work, actor, done)

    def _let_through(self, work: Work, actor: Actor, case: ReportCase) -> None:
        """Show what a filter holds; what a moderator has hidden stays so."""
        if case.post_id is None:
            return
        text = Text(case.post_id, case.thing_id if case.kind == "comment" else None)
        if self._hiding.is_held(text):
            self._hiding.set(work, actor, text, reason=None)
            work.emits(TextLetThrough(text.post_id, text.comment_id, case.subject_id, case.body))

    def _locked(self, case_id: int) -> ReportCase:
        case = self._reports.lock(case_id)
        if case is None:
            raise NotFoundError(GONE)
        return case

    def _case(self, case_id: int) -> CaseView:
        found = self._reports.case(case_id)
        if found is None:
            raise NotFoundError(GONE)
        return self._namer.cases([found])[0]
