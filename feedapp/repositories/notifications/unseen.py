"""What somebody was told, has not read, and cannot see any more: it counts as read. In the session's transaction.

Lists leave it out as long as it is out of sight. What counts would have to ask, for each reader, what they see of each
entry; this is written once, when it goes out of sight, and comes back as read.
"""

# ruff: noqa: S608  (only constants are put together)
from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp.repositories.notifications.writes import Changed
from feedapp.repositories.sight import IS_LIMITED

if TYPE_CHECKING:
    from feedapp.extensions import ScopedSession

_POSTS = "JOIN posts ON posts.id = notice.post_id WHERE posts.author_id = %(author)s"
_STATEMENTS = {
    which: (
        "UPDATE notifications SET unread_since = NULL, read_at = clock_timestamp() WHERE id IN "
        f"(SELECT notice.id FROM notifications AS notice {condition} AND notice.unread_since IS NOT NULL "
        "AND notice.kind <> 'moderation' LIMIT %(most)s FOR UPDATE OF notice SKIP LOCKED) "
        "RETURNING recipient_id, id, true"
    )
    for which, condition in {
        "post": "WHERE notice.post_id = %(post)s AND notice.recipient_id <> %(author)s",
        "comment": "WHERE notice.comment_id = %(comment)s AND notice.recipient_id <> %(author)s",
        "by": "WHERE notice.actor_id = %(author)s",
        "under": f"{_POSTS} AND notice.recipient_id <> %(author)s",
        "apart": f"{_POSTS} AND notice.recipient_id = %(recipient)s",
        "unfollowed": f"{_POSTS} AND notice.recipient_id = %(recipient)s AND {IS_LIMITED}",
    }.items()
}
"""What another transaction is changing at this moment is left alone: nobody waits for many rows in another's order."""


class UnseenRepository:
    """Marks as read what is out of sight."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session

    def of_post(self, post_id: int, author_id: int, *, at_most: int) -> list[Changed]:
        """Mark what others than its author were told of a post, and of what is under it."""
        return self._mark("post", post=post_id, author=author_id, most=at_most)

    def of_comment(self, comment_id: int, author_id: int, *, at_most: int) -> list[Changed]:
        """Mark what others than its author were told of a comment."""
        return self._mark("comment", comment=comment_id, author=author_id, most=at_most)

    def by(self, author_id: int, *, at_most: int) -> list[Changed]:
        """Mark what tells of somebody."""
        return self._mark("by", author=author_id, most=at_most)

    def under(self, author_id: int, *, at_most: int) -> list[Changed]:
        """Mark what others were told of somebody's posts, and of what is under them."""
        return self._mark("under", author=author_id, most=at_most)

    def from_(self, author_id: int, recipient_id: int, *, at_most: int, limited: bool = False) -> list[Changed]:
        """Mark what one was told of another's posts; only of those for followers if `limited`."""
        which = "unfollowed" if limited else "apart"
        return self._mark(which, author=author_id, recipient=recipient_id, most=at_most)

    def _mark(self, which: str, **given: int) -> list[Changed]:
        rows = self._session.connection().exec_driver_sql(_STATEMENTS[which], given)
        return [Changed(*row) for row in rows]
