"""Suspending and silencing people, until a date or for good, and ending that.

Who is suspended is out of sight (`repositories/sight.py`): they have no `user` fact, so nothing of theirs is shown, and
none of their tokens and sessions finds them. These are kept, answered with the reason, and good again after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from feedapp.cache.catalogue.invalidation.people import sight_changed, suspension_changed
from feedapp.errors import LastAdminError, NotFoundError
from feedapp.reading.read_models import time_text
from feedapp.services.moderation.moderators import SITE, Done

if TYPE_CHECKING:
    from feedapp.models import User
    from feedapp.reading.viewers import Credentials
    from feedapp.repositories.moderation.sanctions import SanctionRepository
    from feedapp.repositories.users import UserRepository
    from feedapp.services.moderation.moderators import Actor, Moderators
    from feedapp.services.policy import Action
    from feedapp.writing.idempotency import Once
    from feedapp.writing.unit_of_work import UnitOfWork, Work

NOBODY = "There is nobody of that name."
AT_ONCE = 50
ACTIONS: dict[str, Action] = {"suspension": "suspend", "silence": "silence"}
ENDS = {"suspension": "unsuspend", "silence": "unsilence"}


class Silence(Protocol):
    """Silences somebody or ends that, as part of a larger write; tells whether that changed anything."""

    def __call__(self, work: Work, user_id: int, *, silenced: bool) -> bool:
        """Do it."""


@dataclass(frozen=True, slots=True)
class SanctionState:
    """How it stands with somebody; `reason` is None if they are not. `changed`: it stood otherwise before."""

    id: int
    reason: str | None
    until: str | None
    changed: bool


class SanctionService:
    """Begins and ends sanctions of a kind, `suspension` or `silence`. An operator may, too."""

    def __init__(
        self,
        *,
        moderators: Moderators,
        unit_of_work: UnitOfWork,
        users: UserRepository,
        sanctions: SanctionRepository,
        silence: Silence,
    ) -> None:
        self._moderators = moderators
        self._unit_of_work = unit_of_work
        self._users = users
        self._sanctions = sanctions
        self._silence = silence

    def begin(
        self,
        by: Credentials | None,
        kind: str,
        username: str,
        *,
        reason: str,
        until: datetime | None = None,
        once: Once | None = None,
    ) -> SanctionState:
        """Begin one, or give it another reason and end. Raise UnauthenticatedError, ForbiddenError, NotFoundError."""
        viewer = None if by is None else self._moderators.viewer(by, ACTIONS[kind], "user")
        with self._unit_of_work() as work:
            if viewer is not None:
                work.claim(once, by=viewer.id)
            actor = self._moderators.acting(viewer, ACTIONS[kind], "user")
            user = self._locked(self._sanctions.user_id_of(username))
            changed = self.set(work, actor, kind, user, reason=reason, until=until)
            return work.done(SanctionState(user.id, reason, _text(until), changed))

    def end(self, by: Credentials | None, kind: str, username: str) -> SanctionState:
        """End one. Raise as `begin`."""
        viewer = None if by is None else self._moderators.viewer(by, ACTIONS[kind], "user")
        with self._unit_of_work() as work:
            actor = self._moderators.acting(viewer, ACTIONS[kind], "user")
            user = self._locked(self._sanctions.user_id_of(username))
            return SanctionState(user.id, None, None, self.lift(work, actor, kind, user))

    def state(self, by: Credentials, kind: str, username: str) -> SanctionState:
        """Give how it stands, to a moderator. Raise as `begin`."""
        self._moderators.viewer(by, ACTIONS[kind], "user")
        with self._unit_of_work():
            user_id = self._sanctions.user_id_of(username)
            found = None if user_id is None else self._sanctions.get(user_id, kind)
        if user_id is None:
            raise NotFoundError(NOBODY)
        if found is None:
            return SanctionState(user_id, None, None, changed=True)
        return SanctionState(user_id, found.reason, _text(found.until), changed=True)

    def end_those_that_are_over(self) -> int:
        """End what was to last until now; give how many there were."""
        with self._unit_of_work():
            over = self._sanctions.ended(at_most=AT_ONCE)
        for user_id, kind in over:
            with self._unit_of_work() as work:
                user = self._users.lock(user_id)
                if user is not None and self._sanctions.is_over(user_id, kind):
                    self.lift(work, SITE, kind, user)
        return len(over)

    def on(
        self, work: Work, actor: Actor, kind: str, user_id: int, *, reason: str, until: datetime | None = None
    ) -> None:
        """Begin one as part of a larger write. Raise NotFoundError, ForbiddenError."""
        self.set(work, actor, kind, self._locked(user_id), reason=reason, until=until)

    def off(self, work: Work, actor: Actor, kind: str, user_id: int) -> None:
        """End one as part of a larger write. Raise NotFoundError."""
        self.lift(work, actor, kind, self._locked(user_id))

    def set(self, work: Work, actor: Actor, kind: str, user: User, *, reason: str, until: datetime | None) -> bool:
        """Begin one for a user who is locked. Raise ForbiddenError, LastAdminError."""
        self._moderators.require_above(actor, user.role, own=user.id == actor.id)
        if kind == "suspension" and user.role == "admin" and not self._users.has_other_admin(user.id):
            raise LastAdminError("This is the only admin who can log in: make somebody else one first.")
        stands = self._sanctions.get(user.id, kind)
        if stands is not None and (stands.reason, stands.until) == (reason, until):
            return False
        self._sanctions.put(user.id, kind, reason=reason, until=until)
        self._apply(work, kind, user, stands=True)
        self._note(work, actor, ACTIONS[kind], user, reason=reason, until=until)
        return True

    def lift(self, work: Work, actor: Actor, kind: str, user: User) -> bool:
        """End one for a user who is locked; tell whether there was one."""
        if self._sanctions.get(user.id, kind) is None:
            return False
        self._sanctions.remove(user.id, kind)
        self._apply(work, kind, user, stands=False)
        self._note(work, actor, ENDS[kind], user)
        return True

    def _apply(self, work: Work, kind: str, user: User, *, stands: bool) -> None:
        if kind == "silence":
            self._silence(work, user.id, silenced=stands)
            return
        self._users.update(user.id, suspended_at=datetime.now(UTC) if stands else None)
        work.stales(sight_changed(user_id=user.id, username=user.username))
        work.stales(suspension_changed(user_id=user.id))

    def _note(
        self, work: Work, actor: Actor, action: str, user: User, *, reason: str = "", until: datetime | None = None
    ) -> None:
        done = Done(action=action, thing="user", thing_id=user.id, subject_id=user.id, reason=reason, until=until)
        self._moderators.note(work, actor, done)

    def _locked(self, user_id: int | None) -> User:
        user = None if user_id is None else self._users.lock(user_id)
        if user is None:
            raise NotFoundError(NOBODY)
        return user


def _text(until: datetime | None) -> str | None:
    return None if until is None else time_text(until)
