"""Who likes what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from feedapp.models import Like
from feedapp.repositories import sight
from feedapp.repositories.posts import MAY_ANSWER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedapp.extensions import ScopedSession

_COUNTED = (
    """
WITH changed AS ({})
UPDATE post_counters SET likes = greatest(likes {}, 0) FROM changed WHERE post_counters.post_id = changed.post_id
RETURNING """
    + sight.LIKES
)
_ADDED = _COUNTED.format(
    "INSERT INTO likes (post_id, user_id) SELECT id, %(user_id)s FROM posts "  # noqa: S608  (MAY_ANSWER is a constant)
    f"WHERE id = %(post_id)s AND {MAY_ANSWER} FOR KEY SHARE OF posts ON CONFLICT DO NOTHING RETURNING post_id",
    "+ 1",
)
_REMOVED = _COUNTED.format(
    # The post first: who deletes it takes back what was told of it before the likes, and would wait for this one.
    "DELETE FROM likes USING (SELECT id FROM posts WHERE id = %(post_id)s FOR KEY SHARE) AS post "
    "WHERE post_id = post.id AND user_id = %(user_id)s RETURNING post_id",
    "- 1",
)


class LikeRepository:
    """Likes, in the session's transaction."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session

    def add(self, *, post_id: int, user_id: int) -> int | None:
        """Add a like, if the user sees such a post and there is no such like; give how many there are then, else None.

        The post cannot be deleted before the transaction ends. Every write locks the post before its counter.
        """
        return self._counted(_ADDED, post_id, user_id)

    def remove(self, *, post_id: int, user_id: int) -> int | None:
        """Remove a like; give how many there are then, None if there was none."""
        return self._counted(_REMOVED, post_id, user_id)

    def _counted(self, statement: str, post_id: int, user_id: int) -> int | None:
        given = {"post_id": post_id, "user_id": user_id}
        counted: int | None = self._session.connection().exec_driver_sql(statement, given).scalar()
        return counted

    def post_ids_liked_by(self, user_id: int, *, at_most: int, after: int = 0) -> Sequence[int]:
        """Give some of the posts a user likes, of ids above `after`, in the order in which they are to be locked."""
        query = (
            select(Like.post_id)
            .where(Like.user_id == user_id, Like.post_id > after)
            .order_by(Like.post_id)
            .limit(at_most)
        )
        return self._session.scalars(query).all()
