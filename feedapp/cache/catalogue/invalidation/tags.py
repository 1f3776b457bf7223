"""Invalidation by writes that change which posts have a tag, and who follows it."""

from __future__ import annotations

from collections.abc import Iterable

from feedapp.cache.catalogue.declarations import Key
from feedapp.cache.catalogue.keys import HOME_FEED, TAG, TAGGED, TAGS_OF, USED_TAGS
from feedapp.cache.catalogue.rules import rule


@rule
def tags_changed_posts(*, tags: Iterable[str], follower_ids: Iterable[int] | None) -> list[Key]:
    """Posts were given these tags, or have them no more: the counts, the lists, and the home feeds of their followers.

    `follower_ids` is None for more than FANOUT followers in all.
    """
    names = list(tags)
    keys = [TAG.key(tag) for tag in names] + [key for tag in names for key in TAGGED.of(tag).stale_keys()]
    if follower_ids is None:
        return [*keys, HOME_FEED.common_stamp()]
    return keys + [key for follower_id in follower_ids for key in HOME_FEED.of(follower_id).stale_keys()]


@rule
def used_tags_changed() -> list[Key]:
    """A tag was used for the first time, or a post does not have its tags any more."""
    return [USED_TAGS]


@rule
def tags_recounted(*, tags: Iterable[str]) -> list[Key]:
    """Somebody's posts are not counted any more, or are again; or the counts were wrong and were repaired."""
    return [TAG.key(tag) for tag in tags]


@rule
def tag_followed(*, user_id: int, tag: str) -> list[Key]:
    """The count, what the user follows, and their home feed."""
    return _follow(user_id, tag)


@rule
def tag_unfollowed(*, user_id: int, tag: str) -> list[Key]:
    """The same keys."""
    return _follow(user_id, tag)


@rule
def past_tags_imported(*, tags: Iterable[str]) -> list[Key]:
    """Posts with these tags were imported with past dates: all home feeds are forgotten with the posts."""
    names = list(tags)
    counts, lists = (TAG.key(tag) for tag in names), (key for tag in names for key in TAGGED.of(tag).stale_keys())
    return [USED_TAGS, HOME_FEED.common_stamp(), *counts, *lists]


@rule
def past_tag_follow_imported(*, user_id: int, tag: str) -> list[Key]:
    """A follow of a tag was imported with a past date."""
    return _follow(user_id, tag)


def _follow(user_id: int, tag: str) -> list[Key]:
    return [TAG.key(tag), TAGS_OF.key(user_id), *HOME_FEED.of(user_id).stale_keys()]
