"""Which facts it takes to show a post, beside those that its id names; and what becomes of what is being written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from feedapp.cache.catalogue.keys import COMMENT, POST, USER
from feedapp.reading.assembly import is_seen, post_audience_keys, post_keys
from feedapp.reading.read_models import Hidden
from feedapp.reading.threads import comment_keys, comment_view
from feedapp.writing.held_events import TextHeld

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from feedapp.cache.catalogue.declarations import Key
    from feedapp.reading.reader import Reading
    from feedapp.reading.sight import Sight
    from feedapp.reading.threads import CommentView
    from feedapp.writing.unit_of_work import Work


def around_post(post: Mapping[str, Any], sight: Sight) -> list[Key]:
    """Name what it takes, beside the post, to know whether it is seen."""
    return [USER.key(post["author_id"]), *post_audience_keys(post, sight.viewer_id)]


def keys_of_all(post_ids: Sequence[int], viewer_id: int | None) -> list[Key]:
    """Name the facts of several posts, without their authors."""
    return list(dict.fromkeys(key for post_id in post_ids for key in post_keys(post_id, viewer_id)))


def seen_comment(
    reading: Reading, comment_id: int, sight: Sight, *, under: Mapping[str, Any] | None = None
) -> CommentView | None:
    """Give a comment, if the viewer sees it, and the post that it is `under` as well."""
    key, *more = comment_keys(comment_id, sight.viewer_id)
    facts = reading.facts([key, *more])
    if key in facts and facts[key]["author_id"] is not None:
        needed = [USER.key(facts[key]["author_id"])]
        if under is not None:
            needed += [reading.author(under), *post_audience_keys(under, sight.viewer_id)]
        facts |= reading.facts(list(dict.fromkeys(needed)))
    view = comment_view(comment_id, facts, sight)
    return None if view is None or (under is not None and not is_seen(under, facts, sight)) else view


def seen_comments(reading: Reading, comment_ids: Sequence[int], sight: Sight) -> list[CommentView]:
    """Give those of these comments, under any posts, that the viewer sees, in this order."""
    wanted = [key for comment_id in comment_ids for key in comment_keys(comment_id, sight.viewer_id)]
    facts = reading.facts(wanted)
    written = [fact for key, fact in facts.items() if key.template is COMMENT and fact["author_id"]]
    around = [key for each in written for key in (USER.key(each["author_id"]), POST.key(each["post_id"]))]
    facts |= reading.facts(list(dict.fromkeys(around)))
    posts = {key: facts[key] for key in around if key in facts and key.template is POST}
    needed = [key for post in posts.values() for key in around_post(post, sight)]
    facts |= reading.facts(list(dict.fromkeys(needed)))
    seen = {post["id"] for post in posts.values() if is_seen(post, facts, sight)}
    views = (comment_view(comment_id, facts, sight) for comment_id in comment_ids)
    return [view for view in views if view is not None and view.post_id in seen]


def held(work: Work) -> Hidden | None:
    """Tell why what this write has written is held back, if a filter said so."""
    reasons = [event.reason for event in work.emitted if isinstance(event, TextHeld)]
    return Hidden(reasons[0]) if reasons else None
