"""Recovery codes and reset links."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, func, insert, select, update

from feedapp.models import RecoveryCode, ResetLink

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import ColumnElement

    from feedapp.extensions import ScopedSession


class RecoveryRepository:
    """Ways back into an account, in the session's transaction. Codes come in as they were given out."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session

    def replace(self, user_id: int, codes: Iterable[str]) -> None:
        """Give a user these codes in the place of all they had."""
        self._session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
        rows = [{"user_id": user_id, "hash": _hash("code", each)} for each in codes]
        self._session.execute(insert(RecoveryCode), rows)

    def has(self, user_id: int, code: str) -> bool:
        """Tell whether a code is one of the user's, and not used."""
        return self._session.scalar(select(RecoveryCode.id).where(_unused(user_id, code))) is not None

    def use(self, user_id: int, code: str) -> bool:
        """Use a code up. Tell whether it was good; of two who use it at one moment one waits."""
        used = update(RecoveryCode).where(_unused(user_id, code)).values(used_at=func.clock_timestamp())
        return self._session.scalar(used.returning(RecoveryCode.id)) is not None

    def add_link(self, code: str, *, user_id: int, by: int | None, expires_at: datetime) -> None:
        """Add a link in the place of those that the user has."""
        self.remove_links(user_id)
        values = {"hash": _hash("link", code), "user_id": user_id, "created_by": by, "expires_at": expires_at}
        self._session.execute(insert(ResetLink).values(values))

    def owner_of(self, code: str) -> int | None:
        """Give whose password the code of a link sets; None for one that is over, used or none of ours."""
        good = (ResetLink.hash == _hash("link", code), ResetLink.expires_at > func.clock_timestamp())
        return self._session.scalar(select(ResetLink.user_id).where(*good))

    def remove_links(self, user_id: int) -> None:
        """Forget all links of a user."""
        self._session.execute(delete(ResetLink).where(ResetLink.user_id == user_id))

    def clean(self) -> int:
        """Forget links that are over; give how many."""
        over = delete(ResetLink).where(ResetLink.expires_at <= func.clock_timestamp())
        return len(self._session.scalars(over.returning(ResetLink.user_id)).all())


def _unused(user_id: int, code: str) -> ColumnElement[bool]:
    mine = and_(RecoveryCode.user_id == user_id, RecoveryCode.hash == _hash("code", code))
    return and_(mine, RecoveryCode.used_at.is_(None))


def _hash(what: str, code: str) -> bytes:
    return sha256(f"feedapp recovery {what} {code}".encode()).digest()
