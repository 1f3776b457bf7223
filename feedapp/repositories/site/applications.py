"""Applications for an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from feedapp.models import Application

if TYPE_CHECKING:
    from datetime import datetime

    from feedapp.extensions import ScopedSession


class ApplicationRepository:
    """Applications, in the session's transaction."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session

    def add(
        self,
        *,
        username: str,
        display_name: str,
        password_hash: str,
        reason: str,
        rules_accepted_at: datetime | None,
        email: str | None,
    ) -> int | None:
        """Add one and give its id; None if somebody else asks for an account of that name."""
        values = {
            "username": username,
            "display_name": display_name,
            "password_hash": password_hash,
            "reason": reason,
            "rules_accepted_at": rules_accepted_at,
            "email": email,
        }
        added = insert(Application).values(values).on_conflict_do_nothing(index_elements=["username"])
        return self._session.scalar(added.returning(Application.id))

    def get(self, username: str) -> Application | None:
        """Give the one for a name, as the database has it now."""
        query = select(Application).where(Application.username == username)
        return self._session.scalar(query.execution_options(populate_existing=True))

    def lock(self, username: str) -> Application | None:
        """Give the one for a name that waits, and keep others from deciding until the transaction ends."""
        query = select(Application).where(Application.username == username, Application.refused_at.is_(None))
        return self._session.scalar(query.with_for_update().execution_options(populate_existing=True))

    def refuse(self, application_id: int, *, refusal: str) -> None:
        """Note that a moderator did not agree; the address is needed no more."""
        values = {"refused_at": func.clock_timestamp(), "refusal": refusal, "email": None}
        self._session.execute(update(Application).where(Application.id == application_id).values(values))

    def remove(self, application_id: int) -> None:
        """Forget one."""
        self._session.execute(delete(Application).where(Application.id == application_id))

    def clean(self, *, days: int) -> int:
        """Forget those that were refused so long ago: the name is free then. Give how many."""
        over = Application.refused_at <= func.clock_timestamp() - func.make_interval(0, 0, 0, days)
        return len(self._session.scalars(delete(Application).where(over).returning(Application.id)).all())
