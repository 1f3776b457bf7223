"""Liking comments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp.cache.catalogue.invalidation.threads import comment_liked, comment_likes_recounted, comment_unliked
from feedapp.errors import NotFoundError
from feedapp.services.content.comments import GONE
from feedapp.services.content.likes import LikeOutcome
from feedapp.writing.belongings import Counted
from feedapp.writing.comment_events import CommentLiked

if TYPE_CHECKING:
    from feedapp.reading.viewers import Credentials, ViewerService
    from feedapp.repositories.content.comment_likes import CommentLikeRepository
    from feedapp.writing.idempotency import Once
    from feedapp.writing.unit_of_work import UnitOfWork, Work


class CommentLikeService:
    """Likes comments and takes likes back; doing either twice does it once."""

    kind = "comment_like"

    def __init__(self, *, viewers: ViewerService, unit_of_work: UnitOfWork, likes: CommentLikeRepository) -> None:
        self._viewers = viewers
        self._unit_of_work = unit_of_work
        self._likes = likes

    def like(self, credentials: Credentials, *, post_id: int, comment_id: int, once: Once | None = None) -> LikeOutcome:
        """Like a comment. Raise NotFoundError."""
        return self._set(credentials, post_id, comment_id, liked=True, once=once)

    def unlike(self, credentials: Credentials, *, post_id: int, comment_id: int) -> LikeOutcome:
        """Take a like back. Raise NotFoundError."""
        return self._set(credentials, post_id, comment_id, liked=False)

    def delete_of(self, work: Work, user_id: int, *, at_most: int) -> int:
        """Take back so many of somebody's likes as part of a larger write; give how many there were."""
        liked = self._likes.liked_by(user_id, at_most=at_most)
        for post_id, comment_id in liked:
            if self._likes.remove(post_id=post_id, comment_id=comment_id, user_id=user_id) is not None:
                work.stales(comment_unliked(comment_id=comment_id, user_id=user_id))
                work.emits(CommentLiked(comment_id, user_id, liked=False))
        return len(liked)

    def counted_in(self, user_id: int, *, after: int, at_most: int) -> Counted:
        """Name the counts of likes that somebody is part of."""
        ids = self._likes.ids_liked_by(user_id, at_most=at_most, after=after)
        return Counted(comment_likes_recounted(comment_ids=ids), ids[-1] if len(ids) == at_most else None)

    def has_of(self, user_id: int) -> bool:
        """Tell whether somebody likes any comment."""
        return bool(self._likes.ids_liked_by(user_id, at_most=1, after=0))

    def _set(
        self, credentials: Credentials, post_id: int, comment_id: int, *, liked: bool, once: Once | None = None
    ) -> LikeOutcome:
        viewer = self._viewers.require(credentials)
        with self._unit_of_work() as work:
            work.claim(once, by=viewer.id)
            seen = {"post_id": post_id, "comment_id": comment_id, "seen_by": viewer.id}
            if not liked and self._likes.likes_count(**seen) is None:
                raise NotFoundError(GONE)
            change = self._likes.add if liked else self._likes.remove
            count = change(post_id=post_id, comment_id=comment_id, user_id=viewer.id)
            changed = count is not None
            if changed:
                rule = comment_liked if liked else comment_unliked
                work.stales(rule(comment_id=comment_id, user_id=viewer.id))
                work.emits(CommentLiked(comment_id, viewer.id, liked))
            else:
                count = self._likes.likes_count(**seen)
            if count is None:
                raise NotFoundError(GONE)
            return work.done(LikeOutcome(liked, count, changed))
