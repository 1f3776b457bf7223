"""What members are told by mail of their own accounts: handlers of events, registered in `wiring/events.py`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from feedapp.writing.events import NewDevice, PasskeyChanged, PasswordChanged, SecondFactorChanged
    from feedapp.writing.mail.mailer import Mailer
    from feedapp.writing.unit_of_work import Work


class Notices:
    """Mails what matters for who owns an account, to the address that was verified before it happened."""

    def __init__(self, mailer: Mailer) -> None:
        self._mailer = mailer

    def password_changed(self, work: Work, event: PasswordChanged) -> None:
        """Tell that there is a new password."""
        self._mailer.to_member(work, event.user_id, "password_changed", at=_now())

    def second_factor_changed(self, work: Work, event: SecondFactorChanged) -> None:
        """Tell that a log-in takes a code, or none any more."""
        letter = "second_factor_on" if event.is_on else "second_factor_off"
        self._mailer.to_member(work, event.user_id, letter, at=_now())

    def passkey_changed(self, work: Work, event: PasskeyChanged) -> None:
        """Tell that a passkey lets somebody in, or no longer."""
        letter = "passkey_added" if event.is_on else "passkey_removed"
        self._mailer.to_member(work, event.user_id, letter, at=_now(), passkey=event.name)

    def new_device(self, work: Work, event: NewDevice) -> None:
        """Tell that somebody logged in from a device that was not seen before."""
        self._mailer.to_member(
            work, event.user_id, "new_device", at=_now(), device=event.family or "an unknown one", network=event.network
        )


def _now() -> str:
    return f"{datetime.now(UTC):%d %B %Y, %H:%M} UTC"
