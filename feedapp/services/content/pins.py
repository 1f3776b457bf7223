"""The post that somebody puts at the top of their profile: one of their own, instead of any before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from feedapp.cache.catalogue.invalidation.content import pin_changed
from feedapp.errors import NotFoundError
from feedapp.services.content.posts import GONE

if TYPE_CHECKING:
    from feedapp.reading.viewers import Credentials
    from feedapp.repositories.content.pins import PinRepository
    from feedapp.services.content.posts import PostService
    from feedapp.writing.idempotency import Once
    from feedapp.writing.unit_of_work import UnitOfWork, Work


@dataclass(frozen=True, slots=True)
class PinOutcome:
    """How it stands now; `changed` is False if it stood like that before."""

    pinned: bool
    changed: bool


class PinService:
    """Pins and unpins; doing either twice does it once. Who sees a pinned post is as with any other."""

    kind = "pin"

    def __init__(self, *, unit_of_work: UnitOfWork, posts: PostService, pins: PinRepository) -> None:
        self._unit_of_work = unit_of_work
        self._posts = posts
        self._pins = pins

    def pin(self, credentials: Credentials, post_id: int, *, once: Once | None = None) -> PinOutcome:
        """Pin a post of the viewer's own. Raise NotFoundError, ForbiddenError."""
        viewer, view = self._posts.own(credentials, post_id, "pin")
        with self._unit_of_work() as work:
            work.claim(once, by=viewer.id)
            changed = self._pins.pin(user_id=viewer.id, post_id=post_id)
            if changed:
                work.stales(pin_changed(user_id=viewer.id))
            elif self._pins.of(viewer.id) != view.id:
                raise NotFoundError(GONE)
            return work.done(PinOutcome(pinned=True, changed=changed))

    def unpin(self, credentials: Credentials, post_id: int) -> PinOutcome:
        """Unpin it. Raise NotFoundError, ForbiddenError."""
        viewer, _ = self._posts.own(credentials, post_id, "pin")
        with self._unit_of_work() as work:
            changed = self._pins.unpin(user_id=viewer.id, post_id=post_id)
            if changed:
                work.stales(pin_changed(user_id=viewer.id))
            return PinOutcome(pinned=False, changed=changed)

    def delete_of(self, work: Work, user_id: int, *, at_most: int) -> int:
        """Take somebody's pin away as part of a larger write; give how many there were."""
        post_id = self._pins.of(user_id) if at_most else None
        if post_id is not None and self._pins.unpin(user_id=user_id, post_id=post_id):
            work.stales(pin_changed(user_id=user_id))
        return int(post_id is not None)

    def has_of(self, user_id: int) -> bool:
        """Tell whether somebody has pinned a post."""
        return self._pins.of(user_id) is not None
