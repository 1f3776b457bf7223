"""Invalidation by writes to users, usernames and follows."""

from __future__ import annotations

from collections.abc import Iterable

from feedapp.cache.catalogue.declarations import Key
from feedapp.cache.catalogue.keys import (
    BLOCKS,
    DIGEST,
    EMAIL,
    FOLLOWERS,
    FOLLOWERS_COUNT,
    FOLLOWING,
    FOLLOWING_COUNT,
    FOLLOWS,
    HOME_FEED,
    INVITATIONS,
    MUTES,
    NOTABLE,
    NOTIFICATIONS,
    NOTIFICATIONS_OF,
    PASSKEYS,
    POSTS_BY,
    RECOVERY,
    REFUSED,
    RELATIONS,
    STAFF,
    SUSPENSION,
    TAKEN,
    TOKENS_OF,
    UNREAD,
    USER,
    USER_POSTS_COUNT,
    USERNAME,
)
from feedapp.cache.catalogue.rules import rule


@rule
def follow_added(*, follower_id: int, followee_id: int) -> list[Key]:
    """Both counts, the flag, both lists, and the follower's home feed."""
    return [
        *_follow_facts(follower_id, followee_id),
        *FOLLOWERS.of(followee_id).stale_keys(),
        *FOLLOWING.of(follower_id).stale_keys(),
        *HOME_FEED.of(follower_id).stale_keys(),
    ]


@rule
def follow_ended(*, follower_id: int, followee_id: int) -> list[Key]:
    """The same keys as for a new follow."""
    return [
        *_follow_facts(follower_id, followee_id),
        *FOLLOWERS.of(followee_id).stale_keys(),
        *FOLLOWING.of(follower_id).stale_keys(),
        *HOME_FEED.of(follower_id).stale_keys(),
    ]


@rule
def users_signed_up(*, users: Iterable[tuple[str, int]]) -> list[Key]:
    """More people to suggest. Each name may be cached as nobody's, or as that of the user who gave it up.

    That user's own write deletes it, too, but may not have finished: until then the name would lead to the wrong user.
    `users` are (name, id). An id may be used again after PostgreSQL failed over to an earlier state.
    """
    return [
        NOTABLE,
        *(key for name, user_id in users for key in (*_name(name), *_own(user_id), *_told(user_id))),
    ]


@rule
def user_edited(*, user_id: int) -> list[Key]:
    """The user."""
    return [USER.key(user_id)]


@rule
def user_renamed(*, user_id: int, old: str, new: str) -> list[Key]:
    """The user, and both names."""
    return [USER.key(user_id), *_name(old), *_name(new)]


@rule
def held_names_changed(*, usernames: Iterable[str]) -> list[Key]:
    """Somebody had these names, or it is forgotten that they had: what texts of then mean by them."""
    return [TAKEN.key(username) for username in usernames]


@rule
def sight_changed(*, user_id: int, username: str) -> list[Key]:
    """Somebody is out of sight now, or back: who they are, and whether the name is anybody's.

    What they wrote is left out because its author is not there, so none of it has to be named.
    """
    return [USER.key(user_id), *_name(username)]


@rule
def suspension_changed(*, user_id: int) -> list[Key]:
    """Why somebody is suspended, and until when."""
    return [SUSPENSION.key(user_id)]


@rule
def role_changed(*, user_id: int) -> list[Key]:
    """What somebody may do, which is part of who they are; and who runs the site."""
    return [USER.key(user_id), STAFF.key()]


@rule
def recovery_changed(*, user_id: int) -> list[Key]:
    """How many recovery codes somebody has left, and whether they have an authenticator."""
    return [RECOVERY.key(user_id)]


@rule
def passkeys_changed(*, user_id: int) -> list[Key]:
    """Which passkeys somebody has, and when each was used last."""
    return [PASSKEYS.key(user_id)]


@rule
def mail_address_changed(*, user_id: int) -> list[Key]:
    """Where mails to somebody go, and the address that they have to verify."""
    return [EMAIL.key(user_id)]


@rule
def user_deleted(*, user_id: int, username: str) -> list[Key]:
    """The user. What they wrote, liked and followed is invalidated by the rules for those."""
    return [
        USER.key(user_id),
        *_name(username),
        NOTABLE,
        STAFF.key(),
        INVITATIONS.key(),
        RELATIONS.key(user_id),
        RECOVERY.key(user_id),
        PASSKEYS.key(user_id),
        EMAIL.key(user_id),
        TOKENS_OF.key(user_id),
        USER_POSTS_COUNT.key(user_id),
        FOLLOWERS_COUNT.key(user_id),
        FOLLOWING_COUNT.key(user_id),
        *POSTS_BY.of(user_id).stale_keys(),
        *FOLLOWERS.of(user_id).stale_keys(),
        *FOLLOWING.of(user_id).stale_keys(),
        *HOME_FEED.of(user_id).stale_keys(),
        *BLOCKS.of(user_id).stale_keys(),
        *MUTES.of(user_id).stale_keys(),
        *_told(user_id),
    ]


@rule
def followers_recounted(*, user_ids: Iterable[int]) -> list[Key]:
    """Somebody who follows these people is not counted any more, or is again."""
    return [FOLLOWERS_COUNT.key(user_id) for user_id in user_ids]


@rule
def followed_recounted(*, user_ids: Iterable[int]) -> list[Key]:
    """Somebody whom these people follow is not counted any more, or is again."""
    return [FOLLOWING_COUNT.key(user_id) for user_id in user_ids]


def _own(user_id: int) -> list[Key]:
    of_accounts = (RECOVERY, PASSKEYS, EMAIL)
    return [USER.key(user_id), RELATIONS.key(user_id), *(each.key(user_id) for each in of_accounts)]


def _name(username: str) -> list[Key]:
    return [USERNAME.key(username), TAKEN.key(username)]


def _told(user_id: int) -> list[Key]:
    """Name all that is kept of what somebody is told."""
    kinds = (each.of(user_id).first_pages() for each in NOTIFICATIONS_OF.values())
    own = [UNREAD.key(user_id), REFUSED.key(user_id), DIGEST.key(user_id)]
    return [*own, *NOTIFICATIONS.of(user_id).stale_keys(), *(key for keys in kinds for key in keys)]


def _follow_facts(follower_id: int, followee_id: int) -> list[Key]:
    return [
        FOLLOWS.key(follower_id, followee_id),
        FOLLOWING_COUNT.key(follower_id),
        FOLLOWERS_COUNT.key(followee_id),
    ]
