"""Who follows whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.dialects.postgresql import insert

from feedapp.models import Follow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedapp.extensions import ScopedSession


class FollowRepository:
    """Follows, in the session's transaction."""

    def __init__(self, session: ScopedSession) -> None:
        self._session = session

    def add(self, *, follower_id: int, followee_id: int) -> bool:
        """Add a follow between two users that exist; tell whether there was none."""
        values = {"follower_id": follower_id, "followee_id": followee_id}
        added = insert(Follow).values(values).on_conflict_do_nothing().returning(Follow.follower_id)
        return self._session.scalar(added) is not None

    def remove(self, *, follower_id: int, followee_id: int) -> bool:
        """Remove a follow; tell whether there was one."""
        gone = delete(Follow).where(Follow.follower_id == follower_id, Follow.followee_id == followee_id)
        return self._session.scalar(gone.returning(Follow.follower_id)) is not None

    def lock_between(self, one: int, other: int) -> Sequence[tuple[int, int]]:
        """Give the follows between two people, as (follower id, followee id), locked in the order of `around`."""
        query = select(Follow.follower_id, Follow.followee_id).where(
            or_(
                and_(Follow.follower_id == one, Follow.followee_id == other),
                and_(Follow.follower_id == other, Follow.followee_id == one),
            )
        )
        rows = self._session.execute(query.order_by(Follow.follower_id, Follow.followee_id).with_for_update())
        return [(follower, followee) for follower, followee in rows]

    def around(self, user_id: int, *, at_most: int, locked: bool = False) -> Sequence[tuple[int, int]]:
        """Give some of the follows from or to a user, as (follower id, followee id), in the order to lock them in."""
        mine = or_(Follow.follower_id == user_id, Follow.followee_id == user_id)
        query = select(Follow.follower_id, Follow.followee_id).where(mine)
        query = query.order_by(Follow.follower_id, Follow.followee_id).limit(at_most)
        rows = self._session.execute(query.with_for_update() if locked else query)
        return [(follower, followee) for follower, followee in rows]

    def neighbours(
        self, user_id: int, side: Literal["followers", "followees"], *, at_most: int, after: int
    ) -> Sequence[int]:
        """Give some of the people who follow a user, or whom they follow, of ids above `after`, ascending."""
        mine, other = Follow.followee_id, Follow.follower_id
        if side == "followees":
            mine, other = other, mine
        query = select(other).where(mine == user_id, other > after).order_by(other).limit(at_most)
        return self._session.scalars(query).all()
