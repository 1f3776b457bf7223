"""Reading what one is told, and saying that it was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp.cache.catalogue.invalidation.notifications import notifications_read
from feedapp.cache.catalogue.keys import NOTIFICATIONS, NOTIFICATIONS_OF, UNREAD
from feedapp.errors import FieldError, InvalidInputError, InvalidQueryError, UnauthenticatedError
from feedapp.reading.notifications import NotificationsView, id_of, notifications_keys, position_of, told
from feedapp.reading.reader import Place
from feedapp.reading.viewers import SIGN_IN

if TYPE_CHECKING:
    from feedapp.cache.catalogue.declarations import Listing
    from feedapp.pagination import Position
    from feedapp.reading.reader import Reading
    from feedapp.reading.viewers import Credentials, ViewerService
    from feedapp.repositories.notifications.writes import NotificationRepository
    from feedapp.writing.idempotency import Once
    from feedapp.writing.unit_of_work import UnitOfWork

PORTION = 1_000
"""How many are marked as read in one transaction."""


class NotificationLists:
    """What the viewer is told, the latest first."""

    def __init__(
        self,
        *,
        reading: Reading,
        viewers: ViewerService,
        unit_of_work: UnitOfWork,
        notifications: NotificationRepository,
    ) -> None:
        self._reading = reading
        self._viewers = viewers
        self._unit_of_work = unit_of_work
        self._notifications = notifications

    def show(
        self, credentials: Credentials, *, kind: str | None = None, cursor: str | None, limit: int, texts: bool = False
    ) -> NotificationsView:
        """Give a page, of one kind if that is asked for; with `texts`, also whether conversations are muted.

        Raise UnauthenticatedError, InvalidQueryError for a kind that is none.
        """
        claimed = credentials.claimed_id
        places = [] if claimed is None else [Place(_list(kind, claimed), cursor, limit)]
        wanted = [] if claimed is None else [UNREAD.key(claimed)]
        identified = self._viewers.identify(credentials, facts=wanted, places=places)
        viewer = identified.viewer
        if viewer is None:
            raise UnauthenticatedError(SIGN_IN)
        page = self._reading.page(Place(_list(kind, viewer.id), cursor, limit), leads_to=notifications_keys)
        items = told(self._reading, page.items, viewer.sight, conversations=texts)
        unread = identified.facts.get(UNREAD.key(viewer.id), 0)
        until = id_of(page.items[0].position) if page.items else None
        cursors = (page.next_cursor, page.prev_cursor, page.newer_cursor)
        return NotificationsView(viewer, items, *cursors, unread, until)

    def unread(self, credentials: Credentials) -> int:
        """Count what the viewer has not read: entries, not who did something. Raise UnauthenticatedError."""
        claimed = credentials.claimed_id
        wanted = [] if claimed is None else [UNREAD.key(claimed)]
        identified = self._viewers.identify(credentials, facts=wanted)
        if identified.viewer is None:
            raise UnauthenticatedError(SIGN_IN)
        count: int = identified.facts.get(UNREAD.key(identified.viewer.id), 0)
        return count

    def read(self, credentials: Credentials, *, until: str, once: Once | None = None) -> int:
        """Mark as read what stands at a place of the list and below; give how much is unread still.

        What came later stays unread, and so does an entry that has grown. Raise InvalidInputError for no such place.
        """
        viewer = self._viewers.require(credentials)
        try:
            place = position_of(until)
        except ValueError:
            raise InvalidInputError(FieldError("until", "is not the id of a notification")) from None
        while self._read(viewer.id, place) == PORTION:
            pass
        with self._unit_of_work() as work:
            work.claim(once, by=viewer.id)
            return work.done(self._notifications.unread(viewer.id))

    def _read(self, user_id: int, place: Position) -> int:
        with self._unit_of_work() as work:
            changed = self._notifications.read(user_id, until=place, at_most=PORTION)
            if changed:
                work.stales(notifications_read(user_id=user_id, ids=[each.id for each in changed]))
        return len(changed)


def _list(kind: str | None, user_id: int) -> Listing:
    if kind is None:
        return NOTIFICATIONS.of(user_id)
    if kind not in NOTIFICATIONS_OF:
        known = list(NOTIFICATIONS_OF)
        raise InvalidQueryError(FieldError("kind", f"must be {', '.join(known[:-1])} or {known[-1]}"))
    return NOTIFICATIONS_OF[kind].of(user_id)
