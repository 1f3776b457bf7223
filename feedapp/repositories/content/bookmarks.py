"""Who has bookmarked what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select, text

from feedapp.models import Bookmark, Post
from feedapp.repositories import sight

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedapp.extensions import ScopedSession

_ADD = text(
    "INSERT INTO bookmarks (user_id, post_id) SELECT :user_id, id FROM posts WHERE id = :post_id "  # noqa: S608
    f"AND hidden_at IS NULL AND {sight.author_in_sight('author_id')} FOR KEY SHARE OF posts "
    "ON CONFLICT DO NOTHING RETURNING post_id"
)


class BookmarkRepository:
    """Bookmarks, in the session's transaction."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session

    def add(self, *, post_id: int, user_id: int) -> bool:
        """Add a bookmark, if there is such a post and no such bookmark; tell whether one was added.

        The post cannot be deleted before the transaction ends.
        """
        return self._session.scalar(_ADD, {"post_id": post_id, "user_id": user_id}) is not None

    def remove(self, *, post_id: int, user_id: int) -> bool:
        """Remove a bookmark; tell whether there was one."""
        gone = delete(Bookmark).where(Bookmark.post_id == post_id, Bookmark.user_id == user_id)
        return self._session.scalar(gone.returning(Bookmark.post_id)) is not None

    def can_be_of(self, post_id: int) -> bool:
        """Tell whether there is such a post to see."""
        seen = text(sight.author_in_sight("author_id"))
        return (
            self._session.scalar(select(Post.id).where(Post.id == post_id, Post.hidden_at.is_(None), seen)) is not None
        )

    def post_ids_of(self, user_id: int, *, at_most: int) -> Sequence[int]:
        """Give some of the posts that a user has bookmarked, in the order in which their bookmarks are to be locked."""
        query = select(Bookmark.post_id).where(Bookmark.user_id == user_id).order_by(Bookmark.post_id).limit(at_most)
        return self._session.scalars(query).all()
