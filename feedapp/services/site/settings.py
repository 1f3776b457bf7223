"""The settings of the site: an admin changes them on a page, an operator by a command."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from feedapp.cache.catalogue.invalidation.site import site_changed
from feedapp.errors import StaleEditError
from feedapp.reading.site import NAMES, Site
from feedapp.reading.versions import fits
from feedapp.services import policy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from feedapp.models import SiteSettings
    from feedapp.reading.read_models import Viewer
    from feedapp.reading.site import SiteReader
    from feedapp.reading.versions import Expected
    from feedapp.reading.viewers import Credentials, ViewerService
    from feedapp.repositories.site.settings import SiteRepository
    from feedapp.writing.unit_of_work import UnitOfWork

SITE = policy.Thing("site")
log = logging.getLogger("feedapp.security")


class SiteService:
    """Changes the settings, which `SiteReader` reads. Values come in as `schemas/site.py` has checked them."""

    def __init__(
        self, *, site: SiteReader, viewers: ViewerService, unit_of_work: UnitOfWork, settings: SiteRepository
    ) -> None:
        self._site = site
        self._viewers = viewers
        self._unit_of_work = unit_of_work
        self._settings = settings

    def own(self, credentials: Credentials) -> tuple[Viewer, Site]:
        """Give an admin the settings. Raise UnauthenticatedError, ForbiddenError."""
        viewer = self._viewers.require(credentials)
        policy.require(viewer, "edit", SITE)
        return viewer, self._site.current()

    def change(self, credentials: Credentials, changes: Mapping[str, str | int], *, expected: Expected = None) -> None:
        """Set some of the settings, by name, as an admin who has seen them in one of the expected versions.

        Raise UnauthenticatedError, ForbiddenError, StaleEditError with the `Site` as it is now.
        """
        viewer = self._viewers.require(credentials)
        policy.require(viewer, "edit", SITE)
        self._set(changes, expected=expected, by=f"user {viewer.id}")

    def set(self, changes: Mapping[str, str | int]) -> None:
        """Set some of the settings, by name, for an operator."""
        self._set(changes, expected=None, by="an operator")

    def _set(self, changes: Mapping[str, str | int], *, expected: Expected, by: str) -> None:
        with self._unit_of_work() as work:
            now = _read(self._settings.lock())
            if not fits(now.version, expected):
                raise StaleEditError(now)
            columns = {name: value for name, value in changes.items() if value != getattr(now, name)}
            if columns:
                self._settings.update(**columns)
                log.info("Settings of the site changed by %s: %s", by, ", ".join(sorted(columns)))
                work.stales(site_changed())
        self._site.restart()


def _read(row: SiteSettings) -> Site:
    return Site(**{name: getattr(row, name) for name in NAMES})
