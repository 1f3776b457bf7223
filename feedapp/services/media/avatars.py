"""What people look like: a square picture beside their name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp.cache.catalogue.invalidation.people import user_edited
from feedapp.errors import InvalidTokenError
from feedapp.reading.assembly import profile_keys, profile_view
from feedapp.writing.targets.pictures import NAME, deletion

if TYPE_CHECKING:
    from feedapp.reading.read_models import ProfileView, Viewer
    from feedapp.reading.reader import Reading
    from feedapp.reading.viewers import Credentials, ViewerService
    from feedapp.repositories.media.pictures import PictureRepository
    from feedapp.services.media.files import PictureFiles
    from feedapp.writing.events import AccountDeleted
    from feedapp.writing.unit_of_work import UnitOfWork, Work


class AvatarService:
    """Sets it and takes it away."""

    def __init__(
        self,
        *,
        reading: Reading,
        viewers: ViewerService,
        unit_of_work: UnitOfWork,
        pictures: PictureRepository,
        files: PictureFiles,
    ) -> None:
        self._reading = reading
        self._viewers = viewers
        self._unit_of_work = unit_of_work
        self._pictures = pictures
        self._files = files

    def change(self, credentials: Credentials, data: bytes) -> ProfileView:
        """Take a picture for the viewer's own, the middle of it. Raise what `PictureFiles.make` raises."""
        viewer = self._viewers.require(credentials)
        return self._set(viewer, self._files.make(data, "square").digest)

    def remove(self, credentials: Credentials) -> ProfileView:
        """Go back to none."""
        return self._set(self._viewers.require(credentials), None)

    def account_deleted(self, work: Work, event: AccountDeleted) -> None:
        """Handle the event: the files go with the account."""
        _, old = self._pictures.set_avatar(event.user_id, None)
        if old is not None:
            work.sends(NAME, deletion(old, None))

    def _set(self, viewer: Viewer, digest: str | None) -> ProfileView:
        with self._unit_of_work() as work:
            exists, old = self._pictures.set_avatar(viewer.id, digest)
            if not exists:
                raise InvalidTokenError("This account was deleted.")
            if old != digest:
                work.stales(user_edited(user_id=viewer.id))
            if old is not None:
                work.sends(NAME, deletion(old, None))
        facts = self._reading.facts(profile_keys(viewer.id, viewer.id))
        profile = profile_view(viewer.id, facts, viewer.sight)
        if profile is None:
            raise InvalidTokenError("This account was deleted.")
        return profile
