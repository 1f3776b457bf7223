"""Notifications, in the session's transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from feedapp.repositories.notifications import statements

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from feedapp.extensions import ScopedSession
    from feedapp.pagination import Position


class Changed(NamedTuple):
    """A notification that came, changed or went: whose it is, its id, and whether the count of unread ones changed.

    `pushes` are the browsers that are told at once of what came.
    """

    recipient_id: int
    id: int
    counted: bool
    pushes: Sequence[int] = ()


class Text(NamedTuple):
    """A post or a comment by somebody, and the names in it; `answered` is the comment that it answers."""

    post_id: int
    author_id: int
    names: Sequence[str]
    comment_id: int | None = None
    answered: int | None = None

    def parameters(self) -> dict[str, Any]:
        """Give what its statements take."""
        return {
            "post": self.post_id,
            "actor": self.author_id,
            "names": list(self.names),
            "comment": self.comment_id,
            "answered": self.answered,
        }


class NotificationRepository:
    """What people are told. Each change is one statement, and says what it has changed."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session

    def post_liked(self, *, post_id: int, by: int) -> list[Changed]:
        """Tell an author that somebody likes a post. Its counter is locked."""
        return self._change(statements.POST_LIKED, post=post_id, actor=by)

    def post_unliked(self, *, post_id: int) -> list[Changed]:
        """Take that back, once the like is gone: who liked it before is named instead."""
        return self._change(statements.POST_UNLIKED, post=post_id)

    def comment_liked(self, *, comment_id: int, by: int) -> list[Changed]:
        """Tell an author that somebody likes a comment. Its counter is locked."""
        return self._change(statements.COMMENT_LIKED, comment=comment_id, actor=by)

    def comment_unliked(self, *, comment_id: int) -> list[Changed]:
        """Take that back, once the like is gone."""
        return self._change(statements.COMMENT_UNLIKED, comment=comment_id)

    def followed(self, *, followee_id: int, by: int) -> list[Changed]:
        """Tell somebody that they are followed. Their counters are locked."""
        return self._change(statements.FOLLOWED, recipient=followee_id, actor=by)

    def unfollowed(self, *, followee_id: int) -> list[Changed]:
        """Take that back, once the follow is gone."""
        return self._change(statements.UNFOLLOWED, recipient=followee_id)

    def blocked(self, one_id: int, other_id: int) -> list[Changed]:
        """Take back what either of two was told of the other, once one of them blocks the other."""
        return self._change(statements.BLOCKED, one=one_id, other=other_id)

    def muted(self, *, muter_id: int, muted_id: int) -> list[Changed]:
        """Take back what somebody was told of whom they mute."""
        return self._change(statements.MUTED, one=muter_id, other=muted_id)

    def commented(self, text: Text) -> list[Changed]:
        """Tell of a comment: whom it answers, whose post it is under, who is named in it."""
        return self._change(statements.COMMENTED, **text.parameters())

    def mentioned(self, text: Text) -> list[Changed]:
        """Tell those who are named in a post."""
        return self._change(statements.MENTIONED, **text.parameters())

    def edited(self, text: Text) -> list[Changed]:
        """Tell who is named now and was not, and take it back from who is not any more."""
        edited = statements.POST_EDITED if text.comment_id is None else statements.COMMENT_EDITED
        return self._change(edited, **text.parameters())

    def post_deleted(self, post_id: int) -> list[Changed]:
        """Take back all that was told of a post and what is under it."""
        return self._change(statements.POST_DELETED, post=post_id)

    def comment_deleted(self, comment_id: int) -> list[Changed]:
        """Take back all that was told of a comment."""
        return self._change(statements.COMMENT_DELETED, comment=comment_id)

    def moderated(
        self, recipient_id: int, *, action: str, note: str, post_id: int | None, comment_id: int | None
    ) -> list[Changed]:
        """Tell somebody what moderators did to them, or to what is theirs."""
        given = {"post": post_id, "comment": comment_id, "action": action, "note": note}
        return self._change(statements.MODERATED, recipient=recipient_id, **given)

    def reported(self, *, by: int) -> list[Changed]:
        """Tell those who moderate that something was reported, but not who reported it."""
        return self._change(statements.REPORTED, reporter=by)

    def read(self, recipient_id: int, *, until: Position, at_most: int) -> list[Changed]:
        """Mark some of those that somebody has not read as read, up to a place in their list.

        What another transaction is changing at this moment is news, and stays unread.
        """
        place = {"moment": until.moment, "id": until.id}
        return self._change(statements.READ, recipient=recipient_id, most=at_most, **place)

    def unread(self, recipient_id: int) -> int:
        """Count what somebody has not read."""
        counted = self._session.connection().exec_driver_sql(statements.UNREAD, {"recipient": recipient_id})
        return int(counted.scalar_one())

    def unread_by(self, actor_id: int, *, after: int, at_most: int) -> list[int]:
        """Give some of those who have not read what they were told of somebody, of ids above `after`."""
        given = {"actor": actor_id, "after": after, "most": at_most}
        return list(self._session.connection().exec_driver_sql(statements.UNREAD_BY, given).scalars())

    def delete_of(self, user_id: int, *, at_most: int) -> list[Changed]:
        """Delete some of what somebody was told, or others were told of them."""
        return self._change(statements.DELETED_OF, user=user_id, most=at_most)

    def has_of(self, user_id: int) -> bool:
        """Tell whether any of that is left."""
        return bool(self._session.connection().exec_driver_sql(statements.HAS_OF, {"user": user_id}).scalar())

    def sweep(self, *, before: datetime, at_most: int) -> list[Changed]:
        """Delete some that were read before that time."""
        return self._change(statements.SWEPT, before=before, most=at_most)

    def _change(self, statement: str, **given: Any) -> list[Changed]:
        rows = self._session.connection().exec_driver_sql(statement, given)
        return [Changed(*row) for row in rows]
