"""Which posts have which tags, kept with each write of a post, and what becomes stale by it.

A tag's row is locked before its followers are read, and a follow of the tag locks the same row: so a follow is either
seen here, or commits later and forgets the follower's home feed itself.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from feedapp.cache.catalogue.invalidation.content import FANOUT
from feedapp.cache.catalogue.invalidation.tags import tags_changed_posts, used_tags_changed
from feedapp.text.links import tags

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from feedapp.repositories.content.tags import Changed, TagRepository
    from feedapp.writing.events import PostHidden, PostPublished, PostShown
    from feedapp.writing.held_events import PostsSwept
    from feedapp.writing.unit_of_work import Work


class Tagging:
    """Keeps the tags of posts as their texts have them. Each method is part of a larger write, after all else of it."""

    def __init__(self, repository: TagRepository) -> None:
        self._tags = repository

    def published(self, work: Work, event: PostPublished) -> None:
        """Note the tags of a new post."""
        self._change(work, event.post_id, added=tags(event.body), removed=[])

    def edit(self, work: Work, post_id: int) -> None:
        """Note the tags of a post that is locked and has another text now; a filter may have hidden it for that."""
        before, after = self._tags.of_post(post_id), tags(self._tags.body_of(post_id))
        added, removed = [each for each in after if each not in before], [each for each in before if each not in after]
        self._change(work, post_id, added=added, removed=removed)

    def of(self, post_id: int) -> Sequence[str]:
        """Give the tags of a post that is about to be deleted."""
        return self._tags.of_post(post_id)

    def deleted(self, work: Work, had: Iterable[str]) -> None:
        """Note that posts were deleted which had these tags, each as often as it was there."""
        self._note(work, self._tags.count({name: -times for name, times in Counter(had).items()}), fewer=True)

    def hidden(self, work: Work, event: PostHidden) -> None:
        """Take its tags from a post that a moderator hides, so that it is in no list of them."""
        self._change(work, event.post_id, added=[], removed=self._tags.of_post(event.post_id))

    def shown(self, work: Work, event: PostShown) -> None:
        """Give them back."""
        self._change(work, event.post_id, added=tags(self._tags.body_of(event.post_id)), removed=[])

    def swept(self, work: Work, event: PostsSwept) -> None:
        """Take their tags from posts that were hidden together, or give them back: all are locked in one order."""
        of = {
            each: self._tags.of_post(each) if event.hidden else tags(self._tags.body_of(each))
            for each in event.post_ids
        }
        times = Counter(name for names in of.values() for name in names)
        changed = self._tags.count({name: -number if event.hidden else number for name, number in times.items()})
        change = self._tags.remove_from_post if event.hidden else self._tags.add_to_post
        for post_id, names in of.items():
            if names:
                change(post_id, [tag.id for tag in changed if tag.name in names])
        self._note(work, changed, fewer=event.hidden)

    def _change(self, work: Work, post_id: int, *, added: Sequence[str], removed: Sequence[str]) -> None:
        changed = self._tags.count({**dict.fromkeys(added, 1), **dict.fromkeys(removed, -1)})
        if changed:
            new = set(added)
            self._tags.add_to_post(post_id, [tag.id for tag in changed if tag.name in new])
            self._tags.remove_from_post(post_id, [tag.id for tag in changed if tag.name not in new])
            self._note(work, changed, fewer=bool(removed))

    def _note(self, work: Work, changed: Sequence[Changed], *, fewer: bool) -> None:
        """Name what is stale. The tags are locked, so nobody begins to follow one of them before this write commits."""
        if not changed:
            return
        followed = [tag.id for tag in changed if tag.followers]
        reached = sum(tag.followers for tag in changed)
        follower_ids = None if reached > FANOUT else self._tags.follower_ids(followed) if followed else ()
        work.stales(tags_changed_posts(tags=[tag.name for tag in changed], follower_ids=follower_ids))
        if fewer or any(tag.posts == 1 for tag in changed):
            work.stales(used_tags_changed())
