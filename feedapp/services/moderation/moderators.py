"""Who moderates, and the log of what they do: every action of moderation goes through here.

A right is asked for twice: as the viewer is cached, and once more in the transaction under a lock on the role. So
whoever is no moderator any more does nothing after that was acknowledged.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from feedapp.cache.catalogue.invalidation.site import public_log_changed
from feedapp.errors import ForbiddenError
from feedapp.models import ROLES
from feedapp.services import policy
from feedapp.writing.events import Moderated

if TYPE_CHECKING:
    from datetime import datetime

    from feedapp.reading.read_models import Viewer
    from feedapp.reading.viewers import Credentials, ViewerService
    from feedapp.repositories.moderation.actions import ActionRepository
    from feedapp.repositories.users import UserRepository
    from feedapp.services.policy import Action, Kind
    from feedapp.writing.unit_of_work import Work

UNTOLD = frozenset({"note", "resolve"})
"""Lines of the log about reports; who was reported is told what was done about it, by a line of its own."""
log = logging.getLogger("feedapp.security")


class Actor(NamedTuple):
    """Who does something: a member who moderates, an operator, or the site by itself."""

    kind: str
    id: int | None = None
    role: str = "admin"

    def __str__(self) -> str:
        return {"member": f"user {self.id}", "operator": "an operator"}.get(self.kind, "the site itself")


OPERATOR, SITE = Actor("operator"), Actor("site")


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What was done: a line of the log."""

    action: str
    thing: str
    thing_id: int
    post_id: int | None = None
    subject_id: int | None = None
    reason: str = ""
    note: str = ""
    until: datetime | None = None


class Moderators:
    """Checks who may, and writes down what they did."""

    def __init__(self, *, viewers: ViewerService, users: UserRepository, actions: ActionRepository) -> None:
        self._viewers = viewers
        self._users = users
        self._actions = actions

    def viewer(self, credentials: Credentials, action: Action, kind: Kind) -> Viewer:
        """Give who asks. Raise UnauthenticatedError, ForbiddenError."""
        viewer = self._viewers.require(credentials)
        policy.require(viewer, action, policy.Thing(kind))
        return viewer

    def acting(self, viewer: Viewer | None, action: Action, kind: Kind) -> Actor:
        """Give who acts, in the transaction; None stands for an operator. Raise ForbiddenError."""
        if viewer is None:
            return OPERATOR
        role = self._users.role_of(viewer.id) or ""
        policy.require_role(role, action, policy.Thing(kind))
        return Actor("member", viewer.id, role)

    @staticmethod
    def require_above(actor: Actor, role: str, *, own: bool) -> None:
        """Raise ForbiddenError for what is done to oneself, or by a moderator to another or to an admin."""
        if own:
            raise ForbiddenError("Nobody does this to themselves.")
        if actor.kind == "member" and role != "member" and ROLES.index(actor.role) <= ROLES.index(role):
            raise ForbiddenError("Moderators and admins are dealt with by admins, and admins by an operator.")

    def note(self, work: Work, actor: Actor, done: Done) -> int:
        """Write a line of the log, in the transaction, and let it be known; give its id."""
        action_id = self._actions.add(
            actor=actor.kind,
            actor_id=actor.id,
            action=done.action,
            thing=done.thing,
            thing_id=done.thing_id,
            post_id=done.post_id,
            subject_id=done.subject_id,
            reason=done.reason,
            note=done.note,
            until=done.until,
        )
        log.info("Moderation: %s of %s %d by %s", done.action, done.thing, done.thing_id, actor)
        if done.action not in UNTOLD:
            work.stales(public_log_changed())
        if done.subject_id is not None and done.action not in UNTOLD:
            gone = done.action == "delete"  # what is deleted is referred to by nothing
            comment_id = done.thing_id if done.thing == "comment" and not gone else None
            post_id = None if gone else done.post_id
            work.emits(Moderated(done.subject_id, done.action, done.reason, post_id, comment_id))
        return action_id
