"""Invitations, and how people came in."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, or_, select, update

from feedapp.models import Arrival, Invitation

if TYPE_CHECKING:
    from datetime import datetime

    from feedapp.extensions import ScopedSession

_GOOD = (
    Invitation.used < Invitation.uses,
    Invitation.revoked_at.is_(None),
    Invitation.expires_at > func.clock_timestamp(),
)


class InvitationRepository:
    """Invitations, in the session's transaction."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session

    def add(self, code: str, *, by: int | None, uses: int, expires_at: datetime) -> int:
        """Add one and give its id."""
        values = {"code_hash": _hash(code), "created_by": by, "uses": uses, "expires_at": expires_at}
        return self._session.execute(insert(Invitation).values(values).returning(Invitation.id)).scalar_one()

    def is_good(self, code: str) -> bool:
        """Tell whether somebody could come in by it just now."""
        found = select(Invitation.id).where(Invitation.code_hash == _hash(code), *_GOOD)
        return self._session.scalar(found) is not None

    def use(self, code: str) -> int | None:
        """Count one use and give the id; None if it is not good any more. Of two for the last use one waits."""
        used = update(Invitation).where(Invitation.code_hash == _hash(code), *_GOOD).values(used=Invitation.used + 1)
        return self._session.scalar(used.returning(Invitation.id))

    def revoke(self, invitation_id: int) -> bool:
        """Let nobody in by it from now on. Tell whether there is one."""
        revoked = update(Invitation).where(Invitation.id == invitation_id, or_(Invitation.revoked_at.is_(None)))
        found = self._session.scalar(select(Invitation.id).where(Invitation.id == invitation_id))
        self._session.execute(revoked.values(revoked_at=func.clock_timestamp()))
        return found is not None

    def note_arrival(self, user_id: int, *, invitation_id: int | None, rules_accepted_at: datetime | None) -> None:
        """Note how somebody came in."""
        values = {"user_id": user_id, "invitation_id": invitation_id, "rules_accepted_at": rules_accepted_at}
        self._session.execute(insert(Arrival).values(values))


def _hash(code: str) -> bytes:
    return sha256(b"feedapp invitation " + code.encode()).digest()
