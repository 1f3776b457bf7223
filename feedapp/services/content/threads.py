"""Pages of posts and comments: one with what was written under it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from feedapp.cache.catalogue import keys
from feedapp.errors import NotFoundError
from feedapp.reading.assembly import is_seen, post_keys, post_view
from feedapp.reading.page_models import CommentPageView, PostPageView
from feedapp.reading.read_models import sight_of
from feedapp.reading.reader import Place
from feedapp.reading.threads import comment_keys, comment_view, comment_views, comments_keys
from feedapp.services.content.comments import GONE, ORDERS
from feedapp.services.content.post_facts import around_post

if TYPE_CHECKING:
    from collections.abc import Mapping

    from feedapp.cache.catalogue.declarations import ListTemplate
    from feedapp.reading.reader import Reading
    from feedapp.reading.viewers import Credentials, ViewerService
    from feedapp.services.content.comments import Order

POST_GONE = "There is no such post, or it was deleted."
LISTS: Mapping[Order, ListTemplate] = {**ORDERS, "thread": keys.OUTLINE}
"""A page shows two levels of each thread: what is deeper stands on the pages of the comments there."""


class ThreadService:
    """What stands on the page of a post, and on that of a comment."""

    def __init__(self, *, reading: Reading, viewers: ViewerService) -> None:
        self._reading = reading
        self._viewers = viewers

    def of_post(
        self, credentials: Credentials, post_id: int, *, cursor: str | None, limit: int, order: Order = "thread"
    ) -> PostPageView:
        """Give one post with a page of its comments. Raise NotFoundError."""
        place = Place(LISTS[order].of(post_id), cursor, limit)
        ahead = post_keys(post_id, credentials.claimed_id)
        viewer = self._viewers.identify(credentials, ahead=ahead, places=[place]).viewer
        sight = sight_of(viewer)
        facts = self._reading.facts(post_keys(post_id, sight.viewer_id))
        post = facts.get(keys.POST.key(post_id))
        if post is None:
            raise NotFoundError(POST_GONE)
        page = self._reading.page(place)
        below = comments_keys(page.items, sight.viewer_id)
        facts |= self._reading.facts(list(dict.fromkeys([*below, *around_post(post, sight)])))
        view = post_view(post_id, facts, sight)
        if view is None:
            raise NotFoundError(POST_GONE)
        return PostPageView(viewer, view, page.of(comment_views(page.items, facts, sight, stubs=True)))

    def latest_of_post(self, credentials: Credentials, post_id: int, *, cursor: str | None, limit: int) -> PostPageView:
        """Do the same, the newest first, and without what only says that something was there. Raise NotFoundError."""
        view = self.of_post(credentials, post_id, cursor=cursor, limit=limit, order="newest")
        return replace(view, comments=view.comments.of([each for each in view.comments.items if not each.stub]))

    def of_comment(
        self, credentials: Credentials, *, post_id: int, comment_id: int, cursor: str | None, limit: int
    ) -> CommentPageView:
        """Give one comment, also a stub, with what it answers and a page of its answers. Raise NotFoundError."""
        place = Place(keys.REPLIES.of(comment_id), cursor, limit)
        claimed = credentials.claimed_id
        ahead = [*comment_keys(comment_id, claimed), *self._reading.author_ahead(post_id)]
        found = self._viewers.identify(credentials, facts=[keys.POST.key(post_id)], ahead=ahead, places=[place])
        post, sight = found.facts.get(keys.POST.key(post_id)), sight_of(found.viewer)
        facts = self._reading.facts(comment_keys(comment_id, sight.viewer_id))
        comment = facts.get(keys.COMMENT.key(comment_id))
        if post is None or comment is None or comment["post_id"] != post_id:
            raise NotFoundError(GONE)
        page, answered_id = self._reading.page(place), comment["in_reply_to"]
        needed = [*comments_keys(page.items, sight.viewer_id), self._reading.author(post), *around_post(post, sight)]
        needed += [keys.USER.key(each) for each in (comment["author_id"],) if each is not None]
        needed += [] if answered_id is None else comment_keys(answered_id, sight.viewer_id)
        facts |= self._reading.facts(list(dict.fromkeys(needed)))
        view = comment_view(comment_id, facts, sight, stubs=True)
        if view is None or not is_seen(post, facts, sight) or (view.stub and not view.deleted):
            raise NotFoundError(GONE)
        answered = None
        if answered_id is not None and (fact := facts.get(keys.COMMENT.key(answered_id))) is not None:
            writer = fact["author_id"]
            facts |= {} if writer is None else self._reading.facts([keys.USER.key(writer)])
            answered = comment_view(answered_id, facts, sight, stubs=True)
        answers = page.of(comment_views(page.items, facts, sight, stubs=True))
        return CommentPageView(found.viewer, view, post["author_id"], answered, answers)
