"""Blocking people: neither sees anything of the other, and nothing more is done between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from feedapp.cache.catalogue.invalidation.relations import block_changed
from feedapp.cache.catalogue.keys import BLOCKS
from feedapp.errors import ConflictError, FieldError, InvalidInputError, NotFoundError
from feedapp.services.people.relations.own_lists import MOST, OwnLists
from feedapp.writing.events import Blocked, Unblocked

if TYPE_CHECKING:
    from feedapp.reading.page_models import OwnPeopleView
    from feedapp.reading.viewers import Credentials, ViewerService
    from feedapp.repositories.relations.pairs import BlockRepository
    from feedapp.repositories.users import UserRepository
    from feedapp.services.people.follows import FollowService
    from feedapp.writing.idempotency import Once
    from feedapp.writing.unit_of_work import UnitOfWork, Work

NOBODY = "There is nobody with that name."


@dataclass(frozen=True, slots=True)
class BlockOutcome:
    """How it stands now; `changed` is False if it stood like that before."""

    blocking: bool
    changed: bool


class BlockService:
    """Blocks and unblocks; doing either twice does it once."""

    kind = "block"

    def __init__(
        self,
        *,
        viewers: ViewerService,
        unit_of_work: UnitOfWork,
        users: UserRepository,
        blocks: BlockRepository,
        follows: FollowService,
        lists: OwnLists,
    ) -> None:
        self._viewers = viewers
        self._unit_of_work = unit_of_work
        self._users = users
        self._blocks = blocks
        self._follows = follows
        self._lists = lists

    def own(self, credentials: Credentials, *, cursor: str | None, limit: int) -> OwnPeopleView:
        """Give whom the viewer blocks, the latest first. Raise UnauthenticatedError."""
        return self._lists.of(credentials, BLOCKS, cursor=cursor, limit=limit)

    def block(self, credentials: Credentials, *, username: str, once: Once | None = None) -> BlockOutcome:
        """Block somebody, which ends what either follows of the other.

        Raise NotFoundError; InvalidInputError for oneself; ConflictError if that were more than MOST.
        """
        viewer = self._viewers.require(credentials)
        with self._unit_of_work() as work:
            work.claim(once, by=viewer.id)
            other_id = self._other(viewer.id, username)
            if other_id == viewer.id:
                raise InvalidInputError(FieldError("username", "You cannot block yourself."))
            # The first lock: a follow, a like, a comment of this moment is done, and seen here, or finds the block.
            self._blocks.part(viewer.id, other_id)
            changed = self._blocks.add(by=viewer.id, of=other_id)
            if changed:
                if self._blocks.count(viewer.id) > MOST:
                    raise ConflictError(
                        "username", f"You block {MOST:,} people, and cannot block more: unblock somebody first."
                    )
                self._follows.end_between(work, viewer.id, other_id)
                work.stales(block_changed(blocker_id=viewer.id, blocked_id=other_id))
                work.emits(Blocked(viewer.id, other_id))
            return work.done(BlockOutcome(blocking=True, changed=changed))

    def unblock(self, credentials: Credentials, *, username: str) -> BlockOutcome:
        """Stop blocking somebody. Raise NotFoundError."""
        viewer = self._viewers.require(credentials)
        with self._unit_of_work() as work:
            other_id = self._other(viewer.id, username)
            changed = self._end(work, viewer.id, other_id)
            return work.done(BlockOutcome(blocking=False, changed=changed))

    def delete_of(self, work: Work, user_id: int, *, at_most: int) -> int:
        """End so many blocks, of somebody and by them, as part of a larger write; give how many there were."""
        around = self._blocks.around(user_id, at_most=at_most)
        for blocker_id, blocked_id in around:
            self._end(work, blocker_id, blocked_id)
        return len(around)

    def has_of(self, user_id: int) -> bool:
        """Tell whether somebody blocks or is blocked."""
        return bool(self._blocks.around(user_id, at_most=1))

    def _other(self, viewer_id: int, username: str) -> int:
        """Give the id of somebody whom the viewer finds. Raise NotFoundError."""
        other = self._users.get_by_name(username)
        if other is None or self._blocks.is_hidden(other.id, from_=viewer_id):
            raise NotFoundError(NOBODY)
        return other.id

    def _end(self, work: Work, blocker_id: int, blocked_id: int) -> bool:
        if not self._blocks.remove(by=blocker_id, of=blocked_id):
            return False
        work.stales(block_changed(blocker_id=blocker_id, blocked_id=blocked_id))
        work.emits(Unblocked(blocker_id, blocked_id))
        return True
