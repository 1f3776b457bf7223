"""What people do not want to be told, in the session's transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects.postgresql import insert as insert_new

from feedapp.models import MutedConversation, RefusedNotification
from feedapp.repositories import sight

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from feedapp.extensions import ScopedSession

_SEEN = (
    "SELECT id FROM posts WHERE id = %(post_id)s AND (hidden_at IS NULL OR author_id = %(user_id)s) "  # noqa: S608
    f"AND {sight.author_in_sight('posts.author_id')} AND {sight.for_reader('posts.author_id', '%(user_id)s')} "
    "AND feedapp_may_meet(posts.author_id, %(user_id)s)"
)


class WishRepository:
    """Kinds of notifications that somebody refuses, and conversations that somebody mutes."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session

    def refused(self, user_id: int) -> Collection[str]:
        """Give the kinds that somebody refuses."""
        query = select(RefusedNotification.kind).where(RefusedNotification.user_id == user_id)
        return self._session.scalars(query).all()

    def refuse(self, user_id: int, kinds: Collection[str]) -> None:
        """Set all kinds that somebody refuses. The user is locked."""
        self._session.execute(delete(RefusedNotification).where(RefusedNotification.user_id == user_id))
        if kinds:
            rows = [{"user_id": user_id, "kind": kind} for kind in sorted(kinds)]
            self._session.execute(insert(RefusedNotification), rows)

    def mute(self, user_id: int, post_id: int) -> bool | None:
        """Mute what is written under a post; tell whether it was not muted, None if there is no post that they see."""
        if self._seen(f"{_SEEN} FOR KEY SHARE OF posts", user_id, post_id) is None:
            return None
        added = insert_new(MutedConversation).values(user_id=user_id, post_id=post_id).on_conflict_do_nothing()
        return self._session.scalar(added.returning(MutedConversation.post_id)) is not None

    def unmute(self, user_id: int, post_id: int) -> bool | None:
        """End that; tell whether it was muted, None if it was not, and there is no post that they see."""
        gone = delete(MutedConversation).where(
            MutedConversation.user_id == user_id, MutedConversation.post_id == post_id
        )
        if self._session.scalar(gone.returning(MutedConversation.post_id)) is not None:
            return True
        return None if self._seen(_SEEN, user_id, post_id) is None else False

    def _seen(self, statement: str, user_id: int, post_id: int) -> int | None:
        given = {"user_id": user_id, "post_id": post_id}
        found: int | None = self._session.connection().exec_driver_sql(statement, given).scalar()
        return found

    def muted_by(self, user_id: int, *, at_most: int) -> Sequence[int]:
        """Give some of the posts under which somebody has muted what is written."""
        query = select(MutedConversation.post_id).where(MutedConversation.user_id == user_id)
        return self._session.scalars(query.order_by(MutedConversation.post_id).limit(at_most)).all()
