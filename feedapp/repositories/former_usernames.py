"""Former usernames, given up by a rename or with an account, and their last owners."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from feedapp import retention
from feedapp.models import FormerUsername

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import CursorResult

    from feedapp.extensions import ScopedSession

KEPT = timedelta(days=retention.NAMES.days)
"""How long a name stays reserved for its last owner."""


class FormerUsernameRepository:
    """Former usernames, in the session's transaction."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session

    def add(self, username: str, *, user_id: int, user_key: UUID) -> None:
        """Reserve a name for the user who is giving it up."""
        values = {"digest": _digest(username), "user_id": user_id, "user_key": user_key}
        added = insert(FormerUsername).values(values)
        since_now = {**values, "given_up_at": func.clock_timestamp()}
        self._session.execute(added.on_conflict_do_update(index_elements=["digest"], set_=since_now))

    def get(self, username: str) -> FormerUsername | None:
        """Give the user for whom a name is still reserved."""
        kept = FormerUsername.given_up_at > func.clock_timestamp() - KEPT
        found = select(FormerUsername).where(FormerUsername.digest == _digest(username), kept)
        return self._session.scalar(found.execution_options(populate_existing=True))

    def remove(self, username: str) -> None:
        """Release a name."""
        self._session.execute(delete(FormerUsername).where(FormerUsername.digest == _digest(username)))

    def clean(self) -> int:
        """Delete expired reservations; give how many."""
        over = FormerUsername.given_up_at <= func.clock_timestamp() - KEPT
        return cast("CursorResult[Any]", self._session.execute(delete(FormerUsername).where(over))).rowcount


def _digest(username: str) -> bytes:
    return sha256(b"feedapp username " + username.encode()).digest()
