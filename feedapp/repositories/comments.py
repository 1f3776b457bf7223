"""Comments under posts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, update

from feedapp.models import Comment
from feedapp.repositories.posts import MAY_ANSWER
from feedapp.repositories.written import Added, Written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedapp.extensions import ScopedSession

_ADDED = (
    "WITH added AS (INSERT INTO comments (post_id, author_id, body) "  # noqa: S608  (MAY_ANSWER is a constant)
    f"SELECT id, %(user_id)s, %(body)s FROM posts WHERE id = %(post_id)s AND {MAY_ANSWER} "
    "FOR KEY SHARE OF posts RETURNING *), "
    "counted AS (UPDATE post_counters SET comments = comments + 1 FROM added "
    "WHERE post_counters.post_id = added.post_id) SELECT id, created_at FROM added"
)


class CommentRepository:
    """Comments, in the session's transaction."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session

    def add(self, *, post_id: int, author_id: int, body: str) -> Added | None:
        """Add a comment and count it; None if its author sees no such post.

        The post cannot be deleted before the transaction ends.
        """
        values = {"post_id": post_id, "user_id": author_id, "body": body}
        found = self._session.connection().exec_driver_sql(_ADDED, values).one_or_none()
        return None if found is None else Added(*found)

    def lock(self, *, post_id: int, comment_id: int) -> Written | None:
        """Give a comment and keep others from changing or deleting it until the transaction ends."""
        query = select(Comment.author_id, Comment.body, Comment.edited_at, Comment.hidden_at.is_not(None))
        one = query.where(Comment.id == comment_id, Comment.post_id == post_id).with_for_update()
        found = self._session.execute(one).one_or_none()
        return None if found is None else Written(*found)

    def edit(self, comment_id: int, *, body: str) -> None:
        """Set the text, and that it was edited now."""
        columns = {"body": body, "edited_at": func.clock_timestamp()}
        self._session.execute(update(Comment).where(Comment.id == comment_id).values(columns))

    def delete(self, comment_id: int) -> None:
        """Delete one comment."""
        self._session.execute(delete(Comment).where(Comment.id == comment_id))

    def written_by(self, author_id: int, *, at_most: int) -> Sequence[tuple[int, int]]:
        """Give some of an author's comments as (post id, comment id), in the order in which posts are to be locked."""
        query = select(Comment.post_id, Comment.id).where(Comment.author_id == author_id)
        rows = self._session.execute(query.order_by(Comment.post_id, Comment.id).limit(at_most))
        return [(post_id, comment_id) for post_id, comment_id in rows]

    def post_ids_under(self, author_id: int, *, at_most: int, after: int) -> Sequence[int]:
        """Give some of the posts under which somebody wrote a comment, of ids above `after`, ascending."""
        query = select(Comment.post_id).where(Comment.author_id == author_id, Comment.post_id > after).distinct()
        return self._session.scalars(query.order_by(Comment.post_id).limit(at_most)).all()
