"""Muting people: the muter does not read them in feeds and threads, and nobody else learns of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from feedapp.cache.catalogue.invalidation.relations import mute_changed
from feedapp.cache.catalogue.keys import MUTES
from feedapp.errors import ConflictError, FieldError, InvalidInputError, NotFoundError
from feedapp.services.people.relations.own_lists import MOST, OwnLists
from feedapp.writing.events import Muted

if TYPE_CHECKING:
    from feedapp.reading.page_models import OwnPeopleView
    from feedapp.reading.viewers import Credentials, ViewerService
    from feedapp.repositories.relations.pairs import BlockRepository, MuteRepository
    from feedapp.repositories.users import UserRepository
    from feedapp.writing.idempotency import Once
    from feedapp.writing.unit_of_work import UnitOfWork, Work

NOBODY = "There is nobody with that name."


@dataclass(frozen=True, slots=True)
class MuteOutcome:
    """How it stands now; `changed` is False if it stood like that before."""

    muting: bool
    changed: bool


class MuteService:
    """Mutes and unmutes; doing either twice does it once."""

    kind = "mute"

    def __init__(
        self,
        *,
        viewers: ViewerService,
        unit_of_work: UnitOfWork,
        users: UserRepository,
        blocks: BlockRepository,
        mutes: MuteRepository,
        lists: OwnLists,
    ) -> None:
        self._viewers = viewers
        self._unit_of_work = unit_of_work
        self._users = users
        self._blocks = blocks
        self._mutes = mutes
        self._lists = lists

    def own(self, credentials: Credentials, *, cursor: str | None, limit: int) -> OwnPeopleView:
        """Give whom the viewer mutes, the latest first. Raise UnauthenticatedError."""
        return self._lists.of(credentials, MUTES, cursor=cursor, limit=limit)

    def mute(self, credentials: Credentials, *, username: str, once: Once | None = None) -> MuteOutcome:
        """Mute somebody. Raise NotFoundError; InvalidInputError for oneself; ConflictError for more than MOST."""
        return self._set(credentials, username, muting=True, once=once)

    def unmute(self, credentials: Credentials, *, username: str) -> MuteOutcome:
        """Stop muting somebody. Raise NotFoundError."""
        return self._set(credentials, username, muting=False)

    def _set(self, credentials: Credentials, username: str, *, muting: bool, once: Once | None = None) -> MuteOutcome:
        viewer = self._viewers.require(credentials)
        with self._unit_of_work() as work:
            work.claim(once, by=viewer.id)
            other = self._users.get_by_name(username)
            if other is None or self._blocks.is_hidden(other.id, from_=viewer.id):
                raise NotFoundError(NOBODY)
            if other.id == viewer.id and muting:
                raise InvalidInputError(FieldError("username", "You cannot mute yourself."))
            changed = (self._mutes.add if muting else self._mutes.remove)(by=viewer.id, of=other.id)
            if changed and muting and self._mutes.count(viewer.id) > MOST:
                raise ConflictError(
                    "username", f"You mute {MOST:,} people, and cannot mute more: stop muting somebody first."
                )
            if changed:
                work.stales(mute_changed(muter_id=viewer.id))
            if changed and muting:
                work.emits(Muted(viewer.id, other.id))
            return work.done(MuteOutcome(muting, changed))

    def delete_of(self, work: Work, user_id: int, *, at_most: int) -> int:
        """End so many mutes, of somebody and by them, as part of a larger write; give how many there were."""
        around = self._mutes.around(user_id, at_most=at_most)
        for muter_id, muted_id in around:
            if self._mutes.remove(by=muter_id, of=muted_id):
                work.stales(mute_changed(muter_id=muter_id))
        return len(around)

    def has_of(self, user_id: int) -> bool:
        """Tell whether somebody mutes or is muted."""
        return bool(self._mutes.around(user_id, at_most=1))
