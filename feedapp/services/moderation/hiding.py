"""Hiding posts and comments with a reason, and showing them again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from feedapp.cache.catalogue.invalidation.content import FANOUT, post_hidden
from feedapp.cache.catalogue.invalidation.threads import comment_hidden
from feedapp.errors import NotFoundError
from feedapp.reading.read_models import Hidden
from feedapp.services.moderation.moderators import Done
from feedapp.writing.events import PostHidden, PostShown

if TYPE_CHECKING:
    from feedapp.reading.viewers import Credentials
    from feedapp.repositories.moderation.hidings import HidingRepository
    from feedapp.repositories.users import UserRepository
    from feedapp.services.moderation.moderators import Actor, Moderators
    from feedapp.services.policy import Kind
    from feedapp.writing.idempotency import Once
    from feedapp.writing.unit_of_work import UnitOfWork, Work

HELD = "It waits for a moderator, because of a filter"
"""How the reason begins for which a filter holds a text."""
GONE: dict[Kind, str] = {
    "post": "There is no such post, or it was deleted.",
    "comment": "There is no such comment, or it was deleted.",
}


class Text(NamedTuple):
    """A post, or a comment under it."""

    post_id: int
    comment_id: int | None = None

    @property
    def kind(self) -> Kind:
        """Which of both."""
        return "post" if self.comment_id is None else "comment"

    @property
    def id(self) -> int:
        """Its id."""
        return self.post_id if self.comment_id is None else self.comment_id


@dataclass(frozen=True, slots=True)
class HidingState:
    """How it stands with a post or a comment; `changed` is False if it stood like that before."""

    id: int
    hidden: Hidden | None
    changed: bool


class HidingService:
    """Hides and shows. Hiding twice hides once, with the reason that was given last."""

    def __init__(
        self, *, moderators: Moderators, unit_of_work: UnitOfWork, hidings: HidingRepository, users: UserRepository
    ) -> None:
        self._moderators = moderators
        self._unit_of_work = unit_of_work
        self._hidings = hidings
        self._users = users

    def hide(self, credentials: Credentials, text: Text, *, reason: str, once: Once | None = None) -> HidingState:
        """Hide something. Raise UnauthenticatedError, ForbiddenError, NotFoundError."""
        return self._change(credentials, text, reason, once)

    def show(self, credentials: Credentials, text: Text) -> HidingState:
        """Show something again. Raise as `hide`."""
        return self._change(credentials, text, None, None)

    def state(self, credentials: Credentials, text: Text) -> HidingState:
        """Give how it stands, to a moderator. Raise as `hide`."""
        self._moderators.viewer(credentials, "hide", text.kind)
        with self._unit_of_work():
            found = self._hidings.lock(post_id=text.post_id, comment_id=text.comment_id)
        if found is None:
            raise NotFoundError(GONE[text.kind])
        return HidingState(text.id, None if found[1] is None else Hidden(found[1]), changed=True)

    def is_held(self, text: Text) -> bool:
        """Tell whether a filter hides something, and nobody else. It is locked."""
        found = self._hidings.lock(post_id=text.post_id, comment_id=text.comment_id)
        return found is not None and (found[1] or "").startswith(HELD)

    def set(self, work: Work, actor: Actor, text: Text, *, reason: str | None) -> bool:
        """Hide something, or show it for no reason, as part of a larger write; tell whether that changed anything.

        Raise NotFoundError.
        """
        found = self._hidings.lock(post_id=text.post_id, comment_id=text.comment_id)
        if found is None:
            raise NotFoundError(GONE[text.kind])
        author_id, was = found
        if was == reason:
            return False
        self._hidings.set(post_id=text.post_id, comment_id=text.comment_id, reason=reason)
        if text.comment_id is not None:
            work.stales(comment_hidden(comment_id=text.comment_id))
        elif was is None or reason is None:
            # Who follows meanwhile is seen, or forgets their home feed themselves: see PostService.publish.
            followers = self._users.count(author_id, posts=1 if reason is None else -1) or 0
            reached = None if followers > FANOUT else self._users.follower_ids(author_id)
            work.stales(post_hidden(post_id=text.post_id, author_id=author_id, follower_ids=reached))
        else:
            work.stales(post_hidden(post_id=text.post_id, author_id=author_id, follower_ids=()))
        done = Done(
            action="unhide" if reason is None else "hide",
            thing=text.kind,
            thing_id=text.id,
            post_id=text.post_id,
            subject_id=author_id,
            reason=reason or "",
        )
        self._moderators.note(work, actor, done)
        if text.comment_id is None and (was is None or reason is None):
            work.emits(PostShown(text.post_id) if reason is None else PostHidden(text.post_id))
        return True

    def _change(self, credentials: Credentials, text: Text, reason: str | None, once: Once | None) -> HidingState:
        viewer = self._moderators.viewer(credentials, "hide", text.kind)
        with self._unit_of_work() as work:
            work.claim(once, by=viewer.id)
            actor = self._moderators.acting(viewer, "hide", text.kind)
            changed = self.set(work, actor, text, reason=reason)
            return work.done(HidingState(text.id, None if reason is None else Hidden(reason), changed))
