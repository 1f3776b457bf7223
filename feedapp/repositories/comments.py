"""Comments under posts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import delete, func, select, text, update

from feedapp.models import Comment, CommentCounter
from feedapp.pagination import LEVEL
from feedapp.repositories import sight
from feedapp.repositories.posts import MAY_ANSWER
from feedapp.repositories.written import Added, Written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedapp.extensions import ScopedSession

DEEPEST = 4 * LEVEL
"""Bytes of the path of what a comment stands under: of a thread's five levels, what is deeper stands on the last."""
_COUNTED = (
    "counted AS (UPDATE post_counters SET comments = comments + 1 FROM added "
    "WHERE post_counters.post_id = added.post_id RETURNING added.in_reply_to) "
)
_ADDED = (
    "WITH added AS (INSERT INTO comments (post_id, author_id, body, language) "  # noqa: S608  (MAY_ANSWER is a constant)
    f"SELECT id, %(user_id)s, %(body)s, %(language)s FROM posts WHERE id = %(post_id)s AND {MAY_ANSWER} "
    f"FOR KEY SHARE OF posts RETURNING *), {_COUNTED} SELECT id, created_at FROM added"
)
_ANSWERED = (
    # Every write locks the post, then the comment, then the counters, that of the post first.
    "WITH post AS MATERIALIZED (SELECT id FROM posts "  # noqa: S608  (MAY_ANSWER is a constant)
    f"WHERE id = %(post_id)s AND {MAY_ANSWER} FOR KEY SHARE OF posts), "
    "answered AS MATERIALIZED (SELECT comments.id, post_id, path FROM post, comments WHERE comments.id = %(answered)s "
    "AND post_id = post.id AND comments.hidden_at IS NULL "
    f"AND {sight.author_in_sight('comments.author_id')} FOR KEY SHARE OF comments), "
    "added AS (INSERT INTO comments (post_id, author_id, body, language, in_reply_to, under) "
    f"SELECT post_id, %(user_id)s, %(body)s, %(language)s, id, substr(path, 1, {DEEPEST}) FROM answered RETURNING *), "
    f"{_COUNTED}, "
    "answers AS (INSERT INTO comment_counters (comment_id, replies) SELECT in_reply_to, 1 FROM counted "
    "ON CONFLICT (comment_id) DO UPDATE SET replies = comment_counters.replies + 1) SELECT id, created_at FROM added"
)
MEET = text(
    # A subquery in an order of its own, so that the locks are taken in that order: see BlockRepository.may_meet.
    "SELECT bool_and(feedapp_may_meet(author_id, :user_id)) FROM (SELECT author_id FROM posts WHERE id = :post_id "
    "UNION SELECT author_id FROM comments WHERE id = :answered AND author_id IS NOT NULL ORDER BY 1) AS met"
)
_KEEPS = text("SELECT FROM posts WHERE id = :post_id FOR KEY SHARE")
_DELETES = text("SELECT FROM posts WHERE id = :post_id FOR UPDATE")
_ANSWER_LESS = text("UPDATE comment_counters SET replies = greatest(replies - 1, 0) WHERE comment_id = :id")
_FORGET_LIKES = text(
    "WITH gone AS (DELETE FROM comment_likes WHERE comment_id = :id RETURNING user_id) "
    "SELECT user_id FROM gone LIMIT :most"
)
MOST_STUBS = 100
"""Stubs that go with one answer: a longer chain of deleted comments keeps the rest."""


class Removed(NamedTuple):
    """What went with a comment: who liked it (some), and stubs that nothing answers any more.

    `answers` are comments whose list of answers has changed: what it answered, and what the last of the stubs did.
    """

    liker_ids: Sequence[int]
    answers: Sequence[int]
    stubs: Sequence[int]


