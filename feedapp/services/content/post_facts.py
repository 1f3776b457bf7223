"""Which facts it takes to show a post, beside those that its id names; and what becomes of what is being written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from feedapp.cache.catalogue.keys import USER
from feedapp.reading.assembly import post_audience_keys, post_keys
from feedapp.reading.read_models import Hidden
from feedapp.writing.held_events import TextHeld

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from feedapp.cache.catalogue.declarations import Key
    from feedapp.reading.sight import Sight
    from feedapp.writing.unit_of_work import Work


def around_post(post: Mapping[str, Any], sight: Sight) -> list[Key]:
    """Name what it takes, beside the post, to know whether it is seen."""
    return [USER.key(post["author_id"]), *post_audience_keys(post, sight.viewer_id)]


def keys_of_all(post_ids: Sequence[int], viewer_id: int | None) -> list[Key]:
    """Name the facts of several posts, without their authors."""
    return list(dict.fromkeys(key for post_id in post_ids for key in post_keys(post_id, viewer_id)))


def held(work: Work) -> Hidden | None:
    """Tell why what this write has written is held back, if a filter said so."""
    reasons = [event.reason for event in work.emitted if isinstance(event, TextHeld)]
    return Hidden(reasons[0]) if reasons else None
