"""Who likes what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select, text

from feedapp.models import Like

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedapp.extensions import ScopedSession


class LikeRepository:
    """Likes, in the session's transaction."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session

    def add(self, *, post_id: int, user_id: int) -> bool:
        """Add a like, if there is such a post and no such like; tell whether it was added.

        The post cannot be deleted before the transaction ends. Every write locks the post before its counter.
        """
        added = text(
            "INSERT INTO likes (post_id, user_id) SELECT id, :user_id FROM posts WHERE id = :post_id FOR KEY SHARE "
            "ON CONFLICT DO NOTHING RETURNING post_id"
        )
        return self._session.scalar(added, {"post_id": post_id, "user_id": user_id}) is not None

    def remove(self, *, post_id: int, user_id: int) -> bool:
        """Remove a like; tell whether there was one."""
        gone = delete(Like).where(Like.post_id == post_id, Like.user_id == user_id).returning(Like.post_id)
        return self._session.scalar(gone) is not None

    def post_ids_liked_by(self, user_id: int, *, at_most: int) -> Sequence[int]:
        """Give some of the posts a user likes, in the order in which they are to be locked."""
        query = select(Like.post_id).where(Like.user_id == user_id).order_by(Like.post_id).limit(at_most)
        return self._session.scalars(query).all()
