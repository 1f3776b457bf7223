"""Who likes which comment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from feedapp.models import Comment, CommentLike
from feedapp.repositories import sight
from feedapp.repositories.comments import MEET
from feedapp.repositories.posts import MAY_ANSWER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedapp.extensions import ScopedSession

_LIKED = (
    "WITH post AS MATERIALIZED (SELECT id FROM posts "  # noqa: S608  (MAY_ANSWER is a constant)
    f"WHERE id = %(post_id)s AND {MAY_ANSWER} FOR KEY SHARE OF posts), "
    "liked AS MATERIALIZED (SELECT comments.id FROM post, comments WHERE comments.id = %(comment_id)s "
    "AND post_id = post.id AND comments.hidden_at IS NULL "
    f"AND {sight.author_in_sight('comments.author_id')} FOR KEY SHARE OF comments), "
    "changed AS (INSERT INTO comment_likes (comment_id, user_id) SELECT id, %(user_id)s FROM liked "
    "ON CONFLICT DO NOTHING RETURNING comment_id) "
    "INSERT INTO comment_counters (comment_id, likes) SELECT comment_id, 1 FROM changed "
    "ON CONFLICT (comment_id) DO UPDATE SET likes = comment_counters.likes + 1 RETURNING " + sight.COMMENT_LIKES
)
_UNLIKED = (
    # The post first: who deletes it, or the comment, takes back what was told of it before the likes.
    "WITH post AS MATERIALIZED (SELECT id FROM posts WHERE id = %(post_id)s FOR KEY SHARE), "  # noqa: S608
    "changed AS (DELETE FROM comment_likes USING post, comments WHERE comment_id = comments.id "
    "AND comments.id = %(comment_id)s AND post_id = post.id AND user_id = %(user_id)s RETURNING comment_id) "
    "UPDATE comment_counters SET likes = greatest(likes - 1, 0) FROM changed "
    f"WHERE comment_counters.comment_id = changed.comment_id RETURNING {sight.COMMENT_LIKES}"
)
_LIKES = (
    f"SELECT coalesce((SELECT {sight.COMMENT_LIKES} FROM comment_counters WHERE comment_id = comments.id), 0) "  # noqa: S608
    "FROM comments JOIN posts ON posts.id = post_id WHERE comments.id = %(comment_id)s AND post_id = %(post_id)s "
    f"AND comments.hidden_at IS NULL AND {sight.author_in_sight('comments.author_id')} AND {MAY_ANSWER} "
    "AND feedapp_may_meet(comments.author_id, %(user_id)s)"
)


class CommentLikeRepository:
    """Likes of comments, in the session's transaction."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session

    def add(self, *, post_id: int, comment_id: int, user_id: int) -> int | None:
        """Add a like, if the user sees such a comment and there is no such like; give how many there are, else None."""
        given = {"post_id": post_id, "answered": comment_id, "user_id": user_id}
        if not self._session.scalar(MEET, given):
            return None
        return self._counted(_LIKED, post_id, comment_id, user_id)

    def remove(self, *, post_id: int, comment_id: int, user_id: int) -> int | None:
        """Remove a like; give how many there are then, None if there was none."""
        return self._counted(_UNLIKED, post_id, comment_id, user_id)

    def likes_count(self, *, post_id: int, comment_id: int, seen_by: int) -> int | None:
        """Give the number of likes as of now; None if there is no comment that this user sees."""
        return self._counted(_LIKES, post_id, comment_id, seen_by)

    def _counted(self, statement: str, post_id: int, comment_id: int, user_id: int) -> int | None:
        given = {"post_id": post_id, "comment_id": comment_id, "user_id": user_id}
        counted: int | None = self._session.connection().exec_driver_sql(statement, given).scalar()
        return counted

    def liked_by(self, user_id: int, *, at_most: int) -> Sequence[tuple[int, int]]:
        """Give some of the comments a user likes, as (post id, comment id), in the order in which they are locked."""
        query = select(Comment.post_id, Comment.id).join(CommentLike, CommentLike.comment_id == Comment.id)
        query = query.where(CommentLike.user_id == user_id).order_by(Comment.post_id, Comment.id)
        return [(post_id, comment_id) for post_id, comment_id in self._session.execute(query.limit(at_most))]

    def ids_liked_by(self, user_id: int, *, at_most: int, after: int) -> Sequence[int]:
        """Give the ids of some of the comments a user likes, above `after`, ascending."""
        query = select(CommentLike.comment_id).where(CommentLike.user_id == user_id, CommentLike.comment_id > after)
        return self._session.scalars(query.order_by(CommentLike.comment_id).limit(at_most)).all()
