"""Tags: how much they are used, and who follows them. Their posts are a feed (`feeds.py`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp.cache.catalogue.invalidation.tags import tag_followed, tag_unfollowed
from feedapp.cache.catalogue.keys import TAGS_OF, USED_TAGS
from feedapp.errors import TooManyTagsError
from feedapp.reading.read_models import sight_of
from feedapp.reading.tags import TagView, tag_keys, tag_views

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedapp.reading.read_models import Viewer
    from feedapp.reading.reader import Reading
    from feedapp.reading.viewers import Credentials, ViewerService
    from feedapp.repositories.content.tags import TagRepository
    from feedapp.writing.idempotency import Once
    from feedapp.writing.unit_of_work import UnitOfWork, Work

MOST_FOLLOWED = 100
"""Tags that somebody follows: a page of the home feed looks into each."""
BESIDE = 8
"""How many are shown beside a feed."""


class TagService:
    """Reads tags, and follows them; doing that twice does it once. A tag that nobody has used has no posts."""

    kind = "tag_follow"

    def __init__(
        self, *, reading: Reading, viewers: ViewerService, unit_of_work: UnitOfWork, tags: TagRepository
    ) -> None:
        self._reading = reading
        self._viewers = viewers
        self._unit_of_work = unit_of_work
        self._tags = tags

    def show(self, credentials: Credentials, tag: str) -> TagView:
        """Give one tag, whose name is folded."""
        viewer = self._viewers.identify(credentials, ahead=tag_keys([tag], credentials.claimed_id)).viewer
        viewer_id = sight_of(viewer).viewer_id
        return tag_views([tag], self._reading.facts(tag_keys([tag], viewer_id)), viewer_id)[0]

    def most_used(self, credentials: Credentials, *, limit: int) -> tuple[Viewer | None, list[TagView]]:
        """Give the most used tags of the week, up to a minute old."""
        claimed = credentials.claimed_id
        ahead = [] if claimed is None else [TAGS_OF.key(claimed)]
        identified = self._viewers.identify(credentials, facts=[USED_TAGS], ahead=ahead)
        viewer_id = sight_of(identified.viewer).viewer_id
        names = identified.facts[USED_TAGS][:limit]
        facts = self._reading.facts(tag_keys(names, viewer_id))
        return identified.viewer, tag_views(names, facts, viewer_id)

    def beside(self) -> Sequence[str]:
        """Give the names of some of the most used ones, which were fetched with the page."""
        names: Sequence[str] = self._reading.facts([USED_TAGS])[USED_TAGS]
        return names[:BESIDE]

    def followed(self, viewer: Viewer) -> Sequence[str]:
        """Give the names of those that somebody follows."""
        key = TAGS_OF.key(viewer.id)
        names: Sequence[str] = self._reading.facts([key]).get(key, ())
        return names

    def follow(self, credentials: Credentials, tag: str, *, once: Once | None = None) -> tuple[TagView, bool]:
        """Follow a tag; give it, and whether that is new. Raise TooManyTagsError."""
        return self._set(credentials, tag, following=True, once=once)

    def unfollow(self, credentials: Credentials, tag: str) -> tuple[TagView, bool]:
        """Stop following a tag."""
        return self._set(credentials, tag, following=False)

    def delete_of(self, work: Work, user_id: int, *, at_most: int) -> int:
        """End so many of somebody's follows of tags, as part of a larger write; give how many there were."""
        names = self._tags.followed_by(user_id, at_most=at_most)
        for name in names:
            row = self._tags.lock(name)
            if row is not None and self._tags.unfollow(user_id=user_id, tag_id=row.id):
                work.stales(tag_unfollowed(user_id=user_id, tag=name))
        return len(names)

    def has_of(self, user_id: int) -> bool:
        """Tell whether somebody follows a tag."""
        return bool(self._tags.followed_by(user_id, at_most=1))

    def _set(
        self, credentials: Credentials, tag: str, *, following: bool, once: Once | None = None
    ) -> tuple[TagView, bool]:
        viewer = self._viewers.require(credentials)
        with self._unit_of_work() as work:
            work.claim(once, by=viewer.id)
            row = self._tags.make(tag) if following else self._tags.lock(tag)
            if row is None:
                return work.done((TagView(tag, 0, 0, following=False), False))
            change = self._tags.follow if following else self._tags.unfollow
            changed = change(user_id=viewer.id, tag_id=row.id)
            if changed:
                rule = tag_followed if following else tag_unfollowed
                work.stales(rule(user_id=viewer.id, tag=tag))
            if following and len(self._tags.followed_by(viewer.id, at_most=MOST_FOLLOWED + 1)) > MOST_FOLLOWED:
                raise TooManyTagsError(f"You follow {MOST_FOLLOWED} tags already: stop following one of them first.")
            followers = row.followers + (0 if not changed else 1 if following else -1)
            return work.done((TagView(tag, row.posts, max(followers, 0), following), changed))
