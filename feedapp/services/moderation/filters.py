"""Filters: moderators say which words, links, domains and networks are held back or refused."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from feedapp.errors import FieldError, InvalidInputError, NotFoundError
from feedapp.text.screens import read_pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedapp.reading.read_models import Viewer
    from feedapp.reading.viewers import Credentials
    from feedapp.repositories.moderation.filters import FilterRepository
    from feedapp.services.moderation.moderators import Moderators
    from feedapp.writing.unit_of_work import UnitOfWork

MOST = 500
"""Filters of a site: each looks at every text."""
log = logging.getLogger("feedapp.security")


class FilterService:
    """Lists, adds and removes filters. An operator may, too."""

    def __init__(self, *, moderators: Moderators, unit_of_work: UnitOfWork, filters: FilterRepository) -> None:
        self._moderators = moderators
        self._unit_of_work = unit_of_work
        self._filters = filters

    def listed(self, by: Credentials | None) -> tuple[Viewer | None, Sequence[Any]]:
        """Give all of them, the newest first. Raise UnauthenticatedError, ForbiddenError."""
        viewer = self._viewer(by)
        with self._unit_of_work():
            return viewer, self._filters.listed()

    def add(self, by: Credentials | None, *, kind: str, pattern: str, effect: str) -> None:
        """Add one; texts that are written from now on are looked at. Raise InvalidInputError, and as `listed`."""
        viewer = self._viewer(by)
        try:
            folded = read_pattern(kind, pattern)
        except ValueError as error:
            raise InvalidInputError(FieldError("pattern", str(error))) from None
        with self._unit_of_work():
            actor = self._moderators.acting(viewer, "edit", "filter")
            added = self._filters.add(kind=kind, pattern=folded, effect=effect, by=actor.id, at_most=MOST)
            if added is None:
                raise InvalidInputError(FieldError("pattern", f"is too much: there are {MOST} filters. Remove some"))
            if not added:
                raise InvalidInputError(FieldError("pattern", "is in the list: remove it there to change what it does"))
            log.info("Filter: %s %r is to %s, by %s", kind, folded, effect, actor)

    def remove(self, by: Credentials | None, filter_id: int) -> None:
        """Remove one. Raise NotFoundError, and as `listed`."""
        viewer = self._viewer(by)
        with self._unit_of_work():
            actor = self._moderators.acting(viewer, "edit", "filter")
            gone = self._filters.remove(filter_id)
            if gone is None:
                raise NotFoundError("There is no such filter, or it was removed.")
            log.info("Filter: %s %r is removed, by %s", gone.kind, gone.pattern, actor)

    def _viewer(self, by: Credentials | None) -> Viewer | None:
        return None if by is None else self._moderators.viewer(by, "edit", "filter")
