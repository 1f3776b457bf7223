"""Invitations: links by which so many people may come in, until a day."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from secrets import token_urlsafe
from typing import TYPE_CHECKING, NamedTuple

from feedapp.cache.catalogue.invalidation.site import invitations_changed
from feedapp.cache.catalogue.keys import INVITATIONS, USER
from feedapp.errors import NotFoundError
from feedapp.reading.viewers import person
from feedapp.services import policy
from feedapp.services.people.joining.door import spent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedapp.reading.read_models import Person, Viewer
    from feedapp.reading.reader import Reading
    from feedapp.reading.viewers import Credentials, ViewerService
    from feedapp.repositories.site.invitations import InvitationRepository
    from feedapp.writing.unit_of_work import UnitOfWork

INVITATION = policy.Thing("invitation")
CODE_BYTES = 18
log = logging.getLogger("feedapp.security")


class InvitationView(NamedTuple):
    """An invitation, without its code; `by` is None for an operator's, `came` are those who came in by it."""

    id: int
    by: Person | None
    came: Sequence[Person]
    uses: int
    used: int
    created_at: str
    expires_at: str
    state: str
    """`good`, `used up`, `revoked` or `over`."""


class InvitationService:
    """Makes, lists and revokes invitations: an admin, or an operator by a command."""

    def __init__(
        self,
        *,
        reading: Reading,
        viewers: ViewerService,
        unit_of_work: UnitOfWork,
        invitations: InvitationRepository,
    ) -> None:
        self._reading = reading
        self._viewers = viewers
        self._unit_of_work = unit_of_work
        self._invitations = invitations

    def listed(self, credentials: Credentials) -> tuple[Viewer, list[InvitationView]]:
        """Give an admin the last 100, the latest first. Raise UnauthenticatedError, ForbiddenError."""
        viewer = self._viewers.identify(credentials, facts=[INVITATIONS.key()]).viewer or self._viewers.require(
            credentials
        )
        policy.require(viewer, "edit", INVITATION)
        found = self._reading.facts([INVITATIONS.key()])[INVITATIONS.key()]
        ids = dict.fromkeys(each for one in found for each in (one["created_by"], *one["came"]) if each is not None)
        facts = self._reading.facts([USER.key(each) for each in ids])
        people = {user["id"]: person(user) for user in facts.values()}
        now = datetime.now(UTC)
        return viewer, [
            InvitationView(
                each["id"],
                people.get(each["created_by"]),
                [people[one] for one in each["came"] if one in people],
                each["uses"],
                each["used"],
                each["created_at"],
                each["expires_at"],
                _state(each["used"], each["uses"], each["revoked_at"], each["expires_at"], now),
            )
            for each in found
        ]

    def invite(self, *, uses: int, days: int, by: Credentials | None) -> str:
        """Make an invitation and give its code, which can be shown only now. `by` is None for an operator.

        Raise UnauthenticatedError, ForbiddenError.
        """
        viewer = self._required(by)
        code = token_urlsafe(CODE_BYTES)
        with self._unit_of_work() as work:
            made = self._invitations.add(
                code,
                by=viewer.id if viewer else None,
                uses=uses,
                expires_at=datetime.now(UTC) + timedelta(days=days),
            )
            log.info("Invitation %d was made by %s", made, f"user {viewer.id}" if viewer else "an operator")
            work.stales(invitations_changed())
        return code

    def revoke(self, credentials: Credentials, invitation_id: int) -> None:
        """Let nobody in by it from now on. Raise UnauthenticatedError, ForbiddenError, NotFoundError."""
        viewer = self._required(credentials)
        with self._unit_of_work() as work:
            if not self._invitations.revoke(invitation_id):
                raise NotFoundError("There is no such invitation.")
            log.info("Invitation %d was revoked by user %d", invitation_id, viewer.id if viewer else 0)
            work.stales(invitations_changed())

    def require_good(self, code: str) -> None:
        """Raise InvitationError unless somebody could come in by this code just now."""
        with self._unit_of_work():
            if not self._invitations.is_good(code):
                raise spent()

    def _required(self, by: Credentials | None) -> Viewer | None:
        if by is None:
            return None
        viewer = self._viewers.require(by)
        policy.require(viewer, "edit", INVITATION)
        return viewer


def _state(used: int, uses: int, revoked_at: str | None, expires_at: str, now: datetime) -> str:
    if revoked_at is not None:
        return "revoked"
    if used >= uses:
        return "used up"
    return "over" if datetime.fromisoformat(expires_at) <= now else "good"
