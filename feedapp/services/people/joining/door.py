"""Who may make an account, as the settings of the site say."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from feedapp.errors import FieldError, InvalidInputError, InvitationError, SignUpClosedError

if TYPE_CHECKING:
    from feedapp.reading.site import Site, SiteReader
    from feedapp.repositories.site.invitations import InvitationRepository
    from feedapp.services.people.joining.proof_of_work import ProofOfWork


class Knock(NamedTuple):
    """What a newcomer brings: an invitation's code, a sentence why, whether they accept the rules.

    And a proof of work, and where a mail tells them what was decided.
    """

    invitation: str | None = None
    reason: str | None = None
    accept_rules: bool = False
    proof: str | None = None
    email: str | None = None


class Admission(NamedTuple):
    """How a newcomer comes in: by an invitation, by asking for it (`reason`), or just so; when they accepted rules.

    `proof` is a proof of work that is good, and to be used up; `email` is where to tell whoever asks.
    """

    invitation: str | None
    reason: str | None
    rules_accepted_at: datetime | None
    proof: str | None = None
    email: str | None = None


class Door:
    """Asked by every sign-up that is not an operator's."""

    def __init__(self, site: SiteReader, invitations: InvitationRepository, proof_of_work: ProofOfWork) -> None:
        self._site = site
        self.proof_of_work = proof_of_work
        self._invitations = invitations

    def challenge(self) -> dict[str, Any] | None:
        """Give a challenge for somebody who comes without an invitation; None where no proof of work is asked for."""
        return self.proof_of_work.challenge() if _takes_proof(self._site.current()) else None

    def judge(self, knock: Knock) -> Admission:
        """Say how somebody comes in, within a transaction. An invitation opens the door without asking.

        Who comes without an invitation and without a proof of work has to ask, where one is wanted.

        Raise SignUpClosedError, InvitationError, ProofOfWorkError, InvalidInputError for a reason or a consent that is
        missing.
        """
        site = self._site.current()
        if site.signup == "closed":
            raise SignUpClosedError("Nobody can make an account here at present.")
        if knock.invitation is not None and not self._invitations.is_good(knock.invitation):
            raise spent()
        if knock.invitation is None and site.signup == "invitation":
            raise InvitationError("To make an account here you need an invitation: open the link that you were given.")
        takes_proof = knock.invitation is None and _takes_proof(site)
        asks = knock.invitation is None and (site.signup == "approval" or (takes_proof and not knock.proof))
        missing = []
        if takes_proof and knock.proof:
            self.proof_of_work.require_solved(knock.proof)
        elif takes_proof and not knock.reason:
            raise self.proof_of_work.needed()
        if asks and not knock.reason:
            missing.append(FieldError("reason", "is required: say in a sentence why you would like to come in"))
        if site.rules and not knock.accept_rules:
            missing.append(FieldError("accept_rules", "is required: read the rules at /rules and accept them"))
        if missing:
            raise InvalidInputError(*missing)
        accepted = datetime.now(UTC) if site.rules else None
        proof = knock.proof if takes_proof and not asks else None
        return Admission(knock.invitation, knock.reason if asks else None, accepted, proof, knock.email)


def _takes_proof(site: Site) -> bool:
    return site.signup == "open" and site.proof_of_work == "on"


def spent() -> InvitationError:
    """Say that an invitation is not good any more, and not which of the reasons it has."""
    return InvitationError("This invitation is not good any more: ask whoever gave it to you for another one.")
