"""Posts and their counters."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import delete, func, select, text, update

from feedapp.models import Post, PostCounter
from feedapp.repositories import sight
from feedapp.repositories.media.pictures import PictureRepository
from feedapp.repositories.written import Added, Written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedapp.extensions import ScopedSession
    from feedapp.repositories.media.pictures import Kept

_ADDED = (
    "WITH added AS (INSERT INTO posts (author_id, body, visibility, language) "
    "VALUES (%(author_id)s, %(body)s, %(visibility)s, %(language)s) RETURNING id, created_at), "
    "counted AS (INSERT INTO post_counters (post_id) SELECT id FROM added) SELECT id, created_at FROM added"
)
MAY_ANSWER = (
    f"posts.hidden_at IS NULL AND {sight.author_in_sight('posts.author_id')} "
    f"AND {sight.for_reader('posts.author_id', '%(user_id)s')} AND feedapp_may_meet(posts.author_id, %(user_id)s)"
)
"""Whether a user may like a post, or write under it: it is shown, and for this reader; its author is there; and
neither of the two blocks the other.

It takes the lock that a block waits for (migration 0021), so it stands before the lock on the post.
"""
_LIKES = (
    f"SELECT {sight.LIKES} FROM post_counters JOIN posts ON posts.id = post_id "  # noqa: S608
    f"WHERE post_id = %(post_id)s AND {MAY_ANSWER}"
)


_UNPIN = text("DELETE FROM pins WHERE post_id = :id RETURNING post_id")


class Remains(NamedTuple):
    """What goes with a post: who liked it, some of its comments, who wrote them, who bookmarked it; pictures, a pin.

    Those who did something are None if they may be more than were asked for.
    """

    liker_ids: Sequence[int] | None
    comment_ids: Sequence[int]
    commenter_ids: Sequence[int] | None
    keeper_ids: Sequence[int] | None
    pictures: Sequence[Kept]
    pinned: bool


class PostRepository:
    """Posts, in the session's transaction."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session
        self._pictures = PictureRepository(session)

    def add(self, *, author_id: int, body: str, visibility: str = "public", language: str | None = None) -> Added:
        """Add a post with counters at zero."""
        values = {"author_id": author_id, "body": body, "visibility": visibility, "language": language}
        return Added(*self._session.connection().exec_driver_sql(_ADDED, values).one())

    def lock(self, post_id: int) -> Written | None:
        """Give a post and keep others from changing or deleting it until the transaction ends."""
        query = select(Post.author_id, Post.body, Post.edited_at, Post.hidden_at.is_not(None), Post.language)
        query = query.where(Post.id == post_id).with_for_update()
        found = self._session.execute(query).one_or_none()
        return None if found is None else Written(*found)

    def edit(self, post_id: int, *, body: str) -> None:
        """Set the text, and that it was edited now."""
        self._session.execute(
            update(Post).where(Post.id == post_id).values(body=body, edited_at=func.clock_timestamp())
        )

    def set_language(self, post_id: int, language: str | None) -> None:
        """Set the language, None to have it guessed."""
        self._session.execute(update(Post).where(Post.id == post_id).values(language=language))

    def delete(self, post_id: int, *, at_most: int) -> Remains:
        """Delete a post that is locked, with all that hangs on it.

        Of likes, comments and bookmarks name up to `at_most` of each, of pictures all.
        """
        likers = text(
            "WITH gone AS (DELETE FROM likes WHERE post_id = :id RETURNING user_id) "
            "SELECT user_id FROM gone LIMIT :most"
        )
        comments = text(  # in the order in which those who wrote several of them are deleted with theirs
            "WITH gone AS (DELETE FROM comments WHERE id IN "
            "(SELECT id FROM comments WHERE post_id = :id ORDER BY id FOR UPDATE) RETURNING id, author_id) "
            "SELECT id, author_id FROM gone LIMIT :most"
        )
        # Before the counters, which go with the comments: whoever takes a like back locks them in that order, too.
        comment_likes = text(
            "DELETE FROM comment_likes USING comments WHERE comment_id = comments.id AND post_id = :id"
        )
        keepers = text(
            "WITH gone AS (DELETE FROM bookmarks WHERE post_id = :id RETURNING user_id) "
            "SELECT user_id FROM gone LIMIT :most"
        )
        wanted = {"id": post_id, "most": at_most}
        self._session.execute(comment_likes, wanted)
        liker_ids, keeper_ids = (self._session.scalars(each, wanted).all() for each in (likers, keepers))
        rows = self._session.execute(comments, wanted).all()
        authors = sorted({row.author_id for row in rows} - {None})
        remains = Remains(
            liker_ids if len(liker_ids) < at_most else None,
            [row.id for row in rows],
            authors if len(rows) < at_most else None,
            keeper_ids if len(keeper_ids) < at_most else None,
            self._pictures.remove_from(post_id),
            self._session.scalar(_UNPIN, {"id": post_id}) is not None,
        )
        self._session.execute(delete(Post).where(Post.id == post_id))
        return remains

    def ids_by(self, author_id: int, *, at_most: int) -> Sequence[int]:
        """Give the ids of some of an author's posts, in the order in which they are to be locked."""
        query = select(Post.id).where(Post.author_id == author_id).order_by(Post.id).limit(at_most)
        return self._session.scalars(query).all()

    def count(self, post_id: int, **changes: int) -> int | None:
        """Add to one counter (`likes` or `comments`) and give what it is then; None if there is no such post."""
        ((name, change),) = changes.items()
        column = getattr(PostCounter, name)
        changed = (
            update(PostCounter).where(PostCounter.post_id == post_id).values({name: func.greatest(column + change, 0)})
        )
        counted: int | None = self._session.scalar(changed.returning(column))
        return counted

    def likes_count(self, post_id: int, *, seen_by: int) -> int | None:
        """Give the number of likes as of now; None if there is no post that this user sees."""
        given = {"post_id": post_id, "user_id": seen_by}
        counted: int | None = self._session.connection().exec_driver_sql(_LIKES, given).scalar()
        return counted
