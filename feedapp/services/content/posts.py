"""Writing, reading, editing and deleting posts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from feedapp.cache.catalogue.invalidation.content import FANOUT, pin_changed, post_deleted, post_edited, post_published
from feedapp.cache.catalogue.keys import POST
from feedapp.errors import FieldError, InvalidInputError, InvalidTokenError, NotFoundError, StaleEditError
from feedapp.reading.assembly import post_keys, post_view
from feedapp.reading.read_models import Paged, PictureView, PostView, sight_of, stored_version, time_text
from feedapp.reading.versions import Expected, fits
from feedapp.services import policy
from feedapp.services.content.post_facts import around_post, held, keys_of_all
from feedapp.services.policy import Thing
from feedapp.writing.events import PostDeleted, PostEdited, PostPublished
from feedapp.writing.targets.pictures import NAME as PICTURES
from feedapp.writing.targets.pictures import deletion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedapp.reading.read_models import Viewer, Visibility
    from feedapp.reading.reader import Reading
    from feedapp.reading.viewers import Credentials, ViewerService
    from feedapp.repositories.content.tags import Uses
    from feedapp.repositories.media.pictures import PictureRepository
    from feedapp.repositories.posts import PostRepository
    from feedapp.repositories.users import UserRepository
    from feedapp.repositories.written import Written
    from feedapp.services.content.tagging import Tagging
    from feedapp.services.policy import Action
    from feedapp.writing.belongings import Counted
    from feedapp.writing.idempotency import Once
    from feedapp.writing.unit_of_work import UnitOfWork, Work

GONE = "There is no such post, or it was deleted."


class PostService:
    """Everything about a post but its likes and comments."""

    kind = "post"

    def __init__(
        self,
        *,
        reading: Reading,
        viewers: ViewerService,
        unit_of_work: UnitOfWork,
        posts: PostRepository,
        users: UserRepository,
        tagging: Tagging,
        pictures: PictureRepository,
    ) -> None:
        self._reading = reading
        self._viewers = viewers
        self._unit_of_work = unit_of_work
        self._posts = posts
        self._users = users
        self._tagging = tagging
        self._pictures = pictures

    def show(self, credentials: Credentials, post_id: int) -> PostView:
        """Give one post. Raise NotFoundError."""
        ahead = post_keys(post_id, credentials.claimed_id)
        viewer = self._viewers.identify(credentials, ahead=ahead).viewer
        return self._view(post_id, viewer)

    def among(self, credentials: Credentials, post_ids: Sequence[int]) -> Paged[PostView]:
        """Give those of these posts that exist, in this order, as a page without others around it."""
        claimed = credentials.claimed_id
        viewer = self._viewers.identify(credentials, ahead=keys_of_all(post_ids, claimed)).viewer
        sight = sight_of(viewer)
        facts = self._reading.facts(keys_of_all(post_ids, sight.viewer_id))
        written = [post for post_id in post_ids if (post := facts.get(POST.key(post_id))) is not None]
        around = (around_post(post, sight) for post in written)
        facts |= self._reading.facts(list(dict.fromkeys(key for keys in around for key in keys)))
        views = (post_view(post_id, facts, sight) for post_id in post_ids)
        return Paged([view for view in views if view is not None], None, None)

    def own(self, credentials: Credentials, post_id: int, action: Action = "edit") -> tuple[Viewer, PostView]:
        """Give a post to its author, who may do that to it. Raise NotFoundError, ForbiddenError."""
        viewer = self._viewers.require(credentials)
        view = self.show(credentials, post_id)
        policy.require(viewer, action, policy.thing(view))
        return viewer, view

    def published(self, credentials: Credentials, post_id: int) -> PostView:
        """Give a post as `publish` gave it, but with what its author has edited since. Raise NotFoundError."""
        return replace(self.show(credentials, post_id), likes_count=0, comments_count=0, liked=False, bookmarked=False)

    def publish(
        self,
        credentials: Credentials,
        *,
        body: str,
        media: Sequence[int] = (),
        visibility: Visibility = "public",
        language: str | None = None,
        once: Once | None = None,
    ) -> PostView:
        """Write a post: `body` is trimmed and of a proper length. It is in every feed when this returns.

        `language` is a tag of BCP 47; nothing to have it guessed. `media` are pictures of the viewer's own that are in
        no post yet. Raise InvalidInputError for others.
        """
        viewer = self._viewers.require(credentials)
        with self._unit_of_work() as work:
            work.claim(once, by=viewer.id)
            # The author's counters are locked before the followers are read, and a follow locks the same row: so a
            # follow is either seen here, or commits later and forgets the follower's home feed itself.
            followers = self._users.count(viewer.id, posts=1)
            if followers is None:
                raise InvalidTokenError("This account was deleted.")
            post = self._posts.add(author_id=viewer.id, body=body, visibility=visibility, language=language or None)
            pictures = self._attached(post.id, viewer.id, media)
            work.stales(post_published(author_id=viewer.id, follower_ids=self._reached(viewer.id, followers)))
            work.emits(PostPublished(post.id, viewer.id, body))
            written = time_text(post.created_at)
            new = (post.id, body, viewer.person, written, None, 0, 0, False, False)
            return work.done(
                PostView(
                    *new, visibility=visibility, hidden=held(work), media=pictures, chosen_language=language or None
                )
            )

    def edit(
        self,
        credentials: Credentials,
        post_id: int,
        *,
        body: str,
        language: str | None = None,
        expected: Expected = None,
    ) -> PostView:
        """Replace the text; the same text again is no edit. Raise NotFoundError, StaleEditError.

        Another `language` is none, either: None keeps it, "" has it guessed.
        """
        viewer = self._viewers.require(credentials)
        with self._unit_of_work() as work:
            written = self._lock_own(viewer, "edit", post_id)
            seen = fits(stored_version(written), expected)
            if seen and language is not None and (language or None) != written.language:
                self._posts.set_language(post_id, language or None)
                work.stales(post_edited(post_id=post_id))
            if seen and body != written.body:
                self._posts.edit(post_id, body=body)
                work.stales(post_edited(post_id=post_id))
                work.emits(PostEdited(post_id, written.author_id, body))
                self._tagging.edit(work, post_id)
        view = self._view(post_id, viewer)
        if not seen:
            raise StaleEditError(view)
        return view

    def delete(self, credentials: Credentials, post_id: int, *, expected: Expected = None) -> None:
        """Delete the post with its likes and comments. Raise NotFoundError, StaleEditError."""
        viewer = self._viewers.require(credentials)
        with self._unit_of_work() as work:
            written = self._lock_own(viewer, "delete", post_id)
            seen = fits(stored_version(written), expected)
            if seen:
                self._tagging.deleted(work, [self._remove(work, post_id, written)])
        if not seen:
            raise StaleEditError(self._view(post_id, viewer))

    def delete_of(self, work: Work, user_id: int, *, at_most: int) -> int:
        """Delete so many of somebody's posts, all locked before counters, as part of a larger write; give how many."""
        post_ids = self._posts.ids_by(user_id, at_most=at_most)
        locked = [(post_id, written) for post_id in post_ids if (written := self._posts.lock(post_id)) is not None]
        self._tagging.deleted(work, [self._remove(work, *each) for each in locked])
        return len(post_ids)

    def counted_in(self, user_id: int, *, after: int, at_most: int) -> Counted:
        """Name the counts of tags that somebody's posts are part of."""
        return self._tagging.counted_in(user_id, after=after, at_most=at_most)

    def has_of(self, user_id: int) -> bool:
        """Tell whether somebody has written a post."""
        return bool(self._posts.ids_by(user_id, at_most=1))

    def remove(self, work: Work, post_id: int) -> bool:
        """Delete anybody's post as part of a larger write. Tell whether it was there."""
        written = self._posts.lock(post_id)
        if written is not None:
            self._tagging.deleted(work, [self._remove(work, post_id, written)])
        return written is not None

    def _remove(self, work: Work, post_id: int, written: Written) -> Uses:
        """Delete a locked post, a hidden one of which is not counted already; give its tags for `Tagging.deleted`."""
        work.emits(PostDeleted(post_id, written.author_id))
        followers = self._users.count(written.author_id, posts=0 if written.hidden else -1) or 0
        had = self._tagging.of(post_id)
        remains = self._posts.delete(post_id, at_most=FANOUT)
        work.stales(
            post_deleted(
                post_id=post_id,
                author_id=written.author_id,
                follower_ids=self._reached(written.author_id, followers),
                liker_ids=remains.liker_ids,
                comment_ids=remains.comment_ids,
                commenter_ids=remains.commenter_ids,
                keeper_ids=remains.keeper_ids,
            )
        )
        if remains.pinned:
            work.stales(pin_changed(user_id=written.author_id))
        for each in remains.pictures:
            work.sends(PICTURES, deletion(each.digest, each.width))
        return had

    def _attached(self, post_id: int, author_id: int, media: Sequence[int]) -> tuple[PictureView, ...]:
        if not media:
            return ()
        found = self._pictures.attach(post_id, owner_id=author_id, picture_ids=media)
        if len(found) < len(media):
            raise InvalidInputError(
                FieldError("media", "names a picture that is not there, not yours, or in another post: send it again")
            )
        return tuple(PictureView(each.id, each.digest, each.width, each.height, each.alt) for each in found)

    def _reached(self, author_id: int, followers: int) -> Sequence[int] | None:
        return None if followers > FANOUT else self._users.follower_ids(author_id)

    def _lock_own(self, viewer: Viewer, action: Action, post_id: int) -> Written:
        """Keep others from changing a post that the viewer may change, and give it."""
        post = self._posts.lock(post_id)
        if post is None:
            raise NotFoundError(GONE)
        policy.require(viewer, action, Thing("post", post.author_id))
        return post

    def _view(self, post_id: int, viewer: Viewer | None) -> PostView:
        sight = sight_of(viewer)
        keys = post_keys(post_id, sight.viewer_id)
        facts = self._reading.facts(keys)
        post = facts.get(keys[0])
        if post is not None:
            facts |= self._reading.facts(around_post(post, sight))
        view = post_view(post_id, facts, sight)
        if view is None:
            raise NotFoundError(GONE)
        return view
