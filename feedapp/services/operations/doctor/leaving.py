"""What leaves the site: mail, webhooks, pushes. Whether it can, and whether it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from feedapp import deadline
from feedapp.services.operations.doctor.faults import Fault
from feedapp.writing.targets.smtp import MailPostponedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from feedapp.repositories.delivery.leaving import LeavingRepository
    from feedapp.writing.targets.pinned_http import PinnedHttp
    from feedapp.writing.targets.smtp import SmtpClient

PATIENCE = 5.0
HOUR = 3_600
MAILS = ("mail", "digests")
LOCKED_OUT = "Whoever forgets a password is locked out, and nobody is told anything."


class LeavingChecks:
    """`sender` is what mails come from."""

    def __init__(
        self,
        leaving: LeavingRepository,
        http: PinnedHttp,
        *,
        client: SmtpClient | None,
        sender: Callable[[], str | None],
    ) -> None:
        self._leaving = leaving
        self._http = http
        self._client = client
        self._sender = sender

    def mail(self) -> Iterator[Fault]:
        """Connect as each mail does, and see whether mails wait that were tried already."""
        if self._client is None:
            return
        try:
            self._client.check(sender=self._sender())
        except MailPostponedError as error:
            yield Fault(
                f"No mail leaves: {' '.join(str(error).split())}. {LOCKED_OUT}",
                "Mend SMTP_URL (smtps://user:password@mail.example:465) or MAIL_FROM, or what they lead to.",
            )
            return
        try:
            with deadline.within(PATIENCE):
                stuck = self._leaving.stuck(MAILS)
        except SQLAlchemyError:
            return
        if stuck.messages:
            yield Fault(
                f"Mail does not leave ({stuck.messages:,} waiting, the oldest for {stuck.age / HOUR:,.1f} hours, tried "
                f"{stuck.attempts} times). {LOCKED_OUT}",
                "The log has what the mail server said: `journalctl --namespace=feedapp | grep Mail`.",
            )

    def webhooks(self) -> Iterator[Fault]:
        """Those that fail, or were disabled since they did."""
        try:
            with deadline.within(PATIENCE):
                failing = self._leaving.failing_webhooks()
        except SQLAlchemyError:
            return
        for each in failing:
            how = "was disabled" if each.is_disabled else f"has not been reached for {each.age / HOUR:,.0f} hours"
            yield Fault(
                f"The webhook “{each.name}” {how} ({each.trouble or 'no answer'}): who relies on it misses what "
                "happens.",
                f"Mend what answers at {each.host}, or whether this machine may reach it; then send a test, or "
                f"delete it, on /admin/webhooks/{each.id}.",
            )

    def pushes(self) -> Iterator[Fault]:
        """Connect to the push services of most members. One alone may be away, or be one that a member made up."""
        try:
            with deadline.within(PATIENCE):
                origins = self._leaving.push_services()
        except SQLAlchemyError:
            return
        troubles = []
        for origin in origins:
            trouble = self._http.reach(origin)
            if not trouble:
                return
            troubles.append(f"{origin.partition('://')[2]}: {trouble}")
        if troubles:
            yield Fault(
                f"No push leaves ({'; '.join(troubles)}): devices are told of nothing while no page is open.",
                "Let this machine reach the internet on port 443 (firewall, DNS): `curl -I https://updates.push.services"
                ".mozilla.com`.",
            )
