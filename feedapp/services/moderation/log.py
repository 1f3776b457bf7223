"""The log of moderation, for those who moderate, for whom it is about, and for everybody if the site wants that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from feedapp.cache.catalogue.invalidation.site import public_log_changed
from feedapp.cache.catalogue.keys import PUBLIC_LOG
from feedapp.errors import NotFoundError
from feedapp.pagination import cut
from feedapp.retention import FOR_GOOD
from feedapp.services.moderation.views import ActionView, Namer

if TYPE_CHECKING:
    from feedapp.pagination import Cursor
    from feedapp.reading.read_models import Paged, Viewer
    from feedapp.reading.reader import Reading
    from feedapp.reading.site import SiteReader
    from feedapp.reading.viewers import Credentials, ViewerService
    from feedapp.repositories.moderation.actions import ActionRepository
    from feedapp.repositories.moderation.keyset import Rows
    from feedapp.services.moderation.moderators import Moderators
    from feedapp.writing.unit_of_work import UnitOfWork

PORTION = 1_000
CURSORS = "m"
"""The letter of their cursors, which those of other lists do not have."""


class LogService:
    """Reads the log, the newest first."""

    def __init__(
        self,
        *,
        reading: Reading,
        viewers: ViewerService,
        site: SiteReader,
        unit_of_work: UnitOfWork,
        moderators: Moderators,
        actions: ActionRepository,
    ) -> None:
        self._reading = reading
        self._site = site
        self._unit_of_work = unit_of_work
        self._namer = Namer(reading, actions)
        self._viewers = viewers
        self._moderators = moderators
        self._actions = actions

    def all(self, credentials: Credentials, *, cursor: str | None, limit: int) -> tuple[Viewer, Paged[ActionView]]:
        """Give a page of all of it. Raise UnauthenticatedError, ForbiddenError."""
        viewer = self._moderators.viewer(credentials, "see", "log")
        read = self._cursor(cursor)
        return viewer, self._paged(self._actions.all(size=limit, cursor=read), read, limit)

    def require(self, credentials: Credentials) -> Viewer:
        """Give a moderator. Raise UnauthenticatedError, ForbiddenError."""
        return self._moderators.viewer(credentials, "suspend", "user")

    def standing(self, credentials: Credentials) -> tuple[Viewer, list[dict[str, Any]]]:
        """Give a moderator who is suspended or silenced: the last hundred. Raise as `require`."""
        return self.require(credentials), self._actions.sanctions(at_most=100)

    def own(self, credentials: Credentials, *, cursor: str | None, limit: int) -> tuple[Viewer, Paged[ActionView]]:
        """Give somebody what was done to them and to what they wrote. Raise UnauthenticatedError."""
        viewer = self._viewers.require(credentials)
        read = self._cursor(cursor)
        rows = self._actions.about(viewer.id, size=limit, cursor=read, told=True)
        return viewer, self._paged(rows, read, limit)

    def public(self, credentials: Credentials) -> tuple[Viewer | None, list[dict[str, Any]]]:
        """Give everybody the last hundred lines, without names. Raise NotFoundError unless the site wants that."""
        identified = self._viewers.identify(credentials, facts=[PUBLIC_LOG.key()])
        if self._site.current().moderation_log != "public":
            raise NotFoundError("What moderators do on this site is not published.")
        return identified.viewer, identified.facts[PUBLIC_LOG.key()]

    def sweep(self) -> int:
        """Delete lines and decided reports that are older than the site keeps them; give how many."""
        days, total, swept = self._site.current().moderation_days, 0, PORTION
        while days != FOR_GOOD and swept == PORTION:
            with self._unit_of_work() as work:
                swept = self._actions.clean(days=days, at_most=PORTION)
                if swept:
                    work.stales(public_log_changed())
            total += swept
        return total

    def _cursor(self, text: str | None) -> Cursor | None:
        return None if text is None else self._reading.read_cursor(text, CURSORS)

    def _paged(self, rows: Rows, cursor: Cursor | None, limit: int) -> Paged[ActionView]:
        page = cut(rows.slice, limit=limit, cursor=cursor, onward="older")
        return self._reading.paged(page, CURSORS).of(self._namer.actions(rows.rows[entry.id] for entry in page.entries))
