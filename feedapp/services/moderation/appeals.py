"""Appeals of people who are suspended: a short text, which comes into the queue of reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from itsdangerous import BadData, URLSafeTimedSerializer

from feedapp.cache.catalogue.invalidation.site import open_reports_changed
from feedapp.errors import FieldError, ForbiddenError, InvalidInputError
from feedapp.models import APPEAL
from feedapp.writing.events import Reported

if TYPE_CHECKING:
    from feedapp.errors import SuspendedError
    from feedapp.repositories.moderation.reports import ReportRepository
    from feedapp.repositories.moderation.sanctions import SanctionRepository
    from feedapp.writing.unit_of_work import UnitOfWork

TICKET_SECONDS = 3_600
"""How long somebody may take to write."""


class AppealService:
    """Takes appeals. A ticket says who was told that they are suspended; who has one has proved who they are."""

    def __init__(
        self, *, unit_of_work: UnitOfWork, reports: ReportRepository, sanctions: SanctionRepository, secret: str
    ) -> None:
        self._unit_of_work = unit_of_work
        self._reports = reports
        self._sanctions = sanctions
        self._tickets = URLSafeTimedSerializer(secret, salt="feedapp appeal")

    def ticket(self, told: SuspendedError) -> str:
        """Give a ticket to whom a suspension was told."""
        return str(self._tickets.dumps(told.user_id))

    def appeal(self, ticket: str, *, text: str) -> None:
        """Put an appeal into the queue; another one while it waits replaces the text.

        Raise ForbiddenError for a ticket that is none, InvalidInputError if it is over, or nothing is to be appealed.
        """
        try:
            user_id = int(self._tickets.loads(ticket, max_age=TICKET_SECONDS))
        except (BadData, ValueError, TypeError):
            raise ForbiddenError(
                "That took too long, and nothing was sent: log in again, and write it there."
            ) from None
        with self._unit_of_work() as work:
            if self._sanctions.get(user_id, "suspension") is None:
                raise InvalidInputError(FieldError("text", "is not needed any more: the suspension is over. Log in."))
            case_id, _ = self._reports.open_case(
                kind=APPEAL, thing_id=user_id, post_id=None, subject_id=user_id, body=text
            )
            first = self._reports.put(case_id=case_id, reporter_id=user_id, reason=APPEAL, note=text, body=None)
            work.stales(open_reports_changed())
            work.emits(Reported(case_id, user_id, first))
