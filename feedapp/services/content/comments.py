"""Reading, writing, editing and deleting comments."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from feedapp.cache.catalogue import keys
from feedapp.cache.catalogue.invalidation.content import FANOUT
from feedapp.cache.catalogue.invalidation.threads import (
    comment_added,
    comment_answered,
    comment_deleted,
    comment_edited,
    comments_recounted,
    replies_recounted,
    stub_removed,
)
from feedapp.errors import FieldError, InvalidInputError, NotFoundError, StaleEditError
from feedapp.reading.assembly import is_seen, post_audience_keys
from feedapp.reading.read_models import Paged, sight_of, stored_version, time_text
from feedapp.reading.reader import Place
from feedapp.reading.threads import CommentView, comment_keys, comment_views, comments_keys
from feedapp.reading.versions import Expected, fits
from feedapp.services import policy
from feedapp.services.content.post_facts import held, seen_comment, seen_comments
from feedapp.services.policy import Thing
from feedapp.writing.belongings import Counted
from feedapp.writing.comment_events import CommentAdded, CommentDeleted, CommentEdited

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from feedapp.cache.catalogue.declarations import ListTemplate
    from feedapp.reading.read_models import Viewer
    from feedapp.reading.reader import Reading
    from feedapp.reading.sight import Sight
    from feedapp.reading.viewers import Credentials, ViewerService
    from feedapp.repositories.comments import CommentRepository
    from feedapp.repositories.posts import PostRepository
    from feedapp.repositories.written import Written
    from feedapp.services.policy import Action
    from feedapp.writing.idempotency import Once
    from feedapp.writing.unit_of_work import UnitOfWork, Work

Order = Literal["thread", "oldest", "newest"]
_LISTS = keys.THREADS, keys.COMMENTS, keys.NEWEST_COMMENTS
ORDERS: Mapping[Order, ListTemplate] = dict(zip(("thread", "oldest", "newest"), _LISTS, strict=True))
GONE = "There is no such comment, or it was deleted."
ANSWERED_GONE = "is no comment on this post that you can answer: it may have been deleted"
POST_GONE = "There is no such post, or it was deleted."


class CommentService:
    """Comments under a post, and answers to them."""

    kind = "comment"

    def __init__(
        self,
        *,
        reading: Reading,
        viewers: ViewerService,
        unit_of_work: UnitOfWork,
        posts: PostRepository,
        comments: CommentRepository,
    ) -> None:
        self._reading = reading
        self._viewers = viewers
        self._unit_of_work = unit_of_work
        self._posts = posts
        self._comments = comments

    def under(
        self, credentials: Credentials, post_id: int, *, cursor: str | None, limit: int, order: Order = "thread"
    ) -> Paged[CommentView]:
        """Give a page of comments. Raise NotFoundError if there is no such post."""
        place = Place(ORDERS[order].of(post_id), cursor, limit)
        post = keys.POST.key(post_id)
        ahead = self._reading.author_ahead(post_id)
        viewer, found = self._viewers.identify(credentials, facts=[post], ahead=ahead, places=[place])
        if post not in found:
            raise NotFoundError(POST_GONE)
        page = self._reading.page(place)
        sight, author = sight_of(viewer), self._reading.author(found[post])
        audience = post_audience_keys(found[post], sight.viewer_id)
        facts = self._reading.facts(
            list(dict.fromkeys([*comments_keys(page.items, sight.viewer_id), author, *audience]))
        )
        if not is_seen(found[post], facts, sight):
            raise NotFoundError(POST_GONE)
        return page.of(comment_views(page.items, facts, sight, stubs=True))

    def among(self, credentials: Credentials, comment_ids: Sequence[int]) -> Paged[CommentView]:
        """Give those of these comments, under any posts, that the viewer sees; in this order, as a page by itself."""
        ahead = [key for comment_id in comment_ids for key in comment_keys(comment_id, credentials.claimed_id)]
        sight = sight_of(self._viewers.identify(credentials, ahead=ahead).viewer)
        return Paged(seen_comments(self._reading, comment_ids, sight), None, None)

    def show(self, credentials: Credentials, *, post_id: int, comment_id: int) -> CommentView:
        """Give one comment. Raise NotFoundError, also if its post is gone, whatever the cache still has of it."""
        post = keys.POST.key(post_id)
        ahead = [*comment_keys(comment_id, credentials.claimed_id), *self._reading.author_ahead(post_id)]
        viewer, found = self._viewers.identify(credentials, facts=[post], ahead=ahead)
        if post not in found:
            raise NotFoundError(GONE)
        view = self._view(comment_id, sight_of(viewer), under=found[post])
        if view.post_id != post_id:
            raise NotFoundError(GONE)
        return view

    def own(self, credentials: Credentials, *, post_id: int, comment_id: int) -> tuple[Viewer, CommentView]:
        """Give a comment to its author, who may change it. Raise NotFoundError, ForbiddenError."""
        viewer = self._viewers.require(credentials)
        view = self.show(credentials, post_id=post_id, comment_id=comment_id)
        policy.require(viewer, "edit", policy.thing(view))
        return viewer, view

    def commented(self, credentials: Credentials, *, post_id: int, comment_id: int) -> CommentView:
        """Give a comment as `comment_on` gave it, but with what its author has edited since. Raise NotFoundError."""
        view = self.show(credentials, post_id=post_id, comment_id=comment_id)
        return replace(view, likes_count=0, replies_count=0, liked=False)

    def comment_on(
        self,
        credentials: Credentials,
        post_id: int,
        *,
        body: str,
        in_reply_to: int | None = None,
        language: str | None = None,
        once: Once | None = None,
    ) -> CommentView:
        """Write a comment, which may answer another. Raise NotFoundError if there is no such post.

        Raise InvalidInputError if there is nothing there to answer, at the moment at which it would be answered.
        """
        viewer = self._viewers.require(credentials)
        with self._unit_of_work() as work:
            work.claim(once, by=viewer.id)
            comment = self._comments.add(
                post_id=post_id, author_id=viewer.id, body=body, in_reply_to=in_reply_to, language=language or None
            )
            if comment is None:
                if in_reply_to is None or self._posts.likes_count(post_id, seen_by=viewer.id) is None:
                    raise NotFoundError(POST_GONE)
                raise InvalidInputError(FieldError("in_reply_to", ANSWERED_GONE))
            work.stales(comment_added(post_id=post_id, author_id=viewer.id))
            if in_reply_to is not None:
                work.stales(comment_answered(comment_id=in_reply_to))
            work.emits(CommentAdded(comment.id, post_id, viewer.id, body, in_reply_to))
            new = (comment.id, post_id, body, viewer.person, time_text(comment.created_at), None)
            view = CommentView(*new, in_reply_to=in_reply_to, liked=False, hidden=held(work))
            return work.done(replace(view, chosen_language=language or None))

    def edit(
        self,
        credentials: Credentials,
        *,
        post_id: int,
        comment_id: int,
        body: str,
        language: str | None = None,
        expected: Expected = None,
    ) -> CommentView:
        """Replace the text, and the language, as of a post. Raise NotFoundError, StaleEditError."""
        viewer = self._viewers.require(credentials)
        with self._unit_of_work() as work:
            written = self._lock_own(viewer, "edit", post_id=post_id, comment_id=comment_id)
            seen = fits(stored_version(written), expected)
            if seen and language is not None and (language or None) != written.language:
                self._comments.set_language(comment_id, language or None)
                work.stales(comment_edited(comment_id=comment_id))
            if seen and body != written.body:
                self._comments.edit(comment_id, body=body)
                work.stales(comment_edited(comment_id=comment_id))
                work.emits(CommentEdited(comment_id, post_id, written.author_id, body))
        view = self._view(comment_id, viewer.sight)
        if not seen:
            raise StaleEditError(view)
        return view

    def delete(self, credentials: Credentials, *, post_id: int, comment_id: int, expected: Expected = None) -> None:
        """Delete a comment. Raise NotFoundError, StaleEditError."""
        viewer = self._viewers.require(credentials)
        with self._unit_of_work() as work:
            written = self._lock_own(viewer, "delete", post_id=post_id, comment_id=comment_id)
            seen = fits(stored_version(written), expected)
            if seen:
                self._remove(work, post_id=post_id, comment_id=comment_id, author_id=written.author_id)
        if not seen:
            raise StaleEditError(self._view(comment_id, viewer.sight))

    def delete_of(self, work: Work, user_id: int, *, at_most: int) -> int:
        """Delete so many of somebody's comments as part of a larger write; give how many there were."""
        written = self._comments.written_by(user_id, at_most=at_most)
        for post_id, comment_id in written:
            if self._comments.lock(post_id=post_id, comment_id=comment_id, deleting=True) is not None:
                self._remove(work, post_id=post_id, comment_id=comment_id, author_id=user_id)
        return len(written)

    def counted_in(self, user_id: int, *, after: int, at_most: int) -> Counted:
        """Name the counts of comments that somebody is part of."""
        post_ids = self._comments.post_ids_under(user_id, at_most=at_most, after=after)
        answered_ids = self._comments.ids_answered_by(user_id, post_ids=post_ids)
        stale = [*comments_recounted(post_ids=post_ids), *replies_recounted(comment_ids=answered_ids)]
        return Counted(stale, post_ids[-1] if len(post_ids) == at_most else None)

    def has_of(self, user_id: int) -> bool:
        """Tell whether somebody has written a comment."""
        return bool(self._comments.written_by(user_id, at_most=1))

    def remove(self, work: Work, *, post_id: int, comment_id: int) -> bool:
        """Delete anybody's comment as part of a larger write. Tell whether it was there."""
        written = self._comments.lock(post_id=post_id, comment_id=comment_id, deleting=True)
        if written is not None:
            self._remove(work, post_id=post_id, comment_id=comment_id, author_id=written.author_id)
        return written is not None

    def _remove(self, work: Work, *, post_id: int, comment_id: int, author_id: int) -> None:
        """Delete a comment that is locked, as part of a larger write."""
        work.emits(CommentDeleted(comment_id, post_id, author_id))
        removed = self._comments.delete(comment_id, at_most=FANOUT)
        self._posts.count(post_id, comments=-1)
        liker_ids = removed.liker_ids
        work.stales(comment_deleted(post_id=post_id, comment_id=comment_id, author_id=author_id, liker_ids=liker_ids))
        for answered_id in removed.answers:
            work.stales(comment_answered(comment_id=answered_id))
        for stub_id in removed.stubs:
            work.stales(stub_removed(comment_id=stub_id))

    def _lock_own(self, viewer: Viewer, action: Action, *, post_id: int, comment_id: int) -> Written:
        """Keep others from changing a comment that the viewer may change, and give it."""
        comment = self._comments.lock(post_id=post_id, comment_id=comment_id, deleting=action == "delete")
        if comment is None:
            raise NotFoundError(GONE)
        policy.require(viewer, action, Thing("comment", comment.author_id))
        return comment

    def _view(self, comment_id: int, sight: Sight, *, under: Mapping[str, Any] | None = None) -> CommentView:
        """Give a comment, if the viewer sees the post that it is `under` as well."""
        view = seen_comment(self._reading, comment_id, sight, under=under)
        if view is None:
            raise NotFoundError(GONE)
        return view
