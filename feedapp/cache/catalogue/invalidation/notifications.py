"""Invalidation by what people are told, and by what they have read of it."""

from __future__ import annotations

from collections.abc import Iterable

from feedapp.cache.catalogue.declarations import Key
from feedapp.cache.catalogue.keys import CONVERSATION_MUTED, DIGEST, NOTIFICATION, NOTIFICATIONS, REFUSED, UNREAD
from feedapp.cache.catalogue.rules import rule


@rule
def notifications_changed(*, ids: Iterable[int], recipient_ids: Iterable[int], unread_of: Iterable[int]) -> list[Key]:
    """Notifications came, grew or went: each of them, and the lists of those who are told.

    `unread_of` are those of whom the count of unread ones changed. A like of what is unread already changes none.
    """
    return [
        *(NOTIFICATION.key(each) for each in ids),
        *(key for user_id in recipient_ids for key in NOTIFICATIONS.of(user_id).stale_keys()),
        *(UNREAD.key(user_id) for user_id in unread_of),
    ]


@rule
def notifications_read(*, user_id: int, ids: Iterable[int]) -> list[Key]:
    """Somebody has read these: their places are the same, but not how they look, and not the count."""
    return [UNREAD.key(user_id), *(NOTIFICATION.key(each) for each in ids)]


@rule
def refusals_changed(*, user_id: int) -> list[Key]:
    """What somebody does not want to be told."""
    return [REFUSED.key(user_id)]


@rule
def digest_chosen(*, user_id: int) -> list[Key]:
    """How often somebody gets by mail what they are told."""
    return [DIGEST.key(user_id)]


@rule
def conversation_muted(*, post_id: int, user_id: int) -> list[Key]:
    """Somebody muted what is written under a post, or does not any more."""
    return [CONVERSATION_MUTED.key(post_id, user_id)]


@rule
def unread_recounted(*, user_ids: Iterable[int]) -> list[Key]:
    """What these people were told of somebody is not counted any more, or is again."""
    return [UNREAD.key(user_id) for user_id in user_ids]
