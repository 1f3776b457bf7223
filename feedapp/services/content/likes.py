"""Liking posts, and who does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from feedapp.cache.catalogue import keys
from feedapp.cache.catalogue.invalidation.content import likes_recounted, post_liked, post_unliked
from feedapp.errors import NotFoundError
from feedapp.reading.assembly import is_seen, post_audience_keys
from feedapp.reading.read_models import sight_of
from feedapp.reading.reader import Place
from feedapp.reading.viewers import person
from feedapp.writing.belongings import Counted
from feedapp.writing.events import PostLiked, PostUnliked

if TYPE_CHECKING:
    from feedapp.reading.read_models import Paged, Person
    from feedapp.reading.reader import Reading
    from feedapp.reading.viewers import Credentials, ViewerService
    from feedapp.repositories.likes import LikeRepository
    from feedapp.repositories.posts import PostRepository
    from feedapp.writing.idempotency import Once
    from feedapp.writing.unit_of_work import UnitOfWork, Work

POST_GONE = "There is no such post, or it was deleted."


@dataclass(frozen=True, slots=True)
class LikeOutcome:
    """How it stands now; `changed` is False if it stood like that before."""

    liked: bool
    likes_count: int
    changed: bool


class LikeService:
    """Likes and takes likes back; doing either twice does it once."""

    kind = "like"

    def __init__(
        self,
        *,
        reading: Reading,
        viewers: ViewerService,
        unit_of_work: UnitOfWork,
        posts: PostRepository,
        likes: LikeRepository,
    ) -> None:
        self._reading = reading
        self._viewers = viewers
        self._unit_of_work = unit_of_work
        self._posts = posts
        self._likes = likes

    def like(self, credentials: Credentials, post_id: int, *, once: Once | None = None) -> LikeOutcome:
        """Like a post. Raise NotFoundError."""
        return self._set(credentials, post_id, liked=True, once=once)

    def unlike(self, credentials: Credentials, post_id: int) -> LikeOutcome:
        """Take a like back. Raise NotFoundError."""
        return self._set(credentials, post_id, liked=False)

    def delete_of(self, work: Work, user_id: int, *, at_most: int) -> int:
        """Take back so many of somebody's likes as part of a larger write; give how many there were."""
        post_ids = self._likes.post_ids_liked_by(user_id, at_most=at_most)
        for post_id in post_ids:
            if self._likes.remove(post_id=post_id, user_id=user_id) is not None:
                work.stales(post_unliked(post_id=post_id, user_id=user_id))
                work.emits(PostUnliked(post_id, user_id))
        return len(post_ids)

    def counted_in(self, user_id: int, *, after: int, at_most: int) -> Counted:
        """Name the counts of likes that somebody is part of."""
        post_ids = self._likes.post_ids_liked_by(user_id, at_most=at_most, after=after)
        return Counted(likes_recounted(post_ids=post_ids), post_ids[-1] if len(post_ids) == at_most else None)

    def has_of(self, user_id: int) -> bool:
        """Tell whether somebody likes anything."""
        return bool(self._likes.post_ids_liked_by(user_id, at_most=1))

    def of(self, credentials: Credentials, post_id: int, *, cursor: str | None, limit: int) -> Paged[Person]:
        """Give who likes a post, the latest first. Raise NotFoundError if there is no such post."""
        place = Place(keys.LIKES.of(post_id), cursor, limit)
        post = keys.POST.key(post_id)
        ahead = self._reading.author_ahead(post_id)
        viewer, found = self._viewers.identify(credentials, facts=[post], ahead=ahead, places=[place])
        if post not in found:
            raise NotFoundError(POST_GONE)
        page = self._reading.page(place)
        sight, author = sight_of(viewer), self._reading.author(found[post])
        users = [keys.USER.key(entry.id) for entry in page.items if sight.meets(entry.id)]
        audience = post_audience_keys(found[post], sight.viewer_id)
        facts = self._reading.facts(list(dict.fromkeys([*users, author, *audience])))
        if not is_seen(found[post], facts, sight):
            raise NotFoundError(POST_GONE)
        people = [person(facts[user]) for user in users if user in facts]
        return page.of(people)

    def _set(self, credentials: Credentials, post_id: int, *, liked: bool, once: Once | None = None) -> LikeOutcome:
        viewer = self._viewers.require(credentials)
        with self._unit_of_work() as work:
            work.claim(once, by=viewer.id)
            if not liked and self._posts.likes_count(post_id, seen_by=viewer.id) is None:
                raise NotFoundError(POST_GONE)
            change = self._likes.add if liked else self._likes.remove
            count = change(post_id=post_id, user_id=viewer.id)
            changed = count is not None
            if changed:
                rule = post_liked if liked else post_unliked
                work.stales(rule(post_id=post_id, user_id=viewer.id))
                work.emits((PostLiked if liked else PostUnliked)(post_id, viewer.id))
            else:
                count = self._posts.likes_count(post_id, seen_by=viewer.id)
            if count is None:
                raise NotFoundError(POST_GONE)
            return work.done(LikeOutcome(liked, count, changed))
