"""Sweeping: all that somebody wrote is taken out of sight in one step, and that can be undone for thirty days.

What is swept is hidden like anything else (`hiding.py`), in portions, each a transaction of its own, and noted, so that
undoing shows that again and nothing else. Where a request has no time left, or its process dies, a job goes on.
A sweep that suspends has everything out of sight by its first commit: see `sanctions.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING, Any

from feedapp import retention
from feedapp.cache.catalogue.invalidation.content import FANOUT, post_hidden
from feedapp.cache.catalogue.invalidation.site import open_reports_changed
from feedapp.cache.catalogue.invalidation.threads import comment_hidden
from feedapp.errors import NotFoundError
from feedapp.reading.read_models import time_text
from feedapp.repositories.moderation.sweeps import KINDS
from feedapp.services.moderation.hiding import Text
from feedapp.services.moderation.moderators import Done
from feedapp.services.moderation.sanctions import NOBODY
from feedapp.writing.held_events import PostsSwept

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedapp.models import Sweep, User
    from feedapp.reading.read_models import Viewer
    from feedapp.reading.viewers import Credentials
    from feedapp.repositories.moderation.sanctions import SanctionRepository
    from feedapp.repositories.moderation.sweeps import Portion, SweepRepository
    from feedapp.repositories.users import UserRepository
    from feedapp.services.moderation.cases import Removal
    from feedapp.services.moderation.moderators import Moderators
    from feedapp.services.moderation.sanctions import SanctionService
    from feedapp.writing.idempotency import Once
    from feedapp.writing.unit_of_work import UnitOfWork, Work

KEPT = timedelta(days=retention.SWEPT.days)  # so long it can be undone
PORTION, SECONDS = 25, 3.0
"""How long somebody waits for it; a job goes on with the rest. A portion is small: one that was begun is finished."""
AT_ONCE, REMOVED_AT_ONCE, LISTED = 10, 500, 100


@dataclass(frozen=True, slots=True)
class SweepState:
    """How it stands with somebody: swept for a reason or not, and until when that can be undone.

    `done`: all of it was hidden, or shown again. `changed`: it stood otherwise before.
    """

    id: int
    reason: str | None
    until: str | None
    posts: int
    comments: int
    done: bool
    changed: bool


class SweepService:
    """Sweeps, undoes that, and removes what was swept long ago. An operator may, too."""

    def __init__(
        self,
        *,
        moderators: Moderators,
        unit_of_work: UnitOfWork,
        users: UserRepository,
        sweeps: SweepRepository,
        named: SanctionRepository,
        sanctions: SanctionService,
        remove: Removal,
    ) -> None:
        self._moderators = moderators
        self._unit_of_work = unit_of_work
        self._users = users
        self._sweeps = sweeps
        self._named = named
        self._sanctions = sanctions
        self._remove = remove

    def begin_all(self, by: Credentials, usernames: Sequence[str], *, reason: str, suspend: bool) -> None:
        """Do it to the accounts of one wave, one after the other, if all are there. Raise as `begin`."""
        self._viewer(by)
        with self._unit_of_work():
            missing = [name for name in usernames if self._named.user_id_of(name) is None]
        if missing:
            raise NotFoundError(f"{NOBODY} Nothing was done: @{', @'.join(missing)}")
        until = monotonic() + SECONDS
        for name in usernames:
            self.begin(by, name, reason=reason, suspend=suspend, seconds=until - monotonic())

    def begin(
        self,
        by: Credentials | None,
        username: str,
        *,
        reason: str,
        suspend: bool = False,
        once: Once | None = None,
        seconds: float | None = None,
    ) -> SweepState:
        """Take out of sight what somebody wrote. Raise UnauthenticatedError, ForbiddenError, NotFoundError."""
        viewer = self._viewer(by)
        with self._unit_of_work() as work:
            if viewer is not None:
                work.claim(once, by=viewer.id)
            actor = self._moderators.acting(viewer, "sweep", "user")
            user = self._locked(username)
            self._moderators.require_above(actor, user.role, own=user.id == actor.id)
            changed = self._sweeps.standing(user.id) is None
            sweep_id = self._sweeps.begin(user.id, reason=reason)
            if suspend and self._named.get(user.id, "suspension") is None:
                self._sanctions.set(work, actor, "suspension", user, reason=reason, until=None)
                self._sweeps.set(sweep_id, "suspends = true")
            self._sweeps.close_cases(user.id, by=actor.id, note=reason, at_most=1_000)
            work.stales(open_reports_changed())
            done = Done(action="sweep", thing="user", thing_id=user.id, subject_id=user.id, reason=reason)
            self._moderators.note(work, actor, done)
            work.done(SweepState(user.id, reason, None, 0, 0, done=False, changed=changed))
        if seconds is None or seconds > 0:
            self._go_on(sweep_id, seconds=SECONDS if seconds is None else seconds)
        return self._state(username, changed=changed)

    def end(self, by: Credentials | None, username: str) -> SweepState:
        """Undo it: what it has hidden is shown again, and a suspension that it began is over. Raise as `begin`."""
        viewer = self._viewer(by)
        sweep_id = None
        with self._unit_of_work() as work:
            actor = self._moderators.acting(viewer, "sweep", "user")
            user = self._locked(username)
            self._moderators.require_above(actor, user.role, own=user.id == actor.id)
            sweep = self._sweeps.standing(user.id)
            if sweep is not None:
                sweep_id = sweep.id
                self._sweeps.set(sweep_id, "undone_at = clock_timestamp(), done_at = NULL")
                if sweep.suspends:
                    self._sanctions.lift(work, actor, "suspension", user)
                done = Done(action="unsweep", thing="user", thing_id=user.id, subject_id=user.id)
                self._moderators.note(work, actor, done)
        if sweep_id is not None:
            self._go_on(sweep_id, seconds=SECONDS)
        return self._state(username, changed=sweep_id is not None)

    def state(self, by: Credentials | None, username: str) -> SweepState:
        """Give how it stands, to a moderator. Raise as `begin`."""
        self._viewer(by)
        return self._state(username, changed=True)

    def listed(self, by: Credentials) -> tuple[Viewer, list[dict[str, Any]]]:
        """Give a moderator the latest sweeps. Raise UnauthenticatedError, ForbiddenError."""
        return self._moderators.viewer(by, "sweep", "user"), self._sweeps.listed(at_most=LISTED)

    def go_on(self) -> int:
        """Go on with those that were interrupted; give how many there were."""
        with self._unit_of_work():
            unfinished = self._sweeps.unfinished(at_most=AT_ONCE)
        for sweep_id in unfinished:
            self._go_on(sweep_id, seconds=10 * SECONDS)
        return len(unfinished)

    def remove_due(self) -> int:
        """Delete for good what was swept thirty days ago; give how much that was."""
        with self._unit_of_work():
            due = self._sweeps.due(kept=KEPT, at_most=AT_ONCE)
        return sum(self._removed(sweep_id) for sweep_id in due)

    def _removed(self, sweep_id: int) -> int:
        """Delete some of what one has hidden, each in a transaction of its own: posts are locked before counters."""
        removed = 0
        for kind in KINDS:
            with self._unit_of_work():
                ids = self._sweeps.swept(sweep_id, kind, at_most=REMOVED_AT_ONCE)
            for thing_id in ids:
                with self._unit_of_work() as work:
                    sweep = self._sweeps.held(sweep_id)
                    if sweep is None or sweep.undone_at is not None:
                        return removed
                    found = self._sweeps.hidden(kind, thing_id)
                    if found is None or not self._remove(work, Text(*found)):
                        self._sweeps.forget(kind, [thing_id])  # a moderator has shown it again
                removed += 1
        if removed == 0:
            with self._unit_of_work():
                if (sweep := self._sweeps.held(sweep_id)) is not None and sweep.undone_at is None:
                    self._sweeps.set(sweep_id, "removed_at = clock_timestamp()")
        return removed

    def _go_on(self, sweep_id: int, *, seconds: float) -> None:
        until = monotonic() + seconds
        for kind in KINDS:
            after = None
            while True:
                with self._unit_of_work() as work:
                    sweep = self._sweeps.held(sweep_id)
                    if sweep is None or sweep.removed_at is not None:
                        return
                    if sweep.undone_at is None:
                        portion = self._sweeps.hide(sweep, kind, after=after, at_most=PORTION)
                    else:
                        portion = self._sweeps.show(sweep, kind, at_most=PORTION)
                    self._change(work, sweep, portion)
                after = portion.after
                if after is None:
                    break
                if monotonic() > until:
                    return
        with self._unit_of_work():
            if self._sweeps.held(sweep_id) is not None:
                self._sweeps.set(sweep_id, "done_at = clock_timestamp()")

    def _change(self, work: Work, sweep: Sweep, portion: Portion) -> None:
        """Count, and name what is stale: as for each of them by itself."""
        posts = [post_id for post_id, comment_id in portion.things if comment_id is None]
        if posts:
            by = -len(posts) if sweep.undone_at is None else len(posts)
            followers = self._users.count(sweep.user_id, posts=by) or 0
            reached = None if followers > FANOUT else self._users.follower_ids(sweep.user_id)
            work.stales(post_hidden(post_id=posts[0], author_id=sweep.user_id, follower_ids=reached))
            for post_id in posts[1:]:
                work.stales(post_hidden(post_id=post_id, author_id=sweep.user_id, follower_ids=()))
            work.emits(PostsSwept(posts, hidden=sweep.undone_at is None))
        for _, comment_id in portion.things:
            if comment_id is not None:
                work.stales(comment_hidden(comment_id=comment_id))

    def _viewer(self, by: Credentials | None) -> Viewer | None:
        return None if by is None else self._moderators.viewer(by, "sweep", "user")

    def _state(self, username: str, *, changed: bool) -> SweepState:
        with self._unit_of_work():
            user_id = self._named.user_id_of(username)
            if user_id is None:
                raise NotFoundError(NOBODY)
            sweep = self._sweeps.standing(user_id)
            if sweep is None:
                return SweepState(user_id, None, None, 0, 0, done=True, changed=changed)
            until = time_text(sweep.created_at + KEPT)
            numbers = (sweep.posts, sweep.comments)
            return SweepState(user_id, sweep.reason, until, *numbers, done=sweep.done_at is not None, changed=changed)

    def _locked(self, username: str) -> User:
        user = self._users.lock(self._named.user_id_of(username) or 0)
        if user is None:
            raise NotFoundError(NOBODY)
        return user
