"""The lists of whom somebody blocks and mutes, which only they read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp.errors import UnauthenticatedError
from feedapp.reading.assembly import listed_views, people_keys
from feedapp.reading.page_models import OwnPeopleView
from feedapp.reading.reader import Place
from feedapp.reading.viewers import SIGN_IN

if TYPE_CHECKING:
    from feedapp.cache.catalogue.declarations import ListTemplate
    from feedapp.reading.reader import Reading
    from feedapp.reading.viewers import Credentials, ViewerService

MOST = 1_000
"""How many people somebody may block, and how many they may mute: all of them are read with every page they ask for."""


class OwnLists:
    """Reads them."""

    def __init__(self, *, reading: Reading, viewers: ViewerService) -> None:
        self._reading = reading
        self._viewers = viewers

    def of(self, credentials: Credentials, template: ListTemplate, *, cursor: str | None, limit: int) -> OwnPeopleView:
        """Give a page of one of them. Raise UnauthenticatedError."""
        claimed = credentials.claimed_id
        places = [] if claimed is None else [Place(template.of(claimed), cursor, limit)]
        viewer = self._viewers.identify(credentials, places=places).viewer
        if viewer is None:
            raise UnauthenticatedError(SIGN_IN)
        page = self._reading.page(Place(template.of(viewer.id), cursor, limit))
        ids = [entry.id for entry in page.items]
        facts = self._reading.facts(people_keys(ids, viewer.id))
        return OwnPeopleView(viewer, page.of(listed_views(ids, facts, viewer.id)))
