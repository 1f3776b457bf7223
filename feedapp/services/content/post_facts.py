"""Which facts it takes to show a post, beside those that its id names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from feedapp.cache.catalogue.keys import USER
from feedapp.reading.assembly import post_audience_keys, post_keys

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from feedapp.cache.catalogue.declarations import Key
    from feedapp.reading.sight import Sight


def around_post(post: Mapping[str, Any], sight: Sight) -> list[Key]:
    """Name what it takes, beside the post, to know whether it is seen."""
    return [USER.key(post["author_id"]), *post_audience_keys(post, sight.viewer_id)]


def keys_of_all(post_ids: Sequence[int], viewer_id: int | None) -> list[Key]:
    """Name the facts of several posts, without their authors."""
    return list(dict.fromkeys(key for post_id in post_ids for key in post_keys(post_id, viewer_id)))
