"""Counts what somebody was told as read once they cannot see it any more, in the transaction that makes it so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp.cache.catalogue.invalidation.notifications import notifications_read

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedapp.repositories.notifications.unseen import UnseenRepository
    from feedapp.repositories.notifications.writes import Changed
    from feedapp.writing.events import AccountHidden, Blocked, Moderated, Unfollowed
    from feedapp.writing.unit_of_work import Work

PORTION, MOST = 1_000, 20
"""Entries for each statement, and statements: who has told more is not counted as read by those who are left."""


class Unseen:
    """Handles events."""

    def __init__(self, unseen: UnseenRepository) -> None:
        self._unseen = unseen

    def moderated(self, work: Work, event: Moderated) -> None:
        """Count what was hidden, and what is of somebody who was suspended."""
        if event.action == "suspend":
            _all(work, lambda: self._unseen.by(event.user_id, at_most=PORTION))
            _all(work, lambda: self._unseen.under(event.user_id, at_most=PORTION))
        elif event.action == "hide" and (comment_id := event.comment_id) is not None:
            _all(work, lambda: self._unseen.of_comment(comment_id, event.user_id, at_most=PORTION))
        elif event.action == "hide" and (post_id := event.post_id) is not None:
            _all(work, lambda: self._unseen.of_post(post_id, event.user_id, at_most=PORTION))

    def account_hidden(self, work: Work, event: AccountHidden) -> None:
        """Count what is under the posts of somebody who leaves; who leaves is not counted themselves."""
        _all(work, lambda: self._unseen.under(event.user_id, at_most=PORTION))

    def blocked(self, work: Work, event: Blocked) -> None:
        """Count what either was told of what others wrote under the other's posts."""
        for author_id, reader_id in ((event.blocker_id, event.blocked_id), (event.blocked_id, event.blocker_id)):
            _changed(work, self._unseen.from_(author_id, reader_id, at_most=PORTION))

    def unfollowed(self, work: Work, event: Unfollowed) -> None:
        """Count what is under posts for followers."""
        limited = self._unseen.from_(event.followee_id, event.follower_id, at_most=PORTION, limited=True)
        _changed(work, limited)


def _all(work: Work, mark: Callable[[], list[Changed]]) -> None:
    for _ in range(MOST):
        changed = mark()
        _changed(work, changed)
        if len(changed) < PORTION:
            break


def _changed(work: Work, changed: list[Changed]) -> None:
    ids: dict[int, list[int]] = {}
    for each in changed:
        ids.setdefault(each.recipient_id, []).append(each.id)
    for recipient_id, read in ids.items():
        work.stales(notifications_read(user_id=recipient_id, ids=read))
