"""Following people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from feedapp.cache.catalogue.invalidation.people import (
    follow_added,
    follow_ended,
    followed_recounted,
    followers_recounted,
)
from feedapp.errors import FieldError, InvalidInputError, NotFoundError
from feedapp.writing.belongings import Counted
from feedapp.writing.events import Followed, Unfollowed

if TYPE_CHECKING:
    from feedapp.reading.viewers import Credentials, ViewerService
    from feedapp.repositories.follows import FollowRepository
    from feedapp.repositories.relations.pairs import BlockRepository
    from feedapp.repositories.users import UserRepository
    from feedapp.writing.idempotency import Once
    from feedapp.writing.unit_of_work import UnitOfWork, Work

NOBODY = "There is nobody with that name."


@dataclass(frozen=True, slots=True)
class FollowOutcome:
    """How it stands now; `changed` is False if it stood like that before."""

    following: bool
    followers_count: int
    changed: bool


class FollowService:
    """Follows and unfollows; doing either twice does it once."""

    kind = "follow"

    def __init__(
        self,
        *,
        viewers: ViewerService,
        unit_of_work: UnitOfWork,
        users: UserRepository,
        follows: FollowRepository,
        blocks: BlockRepository,
    ) -> None:
        self._blocks = blocks
        self._viewers = viewers
        self._unit_of_work = unit_of_work
        self._users = users
        self._follows = follows

    def follow(self, credentials: Credentials, *, username: str, once: Once | None = None) -> FollowOutcome:
        """Follow somebody. Raise NotFoundError; InvalidInputError for oneself."""
        return self._set(credentials, username, following=True, once=once)

    def unfollow(self, credentials: Credentials, *, username: str) -> FollowOutcome:
        """Stop following somebody. Raise NotFoundError."""
        return self._set(credentials, username, following=False)

    def _set(
        self, credentials: Credentials, username: str, *, following: bool, once: Once | None = None
    ) -> FollowOutcome:
        viewer = self._viewers.require(credentials)
        with self._unit_of_work() as work:
            work.claim(once, by=viewer.id)
            followee = self._users.get_by_name(username)
            if followee is None or not followee.is_in_sight or not self._blocks.may_meet(viewer.id, followee.id):
                raise NotFoundError(NOBODY)
            if followee.id == viewer.id and following:
                raise InvalidInputError(
                    FieldError("username", "You cannot follow yourself: your posts are in your feed.")
                )
            changed = self.change(work, follower_id=viewer.id, followee_id=followee.id, following=following)
            followers = self._users.count(followee.id, followers=0)
            if followers is None:
                raise NotFoundError(NOBODY)
            return work.done(FollowOutcome(following, followers, changed))

    def change(self, work: Work, *, follower_id: int, followee_id: int, following: bool) -> bool:
        """Follow or unfollow as part of a larger write; tell whether that changed anything."""
        change = self._follows.add if following else self._follows.remove
        if not change(follower_id=follower_id, followee_id=followee_id):
            return False
        step = 1 if following else -1
        counts = {follower_id: "following", followee_id: "followers"}
        for user_id, counter in sorted(counts.items()):  # one order for every transaction, so that none deadlock
            self._users.count(user_id, **{counter: step})
        rule = follow_added if following else follow_ended
        work.stales(rule(follower_id=follower_id, followee_id=followee_id))
        work.emits((Followed if following else Unfollowed)(follower_id, followee_id))
        return True

    def end_between(self, work: Work, one: int, other: int) -> None:
        """End the follows between two people, either way, as part of a larger write."""
        between = self._follows.lock_between(one, other)
        self._users.lock_counters(each for follow in between for each in follow)
        for follower_id, followee_id in between:
            self.change(work, follower_id=follower_id, followee_id=followee_id, following=False)

    def delete_of(self, work: Work, user_id: int, *, at_most: int) -> int:
        """End so many follows, of somebody and by them, as part of a larger write; give how many there were."""
        around = self._follows.around(user_id, at_most=at_most, locked=True)
        self._users.lock_counters(each for follow in around for each in follow)
        for follower_id, followee_id in around:
            self.change(work, follower_id=follower_id, followee_id=followee_id, following=False)
        return len(around)

    def counted_in(self, user_id: int, *, after: int, at_most: int) -> Counted:
        """Name the counts of follows that somebody is part of."""
        followed = self._follows.neighbours(user_id, "followees", at_most=at_most, after=after)
        followers = self._follows.neighbours(user_id, "followers", at_most=at_most, after=after)
        keys = [*followers_recounted(user_ids=followed), *followed_recounted(user_ids=followers)]
        ends = [side[-1] for side in (followed, followers) if len(side) == at_most]
        return Counted(keys, min(ends, default=None))

    def has_of(self, user_id: int) -> bool:
        """Tell whether somebody follows or is followed."""
        return bool(self._follows.around(user_id, at_most=1))
