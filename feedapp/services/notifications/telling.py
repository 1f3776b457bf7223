"""Writes what people are told, in the transaction of what it tells of, and takes it back with it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from feedapp.cache.catalogue.invalidation.notifications import notifications_changed, unread_recounted
from feedapp.repositories.notifications.writes import Text
from feedapp.text.links import names
from feedapp.writing.belongings import Counted
from feedapp.writing.targets.push import TARGET as PUSH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedapp.reading.site import SiteReader
    from feedapp.repositories.notifications.writes import Changed, NotificationRepository
    from feedapp.writing.comment_events import CommentAdded, CommentDeleted, CommentEdited, CommentLiked
    from feedapp.writing.events import (
        Blocked,
        Followed,
        Moderated,
        Muted,
        PostDeleted,
        PostEdited,
        PostLiked,
        PostPublished,
        PostUnliked,
        Reported,
        Unfollowed,
    )
    from feedapp.writing.held_events import TextHeld, TextLetThrough
    from feedapp.writing.unit_of_work import UnitOfWork, Work

PORTION = 1_000


class Telling:
    """Handles events. Nobody is told of what they do themselves."""

    kind = "notification"

    def __init__(self, *, unit_of_work: UnitOfWork, site: SiteReader, notifications: NotificationRepository) -> None:
        self._unit_of_work = unit_of_work
        self._site = site
        self._notifications = notifications

    def post_liked(self, work: Work, event: PostLiked) -> None:
        """Tell its author."""
        _changed(work, self._notifications.post_liked(post_id=event.post_id, by=event.user_id))

    def post_unliked(self, work: Work, event: PostUnliked) -> None:
        """Take that back."""
        _changed(work, self._notifications.post_unliked(post_id=event.post_id))

    def comment_liked(self, work: Work, event: CommentLiked) -> None:
        """Tell its author, or take that back."""
        if event.liked:
            _changed(work, self._notifications.comment_liked(comment_id=event.comment_id, by=event.user_id))
        else:
            _changed(work, self._notifications.comment_unliked(comment_id=event.comment_id))

    def followed(self, work: Work, event: Followed) -> None:
        """Tell who is followed."""
        _changed(work, self._notifications.followed(followee_id=event.followee_id, by=event.follower_id))

    def unfollowed(self, work: Work, event: Unfollowed) -> None:
        """Take that back."""
        _changed(work, self._notifications.unfollowed(followee_id=event.followee_id))

    def blocked(self, work: Work, event: Blocked) -> None:
        """Take back what either was told of the other."""
        _changed(work, self._notifications.blocked(event.blocker_id, event.blocked_id))

    def muted(self, work: Work, event: Muted) -> None:
        """Take back what somebody was told of whom they mute."""
        _changed(work, self._notifications.muted(muter_id=event.muter_id, muted_id=event.muted_id))

    def post_published(self, work: Work, event: PostPublished) -> None:
        """Tell who is named in it."""
        if named := names(event.body):
            _changed(work, self._notifications.mentioned(Text(event.post_id, event.author_id, named)))

    def post_edited(self, work: Work, event: PostEdited) -> None:
        """Tell who is named in it now, and not those any more who are not."""
        _changed(work, self._notifications.edited(Text(event.post_id, event.author_id, names(event.body))))

    def post_deleted(self, work: Work, event: PostDeleted) -> None:
        """Take back what was told of it."""
        _changed(work, self._notifications.post_deleted(event.post_id))

    def comment_added(self, work: Work, event: CommentAdded) -> None:
        """Tell whom it answers, whose post it is under, and who is named in it: each of them once."""
        text = Text(event.post_id, event.author_id, names(event.body), event.comment_id, event.in_reply_to)
        _changed(work, self._notifications.commented(text))

    def comment_edited(self, work: Work, event: CommentEdited) -> None:
        """Do as for a post."""
        text = Text(event.post_id, event.author_id, names(event.body), event.comment_id)
        _changed(work, self._notifications.edited(text))

    def comment_deleted(self, work: Work, event: CommentDeleted) -> None:
        """Take back what was told of it."""
        _changed(work, self._notifications.comment_deleted(event.comment_id))

    def moderated(self, work: Work, event: Moderated) -> None:
        """Tell somebody what was done to them or to what is theirs."""
        changed = self._notifications.moderated(
            event.user_id,
            action=event.action,
            note=event.reason,
            post_id=event.post_id,
            comment_id=event.comment_id,
        )
        _changed(work, changed)

    def text_held(self, work: Work, event: TextHeld) -> None:
        """Take back what was told of it."""
        if event.comment_id is None:
            _changed(work, self._notifications.post_deleted(event.post_id))
        else:
            _changed(work, self._notifications.comment_deleted(event.comment_id))

    def text_let_through(self, work: Work, event: TextLetThrough) -> None:
        """Tell those whom it concerns, as of a new one."""
        text = Text(event.post_id, event.author_id, names(event.body), event.comment_id)
        told = self._notifications.mentioned if event.comment_id is None else self._notifications.commented
        _changed(work, told(text))

    def reported(self, work: Work, event: Reported) -> None:
        """Tell moderators, once for all reports of one thing."""
        if event.first:
            _changed(work, self._notifications.reported(by=event.reporter_id))

    def delete_of(self, work: Work, user_id: int, *, at_most: int) -> int:
        """Delete so much of what somebody was told, or others of them, as part of a larger write."""
        changed = self._notifications.delete_of(user_id, at_most=at_most)
        _changed(work, changed)
        return len(changed)

    def has_of(self, user_id: int) -> bool:
        """Tell whether any of that is left."""
        return self._notifications.has_of(user_id)

    def counted_in(self, user_id: int, *, after: int, at_most: int) -> Counted:
        """Name the counts of unread notifications that tell of somebody."""
        recipients = self._notifications.unread_by(user_id, after=after, at_most=at_most)
        last = recipients[-1] if len(recipients) == at_most else None
        return Counted(unread_recounted(user_ids=recipients), last)

    def sweep(self) -> int:
        """Delete what was read long ago; give how many there were."""
        before, swept = datetime.now(UTC) - timedelta(days=self._site.current().notifications_days), 0
        while True:
            with self._unit_of_work() as work:
                changed = self._notifications.sweep(before=before, at_most=PORTION)
                _changed(work, changed)
            swept += len(changed)
            if len(changed) < PORTION:
                return swept


def _changed(work: Work, changed: Sequence[Changed]) -> None:
    """Forget what is kept of notifications that came, grew or went."""
    if changed:
        recipients = dict.fromkeys(each.recipient_id for each in changed)
        unread_of = dict.fromkeys(each.recipient_id for each in changed if each.counted)
        work.stales(
            notifications_changed(ids=[each.id for each in changed], recipient_ids=recipients, unread_of=unread_of)
        )
    for each in changed:
        for subscription in each.pushes if each.counted else ():
            work.sends(PUSH, {"subscription": subscription, "notification": each.id})
