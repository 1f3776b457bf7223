"""Links by mail that set a password, for whoever asks by a username or an address.

All who ask get the same answer, and the same is done for all of them: the question is put into the outbox, and whether
it is anybody's is looked up when the mail leaves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp.errors import NotFoundError
from feedapp.limits import MAILS_TO, RESETS
from feedapp.networks import network_of

if TYPE_CHECKING:
    from feedapp.services.access.rate_limits import RateLimits
    from feedapp.writing.mail.mailer import Mailer
    from feedapp.writing.unit_of_work import UnitOfWork


class MailResets:
    """Takes questions. `RecoveryService.reset_by_link` takes the links."""

    def __init__(self, *, unit_of_work: UnitOfWork, mailer: Mailer, rate_limits: RateLimits) -> None:
        self._unit_of_work = unit_of_work
        self._mailer = mailer
        self._rate_limits = rate_limits

    @property
    def can_mail(self) -> bool:
        """Whether this site sends mail."""
        return self._mailer.enabled

    def ask(self, who: str, *, address: str) -> None:
        """Send a link to whoever this is, in small letters; `address` is that of the computer that asks.

        Raise TooManyAttemptsError, NotFoundError where no mail is sent.
        """
        if not self.can_mail:
            raise NotFoundError("This site sends no mail.")
        self._rate_limits.count((RESETS, network_of(address)), (MAILS_TO, who))
        with self._unit_of_work() as work:
            self._mailer.reset(work, who)
