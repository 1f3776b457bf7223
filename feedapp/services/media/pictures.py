"""Pictures for posts: sending, describing and deleting them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp import retention
from feedapp.cache.catalogue.invalidation.content import picture_changed
from feedapp.errors import FieldError, InvalidTokenError, NotFoundError, QuotaError
from feedapp.reading.read_models import PictureView
from feedapp.services import policy
from feedapp.services.policy import Thing
from feedapp.writing.targets.pictures import NAME, deletion

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from feedapp.reading.read_models import Viewer
    from feedapp.reading.viewers import Credentials, ViewerService
    from feedapp.repositories.media.pictures import Kept, PictureRepository
    from feedapp.services.media.files import PictureFiles
    from feedapp.services.policy import Action
    from feedapp.writing.idempotency import Once
    from feedapp.writing.unit_of_work import UnitOfWork, Work

GONE = "There is no such picture, or it was deleted."
UNUSED_SECONDS = retention.PICTURES.days * 86_400
"""How long a picture may wait for its post."""
MOST_PICTURES = 5_000
"""Of one member, however small they are."""
PORTION = 200


class PictureService:
    """Everything about a picture but how it is shown. `quota` is in bytes for each member."""

    kind = "picture"

    def __init__(
        self,
        *,
        viewers: ViewerService,
        unit_of_work: UnitOfWork,
        pictures: PictureRepository,
        files: PictureFiles,
        quota: int,
    ) -> None:
        self._viewers = viewers
        self._unit_of_work = unit_of_work
        self._pictures = pictures
        self._files = files
        self._quota = quota

    def upload(self, credentials: Credentials, data: bytes, *, alt: str = "", once: Once | None = None) -> PictureView:
        """Keep a picture for a post to come. Raise QuotaError, and what `PictureFiles.make` raises."""
        viewer = self._viewers.require(credentials)
        with self._unit_of_work():
            self._check_quota(viewer.id, 0)  # before the work; what counts is the second time
        files = self._files.make(data, "whole")
        with self._unit_of_work() as work:
            if not self._pictures.lock_owner(viewer.id):
                raise InvalidTokenError("This account was deleted.")
            work.claim(once, by=viewer.id)
            self._check_quota(viewer.id, files.bytes)
            kept = self._pictures.add(
                owner_id=viewer.id,
                digest=files.digest,
                width=files.width,
                height=files.height,
                size=files.bytes,
                alt=alt,
            )
            return work.done(_view(kept))

    def unused(self, credentials: Credentials, picture_ids: Sequence[int]) -> list[PictureView]:
        """Give those of these pictures that the viewer can still put into a post."""
        viewer = self._viewers.require(credentials)
        with self._unit_of_work():
            return [_view(each) for each in self._pictures.own(viewer.id, picture_ids)] if picture_ids else []

    def uploaded(self, credentials: Credentials, picture_id: int) -> PictureView:
        """Give a picture as `upload` gave it, with what was said of it since. Raise NotFoundError."""
        viewer = self._viewers.require(credentials)
        with self._unit_of_work():
            return _view(_own(viewer, "edit", self._pictures.get(picture_id)))

    def describe(self, credentials: Credentials, picture_id: int, *, alt: str) -> PictureView:
        """Say in words what a picture shows. Raise NotFoundError, ForbiddenError."""
        viewer = self._viewers.require(credentials)
        with self._unit_of_work() as work:
            kept = _own(viewer, "edit", self._pictures.lock(picture_id))
            if kept.alt != alt:
                self._pictures.describe(picture_id, alt)
                if kept.post_id is not None:
                    work.stales(picture_changed(post_id=kept.post_id))
            return _view(kept._replace(alt=alt))

    def delete(self, credentials: Credentials, picture_id: int) -> None:
        """Delete a picture, also out of its post. Raise NotFoundError, ForbiddenError."""
        viewer = self._viewers.require(credentials)
        with self._unit_of_work() as work:
            self._remove(work, [_own(viewer, "delete", self._pictures.lock(picture_id))])

    def delete_of(self, work: Work, user_id: int, *, at_most: int) -> int:
        """Delete so many of somebody's pictures as part of a larger write; give how many there were."""
        found = self._pictures.of_owner(user_id, at_most=at_most)
        self._remove(work, found)
        return len(found)

    def has_of(self, user_id: int) -> bool:
        """Tell whether somebody has a picture."""
        return self._pictures.has_of(user_id)

    def sweep(self) -> int:
        """Delete pictures that no post has come for; give how many."""
        total, found = 0, PORTION
        while found == PORTION:
            with self._unit_of_work() as work:
                unused = self._pictures.unused(for_seconds=UNUSED_SECONDS, at_most=PORTION)
                self._remove(work, unused)
            found = len(unused)
            total += found
        return total

    def _remove(self, work: Work, kept: Iterable[Kept]) -> None:
        """Delete pictures that are locked, as part of a larger write."""
        kept = list(kept)
        if not kept:
            return
        self._pictures.delete([each.id for each in kept])
        for each in kept:
            work.sends(NAME, deletion(each.digest, each.width))
            if each.post_id is not None:
                work.stales(picture_changed(post_id=each.post_id))

    def _check_quota(self, owner_id: int, more: int) -> None:
        taken = self._pictures.taken(owner_id)
        if taken.bytes + more > self._quota:
            megabytes = self._quota // 1024**2
            raise QuotaError(FieldError("file", f"does not fit: your pictures take the {megabytes} MB that you have"))
        if taken.pictures >= MOST_PICTURES:
            raise QuotaError(FieldError("file", f"is one more than the {MOST_PICTURES:,} that you may have"))


def _view(kept: Kept) -> PictureView:
    return PictureView(kept.id, kept.digest, kept.width, kept.height, kept.alt)


def _own(viewer: Viewer, action: Action, kept: Kept | None) -> Kept:
    """Give a picture that the viewer may change. One that others sent and that stands in no post is nobody's to see."""
    if kept is None or (kept.post_id is None and kept.owner_id != viewer.id):
        raise NotFoundError(GONE)
    policy.require(viewer, action, Thing("picture", kept.owner_id))
    return kept
