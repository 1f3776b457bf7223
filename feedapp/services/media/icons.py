"""The icon of the site: an admin sends a picture, which is made into all sizes."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from feedapp.cache.catalogue.invalidation.site import site_changed
from feedapp.services import policy
from feedapp.writing.targets.pictures import NAME, icon_deletion

if TYPE_CHECKING:
    from feedapp.reading.site import SiteReader
    from feedapp.reading.viewers import Credentials, ViewerService
    from feedapp.repositories.site.settings import SiteRepository
    from feedapp.services.media.files import PictureFiles
    from feedapp.writing.unit_of_work import UnitOfWork

SITE = policy.Thing("site")
NONE = ""
log = logging.getLogger("feedapp.security")


class SiteIconService:
    """Sets it and takes it away: an admin, or an operator by a command (`credentials` of None)."""

    def __init__(
        self,
        *,
        site: SiteReader,
        viewers: ViewerService,
        unit_of_work: UnitOfWork,
        settings: SiteRepository,
        files: PictureFiles,
    ) -> None:
        self._site = site
        self._viewers = viewers
        self._unit_of_work = unit_of_work
        self._settings = settings
        self._files = files

    def change(self, credentials: Credentials | None, data: bytes) -> None:
        """Take a picture, the middle of it. Raise UnauthenticatedError, ForbiddenError, and as `PictureFiles.make`."""
        by = self._allowed(credentials)
        self._set(self._files.make(data, "icon").digest, by=by)

    def remove(self, credentials: Credentials | None) -> None:
        """Go back to the one that the site comes with. Raise UnauthenticatedError, ForbiddenError."""
        self._set(NONE, by=self._allowed(credentials))

    def _allowed(self, credentials: Credentials | None) -> str:
        if credentials is None:
            return "an operator"
        viewer = self._viewers.require(credentials)
        policy.require(viewer, "edit", SITE)
        return f"user {viewer.id}"

    def _set(self, digest: str, *, by: str) -> None:
        with self._unit_of_work() as work:
            old = self._settings.lock().icon
            if old != digest:
                self._settings.update(icon=digest)
                log.info("Settings of the site changed by %s: icon", by)
                work.stales(site_changed())
                if old != NONE:
                    work.sends(NAME, icon_deletion(old))
        self._site.restart()
