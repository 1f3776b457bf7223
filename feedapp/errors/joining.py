"""Coming into a site and back into an account, and running it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from feedapp.errors.base import DomainError, InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from feedapp.errors.base import FieldError


class SignUpClosedError(DomainError):
    """Nobody can make an account at present: those who run the site have closed it to newcomers."""

    code = "signup_closed"
    status = 403
    title = "No new accounts"


class InvitationError(DomainError):
    """An account that takes an invitation, sent without one, or with one that is not good any more."""

    code = "invitation"
    status = 403
    title = "An invitation is needed"


class ProofOfWorkError(InvalidInputError):
    """An account that takes a proof of work: solve `challenge` (ALTCHA) and send `proof`, or say in `reason` why."""

    code = "proof_of_work"
    title = "A proof of work is needed"

    def __init__(self, *errors: FieldError, challenge: Mapping[str, Any]) -> None:
        super().__init__(*errors)
        self.challenge = challenge


class AwaitingApprovalError(DomainError):
    """Somebody asked for an account, and no moderator has decided yet."""

    code = "awaiting_approval"
    status = 403
    title = "A moderator decides"


class ApplicationRefusedError(DomainError):
    """Somebody asked for an account, and a moderator has not agreed; `detail` has what they said."""

    code = "application_refused"
    status = 403
    title = "Not let in"


class SetupOverError(DomainError):
    """A site that has an admin, or a code that is not the one it was started with."""

    code = "setup_over"
    status = 403
    title = "This site is set up"


class RecoveryError(DomainError):
    """A recovery code or a link that does not set a password, or no longer."""

    code = "recovery"
    status = 403
    title = "This does not let you in"


class MailLinkError(DomainError):
    """A link of a mail that confirms no address, or no longer."""

    code = "mail_link"
    status = 403
    title = "This link is not good any more"


class DigestLinkError(DomainError):
    """A link of a mail that ends no mails."""

    code = "digest_link"
    status = 403
    title = "This link ends nothing"


class LastAdminError(DomainError):
    """What would leave the site without an admin who can log in; nothing was changed."""

    code = "last_admin"
    status = 409
    title = "The last admin"