class CommentRepository:
    """Comments, in the session's transaction."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session

    def add(
        self, *, post_id: int, author_id: int, body: str, in_reply_to: int | None = None, language: str | None = None
    ) -> Added | None:
        """Add a comment and count it; None if its author sees no such post, or nothing there that it could answer.

        Neither can be deleted before the transaction ends.
        """
        values = {"post_id": post_id, "user_id": author_id, "body": body, "answered": in_reply_to, "language": language}
        if in_reply_to is not None and not self._session.scalar(MEET, values):
            return None
        statement = _ADDED if in_reply_to is None else _ANSWERED
        found = self._session.connection().exec_driver_sql(statement, values).one_or_none()
        return None if found is None else Added(*found)

    def lock(self, *, post_id: int, comment_id: int, deleting: bool = False) -> Written | None:
        """Give a comment and keep others from changing or deleting it until the transaction ends.

        The post is locked first, as by every write; for a deletion so that nobody writes under it or deletes there
        meanwhile: a deletion goes up from a comment to what it answers, and others would come down towards it.
        """
        self._session.execute(_DELETES if deleting else _KEEPS, {"post_id": post_id})
        query = select(Comment.author_id, Comment.body, Comment.edited_at, Comment.hidden_at.is_not(None))
        query = query.add_columns(Comment.language)
        one = query.where(Comment.id == comment_id, Comment.post_id == post_id, Comment.author_id.is_not(None))
        found = self._session.execute(one.with_for_update()).one_or_none()
        return None if found is None or found[0] is None else Written(found[0], *found[1:])

    def edit(self, comment_id: int, *, body: str) -> None:
        """Set the text, and that it was edited now."""
        columns = {"body": body, "edited_at": func.clock_timestamp()}
        self._session.execute(update(Comment).where(Comment.id == comment_id).values(columns))

    def set_language(self, comment_id: int, language: str | None) -> None:
        """Set the language, None to have it guessed."""
        self._session.execute(update(Comment).where(Comment.id == comment_id).values(language=language))

    def delete(self, comment_id: int, *, at_most: int) -> Removed:
        """Delete a comment that is locked for that; if it was answered, leave a stub without author and text.

        With the last answer to a stub that goes, too. Of likes name up to `at_most`.
        """
        likers = self._session.scalars(_FORGET_LIKES, {"id": comment_id, "most": at_most}).all()
        answered = self._session.scalar(select(Comment.in_reply_to).where(Comment.id == comment_id))
        if answered is not None:
            self._session.execute(_ANSWER_LESS, {"id": answered})
        if not self._is_answered(comment_id):
            self._session.execute(delete(Comment).where(Comment.id == comment_id))
            stubs, left = self._unanswered(answered)
            return Removed(likers, [each for each in {answered, left} if each is not None], stubs)
        nothing = dict.fromkeys(("author_id", "language", "edited_at", "hidden_at", "hidden_reason"))
        self._session.execute(update(Comment).where(Comment.id == comment_id).values(body="", **nothing))
        none = update(CommentCounter).where(CommentCounter.comment_id == comment_id).values(likes=0)
        self._session.execute(none)
        return Removed(likers, [] if answered is None else [answered], ())

    def _unanswered(self, comment_id: int | None) -> tuple[list[int], int | None]:
        """Delete a stub that nothing answers any more, and what that answered; give them, and what is left above."""
        gone: list[int] = []
        while comment_id is not None and len(gone) < MOST_STUBS:
            query = select(Comment.in_reply_to).where(Comment.id == comment_id, Comment.author_id.is_(None))
            stub = self._session.execute(query.with_for_update()).one_or_none()
            if stub is None or self._is_answered(comment_id):
                break
            self._session.execute(delete(Comment).where(Comment.id == comment_id))
            gone.append(comment_id)
            comment_id = stub.in_reply_to
        return gone, comment_id

    def _is_answered(self, comment_id: int) -> bool:
        return bool(self._session.scalar(select(select(Comment.id).where(Comment.in_reply_to == comment_id).exists())))

    def ids_answered_by(self, author_id: int, *, post_ids: Sequence[int]) -> Sequence[int]:
        """Give the ids of what somebody answered under these posts."""
        query = select(Comment.in_reply_to).where(Comment.author_id == author_id, Comment.post_id.in_(post_ids))
        found = self._session.scalars(query.where(Comment.in_reply_to.is_not(None)).distinct())
        return [each for each in found if each is not None]

    def written_by(self, author_id: int, *, at_most: int) -> Sequence[tuple[int, int]]:
        """Give some of an author's comments as (post id, comment id), in the order in which posts are to be locked."""
        query = select(Comment.post_id, Comment.id).where(Comment.author_id == author_id)
        rows = self._session.execute(query.order_by(Comment.post_id, Comment.id).limit(at_most))
        return [(post_id, comment_id) for post_id, comment_id in rows]

    def post_ids_under(self, author_id: int, *, at_most: int, after: int) -> Sequence[int]:
        """Give some of the posts under which somebody wrote a comment, of ids above `after`, ascending."""
        query = select(Comment.post_id).where(Comment.author_id == author_id, Comment.post_id > after).distinct()
        return self._session.scalars(query.order_by(Comment.post_id).limit(at_most)).all()
