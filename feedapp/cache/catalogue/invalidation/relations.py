"""Invalidation by blocks and mutes. What they hide is not touched: it is left out for whom it concerns."""

from __future__ import annotations

from feedapp.cache.catalogue.declarations import Key
from feedapp.cache.catalogue.keys import (
    ACTIVE_FEED,
    BLOCKS,
    HOME_FEED,
    MUTES,
    PUBLIC_FEED,
    RELATIONS,
    TAGGED,
    USED_TAGS,
    USER,
)
from feedapp.cache.catalogue.rules import rule


@rule
def block_changed(*, blocker_id: int, blocked_id: int) -> list[Key]:
    """What both of them see, and the blocker's own list. Follows that end with it have a rule of theirs."""
    return [RELATIONS.key(blocker_id), RELATIONS.key(blocked_id), *BLOCKS.of(blocker_id).stale_keys()]


@rule
def mute_changed(*, muter_id: int) -> list[Key]:
    """What the muter sees, and their own list; nobody else learns of it."""
    return [RELATIONS.key(muter_id), *MUTES.of(muter_id).stale_keys()]


@rule
def muted_words_changed(*, user_id: int) -> list[Key]:
    """What somebody does not want to read, which nobody else learns of."""
    return [RELATIONS.key(user_id)]


@rule
def silence_changed(*, user_id: int) -> list[Key]:
    """The user, and every list of what strangers write: its pages say which entries are limited to followers."""
    return [
        USER.key(user_id),
        *PUBLIC_FEED.stale_keys(),
        *ACTIVE_FEED.stale_keys(),
        TAGGED.common_stamp(),
        HOME_FEED.common_stamp(),
        USED_TAGS,
    ]
