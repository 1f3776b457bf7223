"""Bookmarks: posts that somebody keeps to come back to. Nobody else learns of them, so they emit nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from feedapp.cache.catalogue.invalidation.content import bookmark_removed, post_bookmarked
from feedapp.errors import NotFoundError

if TYPE_CHECKING:
    from feedapp.reading.viewers import Credentials, ViewerService
    from feedapp.repositories.content.bookmarks import BookmarkRepository
    from feedapp.writing.idempotency import Once
    from feedapp.writing.unit_of_work import UnitOfWork, Work

POST_GONE = "There is no such post, or it was deleted."


@dataclass(frozen=True, slots=True)
class BookmarkOutcome:
    """How it stands now; `changed` is False if it stood like that before."""

    bookmarked: bool
    changed: bool


class BookmarkService:
    """Adds and removes bookmarks; doing either twice does it once."""

    kind = "bookmark"

    def __init__(self, *, viewers: ViewerService, unit_of_work: UnitOfWork, bookmarks: BookmarkRepository) -> None:
        self._viewers = viewers
        self._unit_of_work = unit_of_work
        self._bookmarks = bookmarks

    def add(self, credentials: Credentials, post_id: int, *, once: Once | None = None) -> BookmarkOutcome:
        """Bookmark a post. Raise NotFoundError."""
        return self._set(credentials, post_id, bookmarked=True, once=once)

    def remove(self, credentials: Credentials, post_id: int) -> BookmarkOutcome:
        """Remove a bookmark. Raise NotFoundError if there is no such post."""
        return self._set(credentials, post_id, bookmarked=False)

    def delete_of(self, work: Work, user_id: int, *, at_most: int) -> int:
        """Remove so many of somebody's bookmarks as part of a larger write; give how many there were."""
        post_ids = self._bookmarks.post_ids_of(user_id, at_most=at_most)
        for post_id in post_ids:
            if self._bookmarks.remove(post_id=post_id, user_id=user_id):
                work.stales(bookmark_removed(post_id=post_id, user_id=user_id))
        return len(post_ids)

    def has_of(self, user_id: int) -> bool:
        """Tell whether somebody has bookmarked anything."""
        return bool(self._bookmarks.post_ids_of(user_id, at_most=1))

    def _set(
        self, credentials: Credentials, post_id: int, *, bookmarked: bool, once: Once | None = None
    ) -> BookmarkOutcome:
        viewer = self._viewers.require(credentials)
        with self._unit_of_work() as work:
            work.claim(once, by=viewer.id)
            change = self._bookmarks.add if bookmarked else self._bookmarks.remove
            changed = change(post_id=post_id, user_id=viewer.id)
            if changed:
                rule = post_bookmarked if bookmarked else bookmark_removed
                work.stales(rule(post_id=post_id, user_id=viewer.id))
            elif not self._bookmarks.can_be_of(post_id, seen_by=viewer.id):
                raise NotFoundError(POST_GONE)
            return work.done(BookmarkOutcome(bookmarked, changed))
