"""Which posts have which tags, kept with each write of a post, and what becomes stale by it.

A tag's row is locked before its followers are read, and a follow of the tag locks the same row: so a follow is either
seen here, or commits later and forgets the follower's home feed itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp.cache.catalogue.invalidation.content import FANOUT
from feedapp.cache.catalogue.invalidation.tags import tags_changed_posts, used_tags_changed
from feedapp.text.links import tags

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedapp.repositories.content.tags import TagRepository
    from feedapp.writing.unit_of_work import Work


class Tagging:
    """Keeps the tags of posts as their texts have them. Every method is part of a larger write, and its last one."""

    def __init__(self, repository: TagRepository) -> None:
        self._tags = repository

    def publish(self, work: Work, post_id: int, body: str) -> None:
        """Note the tags of a new post."""
        self._change(work, post_id, added=tags(body), removed=[])

    def edit(self, work: Work, post_id: int, body: str) -> None:
        """Note the tags of a post that is locked and has another text."""
        before, after = self._tags.of_post(post_id), tags(body)
        added, removed = [each for each in after if each not in before], [each for each in before if each not in after]
        self._change(work, post_id, added=added, removed=removed)

    def of(self, post_id: int) -> Sequence[str]:
        """Give the tags of a post that is about to be deleted."""
        return self._tags.of_post(post_id)

    def deleted(self, work: Work, post_id: int, had: Sequence[str]) -> None:
        """Note that a post was deleted, which had these tags."""
        self._change(work, post_id, added=[], removed=had)

    def lock(self, post_ids: Sequence[int]) -> None:
        """Lock the tags of several posts before one after the other is deleted, in the order that all writes keep."""
        self._tags.lock_of_posts(post_ids)

    def _change(self, work: Work, post_id: int, *, added: Sequence[str], removed: Sequence[str]) -> None:
        if not added and not removed:
            return
        changed = self._tags.count({**dict.fromkeys(added, 1), **dict.fromkeys(removed, -1)})
        new = set(added)
        self._tags.add_to_post(post_id, [tag.id for tag in changed if tag.name in new])
        self._tags.remove_from_post(post_id, [tag.id for tag in changed if tag.name not in new])
        followed = [tag.id for tag in changed if tag.followers]
        reached = sum(tag.followers for tag in changed)
        follower_ids = None if reached > FANOUT else self._tags.follower_ids(followed) if followed else ()
        work.stales(tags_changed_posts(tags=[tag.name for tag in changed], follower_ids=follower_ids))
        if removed or any(tag.posts == 1 for tag in changed):
            work.stales(used_tags_changed())
