"""Followers of somebody, and people they follow: newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from feedapp.cache.catalogue import keys
from feedapp.errors import NotFoundError
from feedapp.reading.assembly import people_keys, people_views, profile_keys, profile_view
from feedapp.reading.page_models import PeoplePageView
from feedapp.reading.read_models import sight_of
from feedapp.reading.reader import Place

if TYPE_CHECKING:
    from feedapp.reading.reader import Reading
    from feedapp.reading.viewers import Credentials, ViewerService

Side = Literal["followers", "following"]
SIDES = {"followers": keys.FOLLOWERS, "following": keys.FOLLOWING}
NOBODY = "There is nobody with that name."


class FollowLists:
    """Reads both sides of somebody's follows."""

    def __init__(self, *, reading: Reading, viewers: ViewerService) -> None:
        self._reading = reading
        self._viewers = viewers

    def of(
        self, credentials: Credentials, *, username: str, side: Side, cursor: str | None, limit: int
    ) -> PeoplePageView:
        """Give a page of one side, with whose it is. Raise NotFoundError."""
        hint = self._reading.hint(username)
        ahead = [] if hint is None else profile_keys(hint, credentials.claimed_id)
        places = [] if hint is None else [Place(SIDES[side].of(hint), cursor, limit)]
        name = keys.USERNAME.key(username)
        viewer = self._viewers.identify(credentials, facts=[name], ahead=ahead, places=places).viewer
        sight = sight_of(viewer)
        user_id = self._reading.user_id(username)
        if user_id is None or not sight.meets(user_id):
            raise NotFoundError(NOBODY)
        page = self._reading.page(Place(SIDES[side].of(user_id), cursor, limit))
        ids = [entry.id for entry in page.items]
        facts = self._reading.facts(
            list(dict.fromkeys([*profile_keys(user_id, sight.viewer_id), *people_keys(ids, sight.viewer_id)]))
        )
        profile = profile_view(user_id, facts, sight)
        if profile is None:
            raise NotFoundError(NOBODY)
        people = people_views(ids, facts, sight)
        return PeoplePageView(viewer, profile, page.of(people))
