"""Who is suspended or silenced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, text

from feedapp.models import Sanction, User

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from feedapp.extensions import ScopedSession


class SanctionRepository:
    """Sanctions, in the session's transaction. Whoever changes one has locked the user."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session

    def get(self, user_id: int, kind: str) -> Sanction | None:
        """Give what stands now."""
        query = select(Sanction).where(Sanction.user_id == user_id, Sanction.kind == kind)
        return self._session.scalar(query.execution_options(populate_existing=True))

    def put(self, user_id: int, kind: str, *, reason: str, until: datetime | None) -> None:
        """Begin one, or give it another reason and end."""
        put = text(
            "INSERT INTO sanctions (user_id, kind, reason, until) VALUES (:user_id, :kind, :reason, :until) "
            "ON CONFLICT (user_id, kind) DO UPDATE SET reason = excluded.reason, until = excluded.until"
        )
        self._session.execute(put, {"user_id": user_id, "kind": kind, "reason": reason, "until": until})

    def remove(self, user_id: int, kind: str) -> None:
        """End one."""
        self._session.execute(delete(Sanction).where(Sanction.user_id == user_id, Sanction.kind == kind))

    def ended(self, *, at_most: int) -> Sequence[tuple[int, str]]:
        """Give (user id, kind) of some whose time is over."""
        query = select(Sanction.user_id, Sanction.kind).where(Sanction.until <= func.clock_timestamp())
        rows = self._session.execute(query.order_by(Sanction.until).limit(at_most))
        return [(user_id, kind) for user_id, kind in rows]

    def is_over(self, user_id: int, kind: str) -> bool:
        """Tell whether the time of one is over, by the database's clock."""
        query = select(Sanction.until <= func.clock_timestamp())
        return bool(self._session.scalar(query.where(Sanction.user_id == user_id, Sanction.kind == kind)))

    def user_id_of(self, username: str) -> int | None:
        """Give the id of somebody, also of who is out of sight."""
        return self._session.scalar(select(User.id).where(User.username == username))
