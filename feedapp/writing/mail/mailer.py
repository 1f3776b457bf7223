"""Sending a mail, for every service: `mailer.to_member(work, user_id, "letter", **facts)`, as part of a write.

It leaves once the write is committed, and never if it is not. No request waits for a mail server.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol
from uuid import uuid4

from feedapp.languages import spoken
from feedapp.writing.mail.letters import LETTERS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from feedapp.repositories.site.mail_addresses import MailAddressRepository

TARGET = "mail"
DIGESTS = "digests"
"""A target of its own: a thousand digests that are due at once must not stand before somebody's new password."""
DIGEST = "digest"
"""Not one of LETTERS: it is put together from what its reader sees when it leaves."""


class Sends(Protocol):
    """A write: `Work`, of which only this is needed here."""

    def sends(self, target: str, payload: dict[str, Any]) -> None:
        """Send a message after the commit."""


class Mailer:
    """Puts mails into the outbox. Without SMTP_URL (`enabled` is false) it puts none, and nothing else is different."""

    def __init__(self, *, addresses: MailAddressRepository, enabled: bool) -> None:
        self._addresses = addresses
        self.enabled = enabled

    def to_member(self, work: Sends, user_id: int, letter: str, **facts: str) -> bool:
        """Send a letter of `letters.py` to somebody's verified address. False if they have none, or mail is off.

        The letter gets the member's `username` beside the facts.
        """
        mailbox = self._addresses.mailbox(user_id) if self.enabled else None
        if mailbox is None:
            return False
        self.to_address(work, mailbox.address, letter, locale=mailbox.locale, username=mailbox.username, **facts)
        return True

    def to_address(self, work: Sends, address: str, letter: str, *, locale: str | None = None, **facts: str) -> None:
        """Send a letter to an address that its owner is known to read, in their language, None for the site's."""
        if letter not in LETTERS:
            raise KeyError(letter)
        if self.enabled:
            work.sends(TARGET, _payload(letter, address, facts, locale))

    def digest(self, work: Sends, user_id: int, *, since: datetime, until: datetime) -> None:
        """Send somebody what they were told between two places, and have not read when it leaves, if anything."""
        if self.enabled:
            facts = {"user_id": user_id, "since": since.isoformat(), "until": until.isoformat()}
            work.sends(DIGESTS, _payload(DIGEST, None, facts, None))

    def to_be_verified(self, work: Sends, *, row_id: int, user_id: int, username: str, address: str) -> None:
        """Send the link by which an address is verified; to an address of another account something else.

        Which of the two is found out when it leaves: so neither an answer nor its time tells.
        """
        if self.enabled:
            facts = {"row_id": row_id, "user_id": user_id, "username": username}
            work.sends(TARGET, _payload("verify", address, facts, spoken.current()))

    def reset(self, work: Sends, who: str) -> None:
        """Send a link that sets a password to whoever has this username or verified address, in small letters.

        Whether that is anybody is found out when it leaves, for the same reason.
        """
        if self.enabled:
            work.sends(TARGET, _payload("reset", None, {"who": who}, spoken.current()))


def _payload(letter: str, to: str | None, facts: Mapping[str, Any], locale: str | None) -> dict[str, Any]:
    return {"letter": letter, "to": to, "facts": facts, "locale": locale, "key": uuid4().hex}
