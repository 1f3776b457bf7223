"""Hides posts and comments, and shows them again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from feedapp.models import Comment, Post

if TYPE_CHECKING:
    from feedapp.extensions import ScopedSession


class HidingRepository:
    """What is hidden, in the session's transaction."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session

    def lock(self, *, post_id: int, comment_id: int | None) -> tuple[int, str | None] | None:
        """Lock a post, or a comment under it: give whose it is and why it is hidden, None for neither.

        Who likes it or comments meanwhile refers to it, and is not waited for.

        None if there is none.
        """
        if comment_id is None:
            query = select(Post.author_id, Post.hidden_reason).where(Post.id == post_id)
        else:
            # The post first, as every write does: what its author is told of refers to it.
            self._session.execute(select(Post.id).where(Post.id == post_id).with_for_update(read=True, key_share=True))
            query = select(Comment.author_id, Comment.hidden_reason)
            query = query.where(Comment.id == comment_id, Comment.post_id == post_id, Comment.author_id.is_not(None))
        found = self._session.execute(query.with_for_update(key_share=True)).one_or_none()
        return None if found is None else (found.author_id, found.hidden_reason)

    def set(self, *, post_id: int, comment_id: int | None, reason: str | None) -> None:
        """Hide what is locked, or show it again if there is no reason."""
        columns = {"hidden_at": None if reason is None else func.clock_timestamp(), "hidden_reason": reason}
        if comment_id is None:
            self._session.execute(update(Post).where(Post.id == post_id).values(columns))
        else:
            self._session.execute(update(Comment).where(Comment.id == comment_id).values(columns))
