"""Suggestions of people to follow: those with most followers, and those who wrote last, except those followed already.

Who is notable is one short ranking for all readers, read from PostgreSQL once a minute. Whether the viewer follows one
of them is a fact like any other, so nobody is suggested after they were followed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from feedapp.cache.catalogue.keys import FOLLOWING_COUNT, HOME_FEED, NOTABLE, USED_TAGS, USER
from feedapp.errors import UnauthenticatedError
from feedapp.reading.assembly import people_keys, people_views, post_views, posts_keys
from feedapp.reading.page_models import HomePageView
from feedapp.reading.reader import Place
from feedapp.reading.viewers import SIGN_IN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from feedapp.cache.catalogue.declarations import Key
    from feedapp.reading.read_models import PersonView, Viewer
    from feedapp.reading.reader import Reading
    from feedapp.reading.viewers import Credentials, ViewerService

BESIDE = 5
"""How many are suggested beside a home feed."""
FEW = 10
"""Who follows fewer than this many is new, and shown suggestions beside the home feed."""


class SuggestionService:
    """Suggests people to follow."""

    def __init__(self, *, reading: Reading, viewers: ViewerService) -> None:
        self._reading = reading
        self._viewers = viewers

    def show(self, credentials: Credentials, *, limit: int) -> tuple[Viewer, list[PersonView]]:
        """Give who is asking, and up to `limit` people. Raise UnauthenticatedError."""
        identified = self._viewers.identify(credentials, facts=[NOTABLE])
        viewer = identified.viewer
        if viewer is None:
            raise UnauthenticatedError(SIGN_IN)
        candidates = _candidates(identified.facts, viewer)
        facts = self._reading.facts(people_keys(candidates, viewer.id))
        return viewer, _not_followed(candidates, facts, viewer)[:limit]

    def home(self, credentials: Credentials, *, cursor: str | None, limit: int) -> HomePageView:
        """Give a page of the home feed with suggestions for newcomers, in the trips of the feed alone.

        The most used tags, which are shown beside the first page, come along.
        Raise UnauthenticatedError for an anonymous reader.
        """
        claimed, wanted = credentials.claimed_id, []
        if claimed is not None and cursor is None:
            wanted = [FOLLOWING_COUNT.key(claimed), NOTABLE, USED_TAGS]
        places = [] if claimed is None else [Place(HOME_FEED.of(claimed), cursor, limit)]
        identified = self._viewers.identify(credentials, facts=wanted, places=places)
        viewer = identified.viewer
        if viewer is None:
            raise UnauthenticatedError(SIGN_IN)
        new = identified.facts.get(FOLLOWING_COUNT.key(viewer.id), FEW) < FEW
        candidates = _candidates(identified.facts, viewer) if new else []
        page = self._reading.page(Place(HOME_FEED.of(viewer.id), cursor, limit))
        needed = [*posts_keys(page.items, viewer.id), *people_keys(candidates, viewer.id)]
        facts = self._reading.facts(list(dict.fromkeys(needed)))
        posts = page.of(post_views(page.items, facts, viewer.sight))
        return HomePageView(viewer, posts, _not_followed(candidates, facts, viewer)[:BESIDE])


def _candidates(facts: Mapping[Key, Any], viewer: Viewer) -> list[int]:
    return [user_id for user_id in facts.get(NOTABLE, ()) if user_id != viewer.id and viewer.sight.reads(user_id)]


def _not_followed(candidates: list[int], facts: Mapping[Key, Any], viewer: Viewer) -> list[PersonView]:
    heard = [each for each in candidates if (user := facts.get(USER.key(each))) and not user["silenced"]]
    return [view for view in people_views(heard, facts, viewer.sight) if not view.following]
