"""Who has bookmarked what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from feedapp.models import Bookmark
from feedapp.repositories.posts import MAY_ANSWER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedapp.extensions import ScopedSession

_ADD = (
    "INSERT INTO bookmarks (user_id, post_id) SELECT %(user_id)s, id FROM posts WHERE id = %(post_id)s "  # noqa: S608
    f"AND {MAY_ANSWER} FOR KEY SHARE OF posts ON CONFLICT DO NOTHING RETURNING post_id"
)
_SEEN = f"SELECT id FROM posts WHERE id = %(post_id)s AND {MAY_ANSWER}"  # noqa: S608


class BookmarkRepository:
    """Bookmarks, in the session's transaction."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session

    def add(self, *, post_id: int, user_id: int) -> bool:
        """Add a bookmark, if the user sees such a post and there is no such bookmark; tell whether one was added.

        The post cannot be deleted before the transaction ends.
        """
        return self._found(_ADD, post_id, user_id)

    def remove(self, *, post_id: int, user_id: int) -> bool:
        """Remove a bookmark; tell whether there was one."""
        gone = delete(Bookmark).where(Bookmark.post_id == post_id, Bookmark.user_id == user_id)
        return self._session.scalar(gone.returning(Bookmark.post_id)) is not None

    def can_be_of(self, post_id: int, *, seen_by: int) -> bool:
        """Tell whether there is such a post for a user to see."""
        return self._found(_SEEN, post_id, seen_by)

    def post_ids_of(self, user_id: int, *, at_most: int) -> Sequence[int]:
        """Give some of the posts that a user has bookmarked, in the order in which their bookmarks are to be locked."""
        query = select(Bookmark.post_id).where(Bookmark.user_id == user_id).order_by(Bookmark.post_id).limit(at_most)
        return self._session.scalars(query).all()

    def _found(self, statement: str, post_id: int, user_id: int) -> bool:
        given = {"post_id": post_id, "user_id": user_id}
        return self._session.connection().exec_driver_sql(statement, given).scalar() is not None
