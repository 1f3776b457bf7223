"""Which post of their own somebody has pinned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select, text

from feedapp.models import Pin

if TYPE_CHECKING:
    from feedapp.extensions import ScopedSession

_PIN = text("""
    INSERT INTO pins AS known (user_id, post_id)
    SELECT author_id, id FROM posts WHERE id = :post_id AND author_id = :user_id FOR KEY SHARE
    ON CONFLICT (user_id) DO UPDATE SET post_id = excluded.post_id, created_at = excluded.created_at
    WHERE known.post_id <> excluded.post_id RETURNING post_id
""")


class PinRepository:
    """Pins, in the session's transaction."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session

    def pin(self, *, user_id: int, post_id: int) -> bool:
        """Pin a post of the user's instead of whichever they had pinned; tell whether that changed anything.

        The post cannot be deleted before the transaction ends.
        """
        return self._session.scalar(_PIN, {"user_id": user_id, "post_id": post_id}) is not None

    def unpin(self, *, user_id: int, post_id: int) -> bool:
        """Unpin a post; tell whether it was pinned."""
        gone = delete(Pin).where(Pin.user_id == user_id, Pin.post_id == post_id)
        return self._session.scalar(gone.returning(Pin.post_id)) is not None

    def of(self, user_id: int) -> int | None:
        """Give which post a user has pinned."""
        return self._session.scalar(select(Pin.post_id).where(Pin.user_id == user_id))
