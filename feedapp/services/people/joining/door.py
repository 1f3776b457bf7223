"""Who may make an account, as the settings of the site say."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from feedapp.errors import FieldError, InvalidInputError, InvitationError, SignUpClosedError

if TYPE_CHECKING:
    from feedapp.reading.site import SiteReader
    from feedapp.repositories.site.invitations import InvitationRepository


class Knock(NamedTuple):
    """What a newcomer brings: an invitation's code, a sentence why, and whether they accept the rules."""

    invitation: str | None = None
    reason: str | None = None
    accept_rules: bool = False


class Admission(NamedTuple):
    """How a newcomer comes in: by an invitation, by asking for it (`reason`), or just so; when they accepted rules."""

    invitation: str | None
    reason: str | None
    rules_accepted_at: datetime | None


class Door:
    """Asked by every sign-up that is not an operator's."""

    def __init__(self, site: SiteReader, invitations: InvitationRepository) -> None:
        self._site = site
        self._invitations = invitations

    def judge(self, knock: Knock) -> Admission:
        """Say how somebody comes in, within a transaction. An invitation opens the door without asking.

        Raise SignUpClosedError, InvitationError, InvalidInputError for a reason or a consent that is missing.
        """
        site = self._site.current()
        if site.signup == "closed":
            raise SignUpClosedError("Nobody can make an account here at present.")
        if knock.invitation is not None and not self._invitations.is_good(knock.invitation):
            raise spent()
        if knock.invitation is None and site.signup == "invitation":
            raise InvitationError("To make an account here you need an invitation: open the link that you were given.")
        asks = knock.invitation is None and site.signup == "approval"
        missing = []
        if asks and not knock.reason:
            missing.append(FieldError("reason", "is required: say in a sentence why you would like to come in"))
        if site.rules and not knock.accept_rules:
            missing.append(FieldError("accept_rules", "is required: read the rules at /rules and accept them"))
        if missing:
            raise InvalidInputError(*missing)
        accepted = datetime.now(UTC) if site.rules else None
        return Admission(knock.invitation, knock.reason if asks else None, accepted)


def spent() -> InvitationError:
    """Say that an invitation is not good any more, and not which of the reasons it has."""
    return InvitationError("This invitation is not good any more: ask whoever gave it to you for another one.")
